"""``imin-mock validate``: every mistake of scenario files."""

from collections.abc import Sequence
from typing import Any

import click

from mockserver.cli.options import AS_JSON, SCENARIOS, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, print_json
from mockserver.cli.scenario_lookup import sources
from mockserver.scenario.faults import Fault, ScenarioFaults
from mockserver.storage.scenario_files import ScenarioFilesError


@click.command(epilog=EPILOG)
@SCENARIOS
@settings_options("scenarios")
@AS_JSON
def validate(wanted: tuple[str, ...], as_json: bool, **values: Any) -> None:
    """Check scenarios: every mistake of every file at once, each with file:line:column.

    SCENARIO is a file, a folder of files, - for standard input, or a name.

    \b
      imin-mock validate my-case.yaml
      imin-mock validate scenarios/
    """
    faulty = 0
    report: list[dict[str, Any]] = []
    for each in sources(wanted, settings_of(values).scenarios):
        faults: Sequence[Fault] = ()
        message = None
        try:
            each.read()
        except ScenarioFaults as found:
            faults = found.faults
        except ScenarioFilesError as error:
            message = str(error)
        is_fine = not faults and message is None
        faulty += not is_fine
        report.append(
            {"file": each.shown, "ok": is_fine, "message": message, "faults": [_fault_fields(f) for f in faults]}
        )
        if not as_json:
            lines = [message] if message else [str(fault) for fault in faults]
            click.echo("\n".join(lines) if lines else f"{each.shown}: fine", err=bool(lines))
    if as_json:
        print_json(report)
    if faulty:
        raise SystemExit(int(Exit.BAD_INPUT))


def _fault_fields(fault: Fault) -> dict[str, Any]:
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "path": fault.path,
        "message": fault.message,
        "hint": fault.hint,
    }

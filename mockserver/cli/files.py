"""``imin-mock validate``, ``run`` and ``scenarios``: what can be done with scenario files without a server."""

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from mockserver.cli.exits import Exit, stop
from mockserver.cli.finding import read_sources, sources
from mockserver.scenario.faults import Fault, ScenarioFaults
from mockserver.scenario.scenario import Scenario
from mockserver.settings import Settings
from mockserver.storage.scenario_files import ScenarioFiles, ScenarioFilesError, bundled_folder

if TYPE_CHECKING:
    from mockserver.runner.scenario_run import Run


def validate(wanted: Sequence[str], *, folders: Sequence[Path], as_json: bool) -> None:
    """Check scenarios; exits 2 if one is faulty, after telling every fault of every one."""
    faulty = 0
    report: list[dict[str, Any]] = []
    for each in sources(wanted, folders):
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
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
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


def list_scenarios(settings: Settings, *, as_json: bool) -> None:
    """List every scenario with its customers and orders; exits 2 if one of them is faulty."""
    files = ScenarioFiles([bundled_folder(), *settings.scenarios])
    listed = [_summary(scenario) for scenario in _all(files)]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode())
        return
    for each in listed:
        click.echo(click.style(each["name"], bold=True))
        click.echo(f"  {each['title']}")
        click.echo(f"  customers: {_short(each['customers'])}; orders: {_short([o['name'] for o in each['orders']])}")


def _summary(scenario: Scenario) -> dict[str, Any]:
    catalogue = scenario.sample.catalogue
    return {
        "name": scenario.name,
        "title": scenario.title,
        "customers": list(catalogue.customers),
        "orders": [
            {
                "name": order.name,
                "identifier": order.id,
                "customer": order.customer_id,
                "items": [i.id for i in order.items],
            }
            for order in catalogue.orders.values()
        ],
    }


def _short(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4]) or "none"
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"


def _all(files: ScenarioFiles) -> Iterable[Scenario]:
    faults: list[str] = []
    for name in files.names():
        try:
            yield files.find(name)
        except ScenarioFaults as found:
            faults += [str(fault) for fault in found.faults]
        except ScenarioFilesError as error:
            faults.append(str(error))
    if faults:
        stop(Exit.BAD_INPUT, "\n".join(faults))


def run(wanted: Sequence[str], *, folders: Sequence[Path], as_json: bool, verbose: bool) -> None:
    """Run scenarios as self-tests; exits 1 if an expectation was not met, 2 if one is faulty."""
    from mockserver.runner.scenario_run import run_scenario  # it brings the whole server along

    runs = [(source.shown, run_scenario(scenario)) for source, scenario in read_sources(wanted, folders)]
    if as_json:
        report = [_run_fields(shown, outcome) for shown, outcome in runs]
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        for shown, outcome in runs:
            _tell_run(shown, outcome, verbose=verbose)
    if not all(outcome.ok for _, outcome in runs):
        raise SystemExit(int(Exit.FINDINGS))


def _tell_run(shown: str, outcome: "Run", *, verbose: bool) -> None:
    mark = click.style("passed", fg="green") if outcome.ok else click.style("FAILED", fg="red", bold=True)
    nothing = "" if outcome.outcomes else " - it has no when: and no then:"
    click.echo(f"{mark}  {shown}  ({_count(len(outcome.outcomes), 'check')}){nothing}")
    for each in outcome.outcomes if verbose else outcome.failures:
        click.echo(textwrap.indent(str(each), "    "))
    if verbose:
        click.echo("    What happened:")
        for line in outcome.timeline:
            click.echo(f"      {line}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _run_fields(shown: str, outcome: "Run") -> dict[str, Any]:
    return {
        "file": shown,
        "name": outcome.scenario.name,
        "ok": outcome.ok,
        "quiet": outcome.quiet,
        "timeline": list(outcome.timeline),
        "outcomes": [
            {
                "line": each.line,
                "at": each.at.format_iso(),
                "says": each.says,
                "passed": each.passed,
                "found": each.found,
            }
            for each in outcome.outcomes
        ],
    }

"""``imin-mock run``: scenarios as self-tests."""

import textwrap
from typing import Any

import click

from mockserver.cli.options import AS_JSON, SCENARIOS, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, counted, print_json
from mockserver.cli.scenario_lookup import ScenarioSource, read_sources
from mockserver.runner.scenario_run import Run, run_scenario


@click.command(epilog=EPILOG)
@SCENARIOS
@settings_options("scenarios")
@AS_JSON
@click.option("--verbose", "-v", is_flag=True, help="Tell every check and everything that happened.")
def run(wanted: tuple[str, ...], as_json: bool, verbose: bool, **values: Any) -> None:
    """Run scenarios as self-tests: their when: steps against a fresh world, then their then: part.

    SCENARIO is a file, a folder of files, - for standard input, or a name.

    \b
      imin-mock run my-case.yaml -v
      imin-mock run booking-system-refuses-late
    """
    runs = [
        (source.shown, run_scenario(scenario))
        for source, scenario in read_sources(wanted, settings_of(values).scenarios, ScenarioSource.read)
    ]
    if as_json:
        print_json([_run_fields(shown, outcome) for shown, outcome in runs])
    else:
        for shown, outcome in runs:
            _tell_run(shown, outcome, verbose=verbose)
    if not all(outcome.ok for _, outcome in runs):
        raise SystemExit(int(Exit.FINDINGS))


def _tell_run(shown: str, outcome: Run, *, verbose: bool) -> None:
    mark = click.style("passed", fg="green") if outcome.ok else click.style("FAILED", fg="red", bold=True)
    nothing = "" if outcome.outcomes else " - it has no when: and no then:"
    click.echo(f"{mark}  {shown}  ({counted(len(outcome.outcomes), 'check')}){nothing}")
    for each in outcome.outcomes if verbose else outcome.failures:
        click.echo(textwrap.indent(str(each), "    "))
    if verbose:
        click.echo("    What happened:")
        for line in outcome.timeline:
            click.echo(f"      {line}")


def _run_fields(shown: str, outcome: Run) -> dict[str, Any]:
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

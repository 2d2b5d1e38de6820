"""``imin-mock check``: what the exhaustive check found in scenario files, told to people or to programs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from whenever import Instant

from mockserver.checker.checker import Report, check_scenario
from mockserver.checker.findings import Made, Severity, Trace
from mockserver.checker.moves import Cancel, Look
from mockserver.checker.saved_scenario import scenario_of
from mockserver.cli.options import AS_JSON, SCENARIOS, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, print_json, stop
from mockserver.cli.scenario_lookup import ScenarioSource, read_sources
from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.world import WorldState
from mockserver.engine.clock import elapsed_seconds
from mockserver.engine.narration import tell
from mockserver.foundation.limits import CHECKED_SECONDS, CHECKED_STATES
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.names import LONGEST_NAME
from mockserver.scenario.notation import offset
from mockserver.storage.written_files import write_whole

_ASKS = {
    ApiOperation.GET_ORDER: "the client gets {}",
    ApiOperation.LIST_UPCOMING: "the client lists the upcoming items of the customer of {}",
    ApiOperation.LIST_ORDERS: "the client lists the orders of the customer of {}",
}


@click.command(epilog=EPILOG)
@SCENARIOS
@settings_options("scenarios")
@AS_JSON
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Save the way to each finding there, as a scenario that can be run.",
)
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    default=int(CHECKED_STATES),
    show_default=True,
    help="Reach no more states of a file.",
)
@click.option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    default=float(CHECKED_SECONDS),
    show_default=True,
    metavar="SECONDS",
    help="Explore a file no longer.",
)
def check(
    wanted: tuple[str, ...], as_json: bool, save: Path | None, max_states: int, max_time: float, **values: Any
) -> None:
    """Explore everything that a client and the clock can make of scenarios.

    SCENARIO is a file, a folder of files, - for standard input, or a name.

    Finds states that nothing leads to, transitions that never fire or compete, items that stay pending for ever, expectations
    that no run meets, work without end and broken laws; each with the shortest way there.
    """
    read = read_sources(wanted, settings_of(values).scenarios, ScenarioSource.read_with_places)
    checked = [
        (
            source.shown,
            check_scenario(
                *parsed, elapsed=elapsed_seconds, run=run_scenario, max_states=max_states, max_seconds=max_time
            ),
        )
        for source, parsed in read
    ]
    saved = [_save(save, report) if save else {} for _, report in checked]
    if as_json:
        print_json([_fields(*each, files) for each, files in zip(checked, saved, strict=True)])
    else:
        for (shown, report), files in zip(checked, saved, strict=True):
            _tell(shown, report, files)
    if any(report.findings for _, report in checked):
        raise SystemExit(int(Exit.FINDINGS))


def _tell(shown: str, report: Report, files: dict[int, Path]) -> None:
    findings = report.findings
    for number, finding in enumerate(findings):
        colour = "red" if finding.severity is Severity.ERROR else "yellow"
        click.echo(
            f"{shown}:{finding.line}: {click.style(finding.severity.value, fg=colour)}"
            f" {click.style(finding.id, bold=True)}: {finding.message}"
        )
        if finding.trace is not None:
            for line in _steps(finding.trace):
                click.echo(f"    {line}")
        if number in files:
            click.echo(f"    saved as {files[number]}")
    verdict = click.style("fine", fg="green") if report.cut_short is None else "nothing found so far"
    if findings:
        verdict = f"{len(findings)} finding{'s' * (len(findings) != 1)}"
    click.echo(f"{shown}: {verdict}; {_looked_at(report)}")


def _looked_at(report: Report) -> str:
    rate = report.states / report.seconds if report.seconds else 0
    text = f"{report.states:,} states in {report.seconds:.2f} s ({rate:,.0f}/s)"
    if report.cut_short:
        text += f"; CUT SHORT {report.cut_short}: nothing is said to be impossible, and there may be more"
    elif report.narrowed:
        text += "; of very many sets of items only each item alone and all together were tried"
    return text


def _steps(trace: Trace) -> Iterator[str]:
    """The way as a person can follow it: what the client does, and under it what happens, by the time from the epoch."""
    epoch = trace.world.epoch
    lines = [_line(epoch, each.at, f"  {says}") for each in trace.begun if (says := tell(trace.world, each.event))]
    for made in trace.made:
        if isinstance(made.move, Cancel | Look):
            lines.append(_line(epoch, made.at, _asking(made, trace.world)))
        lines += [
            _line(epoch, each.at, f"  {says}") for each in made.happened if (says := tell(trace.world, each.event))
        ]
    return iter((*lines, _line(epoch, trace.ends, "this is where it shows")))


def _line(epoch: Instant, at: Instant, says: str) -> str:
    return f"{offset(at - epoch):>12}  {says}"


def _asking(made: Made, world: WorldState) -> str:
    lost = "; the request meets a fault of imin's API" if made.fault is not None else ""
    match made.move:
        case Cancel(order_id=order_id, item_ids=item_ids):
            return f"the client cancels {', '.join(item_ids)} of {world.catalogue.orders[order_id].name}{lost}"
        case Look(operation=operation, order_id=order_id):
            return _ASKS[operation].format(world.catalogue.orders[order_id].name) + lost
        case _:
            return "time passes"


def _save(folder: Path, report: Report) -> dict[int, Path]:
    """Each finding to which a way leads as a scenario file; the files by the findings' positions."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files: dict[int, Path] = {}
        for number, finding in enumerate(report.findings):
            if finding.trace is not None:
                files[number] = folder / f"{_name(report.scenario.name, finding.id, len(files) + 1)}.yaml"
                write_whole(files[number], scenario_of(finding, report.scenario, report.source))
    except OSError as error:
        stop(Exit.BAD_INPUT, f"{error.filename}: {error.strerror}.")
    return files


def _name(scenario: str, finding: str, number: int) -> str:
    """A name that a key can have."""
    return f"{scenario[: LONGEST_NAME - len(finding) - 5].rstrip('-')}-{finding}-{number}"


def _fields(shown: str, report: Report, files: dict[int, Path]) -> dict[str, Any]:
    return {
        "file": shown,
        "ok": not report.findings,
        "states": report.states,
        "seconds": round(report.seconds, 3),
        "cut_short": report.cut_short,
        "narrowed": report.narrowed,
        "findings": [
            {
                "id": finding.id,
                "severity": finding.severity.value,
                "line": finding.line,
                "message": finding.message,
                "trace": None if finding.trace is None else [line.strip() for line in _steps(finding.trace)],
                "saved": str(files[number]) if number in files else None,
            }
            for number, finding in enumerate(report.findings)
        ],
    }

"""``imin-mock diagram``: pictures of a scenario's machine and of the life of an order item; and those of the docs.

A coverage report colours them by how often each of their marks was met. A mark that no report can count, such as an entry of the
timeline, is left out, and stays uncoloured.

The page ``docs/reference/diagrams.md`` and its pictures are made here: ``python -m mockserver.cli.commands.diagram`` makes them
anew, and a test says when one is stale.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from mockserver.cli.coverage_reports import reports_of
from mockserver.cli.options import OUTPUT, SCENARIO, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, stop
from mockserver.cli.scenario_lookup import find_scenario
from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, IMIN_MOVES, OrderItemStatus
from mockserver.drawing.graph import Coverage, Picture, move_mark, state_mark, status_mark, transition_mark
from mockserver.drawing.life import life_of_an_order_item
from mockserver.drawing.mermaid import mermaid
from mockserver.drawing.state_machine import picture_of_machine
from mockserver.drawing.svg import svg
from mockserver.engine.coverage.points import Family, move_id, transition_id, universe
from mockserver.engine.coverage.report import CoverageReport, merge
from mockserver.scenario.scenario import Scenario
from mockserver.storage.written_files import write_whole

FORMATS = {"mermaid": mermaid, "svg": svg}
SHOWN = ("booking-system-refuses-late", "stubborn-after-the-first-cancellation", "reordered-feed")
"""The scenarios whose machines the docs show."""

PAGE = "docs/reference/diagrams.md"
_INTRODUCTION = """\
# Diagrams

Made from the tables and the scenario files by `python -m mockserver.cli.commands.diagram`; a test says when they are stale.
`imin-mock diagram SCENARIO` draws any other scenario, as Mermaid text or as an SVG file that needs nothing else.
"""

_VIEWS = {"imin": (Family.IMIN, IMIN_MOVES), "booking_system": (Family.BOOKING_SYSTEM, BOOKING_SYSTEM_MOVES)}


@click.command(epilog=EPILOG)
@SCENARIO
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["mermaid", "svg"]),
    help="By default what the name of the file says, or else mermaid.",
)
@click.option("--of", type=click.Choice(["machine", "order-item"]), default="machine", show_default=True)
@click.option(
    "--coverage", multiple=True, type=click.Path(path_type=Path), metavar="REPORT", help="Colour it by these."
)
@OUTPUT
@settings_options("scenarios")
def diagram(wanted: str, format_name: str | None, of: str, output: Path | None, coverage: Any, **values: Any) -> None:
    """Draw a scenario's behaviour machine, or the life of an order item, as Mermaid text or SVG.

    SCENARIO is a name, a file, or - for standard input.
    The SVG needs no network and no font, and is light or dark as its viewer is.

    \b
      imin-mock diagram booking-system-refuses-late
      imin-mock diagram my-case.yaml --output my-case.svg
    """
    scenario = find_scenario(wanted, settings_of(values).scenarios)
    picture = machine_of(scenario) if of == "machine" else life_of_an_order_item()
    named = "svg" if output is not None and output.suffix.lower() == ".svg" else "mermaid"
    text = drawn(picture, format_name or named, _coverage(scenario, of, coverage))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_whole(output, text)
    except OSError as error:
        stop(Exit.BAD_INPUT, f"{output}: {error.strerror}.")
    click.echo(f"{output}: {picture.title}", err=True)


def _coverage(scenario: Scenario, of: str, files: Sequence[Path]) -> Coverage | None:
    """What the reports say of the picture; nothing where there are none."""
    if not files:
        return None
    report = merge(*reports_of(files))
    return machine_coverage(report, scenario) if of == "machine" else life_coverage(report)


def drawn(picture: Picture, format_name: str, coverage: Coverage | None = None) -> str:
    """The picture as text of this format; with a coverage report, coloured by it."""
    return FORMATS[format_name](picture, coverage)


def machine_of(scenario: Scenario) -> Picture:
    """The scenario's machine."""
    seed = scenario.sample
    return picture_of_machine(seed.machine, seed.catalogue, seed.epoch, name=scenario.name, title=scenario.title)


def machine_coverage(report: CoverageReport, scenario: Scenario) -> Coverage:
    """How often each transition of the scenario's machine fired, and each state was left or entered."""
    marks: dict[str, int] = {}
    for state in scenario.sample.machine.states.values():
        for index, transition in enumerate(state.transitions):
            point = transition_id(state.name, index, transition, scenario.name)
            if point not in report.machines:
                continue  # no world of this scenario was counted
            count = report.counts.get(point, 0)
            marks[transition_mark(state.name, index)] = count
            for touched in {state.name, transition.to or state.name}:
                marks[state_mark(touched)] = marks.get(state_mark(touched), 0) + count
    return _without_untold(marks, state_mark(scenario.sample.machine.initial))


def life_coverage(report: CoverageReport) -> Coverage:
    """How often an order item made each move, and left or reached each status, in either view."""
    marks: dict[str, int] = {}
    for view, before, after, count in _moves(report):
        marks[move_mark(view, before, after)] = count
        for touched in (before, after):
            marks[status_mark(view, touched)] = marks.get(status_mark(view, touched), 0) + count
    return _without_untold(marks, *(status_mark(view, OrderItemStatus.CONFIRMED) for view in _VIEWS))


def _without_untold(marks: dict[str, int], *beginnings: str) -> dict[str, int]:
    """Everything begins somewhere without a transition: a beginning that nothing has left may have been met all the same."""
    return {mark: count for mark, count in marks.items() if count or mark not in beginnings}


def _moves(report: CoverageReport) -> Iterator[tuple[str, OrderItemStatus, OrderItemStatus, int]]:
    for view, (family, moves) in _VIEWS.items():
        for before, following in moves.items():
            for after in following:
                point = move_id(family, before, after)
                if point in universe():
                    yield view, before, after, report.counts.get(point, 0)


def pages() -> dict[str, str]:
    """Every made file of the docs, by its path in the checkout."""
    pictures = {"order-item": life_of_an_order_item(), **{name: machine_of(find_scenario(name)) for name in SHOWN}}
    made = {f"docs/reference/diagrams/{name}.svg": svg(picture) for name, picture in pictures.items()}
    sections = [
        f"## {picture.title}\n\n![{picture.description}](diagrams/{name}.svg)\n\n"
        f"<details><summary>As Mermaid text</summary>\n\n```mermaid\n{mermaid(picture)}```\n\n</details>\n"
        for name, picture in pictures.items()
    ]
    return {PAGE: "\n".join((_INTRODUCTION, *sections)), **made}


def write_pages(root: Path) -> list[str]:
    """Make the pictures of the docs anew; the names of the files that changed."""
    changed = []
    for name, text in pages().items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text)
            changed.append(name)
    return changed


if __name__ == "__main__":
    click.echo("\n".join(write_pages(Path.cwd())) or "Nothing was stale.")

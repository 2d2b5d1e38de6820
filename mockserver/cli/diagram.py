"""``imin-mock diagram``: pictures of a scenario's machine and of the life of an order item; and those of the docs.

The page ``docs/reference/diagrams.md`` and its pictures are made here: ``python -m mockserver.cli.diagram`` makes them anew, and
a test says when one is stale.
"""

from collections.abc import Sequence
from pathlib import Path

import click

from mockserver.cli.exits import Exit, stop
from mockserver.cli.finding import find_scenario
from mockserver.drawing.graph import Coverage, Picture
from mockserver.drawing.life import life_of_an_order_item
from mockserver.drawing.mermaid import mermaid
from mockserver.drawing.state_machine import picture_of_machine
from mockserver.drawing.svg import svg
from mockserver.scenario.scenario import Scenario
from mockserver.storage.written_files import write_whole

FORMATS = {"mermaid": mermaid, "svg": svg}
SHOWN = ("booking-system-refuses-late", "stubborn-after-the-first-cancellation", "reordered-feed")
"""The scenarios whose machines the docs show."""

PAGE = "docs/reference/diagrams.md"
_INTRODUCTION = """\
# Diagrams

Made from the tables and the scenario files themselves by `python -m mockserver.cli.diagram`; a test says when they are stale.
`imin-mock diagram SCENARIO` draws any other scenario, as Mermaid text or as an SVG file that needs nothing else.
"""


def diagram(
    wanted: str,
    *,
    format_name: str | None,
    of: str,
    output: Path | None,
    coverage: Sequence[Path],
    folders: Sequence[Path],
) -> None:
    """Draw a scenario's machine, or the life of its order items, coloured by reports where there are any; exits 2 if there is
    no such scenario, no such place or no such report."""
    scenario = find_scenario(wanted, folders)
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
    from mockserver.cli.colouring import life_coverage, machine_coverage
    from mockserver.cli.coverage import reports_of
    from mockserver.engine.coverage.report import merge

    report = merge(*reports_of(files))
    return machine_coverage(report, scenario) if of == "machine" else life_coverage(report)


def drawn(picture: Picture, format_name: str, coverage: Coverage | None = None) -> str:
    """The picture as text of this format; with a coverage report, coloured by it."""
    return FORMATS[format_name](picture, coverage)


def machine_of(scenario: Scenario) -> Picture:
    """The scenario's machine."""
    seed = scenario.sample
    return picture_of_machine(seed.machine, seed.catalogue, seed.epoch, name=scenario.name, title=scenario.title)


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

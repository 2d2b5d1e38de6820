"""``imin-mock diagram`` and its help."""

from pathlib import Path
from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import OUTPUT, SCENARIO, settings_of, settings_options


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
    from mockserver.cli.diagram import diagram as draw

    folders = settings_of(values).scenarios
    draw(wanted, format_name=format_name, of=of, output=output, coverage=coverage, folders=folders)

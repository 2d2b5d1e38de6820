"""``imin-mock explain`` and its help."""

from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON, SCENARIO, settings_of, settings_options


@click.command(epilog=EPILOG)
@SCENARIO
@click.argument("item")
@click.option("--at", metavar="INSTANT", help="When: +2d10h after the epoch, or a date-time with its offset.")
@click.option(
    "--probe", is_flag=True, help="Ask the API just before, at and just after every cliff; exit 1 if it differs."
)
@settings_options("scenarios")
@AS_JSON
def explain(wanted: str, item: str, at: str | None, probe: bool, as_json: bool, **values: Any) -> None:
    """Say why an order item may be cancelled or not, who says so, and every instant at which the answer flips.

    SCENARIO is a name, a file, or - for standard input, ITEM an order item of it. Nobody has asked its world for anything yet.

    \b
      imin-mock explain happy-path seat-1
      imin-mock explain my-case.yaml seat-1 --at +2d --probe
    """
    from mockserver.cli.explain import explain as tell

    folders = settings_of(values).scenarios
    tell(wanted, item, at=at, probing=probe, folders=folders, as_json=as_json)

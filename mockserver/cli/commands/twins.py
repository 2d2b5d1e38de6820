"""``imin-mock twins`` and its help."""

from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON, COMMAND_LAST, FAILED_OUTPUT, TIMEOUT, settings_of, settings_options


@click.command(epilog=EPILOG, context_settings=COMMAND_LAST)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@click.option("--list", "listing", is_flag=True, help="List the twins, as without a COMMAND.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this twin; may be given several times.")
@click.option("--all", "everything", is_flag=True, help="Also those that show in money, e-mails or the feed alone.")
@click.option(
    "--scenario", multiple=True, metavar="NAME", help="Only worlds of this scenario; may be given several times."
)
@TIMEOUT
@FAILED_OUTPUT
@settings_options("scenarios")
@AS_JSON
def twins(command: tuple[str, ...], listing: bool, as_json: bool, **options: Any) -> None:
    """Try your tests against worlds that each break one law on purpose, and say which they did not notice.

    COMMAND is run once against honest worlds and once against each twin. It finds the mock at IMIN_MOCK_URL, and imin's API at
    IMIN_BASE_URL. Its keys stay as they are. It has noticed a twin if it exits with anything but 0.

    \b
      imin-mock twins -- pytest tests/booking
      imin-mock twins --only refunds-twice -v -- ./check.sh
    """
    from mockserver.cli.twins import Wanted, list_twins, try_twins
    from mockserver.cli.twins_report import Report

    if listing or not command:
        list_twins(options["only"], as_json=as_json)
        return
    wanted = Wanted(
        command=command,
        only=options["only"],
        scenarios=options["scenario"],
        folders=settings_of(options).scenarios,
        everything=options["everything"],
        timeout=options["timeout"],
    )
    try_twins(wanted, Report(as_json=as_json, verbose=options["verbose"]))

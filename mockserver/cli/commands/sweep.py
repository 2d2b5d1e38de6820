"""``imin-mock sweep`` and its help. Its work is in a module of its own, imported when it is called."""

from typing import Any

import click

from mockserver.cli.exits import EPILOG, Exit, stop
from mockserver.cli.options import AS_JSON, COMMAND_LAST, FAILED_OUTPUT, TIMEOUT, settings_of, settings_options


@click.command(epilog=EPILOG, context_settings=COMMAND_LAST)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.option("--pairs", is_flag=True, help="Any two options together in some run, in few runs.")
@click.option("--only", multiple=True, metavar="READING", help="Only this reading; may be given several times.")
@click.option("--all", "everything", is_flag=True, help="Also those that a client is built for, such as patch-body.")
@click.option(
    "--readings",
    "fixed",
    multiple=True,
    metavar="NAME=OPTION",
    help="Hold this reading in every run, the first one too; may be given several times.",
)
@TIMEOUT
@FAILED_OUTPUT
@settings_options("scenarios")
@AS_JSON
def sweep(
    command: tuple[str, ...],
    pairs: bool,
    only: tuple[str, ...],
    everything: bool,
    fixed: tuple[str, ...],
    timeout: float | None,
    verbose: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Run your tests under each reading of what imin leaves open, and say under which they pass.

    COMMAND is run once under the default readings and once under each other option of each reading, which holds whatever a
    scenario says. It finds the mock at IMIN_MOCK_URL, and imin's API at IMIN_BASE_URL.

    A reading that a client is built for, such as which body it sends, is tried only where it is named or with --all.

    \b
      imin-mock sweep -- pytest tests/booking
      imin-mock sweep --only unknown-customer --only links -v -- ./check.sh
      imin-mock sweep --readings patch-body=identifiers -- npm test
    """
    from mockserver.cli.sweep import Wanted
    from mockserver.cli.sweep import sweep as sweep_readings
    from mockserver.cli.sweep_report import Report

    if not command:
        stop(Exit.BAD_INPUT, "Say what to run: imin-mock sweep -- pytest tests/booking")
    wanted = Wanted(
        command=command,
        only=only,
        everything=everything,
        fixed=fixed,
        pairs=pairs,
        folders=settings_of(values).scenarios,
        timeout=timeout,
    )
    sweep_readings(wanted, Report(as_json=as_json, verbose=verbose))

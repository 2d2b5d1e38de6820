"""``imin-mock run`` and its help."""

from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON, SCENARIOS, settings_of, settings_options


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
    from mockserver.cli.files import run as rehearse

    rehearse(wanted, folders=settings_of(values).scenarios, as_json=as_json, verbose=verbose)

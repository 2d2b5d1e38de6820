"""``imin-mock show`` and its help."""

from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import SCENARIO, settings_of, settings_options


@click.command(epilog=EPILOG)
@SCENARIO
@settings_options("scenarios")
def show(wanted: str, **values: Any) -> None:
    """Print the text of a scenario, to read or to start from.

    SCENARIO is a name, or a file.

    \b
      imin-mock show refund-fails-twice-then-succeeds
      imin-mock show happy-path > my-case.yaml
    """
    from mockserver.cli.starting import show as print_text

    print_text(wanted, folders=settings_of(values).scenarios)

"""``imin-mock readings`` and its help."""

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON


@click.command(epilog=EPILOG)
@AS_JSON
def readings(as_json: bool) -> None:
    """List every place where imin is silent: the options, the default (*) and the evidence."""
    from mockserver.cli.documents import tell_readings

    tell_readings(as_json=as_json)

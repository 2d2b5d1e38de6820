"""``imin-mock healthcheck`` and its help."""

from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import settings_of, settings_options


@click.command(epilog=EPILOG)
@settings_options("host", "port")
@click.option("--url", metavar="URL", help="Address to ask; by default that of a server with the same settings.")
def healthcheck(url: str | None, **values: Any) -> None:
    """Ask a running server whether it is well; exits 1 if not. For HEALTHCHECK in containers."""
    from mockserver.cli.probe import healthcheck as probe

    probe(settings_of(values), url)

"""``imin-mock schema`` and its help."""

from pathlib import Path

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import OUTPUT


@click.command(epilog=EPILOG)
@OUTPUT
def schema(output: Path | None) -> None:
    """Print the JSON Schema of scenario files, with which an editor completes and checks them.

    A running mock serves it, too, at /scenario.schema.json. The first line of a file of yours names it:

    \b
      imin-mock schema --output scenario.schema.json
      # yaml-language-server: $schema=scenario.schema.json
    """
    from mockserver.cli.starting import write_schema

    write_schema(output)

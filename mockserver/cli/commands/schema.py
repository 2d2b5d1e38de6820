"""``imin-mock schema``: the JSON Schema of scenario files."""

from pathlib import Path

import click

from mockserver.cli.options import OUTPUT
from mockserver.cli.output import EPILOG, Exit, stop
from mockserver.scenario.schema import published_schema
from mockserver.storage.written_files import write_whole


@click.command(epilog=EPILOG)
@OUTPUT
def schema(output: Path | None) -> None:
    """Print the JSON Schema of scenario files, with which an editor completes and checks them.

    A running mock serves it, too, at /scenario.schema.json. The first line of a file of yours names it:

    \b
      imin-mock schema --output scenario.schema.json
      # yaml-language-server: $schema=scenario.schema.json
    """
    if output is None:
        click.echo(published_schema(), nl=False)
        return
    try:
        write_whole(output, published_schema())
    except OSError as error:
        stop(Exit.BAD_INPUT, f"{output}: {error.strerror}.")
    click.echo(
        f"{output}: name it in the first line of a scenario file: # yaml-language-server: $schema={output.name}",
        err=True,
    )

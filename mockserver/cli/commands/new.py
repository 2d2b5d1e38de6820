"""``imin-mock new`` and its help."""

import click

from mockserver.cli.exits import EPILOG


@click.command(epilog=EPILOG)
@click.argument("name", metavar="NAME")
def new(name: str) -> None:
    """Write a scenario file to start from, with a word on each part; it runs as it is.

    NAME becomes NAME.yaml, and the key that plays it; a folder may stand before it. The JSON Schema for your editor is written
    beside it. Nothing that is there is overwritten.

    \b
      imin-mock new my-case
      imin-mock run my-case.yaml
      imin-mock serve --scenarios .
    """
    from mockserver.cli.starting import begin

    begin(name)

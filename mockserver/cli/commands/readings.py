"""``imin-mock readings``: every place where imin is silent."""

from dataclasses import asdict

import click

from mockserver.cli.documents import DECLARED
from mockserver.cli.options import AS_JSON
from mockserver.cli.output import EPILOG, print_json
from mockserver.domain.readings import READINGS


@click.command(epilog=EPILOG)
@AS_JSON
def readings(as_json: bool) -> None:
    """List every place where imin is silent: the options, the default (*) and the evidence."""
    if as_json:
        listed = [asdict(reading) for reading in READINGS.values()]
        print_json(listed)
        return
    for reading in READINGS.values():
        click.echo(click.style(reading.name.value, bold=True) + f"  {reading.question}")
        for option, meaning in reading.options.items():
            mark = "*" if option == reading.default else " "
            click.echo(f"  {mark} {option}: {meaning}")
        click.echo(f"    {reading.evidence}{f' {DECLARED}' if reading.declared else ''}")

"""``imin-mock new``: a scenario file to start from, and its schema beside it."""

import os
from pathlib import Path

import click

from mockserver.cli.output import EPILOG, Exit, stop
from mockserver.scenario.schema import SCHEMA_FILE, published_schema
from mockserver.storage.scenario_files import SUFFIXES, ScenarioFilesError, scenario_name
from mockserver.storage.written_files import write_whole

STARTER = Path(__file__).with_name("starter.yaml")


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
    path = Path(name)
    path = path if path.suffix in SUFFIXES else path.with_name(f"{path.name}{SUFFIXES[0]}")
    try:
        key = scenario_name(path)
        _write(path, STARTER.read_text(encoding="utf-8"))
    except ScenarioFilesError as error:
        stop(Exit.BAD_INPUT, str(error))
    except FileExistsError:
        stop(Exit.BAD_INPUT, f"{path} is there already, and stays as it is.")
    beside = path.with_name(SCHEMA_FILE)
    if not beside.exists():
        _write(beside, published_schema())
        click.echo(f"{beside}: the JSON Schema, with which editors complete and check scenario files.", err=True)
    folder = path.parent
    click.echo(f"{path}: a scenario to start from. Change it, and see what it does:\n")
    click.echo(f"  imin-mock run {path} -v")
    click.echo(f"  imin-mock serve --scenarios {folder}    # its key: {key}")


def _write(path: Path, text: str) -> None:
    """Write a new file. *Raises* ``FileExistsError``; exits 2 where it cannot be written."""
    if os.path.lexists(path):
        raise FileExistsError
    try:
        write_whole(path, text)
    except OSError as error:
        stop(Exit.BAD_INPUT, f"{path}: {error.strerror}.")

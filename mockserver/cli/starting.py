"""``imin-mock show``, ``new`` and ``schema``: what somebody needs who writes a scenario of their own."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from mockserver.cli.exits import Exit, stop
from mockserver.cli.finding import source
from mockserver.scenario.schema import published_schema
from mockserver.storage.scenario_files import SUFFIXES, ScenarioFilesError, scenario_name
from mockserver.storage.written_files import write_whole

STARTER = Path(__file__).with_name("starter.yaml")
SCHEMA_FILE = "scenario.schema.json"
"""What the starter names as its schema."""


def show(wanted: str, *, folders: Sequence[Path]) -> None:
    """Print a scenario's text; exits 2 if there is no such scenario.

    One that ships names its schema by where that lies in a checkout. A copy lies elsewhere, so it names one beside it, as a file
    of ``imin-mock new`` does, and says how to get it.
    """
    try:
        text = source(wanted, folders).text()
    except ScenarioFilesError as error:
        stop(Exit.BAD_INPUT, str(error))
    in_a_checkout = f"$schema=../mockserver/scenario/{SCHEMA_FILE}\n"
    in_a_copy = f"$schema={SCHEMA_FILE}\n# imin-mock schema --output {SCHEMA_FILE} writes that, for your editor.\n"
    click.echo(text.replace(in_a_checkout, in_a_copy, 1), nl=False)


def begin(name: str) -> None:
    """Write a scenario file to start from, and the schema beside it; exits 2 where a file of this name is there already."""
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


def write_schema(output: Path | None) -> None:
    """Print the schema, or write it to a file; one that is there is replaced, since it is ours."""
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


def _write(path: Path, text: str) -> None:
    """Write a new file. *Raises* ``FileExistsError``; exits 2 where it cannot be written."""
    if os.path.lexists(path):
        raise FileExistsError
    try:
        write_whole(path, text)
    except OSError as error:
        stop(Exit.BAD_INPUT, f"{path}: {error.strerror}.")

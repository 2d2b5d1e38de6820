"""``imin-mock check`` and its help."""

from pathlib import Path
from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON, SCENARIOS, settings_of, settings_options
from mockserver.limits import CHECKED_SECONDS, CHECKED_STATES


@click.command(epilog=EPILOG)
@SCENARIOS
@settings_options("scenarios")
@AS_JSON
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Save the way to each finding there, as a scenario that can be run.",
)
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    default=int(CHECKED_STATES),
    show_default=True,
    help="Reach no more states of a file.",
)
@click.option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    default=float(CHECKED_SECONDS),
    show_default=True,
    metavar="SECONDS",
    help="Explore a file no longer.",
)
def check(
    wanted: tuple[str, ...], as_json: bool, save: Path | None, max_states: int, max_time: float, **values: Any
) -> None:
    """Explore everything that a client and the clock can make of scenarios.

    SCENARIO is a file, a folder of files, - for standard input, or a name.

    Finds states that nothing leads to, transitions that never fire or compete, items that stay pending for ever, expectations
    that no run meets, work without end and broken laws; each with the shortest way there.
    """
    from mockserver.cli.check import check as check_files

    check_files(
        wanted,
        folders=settings_of(values).scenarios,
        max_states=max_states,
        max_seconds=max_time,
        save=save,
        as_json=as_json,
    )

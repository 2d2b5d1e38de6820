"""``imin-mock replay`` and its help. Its work is in a module of its own, imported when it is called."""

from pathlib import Path
from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON, settings_of, settings_options


@click.command(epilog=EPILOG)
@click.argument("recording", type=click.Path(path_type=Path), metavar="JOURNAL|HAR")
@click.option("--scenario", metavar="NAME|FILE", help="Play it in this scenario; by default the recorded one.")
@click.option("--at", metavar="INSTANT", help="When the world begins; by default as recorded, or as the scenario says.")
@click.option("--url", metavar="URL", help="Play it in a world of a running mock; by default in this process.")
@settings_options("scenarios")
@AS_JSON
def replay(
    recording: Path, scenario: str | None, at: str | None, url: str | None, as_json: bool, **values: Any
) -> None:
    """Play a recorded session again in a fresh world; tell the first divergence, and the state that led there.

    The file is an export of a world's exchanges (HAR or NDJSON), a HAR of any recorder, or the snapshot of a world, whose
    journal is then decided once more. Exits 1 if something is otherwise now.

    \b
      curl "$MOCK/__admin/worlds/happy-path/exchanges?as=har" > session.har
      imin-mock replay session.har
    """
    from mockserver.cli.replay import replay_recording

    replay_recording(
        recording, scenario=scenario, at=at, url=url, folders=settings_of(values).scenarios, as_json=as_json
    )

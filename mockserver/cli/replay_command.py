"""``imin-mock replay`` and its help. Its work is in a module of its own, imported when it is called."""

from pathlib import Path

import click

from mockserver.cli.exits import EPILOG


@click.command(epilog=EPILOG)
@click.argument("recording", type=click.Path(path_type=Path), metavar="JOURNAL|HAR")
@click.option("--scenario", metavar="NAME|FILE", help="Play it in this scenario; by default the recorded one.")
@click.option("--at", metavar="INSTANT", help="When the world begins; by default as recorded, or as the scenario says.")
@click.option("--url", metavar="URL", help="Play it in a world of a running mock; by default in this process.")
@click.option(
    "--scenarios",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="IMIN_MOCK_SCENARIOS",
    metavar="DIR",
    help="Folder of your own scenario files; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def replay(
    recording: Path, scenario: str | None, at: str | None, url: str | None, scenarios: tuple[Path, ...], as_json: bool
) -> None:
    """Play a recorded session again in a fresh world; tell the first divergence, and the state that led there.

    The file is an export of a world's exchanges (HAR or NDJSON), a HAR of any recorder, or the snapshot of a world, whose
    journal is then decided once more. Exits 1 if something is otherwise now.

    \b
      curl "$MOCK/__admin/worlds/happy-path/exchanges?as=har" > session.har
      imin-mock replay session.har
    """
    from mockserver.cli.replay import replay_recording

    replay_recording(recording, scenario=scenario, at=at, url=url, folders=scenarios, as_json=as_json)

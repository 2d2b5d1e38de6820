"""``imin-mock drift`` and its help. Its work is in a module of its own, imported when it is called."""

from pathlib import Path
from typing import Any

import click

from mockserver.cli.exits import EPILOG, Exit, stop
from mockserver.cli.options import AS_JSON, settings_of, settings_options


@click.command(epilog=EPILOG)
@click.argument("recording", required=False, type=click.Path(path_type=Path), metavar="HAR")
@click.option(
    "--scenario", metavar="NAME|FILE", help="Ask in this scenario; by default in one derived from the recording."
)
@click.option(
    "--rules", type=click.Path(path_type=Path), metavar="FILE", help="Rules of your own, before the declared ones."
)
@click.option("--list-rules", is_flag=True, help="List what is compared, and how.")
@click.option("--host", metavar="HOST", help="Where imin was called, if through a proxy; by default book.imin.co.")
@click.option(
    "--scrub-to", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a copy without secrets."
)
@click.option(
    "--save-scenario",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the derived scenario.",
)
@settings_options("scenarios")
@AS_JSON
def drift(
    recording: Path | None,
    scenario: str | None,
    rules: Path | None,
    list_rules: bool,
    host: str | None,
    scrub_to: Path | None,
    save_scenario: Path | None,
    as_json: bool,
    **values: Any,
) -> None:
    """Compare the mock with a session that was recorded from the real imin, and say which rule or reading to change.

    A scenario with the recorded bookings is derived and asked the same questions; statuses, shapes and behaviour are
    compared. Secrets are scrubbed before anything is compared or printed. Exits 1 if the mock drifts.

    \b
      imin-mock drift recording.har --scrub-to kept.har
      imin-mock drift --list-rules
    """
    from mockserver.cli.drift import find_and_tell, tell_rules

    if list_rules:
        tell_rules(rules)
        return
    if recording is None:
        stop(Exit.BAD_INPUT, "Name a recording: imin-mock drift recording.har")
    find_and_tell(
        recording,
        scenario=scenario,
        rules=rules,
        host=host,
        scrub_to=scrub_to,
        save_scenario=save_scenario,
        folders=settings_of(values).scenarios,
        as_json=as_json,
    )

"""``imin-mock replay``: finds the scenario of a recording, plays it again, and tells the first divergence with its state."""

import textwrap
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec
from whenever import Instant

from mockserver.cli.options import AS_JSON, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, counted, print_json, stop
from mockserver.cli.recording_limits import limit_fields, limits
from mockserver.cli.scenario_lookup import find_scenario, scenario_named
from mockserver.domain.readings import READINGS, ReadingName
from mockserver.domain.twins import Twin
from mockserver.engine.keys import KeyRefusedError, parse_key
from mockserver.engine.snapshots import SnapshotError, digest_of, kept_in
from mockserver.exchange_files.lenient_json import RecordingError
from mockserver.exchange_files.session import Beginning, Session, instant_in
from mockserver.recordings.drift import with_imin
from mockserver.recordings.files import JournalFile, read_recording
from mockserver.recordings.mocks import mock_at, mock_with
from mockserver.recordings.replay import JournalDivergence, Player, Replay, StateInWords, replay_journal
from mockserver.scenario.document import DEFAULT_EPOCH
from mockserver.scenario.faults import MisfitError
from mockserver.scenario.scenario import Scenario
from mockserver.storage.scenario_files import ScenarioFiles, bundled_folder

LINES_SHOWN = 8


@click.command(epilog=EPILOG)
@click.argument("path", type=click.Path(path_type=Path), metavar="JOURNAL|HAR")
@click.option("--scenario", metavar="NAME|FILE", help="Play it in this scenario; by default the recorded one.")
@click.option("--at", metavar="INSTANT", help="When the world begins; by default as recorded, or as the scenario says.")
@click.option("--url", metavar="URL", help="Play it in a world of a running mock; by default in this process.")
@settings_options("scenarios")
@AS_JSON
def replay(path: Path, scenario: str | None, at: str | None, url: str | None, as_json: bool, **values: Any) -> None:
    """Play a recorded session again in a fresh world; tell the first divergence, and the state that led there.

    The file is an export of a world's exchanges (HAR or NDJSON), a HAR of any recorder, or the snapshot of a world, whose
    journal is then decided once more. Exits 1 if something is otherwise now.

    \b
      curl "$MOCK/__admin/worlds/happy-path/exchanges?as=har" > session.har
      imin-mock replay session.har
    """
    folders = settings_of(values).scenarios
    try:
        recording = read_recording(path)
        known = ScenarioFiles([bundled_folder(), *folders]).names()
        beginning = _beginning(recording, scenario, known)
        found = find_scenario(scenario, folders) if scenario else scenario_named(beginning.scenario, folders)
        beginning = replace(beginning, scenario=found.name)
        if at is not None and instant_in(at) is None:
            stop(Exit.BAD_INPUT, f"--at {at!r} is no instant, such as {DEFAULT_EPOCH}.")
        epoch = (instant_in(at) if at else None) or beginning.epoch or found.epoch or Instant.parse_iso(DEFAULT_EPOCH)
        _remark(beginning, found, as_json=as_json)
        if isinstance(recording, JournalFile):
            if url is not None:
                stop(Exit.BAD_INPUT, "A journal is decided again in this process; leave out --url.")
            _check_seal(recording, found)
            _tell_journal(replay_journal(recording, beginning, found.seed(epoch)), recording, as_json=as_json)
            return
        if all(each.at is None for each in recording.exchanges):
            recording = with_imin(recording)
        channel = mock_at(url) if url is not None else mock_with([found])
        player = Player(session=recording, channel=channel, beginning=beginning, at=epoch)
        _tell_session(player.play(), recording, as_json=as_json)
    except RecordingError as error:
        stop(Exit.BAD_INPUT, str(error) if str(error).startswith(str(path)) else f"{path} {error}")
    except MisfitError as error:
        stop(Exit.BAD_INPUT, f"--at: {error.message}.")


def _beginning(recording: Session | JournalFile, scenario: str | None, known: Collection[str]) -> Beginning:
    """How the recorded world began; of a foreign recording, what its keys say, if they are keys of this mock at all."""
    if recording.beginning is not None:
        _check(recording.beginning)
        if scenario is None and recording.beginning.scenario not in known:
            raise RecordingError(
                "was recorded in a scenario that is not here. Give its file with --scenario, or its folder with --scenarios."
            )
        return recording.beginning
    assert isinstance(recording, Session)
    for exchange in recording.exchanges:
        try:
            key = parse_key(exchange.header("x-api-key") or "")
        except KeyRefusedError:
            continue
        if key.scenario in known:
            return Beginning(scenario=key.scenario, twin=key.twin)
    if scenario is None:
        raise RecordingError(
            "does not say which scenario it was recorded in: no X-API-KEY in it names one; name one with --scenario. Was it"
            " recorded from the real imin? Then imin-mock drift compares it with the mock."
        )
    return Beginning(scenario=scenario)


def _check(beginning: Beginning) -> None:
    """*Raises* :class:`RecordingError` for a twin or a reading of another version."""
    if beginning.twin is not None and beginning.twin not in set(Twin):
        raise RecordingError(f"was recorded with the twin {beginning.twin!r}, which there is not.")
    for name, option in beginning.readings.items():
        if name not in set(ReadingName) or option not in READINGS[ReadingName(name)].options:
            raise RecordingError(f"was recorded under the reading {name}={option}, which there is not.")


def _check_seal(recording: JournalFile, scenario: Scenario) -> None:
    """*Raises* :class:`RecordingError` for a snapshot that somebody has changed, as far as that can be told."""
    if recording.beginning.digest == digest_of(scenario):
        twin = recording.beginning.twin
        try:
            kept_in(recording.snapshot, scenario, None if twin is None else Twin(twin))
        except SnapshotError as error:
            raise RecordingError(f"cannot be used. {error}") from None


def _remark(beginning: Beginning, scenario: Scenario, *, as_json: bool) -> None:
    if beginning.digest is not None and beginning.digest != digest_of(scenario) and not as_json:
        click.echo(f"The scenario {scenario.name} has changed since this was recorded.", err=True)


def _tell_session(replay: Replay, session: Session, *, as_json: bool) -> None:
    divergence = replay.divergence
    if as_json:
        told = None if divergence is None else {
            "exchange": divergence.was.number,
            "request": f"{divergence.was.method} {divergence.was.target}",
            "differs": list(divergence.differs),
            "state": msgspec.to_builtins(_state_fields(divergence.state)),
        }  # fmt: skip
        limited = limit_fields(replay, session.skipped)
        print_json({"asked": replay.asked, "left_out": dict(replay.left_out), **limited, "divergence": told})
    elif divergence is None:
        click.echo(f"no divergence: {counted(replay.asked, 'request')} answered as recorded")
    else:
        was = divergence.was
        click.echo(f"request {divergence.position} of {len(session.exchanges)} diverges: {was.method} {was.target}")
        for line in divergence.differs:
            click.echo("\n".join(textwrap.wrap(line, 100, initial_indent="  ", subsequent_indent="    ")))
        _tell_state(divergence.state)
        first = session.exchanges[0].number
        if first > 1 and was.at is not None:
            click.echo(f"The recording begins with request {first}; what came before it may be the cause.")
    if not as_json:
        for why, count in replay.left_out.items():
            click.echo(f"left out: {counted(count, 'request')} {why}", err=True)
        for line in limits(replay, session.skipped):
            click.echo(line, err=True)
    if divergence is not None:
        raise SystemExit(int(Exit.FINDINGS))


def _tell_journal(found: JournalDivergence | None, recording: JournalFile, *, as_json: bool) -> None:
    events = len(recording.journal)
    if as_json:
        print_json({"events": events, "divergence": None if found is None else {
            "event": found.number, "was": found.was, "now": found.now, "because": found.because,
            "state": _state_fields(found.state),
        }})  # fmt: skip
    elif found is None:
        click.echo(f"no divergence: {counted(events, 'event')} decided as recorded")
    else:
        click.echo(f"event {found.number} of {events} diverges{found.because}")
        click.echo(f"  was: {found.was}")
        click.echo(f"  now: {found.now}")
        _tell_state(found.state)
    if found is not None:
        raise SystemExit(int(Exit.FINDINGS))


def _tell_state(state: StateInWords) -> None:
    click.echo(f"The state that led there, at {state.now}")
    click.echo(f"  behaviour: {state.machine}")
    for line in _items(state.items):
        click.echo("\n".join(textwrap.wrap(line, 100, initial_indent="  ", subsequent_indent="    ")))
    if len(state.timeline) > LINES_SHOWN:
        click.echo(f"  ... {len(state.timeline) - LINES_SHOWN} earlier")
    for line in state.timeline[-LINES_SHOWN:]:
        click.echo(f"  {line}")


def _items(items: Iterable[Any]) -> Iterable[str]:
    for item in list(items)[:LINES_SHOWN]:
        flag = item["cancellable"]
        may = "cancellable" if flag["allowed"] else "not cancellable"
        yield (
            f"{item['identifier']} of {item['order']}: {item['imin']['status']} at imin,"
            f" {item['booking_system']['status']} at the Seller; {may} [{flag['rule']}]"
        )


def _state_fields(state: StateInWords) -> dict[str, Any]:
    return {
        "now": state.now,
        "behaviour": state.machine,
        "items": [dict(item) for item in state.items],
        "timeline": list(state.timeline),
    }

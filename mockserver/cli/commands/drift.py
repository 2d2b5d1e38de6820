"""``imin-mock drift``: reads a recording, holds it against the mock, and tells what drifts and what to change about it."""

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from mockserver.cli.options import AS_JSON, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, counted, print_json, stop
from mockserver.cli.recording_limits import limit_fields, limits
from mockserver.cli.scenario_lookup import find_scenario
from mockserver.exchange_files.lenient_json import RecordingError
from mockserver.recordings.comparison import Drift
from mockserver.recordings.drift import DriftReport, find_drift, imins_part
from mockserver.recordings.drift_rules import RULES, SHAPE, STATUS, DriftRule, own_rules
from mockserver.recordings.files import JournalFile, read_recording
from mockserver.recordings.scrubber import written_har
from mockserver.storage.written_files import write_whole

MOST_TOLD = 20


@click.command(epilog=EPILOG)
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="HAR")
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
    path: Path | None,
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
    if path is None and not list_rules:
        stop(Exit.BAD_INPUT, "Name a recording: imin-mock drift recording.har")
    folders = settings_of(values).scenarios
    try:
        own = own_rules(rules) if rules is not None else ()
    except RecordingError as error:
        stop(Exit.BAD_INPUT, str(error))
    if list_rules or path is None:
        _list_rules(own)
        return
    try:
        recording = read_recording(path)
        if isinstance(recording, JournalFile):
            stop(Exit.BAD_INPUT, f"{path} is the snapshot of a world of the mock; imin-mock replay decides it again.")
        session = imins_part(recording, host)
        if scrub_to is not None:
            _write(scrub_to, written_har(session))
        chosen = None if scenario is None else find_scenario(scenario, folders)
        report = find_drift(session, own, chosen)
    except RecordingError as error:
        stop(Exit.BAD_INPUT, str(error) if str(error).startswith(str(path)) else f"{path} {error}")
    if save_scenario is not None:
        _write(save_scenario, report.scenario.encode())
    if as_json:
        print_json(_fields(report))
    else:
        click.echo("\n".join(_lines(report)))
    if report.drifts:
        raise SystemExit(int(Exit.FINDINGS))


def _list_rules(own: Iterable[DriftRule]) -> None:
    """List the rules by which recordings are compared, in the order in which they are asked; one's own come first."""
    for rule in (STATUS, *own, *RULES, SHAPE):
        click.echo(f"{rule.id:<16}{rule.how.value:<8}{rule.pattern}")
        click.echo(f"{'':<16}{rule.says}")


def _lines(report: DriftReport) -> Iterable[str]:
    total = len(report.drifts)
    if not total:
        yield f"no drift: {counted(report.compared, 'answer')} agree with the mock"
    else:
        yield f"{counted(total, 'difference')} in {counted(report.compared, 'answer')}"
        for drift, times in _told_once(report.drifts)[:MOST_TOLD]:
            yield from _drift(drift, times)
        yield from _advice(report)
    yield from limits(report, report.skipped)
    for each in report.assumed[:5]:
        yield f"assumed: {each}"
    if len(report.assumed) > 5:
        yield f"assumed: {len(report.assumed) - 5} more of the kind"


def _drift(drift: Drift, times: int) -> Iterable[str]:
    also = "" if times == 1 else f" (and {times - 1} more)"
    yield from _wrapped(f"{drift.position}. {drift.request}: {drift.place or 'the body'}{also}", 2)
    yield from _wrapped(f"imin: {drift.imin}", 5)
    yield from _wrapped(f"mock: {drift.mock}" + (f" [{drift.mocks_rule}]" if drift.mocks_rule else ""), 5)
    yield from _wrapped(f"look at: {', '.join(blamed(drift)) or 'the shape in mockserver/web/imin_api/wire.py'}", 5)


def _advice(report: DriftReport) -> Iterable[str]:
    if not report.readings:
        return
    chosen = " ".join(f"{name}={option}" for name, option in report.readings.items())
    if report.left:
        yield f"under the reading {chosen} {counted(len(report.left), 'difference')} would be left:"
        for drift, times in _told_once(report.left)[:MOST_TOLD]:
            yield from _drift(drift, times)
    else:
        yield f"under the reading {chosen} this recording agrees with the mock"


def blamed(drift: Drift) -> list[str]:
    """The rules of the mock that the difference speaks against: the one that its answer named, else those of the place."""
    return [drift.mocks_rule] if drift.mocks_rule is not None else [rule.value for rule in drift.rule.blames]


def _told_once(drifts: Sequence[Drift]) -> list[tuple[Drift, int]]:
    """Each kind of difference once, the first of its kind, and how often it is there."""
    kinds: dict[tuple[str, str, str], list[Drift]] = {}
    for each in drifts:
        kinds.setdefault((each.place, each.imin, each.mock), []).append(each)
    return [(found[0], len(found)) for found in kinds.values()]


def _fields(report: DriftReport) -> dict[str, Any]:
    return {
        "compared": report.compared,
        **limit_fields(report, report.skipped),
        "assumed": list(report.assumed),
        "drifts": [_drift_fields(each) for each in report.drifts],
        "under": {"readings": dict(report.readings), "left": [_drift_fields(each) for each in report.left]},
    }


def _drift_fields(drift: Drift) -> dict[str, Any]:
    rule: DriftRule = drift.rule
    return {
        "position": drift.position,
        "request": drift.request,
        "place": drift.place,
        "imin": drift.imin,
        "mock": drift.mock,
        "compared_by": rule.id,
        "rules": blamed(drift),
        "readings": [name.value for name in rule.readings],
    }


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        stop(Exit.BAD_INPUT, f"{path} cannot be written: {error.strerror}.")


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text, 100, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_on_hyphens=False
    )

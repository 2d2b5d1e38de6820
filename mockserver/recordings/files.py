"""Which kind of recording a file is, and what is in it: a HAR file, an NDJSON export, or the snapshot of a world.

It knows what kinds there are, told apart by their structure. It must never know what is done with a recording.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from mockserver.domain.execution import Recorded
from mockserver.engine.codec import CodecError, decode
from mockserver.recordings.content import RecordingError, content_of, lenient_copy, lenient_json, why_no_json
from mockserver.recordings.har import Log, session_in_har
from mockserver.recordings.ndjson import begins_like_lines, session_in_lines
from mockserver.recordings.session import Beginning, Session, beginning_of


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFile:
    """The journal of a world, out of its snapshot, and how the world began. ``snapshot`` is the whole of it."""

    beginning: Beginning
    journal: tuple[Recorded, ...]
    snapshot: dict[str, Any]


def read_recording(path: Path) -> Session | JournalFile:
    """What the file holds. *Raises* :class:`RecordingError`."""
    try:
        return _kind_of(content_of(path))
    except RecordingError as error:
        raise RecordingError(f"{path} {error}") from None


class _Any(msgspec.Struct):
    """The members of a file by which its kind is known."""

    log: Log | None = None
    journal: msgspec.Raw = msgspec.Raw()
    world: msgspec.Raw = msgspec.Raw()
    target: msgspec.Raw = msgspec.Raw()


def _kind_of(content: bytes) -> Session | JournalFile:
    try:
        found = _read(content)
    except msgspec.ValidationError as error:
        raise RecordingError(f"is not a HAR file: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if begins_like_lines(content):
            return session_in_lines(content)
        raise RecordingError(
            f"is not complete JSON ({why_no_json(error)}). Was the export interrupted? Record it again, or export it again."
        ) from None
    if found.log is not None:
        return session_in_har(found.log)
    if bytes(found.world) or bytes(found.target):
        return session_in_lines(content)
    if bytes(found.journal):
        try:
            return _journal_in(lenient_json(content))
        except ValueError as error:
            raise RecordingError(f"is damaged: {error}. Take the snapshot again.") from None
    raise RecordingError(
        "is not a HAR file: it has no log. Nor is it an export of exchanges or the snapshot of a world."
    )


def _read(content: bytes) -> _Any:
    """The members of the one value in the file; read once more as leniently as possible where it cannot be read otherwise."""
    try:
        return msgspec.json.decode(content, type=_Any)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        mended = lenient_copy(content)
        if mended is None:
            raise
        return msgspec.json.decode(mended, type=_Any)


def _journal_in(told: Any) -> JournalFile:
    beginning = beginning_of({**told, "doings": None}) if "scenario" in told else None
    if beginning is None or beginning.epoch is None or not isinstance(told.get("journal"), list):
        raise RecordingError("is neither a HAR file, nor an export of exchanges, nor the snapshot of a world.")
    journal = []
    for number, each in enumerate(told["journal"], start=1):
        try:
            journal.append(decode(each))
        except CodecError as error:
            raise RecordingError(f"holds what this version does not know, event {number}. {error}") from None
    return JournalFile(beginning=beginning, journal=tuple(journal), snapshot=told)

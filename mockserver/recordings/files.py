"""Which kind of recording a file is, and what is in it: a HAR file, an NDJSON export, or the snapshot of a world.

It must never know what is done with a recording.
"""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from whenever import Instant

from mockserver.domain.unfolding import Recorded
from mockserver.engine.codec import CodecError, decode
from mockserver.recordings.har import is_cut, session_in_har
from mockserver.recordings.session import Beginning, RecordingError, Session, Taken, beginning_of, instant_in

LARGEST_FILE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFile:
    """The journal of a world, out of its snapshot, and how the world began. ``snapshot`` is the whole of it."""

    beginning: Beginning
    journal: tuple[Recorded, ...]
    snapshot: dict[str, Any]


def read_recording(path: Path) -> Session | JournalFile:
    """What the file holds. *Raises* :class:`RecordingError`."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise RecordingError(
                f"{path} has {size // 1024**2} MiB, and {LARGEST_FILE // 1024**2} are the most; record a part."
            )
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").strip()
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}.") from None
    if not content:
        raise RecordingError(f"{path} is empty.")
    try:
        return _kind_of(content)
    except RecordingError as error:
        raise RecordingError(f"{path} {error}") from None


def _kind_of(content: bytes) -> Session | JournalFile:
    first = content.partition(b"\n")[0]
    if first.startswith((b'{"world":', b'{"number":')):
        return session_in_ndjson(content)
    if b'"log"' in content[:4096] or b'"journal"' not in content:
        return session_in_har(content)
    try:
        told = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordingError(f"is not complete JSON ({error}). Take the snapshot again.") from None
    return _journal_in(told)


def _journal_in(told: Any) -> JournalFile:
    beginning = beginning_of(told)
    if beginning is None or beginning.epoch is None or not isinstance(told.get("journal"), list):
        raise RecordingError("is neither a HAR file, nor an export of exchanges, nor the snapshot of a world.")
    try:
        journal = tuple(decode(each) for each in told["journal"])
    except CodecError as error:
        raise RecordingError(f"holds what this version does not know. {error}") from None
    return JournalFile(beginning=beginning, journal=journal, snapshot=told)


class _Side(msgspec.Struct):
    headers: list[tuple[str, str]] = []
    body: str = ""
    base64: str | None = None

    def content(self) -> bytes:
        try:
            return self.body.encode() if self.base64 is None else b64decode(self.base64, validate=True)
        except (binascii.Error, ValueError):
            raise RecordingError("has a body that is no base64.") from None


class _Line(msgspec.Struct):
    number: int
    at: str
    method: str
    target: str
    status: int
    request: _Side
    response: _Side
    wall: str = ""
    rule: str | None = None
    fault: str | None = None
    events: int | None = None


def session_in_ndjson(content: bytes) -> Session:
    """The session in an NDJSON export: a line about the world, where it has one, and one for each exchange.

    *Raises* :class:`RecordingError`.
    """
    lines = content.splitlines()
    beginning = None
    if lines[0].startswith(b'{"world":'):
        try:
            beginning = beginning_of(msgspec.json.decode(lines.pop(0)).get("world"))
        except (msgspec.DecodeError, AttributeError) as error:
            raise RecordingError(f"is damaged in line 1: {error}.") from None
    shift = 2 if beginning is not None else 1
    return Session(
        exchanges=tuple(
            taken_from_line(line, number) for number, line in enumerate(lines, start=shift) if line.strip()
        ),
        beginning=beginning,
    )


def taken_from_line(content: bytes, number: int = 1) -> Taken:
    """The exchange in a line of an NDJSON export. *Raises* :class:`RecordingError`."""
    try:
        line = msgspec.json.decode(content, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordingError(f"is damaged in line {number}: {error}. Export it again.") from None
    headers = tuple((name.lower(), value) for name, value in line.request.headers)
    body = line.request.content()
    host = next((value for name, value in headers if name == "host"), "")
    return Taken(
        number=line.number,
        method=line.method,
        origin=f"http://{host}",
        target=line.target,
        headers=headers,
        body=body,
        status=line.status,
        response_headers=tuple((name.lower(), value) for name, value in line.response.headers),
        response_body=line.response.content(),
        at=_instant(line.at, number),
        wall=instant_in(line.wall),
        rule=line.rule,
        fault=line.fault,
        events=line.events,
        cut=is_cut(headers, body),
    )


def _instant(text: str, number: int) -> Instant:
    found = instant_in(text)
    if found is None:
        raise RecordingError(f"is damaged in line {number}: {text[:40]!r} is no instant.")
    return found

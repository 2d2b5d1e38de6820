"""Recordings on disk: whatever they are packed and encoded as, told apart by their structure.

A HAR file, an NDJSON export, or the snapshot of a world. It must never know what is done with a recording.
"""

import codecs
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from mockserver.domain.execution import Recorded
from mockserver.engine.codec import CodecError, decode
from mockserver.exchange_files.har import Log, session_in_har
from mockserver.exchange_files.lenient_json import RecordingError, lenient_copy, lenient_json, why_no_json
from mockserver.exchange_files.ndjson import begins_like_lines, session_in_lines
from mockserver.exchange_files.session import Beginning, Session, beginning_of
from mockserver.foundation.limits import LARGEST_RECORDING

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GZIP = b"\x1f\x8b"
_PACKED = {
    b"PK\x03\x04": "a ZIP archive",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ\x00": "packed with xz",
}


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


def content_of(path: Path) -> bytes:
    """What is in the file or pipe, in UTF-8, unpacked and without white space around it. *Raises* :class:`RecordingError`."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_RECORDING + 1)
    except OSError as error:
        raise RecordingError(f"cannot be read: {error.strerror}.") from None
    if content.startswith(_GZIP):
        content = _unpacked(content)
    if len(content) > LARGEST_RECORDING:
        raise RecordingError(f"has more than {LARGEST_RECORDING // 1024**2} MiB, which are the most; record a part.")
    for mark, what in _PACKED.items():
        if content.startswith(mark):
            raise RecordingError(f"is {what}. Unpack it, and give the file in it.")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            content = _in_utf8(content[len(mark) :], encoding)
            break
    if not content.strip():
        raise RecordingError("is empty.")
    return content.strip()


def _unpacked(content: bytes) -> bytes:
    unpacked = bytearray()
    try:
        while content:
            unpacker = zlib.decompressobj(31)
            unpacked += unpacker.decompress(content, LARGEST_RECORDING + 1 - len(unpacked))
            if len(unpacked) > LARGEST_RECORDING:
                break
            if not unpacker.eof:
                raise RecordingError("is packed with gzip and ends too early. Was the copy interrupted?")
            content = unpacker.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise RecordingError(f"is packed with gzip and damaged ({error}).") from None
    return bytes(unpacked)


def _in_utf8(content: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        return content
    try:
        return content.decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise RecordingError(
            f"is marked as {encoding.upper()} and is none at byte {error.start + 1}: {error.reason}."
        ) from None

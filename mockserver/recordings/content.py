"""The content of a file as JSON in UTF-8, whatever it is packed and encoded as, and JSON as leniently as recorders write it.

It knows marks, encodings and JSON's grammar. It must never know what the JSON is about.
"""

import codecs
import json
import zlib
from pathlib import Path
from typing import Any

import msgspec

from mockserver.limits import LARGEST_RECORDING

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
_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class RecordingError(Exception):
    """A file cannot be used as a recording; the message says why, and what to do."""


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


def lenient_json(content: bytes | msgspec.Raw) -> Any:
    """The value of the JSON, where half a surrogate pair is a question mark, and NaN and infinity are null.

    Recorders write both. *Raises* ``ValueError`` with what is wrong and where.
    """
    try:
        return msgspec.json.decode(content)
    except _WRONG as error:
        return _otherwise(bytes(content), error)


def lenient_copy(content: bytes) -> bytes | None:
    """The JSON once more, as it should have been written; ``None`` where no reader would read it."""
    try:
        return json_bytes(_otherwise(content, None))
    except ValueError:
        return None


def json_bytes(value: Any) -> bytes:
    """The value as JSON, its numbers of any size."""
    try:
        return msgspec.json.encode(value)
    except OverflowError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _otherwise(content: bytes, error: Exception | None) -> Any:
    try:
        return _mended(json.loads(content.decode()))
    except (ValueError, RecursionError) as again:
        raise ValueError(why_no_json(again)) from error


def why_no_json(error: Exception) -> str:
    """What a parser stopped at, in words."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not UTF-8"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _mended(value: Any) -> Any:
    if isinstance(value, dict):
        return {_mended(key): _mended(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_mended(each) for each in value]
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124 - NaN
        return None
    return value

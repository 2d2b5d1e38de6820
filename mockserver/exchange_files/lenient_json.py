"""JSON as leniently as recorders write it, and what is said of a recording that cannot be used.

It must never know what the JSON is about.
"""

import json
from typing import Any

import msgspec

_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class RecordingError(Exception):
    """A file cannot be used as a recording; the message says why, and what to do."""


def lenient_json(content: bytes | msgspec.Raw) -> Any:
    """The value of the JSON, where half a surrogate pair is a question mark, and NaN and infinity are null.

    Recorders write both. *Raises* ``ValueError`` with what is wrong and where.
    """
    try:
        return msgspec.json.decode(content)
    except _WRONG as error:
        return _otherwise(bytes(content), error)


def json_of(body: bytes) -> Any:
    """The JSON value of a body; ``None`` where it is none."""
    try:
        return lenient_json(body)
    except ValueError:
        return None


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

"""The bodies of recorded messages, and how much of each was kept: recorders leave out, cut, encode and compress as they like.

It knows HAR's members about bodies and HTTP's about length and encoding. It must never know what a body is about.
"""

import binascii
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from mockserver.exchange_files.lenient_json import lenient_json
from mockserver.foundation.limits import LARGEST_RECORDED_BODY
from mockserver.foundation.outgoing_text import bytes_without_live_keys

Headers = tuple[tuple[str, str], ...]


class Kept(StrEnum):
    """How much of a body a recording has, in the words that follow "whose body"."""

    WHOLE = "the recording has whole"
    LEFT_OUT = "the recording left out"
    PART = "was kept only in part"
    ENCODED = "is encoded in a way that cannot be read here"


_BODILESS_STATUSES = frozenset({204, 205, 304})
_BODILESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})
_SECRET = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
_REMOVED = b"[not kept]"
_ZLIB = frozenset({"gzip", "x-gzip", "deflate"})


def posted_body(posted: Mapping[str, Any], size: Any, headers: Headers, method: str) -> tuple[bytes, Kept]:
    """The body of a request out of HAR's ``postData``, as it was sent; ``size`` is its ``bodySize``."""
    text = posted.get("text")
    if not isinstance(text, str) or not text:
        announced = _announced(headers)
        is_empty = method in _BODILESS_METHODS if announced is None else announced == 0
        is_empty = is_empty or (size == 0 and announced is None and not posted)
        return b"", Kept.WHOLE if is_empty else Kept.LEFT_OUT
    body = bytes_of(text, posted.get("encoding") or posted.get("_encoding"))
    return (b"", Kept.ENCODED) if body is None else (body, kept_of(body, headers))


def answered_body(
    content: Mapping[str, Any], size: Any, headers: Headers, method: str, status: int
) -> tuple[bytes, Kept]:
    """The body of an answer out of HAR's ``content``, unpacked; ``size`` is the answer's ``bodySize``."""
    text, encoding = content.get("text"), content.get("encoding")
    if not isinstance(text, str) or not text:
        announced = _announced(headers)
        is_empty = method == "HEAD" or status in _BODILESS_STATUSES or announced == 0
        is_streamed = any(name in {"transfer-encoding", "content-encoding"} for name, _ in headers)
        is_empty = is_empty or (announced is None and not is_streamed and content.get("size") == 0 and size == 0)
        return b"", Kept.WHOLE if is_empty else Kept.LEFT_OUT
    body = bytes_of(text, encoding)
    if body is None:
        return b"", Kept.ENCODED
    if _is_json(body):
        return body, Kept.WHOLE
    packed = _encodings(headers)
    if packed and (_is_base64(encoding) or not _is_legible(text)):
        unpacked = _unpacked(body, packed)
        return (b"", Kept.ENCODED) if unpacked is None else (unpacked, Kept.WHOLE)
    told = content.get("size")
    announced = int(told) if isinstance(told, int | float) and 0 < told < 2**53 else 0
    return body, Kept.PART if announced > len(body) else kept_of(body, headers)


def kept_of(body: bytes, headers: Headers) -> Kept:
    """How much of a body was kept that is given as it is; of a compressed one, nobody can tell."""
    announced = _announced(headers)
    return Kept.PART if announced is not None and announced > len(body) and not _encodings(headers) else Kept.WHOLE


def _announced(headers: Headers) -> int | None:
    told = next((value.strip() for name, value in headers if name == "content-length"), "")
    return int(told[:18]) if told.isascii() and told.isdecimal() else None


def _encodings(headers: Headers) -> list[str]:
    """The codings of the body, the last one outermost."""
    told = ",".join(value for name, value in headers if name == "content-encoding")
    return [each for each in (part.strip().lower() for part in told.split(",")) if each not in {"", "identity"}]


def _is_json(body: bytes) -> bool:
    if body.lstrip()[:1] not in {b"{", b"["}:
        return False
    try:
        lenient_json(body)
    except ValueError:
        return False
    return True


def bytes_of(text: str, encoding: Any) -> bytes | None:
    """The bytes that the text stands for; ``None`` if it stands for none. Recorders break lines and leave padding out."""
    if not _is_base64(encoding):
        return text.encode("utf-8", "replace")
    try:
        plain = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def base64_of(body: bytes) -> str | None:
    """A body that is no text in base64, in which nobody would find a live key afterwards; ``None`` for one that is text."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return b64encode(bytes_without_live_keys(body)).decode()
    return None


def without_secrets(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """A request's headers without what lets somebody in: a recording is sent to others."""
    return as_text((name, _REMOVED if name in _SECRET else value) for name, value in headers)


def as_text(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Headers as they are written in a file."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _is_base64(encoding: Any) -> bool:
    return str(encoding or "").strip().lower() == "base64"


def _is_legible(text: str) -> bool:
    """Whether this is text, and not the bytes of something packed that a recorder took for one."""
    return "\ufffd" not in text and all(letter.isprintable() or letter.isspace() for letter in text)


def _unpacked(body: bytes, codings: list[str]) -> bytes | None:
    """The body without its compression; ``None`` if it cannot be taken off, or if it would be too large."""
    for coding in reversed(codings):
        if coding not in _ZLIB:
            return None
        for bits in (47, -15):  # some servers say deflate and send it without its frame
            unpacker = zlib.decompressobj(bits)
            try:
                unpacked = unpacker.decompress(body, LARGEST_RECORDED_BODY)
            except zlib.error:
                continue
            break
        else:
            return None
        if unpacker.unconsumed_tail or not unpacker.eof:
            return None
        body = unpacked
    return body

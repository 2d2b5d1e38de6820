"""HAR files as sessions, however large, odd or hostile they are: entries that cannot be used are skipped and counted.

It knows HAR 1.1 and 1.2 and what browsers and proxies make of them. It must never know what the requests are about.
"""

import binascii
import zlib
from base64 import b64decode
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import msgspec

from mockserver.recordings.session import Headers, RecordingError, Session, Taken, beginning_of, instant_in

LARGEST_BODY = 16 * 1024 * 1024
"""A body that is larger when it is unpacked is not one of imin's."""


class _Named(msgspec.Struct):
    name: str = ""
    value: str = ""


class _Posted(msgspec.Struct, rename={"encoding": "_encoding"}):
    text: str | None = None
    encoding: str | None = None


class _Content(msgspec.Struct, frozen=True):
    text: str | None = None
    encoding: str | None = None


class _Request(msgspec.Struct):
    method: str
    url: str
    headers: list[_Named] = []
    postData: _Posted | None = None  # noqa: N815 - HAR's name


class _Response(msgspec.Struct):
    status: int
    headers: list[_Named] = []
    content: _Content = _Content()


class _Own(msgspec.Struct, frozen=True):
    rule: str | None = None
    fault: str | None = None
    events: int | None = None
    number: int | None = None


class _Entry(msgspec.Struct, rename={"virtual": "_virtual", "own": "_imin_mock"}):
    request: _Request
    response: _Response
    startedDateTime: str = ""  # noqa: N815 - HAR's name
    virtual: str = ""
    own: _Own = _Own()


class _Log(msgspec.Struct, rename={"own": "_imin_mock"}):
    entries: list[msgspec.Raw]
    version: Any = "1.2"
    own: Any = None


class _File(msgspec.Struct):
    log: _Log


def session_in_har(content: bytes) -> Session:
    """The session in a HAR file. *Raises* :class:`RecordingError`."""
    try:
        log = msgspec.json.decode(content, type=_File).log
    except msgspec.ValidationError as error:
        raise RecordingError(f"is not a HAR file: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordingError(
            f"is not complete JSON ({error}). Was the export interrupted? Record it again, or export it again."
        ) from None
    if str(log.version or "1.2") not in {"1.1", "1.2"}:
        raise RecordingError(f"is HAR of version {str(log.version)[:20]!r}; export it as HAR 1.2.")
    skipped: Counter[str] = Counter()
    taken = [each for number, raw in enumerate(log.entries, start=1) if (each := _taken(raw, number, skipped))]
    if not taken:
        what = "; ".join(f"{count} of them {why}" for why, count in skipped.items())
        raise RecordingError(f"has no request that can be used{': ' + what if what else ''}.")
    in_order = sorted(taken, key=lambda each: (each.wall is None, each.wall.timestamp() if each.wall else 0))
    own = [each.at for each in taken if each.at is not None]
    return Session(
        exchanges=tuple(taken if len(own) == len(taken) else in_order),
        beginning=beginning_of(log.own),
        skipped=dict(skipped),
    )


def _taken(raw: msgspec.Raw, number: int, skipped: Counter[str]) -> Taken | None:
    try:
        entry = msgspec.json.decode(raw, type=_Entry)
        url = urlsplit(entry.request.url)
    except (msgspec.ValidationError, RecursionError, ValueError):
        skipped["lack a method, a URL or a status"] += 1
        return None
    if url.scheme not in {"http", "https"} or entry.response.status == 101:
        skipped["are no HTTP requests (web sockets, files, extensions)"] += 1
        return None
    headers, response_headers = _headers(entry.request.headers), _headers(entry.response.headers)
    posted, content = entry.request.postData or _Posted(), entry.response.content
    body = _bytes(posted.text, posted.encoding)
    answered = _unpacked(_bytes(content.text, content.encoding), content.encoding, response_headers)
    return Taken(
        number=entry.own.number or number,
        method=entry.request.method.upper(),
        origin=f"{url.scheme}://{url.netloc}",
        target=(url.path or "/") + (f"?{url.query}" if url.query else ""),
        headers=headers,
        body=body or b"",
        status=entry.response.status,
        response_headers=response_headers,
        response_body=answered or b"",
        at=instant_in(entry.virtual),
        wall=instant_in(entry.startedDateTime),
        rule=entry.own.rule,
        fault=entry.own.fault,
        events=entry.own.events,
        cut=is_cut(headers, body or b""),
        unreadable=answered is None or (is_cut(response_headers, answered) and not _is_json(answered)),
    )


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def is_cut(headers: Headers, body: bytes) -> bool:
    """Whether a longer body was announced than was kept; of a compressed one, nobody can tell."""
    if any(name == "content-encoding" for name, _ in headers):
        return False
    announced = next((value for name, value in headers if name == "content-length"), "")
    return announced.isdecimal() and int(announced[:18]) > len(body)


def _headers(told: list[_Named]) -> Headers:
    return tuple((each.name.lower(), each.value) for each in told if not each.name.startswith(":"))


def _bytes(text: str | None, encoding: str | None) -> bytes | None:
    """The bytes that the text stands for; ``None`` if it stands for none."""
    if text is None:
        return b""
    if (encoding or "").lower() != "base64":
        return text.encode("utf-8", "replace")
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _unpacked(body: bytes | None, encoding: str | None, headers: Headers) -> bytes | None:
    """The body without its compression, which some recorders leave on; ``None`` if it cannot be taken off."""
    packed = next((value.strip().lower() for name, value in headers if name == "content-encoding"), "")
    if not body or not encoding or packed in {"", "identity"}:
        return body
    if packed not in {"gzip", "deflate"}:
        return body if body.lstrip()[:1] in {b"{", b"["} else None
    try:
        unpacker = zlib.decompressobj(47)
        unpacked = unpacker.decompress(body, LARGEST_BODY)
    except zlib.error:
        return body if body.lstrip()[:1] in {b"{", b"["} else None
    return None if unpacker.unconsumed_tail else unpacked

"""Exports of exchanges as NDJSON, written and read: perhaps a value about the world, and one for each exchange.

It knows the members of the mock's own export, which its control interface has too, and reads them however they are laid out. It
must never know what is done with a session.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mockserver.engine.exchanges import Exchange
from mockserver.engine.live_world import LiveWorld
from mockserver.exchange_files.bodies import Kept, as_text, base64_of, bytes_of, kept_of, without_secrets
from mockserver.exchange_files.lenient_json import RecordingError, lenient_json
from mockserver.exchange_files.session import (
    Beginning,
    RecordedExchange,
    Session,
    beginning_fields,
    beginning_of,
    instant_in,
    origin_in,
)

_SPACE = re.compile(r"\s*")
_FIRST_MEMBERS = re.compile(rb'\{\s*"(?:world|number|at|events|fault)"\s*:')


def exchange_fields(exchange: Exchange) -> dict[str, Any]:
    """An exchange, key by key; bodies as text."""
    return {
        "number": exchange.number,
        "at": exchange.at.format_iso(),
        "wall": exchange.wall.format_iso(),
        "took_us": exchange.took_us,
        "events": exchange.events,
        "method": exchange.method,
        "target": exchange.target,
        "status": exchange.status,
        "rule": exchange.rule,
        "fault": exchange.fault,
        "request": {
            "headers": without_secrets(exchange.request_headers),
            "body": exchange.request_body.decode("utf-8", "replace"),
        },
        "response": {
            "headers": as_text(exchange.response_headers),
            "body": exchange.response_body.decode("utf-8", "replace"),
        },
    }


def ndjson_of(live_world: LiveWorld, exchanges: Iterable[Exchange]) -> bytes:
    """A line about the world, and then a line for each exchange; a body that is no text is given in base64 too."""
    lines: list[dict[str, Any]] = [{"world": beginning_fields(live_world)}]
    for exchange in exchanges:
        fields = exchange_fields(exchange)
        for side, body in (("request", exchange.request_body), ("response", exchange.response_body)):
            encoded = base64_of(body)
            if encoded is not None:
                fields[side]["base64"] = encoded
        lines.append(fields)
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


class _Side(msgspec.Struct):
    headers: list[tuple[str, str]] = []
    body: str = ""
    base64: str | None = None


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


def session_in_lines(content: bytes) -> Session:
    """The session in an export. *Raises* :class:`RecordingError`, which names the line that is damaged."""
    beginning: Beginning | None = None
    taken: list[RecordedExchange] = []
    for number, value in _values(content):
        if isinstance(value, dict) and value.keys() == {"world"}:
            if beginning is not None or taken:
                raise RecordingError(f"is the export of another world from line {number} on; play one after the other.")
            beginning = _beginning(value["world"], number)
        else:
            taken.append(_taken(value, number))
    if not taken:
        raise RecordingError("has no request that can be used.")
    return Session(exchanges=tuple(taken), beginning=beginning)


def exchange_in_line(content: bytes) -> RecordedExchange:
    """The exchange in a line of an export. *Raises* :class:`RecordingError`."""
    return _taken(msgspec.json.decode(content), 1)


def begins_like_lines(content: bytes) -> bool:
    """Whether the file begins with a value of such an export, or with a part of one."""
    try:
        value, _ = json.JSONDecoder().raw_decode(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return _FIRST_MEMBERS.match(content) is not None
    return isinstance(value, dict) and ("world" in value or {"number", "method", "target"} <= value.keys())


def _values(content: bytes) -> Iterator[tuple[int, Any]]:
    """Each value with the line in which it begins: one in each line, or laid out over many."""
    lines = content.split(b"\n")
    try:
        lenient_json(lines[0])
    except ValueError:
        yield from _laid_out(content)
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, lenient_json(line)
            except ValueError as error:
                raise _damaged(number, error) from None


def _laid_out(content: bytes) -> Iterator[tuple[int, Any]]:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise _damaged(number, ValueError(f"byte {error.start + 1} of the file is not UTF-8")) from None
    decoder, place, line = json.JSONDecoder(), 0, 1
    while place < len(text):
        try:
            value, end = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise _damaged(error.lineno, ValueError(error.msg)) from None
        except (ValueError, RecursionError):
            raise _damaged(line, ValueError("it is nested too deeply, or holds a number that is too long")) from None
        yield line, value
        space = _SPACE.match(text, end)
        following = space.end() if space else end
        line += text.count("\n", place, following)
        place = following


def _damaged(number: int, error: Exception) -> RecordingError:
    return RecordingError(f"is damaged in line {number}: {error}. Export it again.")


def _beginning(told: Any, number: int) -> Beginning | None:
    try:
        return beginning_of(told)
    except RecordingError as error:
        raise RecordingError(f"{error} (line {number})") from None


def _taken(told: Any, number: int) -> RecordedExchange:
    try:
        line = msgspec.convert(_without_nothing(told), _Line)
    except msgspec.ValidationError as error:
        raise _damaged(number, error) from None
    at = instant_in(line.at)
    if at is None:
        raise _damaged(number, ValueError(f"at {line.at[:40]!r} is no instant"))
    headers = tuple((name.lower(), value) for name, value in line.request.headers)
    body, answer = _body(line.request, number), _body(line.response, number)
    host = next((value for name, value in headers if name == "host"), "")
    return RecordedExchange(
        number=line.number,
        method=line.method,
        origin=origin_in(f"http://{host}") or "http://",
        target=line.target,
        headers=headers,
        body=body,
        status=line.status,
        response_headers=tuple((name.lower(), value) for name, value in line.response.headers),
        response_body=answer,
        at=at,
        wall=instant_in(line.wall),
        rule=line.rule,
        fault=line.fault,
        events=line.events,
        asked=kept_of(body, headers),
        answered=Kept.WHOLE,
    )


def _body(side: _Side, number: int) -> bytes:
    if side.base64 is None:
        return side.body.encode("utf-8", "replace")
    body = bytes_of(side.base64, "base64")
    if body is None:
        raise _damaged(number, ValueError("it has a body that is no base64"))
    return body


def _without_nothing(value: Any) -> Any:
    """The value without members that are null, and with whole numbers as such."""
    if isinstance(value, dict):
        return {key: _without_nothing(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nothing(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

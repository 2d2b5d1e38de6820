"""Exchanges as files that other programs read: HAR 1.2, and NDJSON with one exchange a line. Made only when asked for.

What HAR has no place for stands under names that begin with an underscore, as HAR wants it: ``_virtual`` is the world's time,
``_imin_mock`` the exchange's number, rule and fault, and, of the whole log, how its world began and what was done to it beside.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from whenever import TimeDelta

from mockserver import __version__
from mockserver.engine.exchanges import Exchange
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.replay import told_doings
from mockserver.engine.snapshots import digest_of
from mockserver.outgoing_text import bytes_without_live_keys

Json = dict[str, Any]

_SECRET = frozenset({b"authorization", b"cookie", b"proxy-authorization"})
_REMOVED = b"[not kept]"


def exchange_view(exchange: Exchange) -> Json:
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
            "headers": [_text(pair) for pair in _kept(exchange.request_headers)],
            "body": exchange.request_body.decode("utf-8", "replace"),
        },
        "response": {
            "headers": [_text(pair) for pair in exchange.response_headers],
            "body": exchange.response_body.decode("utf-8", "replace"),
        },
    }


def as_ndjson(live_world: LiveWorld, exchanges: Iterable[Exchange]) -> bytes:
    """A line about the world, and then a line for each exchange; a body that is no text is given in base64 too."""
    lines = [{"world": _world(live_world)}]
    for exchange in exchanges:
        view = exchange_view(exchange)
        for side, body in (("request", exchange.request_body), ("response", exchange.response_body)):
            if not _is_text(body):
                view[side]["base64"] = _base64(body)
        lines.append(view)
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def as_har(live_world: LiveWorld, exchanges: Iterable[Exchange], address: str) -> Json:
    """A HAR 1.2 log. ``address`` stands in URLs whose request named no host."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "imin-mock", "version": __version__},
            "entries": [_entry(each, address) for each in exchanges],
            "_imin_mock": _world(live_world),
        }
    }


def _world(live_world: LiveWorld) -> Json:
    """How the world began, and what was done to it other than by its clients."""
    return {
        "key": live_world.key,
        "scenario": live_world.scenario.name,
        "digest": digest_of(live_world.scenario),
        "twin": live_world.twin,
        "epoch": live_world.seed.epoch.format_iso(),
        "readings": {name.value: option for name, option in live_world.world.readings.items()},
        "doings": told_doings(live_world),
    }


def _entry(exchange: Exchange, address: str) -> Json:
    host = next((value.decode("latin-1") for name, value in exchange.request_headers if name == b"host"), None)
    origin = address if host is None else f"{exchange.scheme}://{host}"
    milliseconds = exchange.took_us / 1000
    request: Json = {
        "method": exchange.method,
        "url": origin + exchange.target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(_kept(exchange.request_headers)),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(exchange.target.partition("?")[2], keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(exchange.request_body),
    }
    if exchange.request_body:
        request["postData"] = _posted(exchange)
    return {
        "startedDateTime": (exchange.wall - TimeDelta(microseconds=exchange.took_us)).format_iso(),
        "time": milliseconds,
        "request": request,
        "response": {
            "status": exchange.status,
            "statusText": _status_text(exchange.status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _headers(exchange.response_headers),
            "content": _content(exchange),
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(exchange.response_body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_virtual": exchange.at.format_iso(),
        "_imin_mock": {
            "number": exchange.number,
            "rule": exchange.rule,
            "fault": exchange.fault,
            "events": exchange.events,
        },
    }


def _posted(exchange: Exchange) -> Json:
    kind = _header(exchange.request_headers, b"content-type") or "application/octet-stream"
    if _is_text(exchange.request_body):
        return {"mimeType": kind, "text": exchange.request_body.decode(), "params": []}
    return {"mimeType": kind, "text": _base64(exchange.request_body), "params": [], "_encoding": "base64"}


def _content(exchange: Exchange) -> Json:
    body = exchange.response_body
    kind = _header(exchange.response_headers, b"content-type") or ("application/octet-stream" if body else "x-unknown")
    content: Json = {"size": len(body), "mimeType": kind}
    if not body:
        return content
    if _is_text(body):
        return {**content, "text": body.decode()}
    return {**content, "text": _base64(body), "encoding": "base64"}


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """A request's headers without what lets somebody in: a recording is sent to others."""
    return [(name, _REMOVED if name in _SECRET else value) for name, value in headers]


def _base64(body: bytes) -> str:
    """A body that is no text, in which nobody would find a live key afterwards."""
    return b64encode(bytes_without_live_keys(body)).decode()


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in map(_text, headers)]


def _header(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> str | None:
    return next((value.decode("latin-1") for name, value in headers if name == wanted), None)


def _text(pair: tuple[bytes, bytes]) -> Sequence[str]:
    return [part.decode("latin-1") for part in pair]


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _status_text(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""

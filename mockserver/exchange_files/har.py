"""HAR files, written and read, however large, odd or hostile they are: entries that cannot be used are skipped and counted.

It knows HAR 1.1 and 1.2 and what browsers, proxies and test tools make of them. It must never know what the requests are about.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from http.client import responses
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

import msgspec
from whenever import Instant, TimeDelta

from mockserver import __version__
from mockserver.engine.exchanges import Exchange
from mockserver.engine.live_world import LiveWorld
from mockserver.exchange_files.bodies import (
    Headers,
    Kept,
    answered_body,
    as_text,
    base64_of,
    bytes_of,
    kept_of,
    posted_body,
    without_secrets,
)
from mockserver.exchange_files.lenient_json import RecordingError, lenient_json
from mockserver.exchange_files.session import (
    RecordedExchange,
    Session,
    beginning_fields,
    beginning_of,
    instant_in,
    origin_of,
    recorded_instant,
)

Json = dict[str, Any]

_CACHES = (
    "fromCache",
    "_fromCache",
    "_fromDiskCache",
    "_fromMemoryCache",
    "_fetchedViaServiceWorker",
    "_servedFromCache",
)
"""Members by which recorders say that an answer came from the client's own store; each may stand at an entry or its response."""

_NETWORK = {"", "network load"}
"""What Safari's ``_fetchType`` says of an answer that did not come from a store."""


class Log(msgspec.Struct, rename={"own": "_imin_mock"}):
    """The log of a HAR file; its entries are read one after another, so that one of them cannot spoil the rest."""

    entries: list[msgspec.Raw] | None = None
    version: Any = None
    own: Any = None


class Unusable(Exception):  # noqa: N818 - no error, but a kind of entry
    """An entry is none of an exchange with a server; the message says what of it, in the words that follow "that"."""


def exported_har(live_world: LiveWorld, exchanges: Iterable[Exchange], address: str) -> Json:
    """The exchanges of a world as a HAR file. ``address`` stands in URLs whose request named no host.

    What HAR has no place for stands under names that begin with an underscore, as HAR wants it: ``_virtual`` is the world's time,
    ``_imin_mock`` the exchange's number, rule and fault, and, of the whole log, how its world began.
    """
    entries = [_exported(each, address) for each in exchanges]
    file = _file({"name": "imin-mock", "version": __version__}, entries)
    file["log"]["_imin_mock"] = beginning_fields(live_world)
    return file


def har_of(session: Session, creator: str) -> Json:
    """The session as a HAR file; what is known of its world is left out. Its bodies must be text."""
    return _file({"name": creator, "version": "1"}, [_written(each) for each in session.exchanges])


def _file(creator: Json, entries: list[Json]) -> Json:
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _exported(exchange: Exchange, address: str) -> Json:
    host = next((value.decode("latin-1") for name, value in exchange.request_headers if name == b"host"), None)
    own = {"number": exchange.number, "rule": exchange.rule, "fault": exchange.fault, "events": exchange.events}
    taken = RecordedExchange(
        number=exchange.number,
        method=exchange.method,
        origin=address if host is None else f"{exchange.scheme}://{host}",
        target=exchange.target,
        headers=without_secrets(exchange.request_headers),
        body=exchange.request_body,
        status=exchange.status,
        response_headers=as_text(exchange.response_headers),
        response_body=exchange.response_body,
        wall=exchange.wall - TimeDelta(microseconds=exchange.took_us),
    )
    return {**_written(taken, exchange.took_us / 1000), "_virtual": exchange.at.format_iso(), "_imin_mock": own}


def _written(taken: RecordedExchange, milliseconds: float = 0) -> Json:
    """An entry. The size of a body that was not kept is -1, as HAR has it for what is not known."""
    is_asked, is_answered = taken.asked is Kept.WHOLE, taken.answered is Kept.WHOLE
    request: Json = {
        "method": taken.method,
        "url": taken.origin + taken.target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(taken.headers),
        "queryString": _named(parse_qsl(taken.target.partition("?")[2], keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(taken.body) if is_asked else -1,
    }
    if taken.body and is_asked:
        kind = taken.header("content-type") or "application/octet-stream"
        request["postData"] = {"mimeType": kind, **_text(taken.body, "_encoding"), "params": []}
    size = len(taken.response_body) if is_answered else -1
    kind = taken.response_header("content-type") or ("application/octet-stream" if taken.response_body else "x-unknown")
    content = {"size": size, "mimeType": kind}
    if taken.response_body and is_answered:
        content |= _text(taken.response_body, "encoding")
    return {
        "startedDateTime": "" if taken.wall is None else taken.wall.format_iso(),
        "time": milliseconds,
        "request": request,
        "response": {
            "status": taken.status,
            "statusText": responses.get(taken.status, ""),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _named(taken.response_headers),
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": size,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def _text(body: bytes, encoding: str) -> Json:
    """A body as text; one that is none in base64, which the member ``encoding`` says."""
    encoded = base64_of(body)
    return {"text": body.decode()} if encoded is None else {"text": encoded, encoding: "base64"}


def _named(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in pairs]


def session_in_har(log: Log) -> Session:
    """The session in the log. *Raises* :class:`RecordingError`."""
    version = str(log.version or "1.2")
    if version.partition(".")[0] != "1":
        raise RecordingError(f"is HAR of version {version[:20]!r}; export it as HAR 1.2.")
    skipped: Counter[str] = Counter()
    taken: list[RecordedExchange] = []
    for number, raw in enumerate(log.entries or (), start=1):
        try:
            taken.append(_taken(raw, number))
        except Unusable as reason:
            skipped[str(reason)] += 1
    taken = _each_once(taken, skipped)
    if not taken:
        what = "; ".join(f"{count} of them {why}" for why, count in skipped.items())
        raise RecordingError(f"has no request that can be used{': ' + what if what else ''}.")
    return Session(exchanges=tuple(_in_order(taken)), beginning=beginning_of(log.own), skipped=dict(skipped))


def _in_order(taken: list[RecordedExchange]) -> list[RecordedExchange]:
    """By the times at which they began, where every one has a time; else as they stand in the file."""
    if all(each.at is not None for each in taken) or any(each.wall is None for each in taken):
        return taken
    return sorted(taken, key=lambda each: each.wall or Instant.MIN)


def _each_once(taken: list[RecordedExchange], skipped: Counter[str]) -> list[RecordedExchange]:
    """Without what some recorders note twice: the same exchange, begun in the same instant of a clock that tells milliseconds."""
    once: dict[Any, RecordedExchange] = {}
    for each in taken:
        is_exact = each.wall is not None and each.wall != each.wall.round("second", mode="floor")
        known: Any = replace(each, number=0) if is_exact and each.at is None else each.number
        if known in once:
            skipped["are in the recording twice"] += 1
        else:
            once[known] = each
    return list(once.values())


def _taken(raw: msgspec.Raw, number: int) -> RecordedExchange:
    entry = _entry(raw)
    request, response = _mapping(entry.get("request")), _mapping(entry.get("response"))
    if not request:
        raise Unusable("lack a request")
    method, url = request.get("method"), _url(request.get("url"))
    if not isinstance(method, str) or not method:
        raise Unusable("lack a method")
    is_own = isinstance(entry.get("_virtual"), str)
    status = _status(response)
    if not is_own:
        _refuse_what_is_not_the_servers(method.upper(), status, entry, response)
    headers, response_headers = _headers(request.get("headers")), _headers(response.get("headers"))
    posted, content = _mapping(request.get("postData")), _mapping(response.get("content"))
    body, asked = posted_body(posted, request.get("bodySize"), headers, method.upper())
    if is_own:
        asked = kept_of(body, headers)
        got = bytes_of(str(content.get("text") or ""), content.get("encoding"))
        answered = (b"", Kept.ENCODED) if got is None else (got, Kept.WHOLE)
    else:
        answered = answered_body(content, response.get("bodySize"), response_headers, method.upper(), status)
    own = _own(entry.get("_imin_mock"), number)
    return RecordedExchange(
        number=own.number or number,
        method=method.upper(),
        origin=origin_of(url),
        target=(url.path or "/") + (f"?{url.query}" if url.query else ""),
        headers=headers,
        body=body,
        status=status,
        response_headers=response_headers,
        response_body=answered[0],
        at=instant_in(entry["_virtual"]) if is_own else None,
        wall=recorded_instant(entry.get("startedDateTime")),
        rule=own.rule,
        fault=own.fault,
        events=own.events,
        asked=asked,
        answered=answered[1],
    )


def _entry(raw: msgspec.Raw) -> Mapping[str, Any]:
    try:
        return _mapping(lenient_json(raw))
    except ValueError:
        raise Unusable("are no JSON in UTF-8") from None


def _url(told: Any) -> SplitResult:
    if not isinstance(told, str) or not told:
        raise Unusable("lack a URL")
    try:
        url = urlsplit(told)
        url.port  # noqa: B018 - whether it has a port that is none
    except ValueError:
        raise Unusable("have a URL that is none") from None
    if url.scheme not in {"http", "https"}:
        raise Unusable("are no HTTP requests (web sockets, files, data, extensions)")
    if not url.hostname:
        raise Unusable("have a URL that is none")
    return url


def _status(response: Mapping[str, Any]) -> int:
    """The status; 0, or less, is how recorders write that no answer came."""
    told = response.get("status")
    if isinstance(told, str) and told.strip().isascii() and told.strip().isdecimal():
        told = int(told.strip()[:9])
    if isinstance(told, bool) or not isinstance(told, int | float) or told != told or int(told) != told:  # noqa: PLR0124 - NaN
        raise Unusable("lack a status")
    if told > 999:
        raise Unusable("have a status that is none")
    return max(int(told), 0)


def _refuse_what_is_not_the_servers(
    method: str, status: int, entry: Mapping[str, Any], response: Mapping[str, Any]
) -> None:
    """*Raises* :class:`Unusable` for what the client, or something on the way, has said to itself."""
    if status == 101 or entry.get("_resourceType") == "websocket" or entry.get("_webSocketMessages"):
        raise Unusable("are no HTTP requests (web sockets, files, data, extensions)")
    if method == "CONNECT":
        raise Unusable("only open a way through a proxy (CONNECT)")
    if method == "OPTIONS":
        raise Unusable("are a browser's own questions before a request (OPTIONS)")
    if entry.get("_wasFulfilled") is True:
        raise Unusable("were answered by the recording test itself")
    fetched = entry.get("_fetchType") or response.get("_fetchType") or ""
    if str(fetched).lower() not in _NETWORK or any(each.get(name) for each in (entry, response) for name in _CACHES):
        raise Unusable("were answered from a cache or by a service worker")
    if status == 304:
        raise Unusable("were answered 304: the client's own copy is still good")
    if 300 <= status < 400:
        raise Unusable("were sent on to another address")


class _Own(msgspec.Struct):
    rule: str | None = None
    fault: str | None = None
    events: int | None = None
    number: int | None = None


def _own(told: Any, number: int) -> _Own:
    if told is None:
        return _Own()
    try:
        return msgspec.convert(told, _Own)
    except msgspec.ValidationError as error:
        raise RecordingError(f"is damaged in entry {number}, _imin_mock: {error}. Export it again.") from None


def _mapping(told: Any) -> Mapping[str, Any]:
    return told if isinstance(told, dict) else {}


def _headers(told: Any) -> Headers:
    """The headers by their names in lower case, without HTTP/2's own."""
    if isinstance(told, dict):
        told = [{"name": name, "value": value} for name, value in told.items()]
    return tuple(
        (each["name"].strip().lower(), "" if each.get("value") is None else str(each["value"]))
        for each in (told if isinstance(told, list) else ())
        if isinstance(each, dict) and isinstance(each.get("name"), str) and not each["name"].startswith(":")
    )

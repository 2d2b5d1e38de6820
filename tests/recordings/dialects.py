"""The same exchanges as different tools write them to a HAR file: what each leaves out, adds, and writes in its own way.

Made after the tools' public documentation and exports. A dialect changes the HAR of somebody's browser in place, entry by entry,
and may write the file in its own way.
"""

import gzip
import json
import zlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a tool writes: each entry, the list of all, and the file. ``keeps`` says whether all bodies are in it."""

    entry: Callable[[Json], None] = lambda _: None
    entries: Callable[[list[Json]], list[Json]] = lambda entries: entries
    file: Callable[[Json], bytes] = lambda har: json.dumps(har).encode()
    keeps: bool = True

    def told(self, content: bytes) -> bytes:
        """The recording in this dialect."""
        har = json.loads(content)
        for each in har["log"]["entries"]:
            self.entry(each)
        har["log"]["entries"] = self.entries(har["log"]["entries"])
        return self.file(har)


def _texts(entry: Json) -> list[Json]:
    return [
        each for each in (entry["request"].get("postData"), entry["response"]["content"]) if each and "text" in each
    ]


def _pseudo_headers(entry: Json) -> None:
    path = entry["request"]["url"].partition("book.imin.co")[2]
    entry["request"]["headers"][:0] = [
        {"name": ":method", "value": entry["request"]["method"]}, {"name": ":scheme", "value": "https"},
        {"name": ":authority", "value": "book.imin.co"}, {"name": ":path", "value": path},
    ]  # fmt: skip
    entry["response"]["headers"].insert(0, {"name": ":status", "value": str(entry["response"]["status"])})


def _chrome(entry: Json) -> None:
    _pseudo_headers(entry)
    entry["_initiator"] = {"type": "script", "stack": {"callFrames": []}}
    entry |= {"_priority": "High", "_resourceType": "fetch", "connection": "443", "pageref": "page_1"}
    entry["response"] |= {"_transferSize": 312, "_error": None, "_fetchedViaServiceWorker": False, "bodySize": -1}
    entry["response"]["headers"] = [h for h in entry["response"]["headers"] if h["name"] != "content-length"]
    entry["request"]["httpVersion"] = entry["response"]["httpVersion"] = "h2"


def _chrome_packed(entry: Json) -> None:
    _chrome(entry)
    entry["response"]["headers"].append({"name": "content-encoding", "value": "br"})  # and the text is unpacked


def _preflights(entries: list[Json]) -> list[Json]:
    def preflight(entry: Json) -> Json:
        asked = {"method": "OPTIONS", "url": entry["request"]["url"], "headers": [], "queryString": []}
        answer = {"status": 204, "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}}
        return {"startedDateTime": entry["startedDateTime"], "time": 1, "request": asked, "response": answer}

    return [each for entry in entries for each in (preflight(entry), entry)]


def _copies(entries: list[Json]) -> list[Json]:
    """A copy from the cache and a 304 after each GET, which say what was before."""

    def copy(entry: Json, **more: Any) -> Json:
        return json.loads(json.dumps(entry)) | {"time": 0} | more  # type: ignore[no-any-return]

    first = next(each for each in entries if each["request"]["method"] == "GET")
    not_modified = copy(first)
    not_modified["response"] |= {"status": 304, "content": {"size": 0, "mimeType": ""}, "bodySize": 0}
    stale = [
        copy(first, _fromCache="memory"),
        copy(first, fromCache=True),
        copy(first, _fetchType="Disk Cache"),
        not_modified,
    ]
    late = entries[-1]["startedDateTime"]
    return [*entries, *(each | {"startedDateTime": late} for each in stale)]


def _firefox(entry: Json) -> None:
    _pseudo_headers(entry)
    entry |= {"cache": {}, "pageref": "page_1", "connection": "443", "comment": None}
    entry["startedDateTime"] = entry["startedDateTime"].replace("Z", ".000+00:00")
    for text in _texts(entry):
        text |= {"params": None, "comment": ""}
    entry["response"]["content"]["size"] = 0
    entry["response"]["headersSize"] = 400.0


def _safari(entry: Json) -> None:
    entry |= {"_fetchType": "Network Load", "_priority": "medium", "cache": {}, "timings": {"blocked": -1}}
    entry["response"] |= {"bodySize": None, "headersSize": None, "redirectURL": None}
    entry["response"]["content"] |= {"compression": None}


def _without_bodies(entry: Json) -> None:
    for side in (entry["request"].get("postData"), entry["response"]["content"]):
        if side:
            side.pop("text", None)


def _base64(entry: Json) -> None:
    for text in _texts(entry):
        text |= {"text": b64encode(text["text"].encode()).decode(), "encoding": "base64"}


def _wrapped_base64(entry: Json) -> None:
    for text in _texts(entry):
        plain = b64encode(text["text"].encode()).decode()
        text |= {"text": "\r\n".join(plain[at : at + 76] for at in range(0, len(plain), 76)), "encoding": "BASE64"}


def _still_packed(entry: Json, packed: Callable[[bytes], bytes], name: str) -> None:
    content = entry["response"]["content"]
    if content.get("text"):
        content |= {"text": b64encode(packed(content["text"].encode())).decode(), "encoding": "base64"}
        entry["response"]["headers"].append({"name": "Content-Encoding", "value": name})


def _charles(entry: Json) -> None:
    _base64(entry)
    entry |= {"_charlesStatus": "COMPLETE", "serverIPAddress": None}
    entry["request"]["headers"] = [
        {"name": h["name"].upper(), "value": h["value"]} for h in entry["request"]["headers"]
    ]


def _tunnels(entries: list[Json]) -> list[Json]:
    asked = {"method": "CONNECT", "url": "http://book.imin.co:443/", "headers": []}
    tunnel = {
        "startedDateTime": entries[0]["startedDateTime"],
        "request": asked,
        "response": {"status": 200, "content": {}},
    }
    socket = {**tunnel, "request": {"method": "GET", "url": "wss://book.imin.co/live"}, "response": {"status": 101}}
    data = {**tunnel, "request": {"method": "GET", "url": "data:image/png;base64,AAAA"}, "response": {"status": 200}}
    return [tunnel, socket, data, *entries]


def _fiddler(entry: Json) -> None:
    entry["startedDateTime"] = entry["startedDateTime"].replace("Z", ".0000000+00:00")
    entry["response"]["content"]["size"] = -1
    entry["request"]["url"] = entry["request"]["url"].replace("https://book.imin.co", "https://book.imin.co:443")


def _proxyman(entry: Json) -> None:
    _base64(entry)
    entry["request"]["url"] = entry["request"]["url"].replace("https://book.imin.co", "https://jo:pw@BOOK.imin.co")
    entry["response"]["status"] = str(entry["response"]["status"])


def _mitmproxy(entry: Json) -> None:
    entry["startedDateTime"] = entry["startedDateTime"].replace("Z", "+00:00").replace("T", " ")
    entry |= {"_resourceType": None, "_webSocketMessages": None}
    entry["response"]["status"] = float(entry["response"]["status"])
    posted = entry["request"].get("postData")
    if posted:
        posted |= {"text": b64encode(posted["text"].encode()).decode(), "encoding": "base64"}


def _insomnia(entry: Json) -> None:
    entry |= {"comment": "Cancel a booking", "cache": {}}
    entry["request"] |= {"cookies": None, "queryString": None, "headersSize": -1, "bodySize": -1}
    entry["request"]["url"] += "#tab"


def _postman(entry: Json) -> None:
    for key in ("cache", "timings", "time", "serverIPAddress"):
        entry.pop(key, None)
    entry["response"]["headers"] = {each["name"]: each["value"] for each in entry["response"]["headers"]}


def _playwright(entry: Json) -> None:
    entry |= {"_frameref": "frame", "_monotonicTime": 1.5, "_apiRequest": True, "_wasFulfilled": False}
    entry["response"] |= {"_transferSize": -1, "_failureText": None}


def _fulfilled(entries: list[Json]) -> list[Json]:
    """An answer that the test's own route gave, and that is not imin's."""
    own = json.loads(json.dumps(entries[0]))
    own["_wasFulfilled"], own["response"]["content"]["text"] = True, '{"imin:item": "stub"}'
    return [*entries, own]


def _as_they_ended(entries: list[Json]) -> list[Json]:
    for number, each in enumerate(entries):
        each["startedDateTime"] = each["startedDateTime"].replace("Z", f".{number:03}Z")
    return entries[::-1]


def _other_files(entry: Json) -> None:
    _playwright(entry)
    for text in _texts(entry):
        text["_file"] = "0a1b2c.json"
        del text["text"]


def _twice(entries: list[Json]) -> list[Json]:
    for each in entries:
        each["startedDateTime"] = each["startedDateTime"].replace("Z", ".007Z")
    return [again for each in entries for again in (each, json.loads(json.dumps(each)))]


def _packed_in_parts(har: Json) -> bytes:
    content = json.dumps(har).encode()
    return gzip.compress(content[:1000]) + gzip.compress(content[1000:]) + bytes(512)


def _odd_neighbours(har: Json) -> bytes:
    """Half a surrogate pair and a number that is none, in an entry of another host; the file has a mark."""
    stranger = {
        "request": {"method": "GET", "url": "https://cdn.example/"},
        "response": {"status": 200, "_x": "HALF"},
        "time": "NAN",
    }
    har["log"]["entries"].insert(0, stranger)
    text = json.dumps(har).replace('"NAN"', "NaN").replace("HALF", "\\ud83d")
    return b"\xef\xbb\xbf" + text.encode()


def _redirects(entries: list[Json]) -> list[Json]:
    first = json.loads(json.dumps(entries[0]))
    first["request"]["url"] = first["request"]["url"].replace("https:", "http:")
    first["response"] |= {"status": 307, "redirectURL": entries[0]["request"]["url"], "content": {"size": 0}}
    secure = json.loads(json.dumps(first))
    secure["request"]["url"] = entries[0]["request"]["url"]
    return [first, secure, *entries]


DIALECTS: dict[str, Dialect] = {
    "Chrome": Dialect(entry=_chrome),
    "Chrome, compressed on the wire": Dialect(entry=_chrome_packed),
    "Chrome, with preflights": Dialect(entry=_chrome, entries=_preflights),
    "a browser with a cache": Dialect(entry=_chrome, entries=_copies),
    "a browser that was sent on": Dialect(entry=_chrome, entries=_redirects),
    "Chrome, without content": Dialect(entry=_without_bodies, keeps=False),
    "Firefox": Dialect(entry=_firefox),
    "Safari": Dialect(entry=_safari, file=lambda har: json.dumps(har, ensure_ascii=False, indent=2).encode()),
    "Charles": Dialect(entry=_charles),
    "Fiddler": Dialect(entry=_fiddler, entries=_tunnels),
    "Fiddler, in UTF-16": Dialect(entry=_fiddler, file=lambda har: json.dumps(har).encode("utf-16")),
    "Proxyman": Dialect(entry=_proxyman),
    "mitmproxy": Dialect(entry=_mitmproxy),
    "mitmproxy, packed": Dialect(entry=_mitmproxy, file=_packed_in_parts),
    "Insomnia": Dialect(entry=_insomnia),
    "Postman": Dialect(entry=_postman),
    "Playwright": Dialect(entry=_playwright, entries=_fulfilled),
    "a proxy that writes what has ended": Dialect(entries=_as_they_ended),
    "Playwright, bodies in other files": Dialect(entry=_other_files, keeps=False),
    "k6": Dialect(entry=_wrapped_base64, file=lambda har: json.dumps(har, sort_keys=True, indent=1).encode("utf-32")),
    "bodies still in gzip": Dialect(entry=lambda each: _still_packed(each, gzip.compress, "gzip")),
    "bodies still in deflate": Dialect(entry=lambda each: _still_packed(each, zlib.compress, "deflate")),
    "bodies still in brotli": Dialect(
        entry=lambda each: _still_packed(each, lambda b: b"\x8b\x02" + b[::-1], "br"), keeps=False
    ),
    "a proxy that notes everything twice": Dialect(entries=_twice),
    "odd neighbours": Dialect(file=_odd_neighbours),
}

"""Recordings of the mock made to look like those of the real imin: no header, no field and no key says where they come from."""

from typing import Any

import msgspec
from whenever import Instant

SECRETS = ("sk-live-1234567890abcdef", "session=deadbeefcafe", "asha.patel@private.example", "Bearer eyJhbGciOi")


def as_of_imin(content: bytes, host: str = "book.imin.co") -> bytes:
    """The HAR as somebody's browser would have recorded it, with secrets in the usual places."""
    har = msgspec.json.decode(content)
    log = har["log"]
    del log["_imin_mock"]
    for entry in log["entries"]:
        at = Instant.parse_iso(entry.pop("_virtual"))
        del entry["_imin_mock"]
        entry["startedDateTime"] = at.format_iso()
        entry["serverIPAddress"] = "203.0.113.7"
        request, response = entry["request"], entry["response"]
        request["url"] = request["url"].replace("http://imin-mock.test", f"https://{host}")
        own = [each for each in request["headers"] if each["name"] not in {"host", "x-api-key"}]
        request["headers"] = [
            {"name": ":authority", "value": host}, {"name": "Host", "value": host}, {"name": "X-API-KEY", "value": SECRETS[0]},
            {"name": "Cookie", "value": SECRETS[1]}, {"name": "Authorization", "value": SECRETS[3]}, *own,
        ]  # fmt: skip
        request["cookies"] = [{"name": "session", "value": SECRETS[1]}]
        response["headers"] = [each for each in response["headers"] if not each["name"].startswith("x-imin-mock")]
        response["headers"] += [
            {"name": "Date", "value": at.format_rfc2822()},
            {"name": "Set-Cookie", "value": SECRETS[1]},
        ]
        content_ = response["content"]
        if "text" in content_:
            content_["text"] = content_["text"].replace("http://imin-mock.test", f"https://{host}")
    return msgspec.json.encode(har)


def with_more(content: bytes, **more: Any) -> bytes:
    """The HAR with more entries in front."""
    har = msgspec.json.decode(content)
    har["log"]["entries"] = [*more["entries"], *har["log"]["entries"]]
    return msgspec.json.encode(har)

"""In what two answers differ: status, rule, headers, and of a body each place by its path. Volatile headers do not count."""

import re
from collections.abc import Iterator
from typing import Any

from mockserver.recordings.bodies import Kept
from mockserver.recordings.content import json_bytes, lenient_json
from mockserver.recordings.session import Taken

VOLATILE_HEADERS = frozenset(
    {"age", "connection", "content-encoding", "content-length", "date", "etag", "keep-alive", "server", "transfer-encoding",
     "vary", "via", "x-request-id"}
)  # fmt: skip
"""What a server or a proxy adds on the way, or what follows from the rest."""

MOST_DIFFERENCES = 12

_ADDRESS = re.compile(rb"https?://[^/\"\s]+(?=/api/v2/)")


def differences(was: Taken, now: Taken, *, headers: bool = True) -> list[str]:
    """Everything in which the answers differ, in words; of very many, the first ones. ``headers``: in these too."""
    found = list(_differences(was, now, headers=headers))
    more = len(found) - MOST_DIFFERENCES
    return found if more <= 0 else [*found[:MOST_DIFFERENCES], f"and {more} more"]


def _differences(was: Taken, now: Taken, *, headers: bool) -> Iterator[str]:
    if was.status != now.status:
        yield f"status: {was.status}, now {now.status}"
    if headers:
        if was.rule != now.rule:
            yield f"rule: {was.rule or 'none'}, now {now.rule or 'none'}"
        if was.fault != now.fault:
            yield f"fault: {was.fault or 'none'}, now {now.fault or 'none'}"
        old, new = _kept(was), _kept(now)
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                yield f"header {name}: {old.get(name, 'none')}, now {new.get(name, 'none')}"
    if was.answered is not Kept.WHOLE:
        return
    before, after = _ADDRESS.sub(b"", was.response_body), _ADDRESS.sub(b"", now.response_body)
    if before == after:
        return
    old_value, new_value = json_of(before), json_of(after)
    if old_value is None or new_value is None:
        yield f"body: {_short(before)}, now {_short(after)}"
        return
    places = list(_places(old_value, new_value, "body"))
    yield from places or ["body: the same JSON in other bytes"] if headers else places


def _kept(taken: Taken) -> dict[str, str]:
    own = {"x-imin-mock-rule", "x-imin-mock-fault"}
    return {name: value for name, value in taken.response_headers if name not in VOLATILE_HEADERS | own}


def _places(was: Any, now: Any, path: str) -> Iterator[str]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in [*was, *(key for key in now if key not in was)]:
            if key not in now:
                yield f"{path}.{key}: {_show(was[key])}, now missing"
            elif key not in was:
                yield f"{path}.{key}: missing, now {_show(now[key])}"
            else:
                yield from _places(was[key], now[key], f"{path}.{key}")
    elif isinstance(was, list) and isinstance(now, list):
        if len(was) != len(now):
            yield f"{path}: {len(was)} entries, now {len(now)}"
        for index, (old, new) in enumerate(zip(was, now, strict=False)):
            yield from _places(old, new, f"{path}[{index}]")
    elif was != now or type(was) is not type(now):
        yield f"{path}: {_show(was)}, now {_show(now)}"


def json_of(body: bytes) -> Any:
    """The JSON value of a body; ``None`` where it is none."""
    try:
        return lenient_json(body)
    except ValueError:
        return None


def _show(value: Any) -> str:
    text = json_bytes(value).decode()
    return text if len(text) <= 100 else text[:97] + "..."


def _short(body: bytes) -> str:
    return f"{len(body)} bytes {body[:60]!r}" if body else "nothing"

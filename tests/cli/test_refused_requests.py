"""While somebody watches, each refusal is a line with its rule, under the world that it is about, and no line repeats a key."""

import http.client
import io
import json
from typing import Any

import pytest

from mockserver.bootstrap import build_server
from mockserver.cli.narrator import Narrator
from mockserver.cli.refused_requests import LARGEST_ANSWER, Refusal, telling
from mockserver.settings import Settings
from mockserver.web.answers import Receive, Scope, Send
from tests.serving import PATIENCE, ask, serving
from tests.web.calling import call

LIVE_KEY = "0123456789ABCDEF" * 2
ORDER = "/api/v2/orders/406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
LIST = "/api/v2/order-items?customerIdentifier=asha"
JSON = (b"content-type", b"application/json")
REFUSED: dict[str, tuple[str, str, str | None, bytes, int, str]] = {
    "no key": ("GET", LIST, None, b"", 401, "key.missing"),
    "a mistyped key": ("GET", LIST, "hapy-path", b"", 401, "key.refused"),
    "a live key": ("GET", LIST, LIVE_KEY, b"", 401, "key.refused"),
    "no customer": ("GET", "/api/v2/order-items", "happy-path", b"", 400, "query.customer-identifier-required"),
    "an unknown order": ("GET", "/api/v2/orders/nothing", "happy-path", b"", 404, "order.unknown"),
    "no JSON": ("PATCH", ORDER, "happy-path", b"{", 400, "body.not-json"),
    "another method": ("DELETE", ORDER, "happy-path", b"", 405, "method-not-allowed"),
    "no path of imin's": ("GET", "/api/v2/sessions", "happy-path", b"", 404, "unknown-route"),
    "no path at all": ("GET", "/nothing", None, b"", 404, "unknown-route"),
    "an unknown world": ("GET", "/__admin/worlds/nothing@x/clock", None, b"", 404, ""),
}


def heard(method: str, target: str, key: str | None, body: bytes = b"") -> tuple[list[Refusal], int]:
    """What is told of a request, and the status of its answer."""
    server = build_server(Settings())
    found: list[Refusal] = []
    headers = [JSON] if key is None else [JSON, (b"x-api-key", key.encode())]
    answer = call(telling(server.app, server.worlds, found.append), method, target, body, headers)
    return found, answer.status


@pytest.mark.parametrize("what", REFUSED)
def test_each_refusal_is_told_with_its_rule_and_its_reason(what: str) -> None:
    method, target, key, body, status, rule = REFUSED[what]
    (refusal,), answered = heard(method, target, key, body)
    assert (refusal.status, answered) == (status, status)
    assert refusal.rule.startswith(rule) if rule else True
    assert refusal.sentence.startswith(f"{method} {target.partition('?')[0]} -> {status}: ")
    assert (None if refusal.world is None else refusal.world.key) == (key if key == "happy-path" else None)
    assert key is None or key == "happy-path" or key not in refusal.sentence


@pytest.mark.parametrize("target", [LIST, "/", "/__admin/worlds"])
def test_what_is_answered_is_not_telling(target: str) -> None:
    assert heard("GET", target, "happy-path") == ([], 200)


def test_neither_what_looks_like_a_key_nor_what_steers_a_terminal_is_telling() -> None:
    (refusal,), _ = heard("GET", f"/api/v2/orders/{LIVE_KEY}%1b]52;c;x%07", "happy-path")
    assert LIVE_KEY not in refusal.sentence
    assert "\x1b" not in refusal.sentence
    assert "\\x1b]52;c;x\\x07" in refusal.sentence
    (refusal,), _ = heard("GET", f"/{'x' * 10_000}", None)
    assert len(refusal.sentence) < 600


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[1]",
        b'{"detail": {}}',
        b"null",
        b'{"detail": 7}',
        b'{"error": {"type": "X"}}',
        b"[" * 5_000,
        b"x" * (LARGEST_ANSWER + 1),
    ],
)
def test_a_refusal_without_a_reason_is_told_without_one(body: bytes) -> None:
    async def refuses(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    found: list[Refusal] = []
    call(telling(refuses, build_server(Settings()).worlds, found.append), "GET", "/x", b"", [])
    assert [refusal.sentence for refusal in found] == ["GET /x -> 503"]


def test_a_refusal_stands_under_its_world_with_its_rule_at_the_right() -> None:
    stream = io.StringIO()
    narrator = Narrator("people", stream)
    server = build_server(Settings(), observer=narrator.tell_story)
    application = telling(server.app, server.worlds, narrator.tell_refusal)
    call(application, "GET", LIST, b"", [(b"x-api-key", b"happy-path")])
    call(application, "GET", "/api/v2/order-items", b"", [(b"x-api-key", b"happy-path")])
    call(application, "GET", LIST, b"", [(b"x-api-key", b"hapy-path")])
    lines = stream.getvalue().splitlines()
    assert lines[0] == "-- happy-path"
    assert lines[2].startswith("09:00:00 GET /api/v2/order-items -> 400: ")
    assert "-- no world" in lines
    assert lines[-1].endswith(" key.refused")
    assert all(len(line) <= 80 for line in lines)


def test_serve_tells_programs_of_refusals_too_while_it_is_live() -> None:
    with serving("--live") as served:
        assert ask(served.url + "/api/v2/order-items", "happy-path").status == 400
        calling = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=PATIENCE)
        calling.request("GET", LIST, headers={"Host": "imin.example"})
        assert calling.getresponse().status == 421
        calling.close()
        assert served.process.stderr is not None
        entries: list[dict[str, Any]] = []
        while len([each for each in entries if each["event"] == "refusal"]) < 2:
            entries.append(json.loads(served.process.stderr.readline()))
    entries = [each for each in entries if each["event"] == "refusal"]
    assert entries.pop()["status"] == 421  # of a host that it is not called by
    assert (entries[-1]["status"], entries[-1]["world"]) == (400, "happy-path")
    assert entries[-1]["message"].startswith("GET /api/v2/order-items -> 400: ")

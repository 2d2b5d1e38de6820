"""Exchanges over HTTP: narrowed down, verified, exported as HAR and NDJSON, forgotten; the world never changes by it."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from whenever import Instant, TimeDelta

from tests.web.calling import KEY, set_stage
from tests.web.described import WORLD, Described

EXCHANGES = f"{WORLD}/exchanges"
VERIFY = f"{EXCHANGES}/verification"


@pytest.fixture
def described() -> Described:
    """A list, a cancellation, one that is refused, and a body that is no text."""
    described = Described()
    order = described.stage.order("booking")
    described.stage.get("/api/v2/order-items?customerIdentifier=asha")
    described.stage.cancel("booking", {"orderIdentifier": order, "orderItemIdentifier": "seat-1"})
    described.stage.cancel("booking", {"orderIdentifier": order, "orderItemIdentifier": "seat-9"})
    described.stage.cancel("booking", b"\xff")
    return described


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("method=PATCH&status=4xx", [3, 4]),
        ("status=204", [2]),
        ("path=/api/v2/orders/{order}", [2, 3, 4]),
        ("path=/api/v2/order-*", [1]),
        ("rule=cancel.unknown-item", [3]),
        ("fault=true", []),
        ("fault=false&last=1", [4]),
        ("order=booking&after=2", [3, 4]),
        ("order=nobody", []),
    ],
)
def test_exchanges_can_be_narrowed_down(described: Described, query: str, numbers: list[int]) -> None:
    assert [each["number"] for each in described.get(f"{EXCHANGES}?{query}")["exchanges"]] == numbers


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("method=FETCH", "FETCH"),
        ("status=6xx", "status"),
        ("status=20", "status"),
        ("path=orders", "path"),
        ("path=/a%3Fb", "path"),
        ("rule=cancel.unknown-itm", "Did you mean 'cancel.unknown-item'?"),
        ("rule=x", "/__admin/rules"),
        ("fault=perhaps", "fault"),
        ("as=xml", "xml"),
        ("after=-1", "after"),
        ("mehtod=GET", "Did you mean 'method'?"),
    ],
)
def test_what_there_is_not_is_refused_in_words(described: Described, query: str, says: str) -> None:
    assert says in described.refused("GET", f"{EXCHANGES}?{query}", b"", 422)


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        ({"exchanges": {}}, True),
        ({"exchanges": {"method": "PATCH"}, "times": 3}, True),
        ({"exchanges": {"status": 204}, "times": 0}, False),
        ({"exchanges": {"status": "4xx"}, "at_most": 1}, False),
        ({"exchanges": {"status": "4xx"}, "at_least": 2, "at_most": 2}, True),
        ({"in_order": [{"method": "GET"}, {"status": "400", "order": "booking"}]}, True),
        ({"in_order": [{"method": "GET"}, {"status": "400"}], "strictly": True}, False),
    ],
)
def test_a_verification_says_whether_it_holds(described: Described, body: Any, holds: bool) -> None:
    before = described.stage.state()
    verdict = described.post(VERIFY, body)
    assert verdict["holds"] is holds
    assert verdict["says"].endswith(".")
    assert described.stage.state() == before


def test_a_verification_that_fails_names_the_near_miss(described: Described) -> None:
    verdict = described.post(VERIFY, {"exchanges": {"method": "PATCH", "status": "503"}})
    assert verdict["near"][0]["differs"] == ["status is 400, not 503"]
    assert verdict["near"][0]["exchange"]["number"] == 4


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "exactly one"),
        ({"exchanges": {}, "in_order": [{}]}, "exactly one"),
        ({"exchanges": {}, "times": 1, "at_least": 1}, "exact"),
        ({"exchanges": {}, "at_least": 2, "at_most": 1}, "more than"),
        ({"in_order": [{}], "times": 1}, "belongs to"),
        ({"exchanges": {}, "strictly": True}, "belongs to"),
        ({"in_order": []}, "in_order"),
        ({"exchanges": {"rule": "nonesuch.rule"}}, "no rule"),
        ({"exchanges": {"satus": 1}}, "satus"),
    ],
)
def test_an_expectation_that_contradicts_itself_is_refused(described: Described, body: Any, says: str) -> None:
    assert says in described.refused("POST", VERIFY, body, 422)


def test_what_is_no_longer_kept_is_said_and_not_guessed() -> None:
    described = Described(set_stage(exchanges_kept=2))
    for _ in range(3):
        described.stage.get("/api/v2/orders?customerIdentifier=asha")
    assert "no longer kept" in described.refused("POST", VERIFY, {"exchanges": {"method": "PATCH"}, "times": 0}, 409)
    described.call("DELETE", EXCHANGES)
    assert described.post(VERIFY, {"exchanges": {"method": "PATCH"}, "times": 0})["holds"]


def test_forgetting_leaves_journal_state_and_clock_alone(described: Described) -> None:
    before, clock = described.stage.state(), described.get(f"{WORLD}/clock")
    journal = described.get(f"{WORLD}/snapshot")
    assert described.call("DELETE", EXCHANGES).status == 204
    assert (described.stage.state(), described.get(f"{WORLD}/clock")) == (before, clock)
    assert described.get(f"{WORLD}/snapshot") == journal
    assert described.post(VERIFY, {"exchanges": {}, "times": 0})["holds"]


def test_a_har_has_what_har_1_2_asks_for_and_the_worlds_own_beside(described: Described) -> None:
    log = described.get(f"{EXCHANGES}?as=har")["log"]
    assert log["version"] == "1.2"
    assert log["_imin_mock"]["key"] == KEY
    for number, entry in enumerate(log["entries"], start=1):
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= entry.keys()
        assert {
            "method",
            "url",
            "httpVersion",
            "cookies",
            "headers",
            "queryString",
            "headersSize",
            "bodySize",
        } <= entry["request"].keys()
        assert {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"} <= entry[
            "response"
        ].keys()
        assert entry["response"]["statusText"] == HTTPStatus(entry["response"]["status"]).phrase
        assert entry["_virtual"] == "2030-06-03T08:00:00Z"
        assert entry["_imin_mock"]["number"] == number
        (listed,) = described.get(f"{EXCHANGES}?after={number - 1}")["exchanges"][:1]
        ended = Instant.parse_iso(entry["startedDateTime"]) + TimeDelta(milliseconds=entry["time"])
        assert abs(ended - Instant.parse_iso(listed["wall"])) < TimeDelta(microseconds=1)
    first, _, refused, binary = log["entries"]
    assert first["request"]["url"] == "http://mock.test/api/v2/order-items?customerIdentifier=asha"
    assert first["request"]["queryString"] == [{"name": "customerIdentifier", "value": "asha"}]
    assert json.loads(first["response"]["content"]["text"])["imin:totalItems"] == 1 + 1
    assert refused["_imin_mock"]["rule"] == "cancel.unknown-item"
    assert (binary["request"]["postData"]["text"], binary["request"]["postData"]["_encoding"]) == ("/w==", "base64")


def test_ndjson_has_a_line_for_the_world_and_one_for_each_exchange(described: Described) -> None:
    answer = described.stage.get(f"{EXCHANGES}?as=ndjson&after=2")
    assert answer.header("content-type") == "application/x-ndjson"
    world, *exchanges = [json.loads(line) for line in answer.body.splitlines()]
    assert world["world"]["scenario"] == KEY
    assert [each["number"] for each in exchanges] == [3, 4]
    assert exchanges[1]["request"]["base64"] == "/w=="
    events = [each["events"] for each in exchanges]
    assert events[0] == events[1] > 1


def test_a_request_that_met_no_world_is_in_no_worlds_exchanges(described: Described) -> None:
    described.stage.get("/api/v2/orders?customerIdentifier=asha", key=None)
    described.stage.get("/api/v2/orders?customerIdentifier=asha", key="no-such-scenario")
    assert described.get(EXCHANGES)["total"] == 4

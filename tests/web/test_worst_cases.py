"""The worst that one request can ask for: none holds the server for long, and each that meets a limit is told its name."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.foundation.limits import LIMITS
from tests.web.calling import KEY, Received, Stage, scenario, session, set_stage

WORLD = f"/__admin/worlds/{KEY}"
JSON, YAML = [(b"content-type", b"application/json")], [(b"content-type", b"application/yaml")]
MEBIBYTE = 1024 * 1024

ALLOWED = 0.1
"""*Units*: seconds of processor time, for each megabyte of input, or for a request without a body."""

MARGIN = 10
"""How many times as slow as the machine that it was measured on a machine may be. What has no bound takes minutes."""

RESTLESS = {"a": {"after": {"PT0.000001S": "b"}}, "b": {"after": {"PT0.000001S": "a"}}}
CIRCLE = {"a": {"after": {"PT0S": "b"}}, "b": {"after": {"PT0S": "a"}}}


def restless(**parts: Any) -> Stage:
    """A world in which very much has happened, and more is always due; its exchanges have long paths."""
    stage = set_stage(scenario(behaviour={"initial": "a", "states": RESTLESS}, **parts))
    assert stage.live_world.key == KEY
    for _ in range(60):
        stage.get("/api/v2/orders/" + "a" * 1_900)
    while stage.call("POST", f"{WORLD}/clock/advance", {"by": "PT1H"}, headers=JSON).status == 200:
        pass
    return stage


@pytest.fixture(scope="module")
def full() -> Stage:
    return restless(then=[{"emails": 0, "at": f"+{second}s"} for second in range(300)])


def verification(*paths: str, **more: Any) -> bytes:
    return json.dumps({"in_order": [{"path": path} for path in paths], **more}).encode()


OF_A_FULL_WORLD: dict[str, tuple[str, str, bytes]] = {
    "a path of stars": ("GET", f"{WORLD}/exchanges?path=/" + "**" * 200 + "x", b""),
    "a path of stars and letters": ("GET", f"{WORLD}/exchanges?path=/" + "**a" * 150 + "x", b""),
    "a path of names": ("GET", f"{WORLD}/exchanges?path=/" + "**%7Ba%7Db" * 40 + "x", b""),
    "exchanges one after the other": (
        "POST", f"{WORLD}/exchanges/verification", verification(*["/**a**"] * 59, *["/x"] * 900, strictly=True),
    ),
    "exchanges in an order": ("POST", f"{WORLD}/exchanges/verification", verification(*["/" + "**a" * 150] * 1000)),
    "all exchanges": ("GET", f"{WORLD}/exchanges?as=har", b""),
    "an advance": ("POST", f"{WORLD}/clock/advance", b'{"until_quiet": true}'),
    "a timeline": ("GET", f"{WORLD}/timeline?all=true", b""),
    "a snapshot": ("GET", f"{WORLD}/snapshot", b""),
    "a fork": ("POST", f"{WORLD}/fork", json.dumps({"to": f"{KEY}@fork"}).encode()),
    "an explanation": ("GET", f"{WORLD}/order-items/seat-1/explanation?at=2031-01-01T00:00:00Z", b""),
    "an explanation of now": ("GET", f"{WORLD}/order-items/seat-1/explanation", b""),
    "expectations": ("GET", f"{WORLD}/expectations", b""),
    "an item that is not there": ("GET", f"{WORLD}/order-items/{'s' * 1_900}/explanation", b""),
    "a cancellation": ("PATCH", "/api/v2/orders/x", b'{"orderIdentifier": "x", "orderItemIdentifier": "y"}'),
}  # fmt: skip


def held(ask: Callable[[], Received], megabytes: float = 1) -> Received:
    """The answer, if it holds the server for no longer than it may."""
    began = time.process_time()
    answer = ask()
    assert time.process_time() - began < ALLOWED * MARGIN * max(megabytes, 1), answer.status
    assert answer.header("x-imin-mock-fault") != "bug", answer.body
    return answer


@pytest.mark.parametrize("what", OF_A_FULL_WORLD)
def test_no_request_to_a_world_in_which_very_much_happens_holds_the_server(what: str, full: Stage) -> None:
    method, target, body = OF_A_FULL_WORLD[what]
    answer = held(lambda: full.call(method, target, body, headers=JSON))
    if b"(limit " in answer.body:
        name = answer.body.decode().partition("(limit ")[2].partition(":")[0]
        assert name in LIMITS


BODIES: dict[str, bytes] = {
    "lists in lists": b"[" * MEBIBYTE,
    "objects in objects": b'{"a":' * (MEBIBYTE // 5),
    "many items": json.dumps({"type": "Order", "orderedItem": [{"type": "OrderItem", "id": "x"}] * 30_000}).encode()[:MEBIBYTE],
    "one long text": json.dumps({"type": "a" * (MEBIBYTE - 100)}).encode(),
    "escapes": b'{"a": "' + b"%" * (MEBIBYTE - 20) + b'"}',
    "digits of keys": b'{"a": "' + (b"f" * 32 + b" ") * 31_000 + b'"}',
    "a long number": b"1" * MEBIBYTE,
    "line ends": b"\n" * MEBIBYTE,
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("PATCH", "/api/v2/orders/booking"),
        ("POST", "/__admin/worlds"),
        ("POST", f"{WORLD}/actions"),
        ("POST", f"{WORLD}/exchanges/verification"),
        ("POST", "/__admin/pact/provider-states"),
    ],
)
def test_no_body_holds_the_server_for_longer_than_its_size_allows(method: str, target: str, body: str) -> None:
    stage = set_stage()
    answer = held(lambda: stage.call(method, target, BODIES[body], headers=JSON))
    assert answer.status in range(400, 500)


def filled(begins: str, *parts: str, ends: str = "") -> bytes:
    """A text of a mebibyte: the parts in turn, each with its number."""
    size = len(begins) + len(ends)
    written = [begins]
    for number in range(MEBIBYTE):
        part = parts[number % len(parts)].replace("#", str(number))
        size += len(part)
        if size > MEBIBYTE:
            break
        written.append(part)
    return "".join([*written, ends]).encode()


TITLED = "version: 1\ntitle: a\n"
TEXTS: dict[str, bytes] = {
    "values": filled(TITLED + "about: [", "a,", ends="a]"),
    "texts": filled(TITLED + "about: [", '"\\x61",', ends="a]"),
    "mappings": filled(TITLED + "about: [", "{a: b},", ends="a]"),
    "wide lists in one another": filled(TITLED + "about: [", *["a,"] * 9_000, "[", ends=""),
    "towers": filled(TITLED + "about: [", "[" * 35 + "]" * 35 + ",", ends="a]"),
    "depth": filled(TITLED + "about: ", "["),
    "names for values": filled(TITLED + "about: [", "&a# a,", ends="a]"),
    "values by their names": filled(TITLED + "about: [&a x", ",*a ", ends="]"),
    "a bomb": (TITLED + "a: [&a [" + "x," * 4_000 + "x]" + ",*a" * 4_000 + "]").encode(),
    "a key again and again": filled(TITLED, "a: b\n"),
    "unknown keys": filled(TITLED, "k#: a\n"),
    "unknown keys like known ones": filled(TITLED, "customer#: \n", "opportunit#: \n"),
    "controls": filled(TITLED, 'k#: "\\x01"\n'),
    "customers": filled(TITLED + "customers:\n", "  c#: {}\n"),
    "orders of nobody": filled(TITLED + "orders:\n", "  o#: {customer: zoe#, placed: -3d, items: {a: yoga#}}\n"),
    "states": filled(TITLED + "behaviour:\n  initial: s0\n  states:\n", "    s#: {}\n"),
    "states that lead nowhere": filled(
        TITLED + "behaviour:\n  initial: s0\n  states:\n", "    s#: {after: {PT1S: t#}}\n"
    ),
    "expectations": filled(TITLED + "then:\n", "- {emails: x#}\n"),
    "states of Pact": filled("version: 1\nstates:\n", "  '{a} b# {c}': {scenario: happy-pat#}\n"),
    "a long text": filled(TITLED + "about: |\n", " a\n"),
    "a long address": filled(TITLED + "customers:\n  a: {email: ", "a@", ends="}"),
    "a long name": filled(TITLED + "customers:\n  ? ", "a-", ends="\n  : {}"),
    "a long schema": filled("$schema: https://", "a/", ends="\n" + TITLED),
    "escaped digits": filled(TITLED + "about: ", "%33"),
    "quotes that stay open": filled(TITLED + "about: '", "a\n "),
}


@pytest.mark.parametrize("target", ["/__admin/scenarios/x", "/__admin/pact/provider-states"])
@pytest.mark.parametrize("text", TEXTS)
def test_no_text_that_is_put_on_a_server_holds_it_for_longer_than_its_size_allows(target: str, text: str) -> None:
    stage = set_stage()
    answer = held(lambda: stage.call("PUT", target, TEXTS[text], headers=YAML))
    assert answer.status in {201, 400, 422}


def test_a_text_that_is_put_on_a_server_has_fewer_values_than_a_file_and_the_limit_is_named() -> None:
    orders = {f"o{number}": {"customer": "asha", "placed": "-3d", "items": {"a": "yoga"}} for number in range(2_500)}
    stage = set_stage()
    answer = stage.call("PUT", "/__admin/scenarios/x", scenario(orders=orders).encode(), headers=YAML)
    assert answer.status == 422
    assert "(limit uploaded-values: 10,000)" in answer.json["faults"][0]["message"]


QUERIES = {
    "many parameters": "a=1&" * 4_000,
    "a long page": "customerIdentifier=a&page=" + "9" * 16_000,
    "a long customer": "customerIdentifier=" + "%C3%A4" * 2_600,
    "escapes": "%" * 16_000,
}


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "path", ["/api/v2/order-items", "/__admin/worlds", "/booking-system/orders-rpde", "/docs/imin", "/"]
)
def test_no_query_holds_the_server(path: str, query: str) -> None:
    stage = set_stage()
    stage.get(path)  # what is loaded at the first call is no part of it
    held(lambda: stage.get(f"{path}?{QUERIES[query]}"))


def test_a_scenario_that_goes_round_in_a_circle_is_left_soon_and_the_limit_is_named() -> None:
    stage = set_stage(scenario(behaviour={"initial": "a", "states": CIRCLE}))
    answer = held(lambda: stage.get("/api/v2/orders?customerIdentifier=asha"))
    assert (answer.status, answer.header("x-imin-mock-fault")) == (500, "endless-scenario")
    assert "(limit work-at-one-instant: 10,000)" in answer.json["detail"]


def test_the_largest_scenario_that_can_be_put_makes_its_worlds_in_time() -> None:
    series = session(starts="+1m", repeats={"every": "PT1M", "times": 3_900})
    orders = {"many": {"customer": "asha", "placed": "-3d", "for_each": {"seat": "yoga"}}}
    stage = set_stage()
    body = scenario(opportunities={"yoga": series}, orders=orders).encode()
    assert held(lambda: stage.call("PUT", "/__admin/scenarios/many", body, headers=YAML)).status == 201
    late = {"key": "many@late", "epoch": "2031-06-03T09:00:00+01:00"}
    assert held(lambda: stage.call("POST", "/__admin/worlds", late, headers=JSON)).status == 201
    held(lambda: stage.get(f"/__admin/worlds/many/order-items/{'seat' * 400}/explanation"))


def test_a_long_timeline_is_told_in_parts_that_are_the_whole(full: Stage) -> None:
    page = full.get(f"{WORLD}/timeline").json
    numbers = [entry["number"] for entry in page["entries"]]
    while page["next"] is not None:
        page = full.get(f"{WORLD}/timeline?after={page['next']}").json
        numbers += [entry["number"] for entry in page["entries"]]
    assert numbers == sorted(set(numbers))
    assert page["total"] - numbers[-1] <= 2
    assert len(numbers) > 20_000

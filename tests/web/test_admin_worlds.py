"""Worlds under control: made, looked at, reset, forked, kept as a snapshot, restored, dropped; and never left half made."""

import copy
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from mockserver.engine import registry
from tests.web.calling import KEY, scenario, set_stage
from tests.web.described import ADMIN, WORLD, Described
from tests.web.serving import served

WORLDS = f"{ADMIN}/worlds"
CANCEL = {"@type": "test:SellerRequestedCancellationSimulateAction", "object": {"@type": "Order", "@id": "booking"}}


def keys(described: Described) -> list[str]:
    return [world["key"] for world in described.get(WORLDS)["worlds"]]


def busy() -> Described:
    """A stage with a cancellation half way through."""
    described = Described()
    body = {"orderIdentifier": described.stage.order("booking"), "orderItemIdentifier": "seat-1"}
    assert described.stage.cancel("booking", body).status == 204
    described.post(f"{WORLD}/clock/advance", {"by": "PT40S"})
    return described


def dump(described: Described, key: str) -> list[Any]:
    """All that a world shows, but for its key."""
    where = f"{WORLDS}/{quote(key, safe='')}"
    parts = ["clock", "timeline?all=true", "orders", "refunds", "emails", "feed", "behaviour"]
    return [described.get(f"{where}/{part}") for part in parts]


def test_a_created_world_says_where_it_is() -> None:
    described = Described()
    answer = described.call("POST", WORLDS, {"key": f"{KEY}@a"})
    assert (answer.status, answer.header("location")) == (201, f"{WORLDS}/{KEY}@a")
    assert described.get(answer.header("location") or "") == answer.json
    assert (answer.json["key"], answer.json["scenario"], answer.json["behaviour"]) == (f"{KEY}@a", KEY, "obliging")


def test_a_world_is_made_once() -> None:
    assert "reset it instead" in Described().refused("POST", WORLDS, {"key": KEY}, 409)


@pytest.mark.parametrize("label", ["~.:+=,", "[a](b)", "a@b", "a-b_c", "{x}|^`'!$&*;", "..", "."])
def test_a_key_can_stand_in_a_path_as_it_is_or_percent_encoded(label: str) -> None:
    described, key = Described(), f"{KEY}@{label}"
    location = described.call("POST", WORLDS, {"key": key}).header("location") or ""
    for path in (location, f"{WORLDS}/{key}", f"{WORLDS}/{quote(key, safe='')}"):
        assert described.get(path)["key"] == key


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "empty"),
        (b"\xff", 400, ""),
        (b'{"key": "stage@a", "snapshot": ' + b'{"a":' * 100_000, 400, "nested too deeply"),
        (b'{"key": "\\ud800"}', 400, ""),
        (b"[]", 422, "Expected `object`"),
        ({}, 422, "missing required field `key`"),
        ({"key": None}, 422, "Expected `str`"),
        ({"key": ""}, 422, "length >= 1"),
        ({"key": "x" * 331}, 422, "length <= 330"),
        ({"key": "stage@a b"}, 422, "A key is <scenario>"),
        ({"key": "stage@a/b"}, 422, "A key is <scenario>"),
        ({"key": "stage@a\x00"}, 422, "A key is <scenario>"),
        ({"key": "stage~refund-twice"}, 422, "Did you mean 'refunds-twice'?"),
        ({"key": "stag"}, 404, "Did you mean 'stage'?"),
        ({"key": "stage@a", "snapshot": []}, 422, "Expected `object"),
        ({"key": "stage@a", "snapshot": {}}, 409, "not one of the scenario"),
        ({"key": "stage@a", "snap": {}}, 422, "Did you mean 'snapshot'?"),
        ({"key": "stage@a", "clock": "stopped"}, 422, "clock"),
        ({"key": "stage@a", "clock": {}}, 422, "exactly one"),
        ({"key": "stage@a", "clock": {"step": "PT1S", "running": {}}}, 422, "exactly one"),
        ({"key": "stage@a", "clock": {"step": "one second"}}, 422, "clock"),
        ({"key": "stage@a", "clock": {"running": {"rate": 0}}}, 422, "> 0"),
        ({"key": "stage@a", "epoch": "tomorrow"}, 422, "date-time with its offset"),
        ({"key": "stage@a", "epoch": "2030-13-01T00:00:00Z"}, 409, "calendar"),
        ({"key": "stage@a", "readings": {"link": "imin"}}, 409, "Did you mean 'links'?"),
        ({"key": "stage@a", "readings": {"links": "mine"}}, 409, "It takes"),
        ({"key": "stage@a", "clock": "frozen", "snapshot": {}}, 422, "brings its own clock"),
    ],
)
def test_a_world_that_cannot_be_made_is_refused_and_none_is_made(body: Any, status: int, words: str) -> None:
    described = Described()
    assert words in described.refused("POST", WORLDS, body, status)
    assert keys(described) == [KEY]


def test_a_world_is_made_with_the_clock_the_epoch_and_the_readings_that_are_asked_for() -> None:
    described = Described()
    epoch = "2031-01-02T03:04:05Z"
    wanted = {"key": "stage@a", "clock": {"step": "PT2S"}, "epoch": epoch, "readings": {"links": "imin"}}
    described.post(WORLDS, wanted, 201)
    described.stage.get("/api/v2/order-items?customerIdentifier=asha", key="stage@a")
    view = described.get(f"{WORLDS}/stage@a")
    assert (view["clock"]["epoch"], view["clock"]["now"]) == (epoch, "2031-01-02T03:04:07Z")
    assert view["readings"]["links"] == "imin"
    assert described.get(WORLD)["readings"]["links"] != "imin"


def test_a_body_that_says_it_is_a_form_is_refused_with_the_header_to_send() -> None:
    described = Described()
    form = [(b"content-type", b"application/x-www-form-urlencoded")]
    assert "Content-Type: application/json" in described.refused(
        "POST", WORLDS, b'{"key": "stage@a"}', 415, headers=form
    )
    described.refused("POST", WORLDS, b" " * 70_000_000, 413)


LOOKS = [
    "", "/snapshot", "/clock", "/behaviour", "/timeline", "/refunds", "/emails", "/orders", "/orders/booking", "/feed",
    "/expectations", "/exchanges", "/order-items/seat-1/explanation",
]  # fmt: skip


@pytest.mark.parametrize("rest", LOOKS)
def test_a_look_at_a_key_that_nobody_used_shows_what_its_first_use_would_make_and_makes_nothing(rest: str) -> None:
    stage, told = set_stage(), list[object]()
    described = Described(stage)
    stage.live_world.observer = stage.server.worlds.observer = lambda live_world, _: told.append(live_world)
    shown = described.get(f"{WORLDS}/{KEY}@new{rest}")
    assert (keys(described), told) == ([KEY], [])
    described.post(WORLDS, {"key": f"{KEY}@new"}, 201)
    assert described.get(f"{WORLDS}/{KEY}@new{rest}") == shown


@pytest.mark.parametrize(
    ("method", "rest", "body", "status"),
    [
        ("POST", "/reset", b"", 200),
        ("POST", "/fork", {"to": "stage@b"}, 201),
        ("POST", "/clock/advance", {"by": "PT1S"}, 200),
        ("POST", "/actions", CANCEL, 200),
        ("PUT", "/behaviour", {"state": "obliging"}, 200),
    ],
)
def test_the_first_thing_that_is_done_to_a_world_makes_it(method: str, rest: str, body: Any, status: int) -> None:
    described = Described()
    assert described.call(method, f"{WORLDS}/{KEY}@new{rest}", body).status == status
    assert f"{KEY}@new" in keys(described)


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("DELETE", "", b""),
        ("DELETE", "/exchanges", b""),
        ("POST", "/exchanges/verification", {"exchanges": {"method": "GET"}, "times": 0}),
    ],
)
def test_what_was_never_used_can_neither_be_forgotten_nor_verified(method: str, rest: str, body: Any) -> None:
    described = Described()
    assert "The first use of the key" in described.refused(method, f"{WORLDS}/stage@new{rest}", body, 404)
    assert keys(described) == [KEY]


@pytest.mark.parametrize(("key", "says"), [("stag@x", "Did you mean 'stage'?"), ("No%20Key", "A key is <scenario>")])
@pytest.mark.parametrize(("method", "rest", "body"), [("GET", "", b""), ("POST", "/clock/advance", {"by": "PT1S"})])
def test_a_key_that_can_have_no_world_is_not_found_and_what_was_meant_is_said(
    key: str, says: str, method: str, rest: str, body: Any
) -> None:
    described = Described()
    assert says in described.refused(method, f"{WORLDS}/{key}{rest}", body, 404)
    assert keys(described) == [KEY]


def test_that_a_world_was_evicted_is_said_to_who_asks_for_it_and_by_its_next_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(registry.LOG, "warning", lambda text, *parts: logged.append(text % parts))
    stage = set_stage(most_worlds=1)
    described, order = Described(stage), f"/api/v2/orders/{stage.order('booking')}"
    assert stage.get(order, key=f"{KEY}@other").header("x-imin-mock-world") is None
    assert logged == [f"World {KEY} made room for {KEY}@other: --most-worlds is 1."]
    for method, rest, body in (("GET", "", b""), ("POST", "/clock/advance", {"by": "PT1S"}), ("DELETE", "", b"")):
        answer = described.call(method, f"{WORLD}{rest}", body)
        assert (answer.status, "had to make room" in answer.json["detail"]) == (404, True)
    assert [stage.get(order).header("x-imin-mock-world") for _ in range(2)] == ["restarted-after-eviction", None]


def test_a_world_that_somebody_makes_anew_has_nothing_to_say_of_its_eviction() -> None:
    stage = set_stage(most_worlds=1)
    described, order = Described(stage), f"/api/v2/orders/{stage.order('booking')}"
    stage.get(order, key=f"{KEY}@other")
    described.post(WORLDS, {"key": KEY}, 201)
    assert stage.get(order).header("x-imin-mock-world") is None


def test_a_reset_world_is_as_new_and_a_dropped_one_is_made_again_at_its_next_use() -> None:
    fresh = dump(Described(), KEY)
    described = busy()
    assert dump(described, KEY) != fresh
    described.post(f"{WORLD}/reset", b"")
    assert dump(described, KEY) == fresh
    assert described.call("DELETE", WORLD).status == 204
    assert keys(described) == []
    assert described.stage.get("/api/v2/order-items?customerIdentifier=asha").status == 200
    assert dump(described, KEY) == fresh


def test_a_fork_is_equal_and_then_lives_apart_and_so_is_a_fork_of_it() -> None:
    described = busy()
    described.post(f"{WORLD}/fork", {"to": f"{KEY}@b"}, 201)
    described.post(f"{WORLDS}/{KEY}@b/fork", {"to": f"{KEY}@c"}, 201)
    origin = dump(described, KEY)
    assert dump(described, f"{KEY}@b") == dump(described, f"{KEY}@c") == origin
    described.post(f"{WORLDS}/{KEY}@b/clock/advance", {"by": "P1D"})
    assert dump(described, KEY) == dump(described, f"{KEY}@c") == origin
    described.post(f"{WORLDS}/{KEY}@c/clock/advance", {"by": "P1D"})
    assert dump(described, f"{KEY}@c") == dump(described, f"{KEY}@b")


@pytest.mark.parametrize(
    ("to", "status", "words"),
    [
        (KEY, 409, "there already"),
        ("happy-path@x", 409, "runs the same scenario"),
        ("nope", 409, "runs the same scenario"),
        ("No", 422, "A key is"),
    ],
)
def test_a_fork_that_cannot_be_made_is_refused(to: str, status: int, words: str) -> None:
    described = Described()
    assert words in described.refused("POST", f"{WORLD}/fork", {"to": to}, status)
    assert keys(described) == [KEY]


def test_a_restored_snapshot_is_the_world_again_and_goes_on_the_same_way() -> None:
    described = busy()
    snapshot = described.get(f"{WORLD}/snapshot")
    described.post(WORLDS, {"key": f"{KEY}@again", "snapshot": snapshot}, 201)
    assert dump(described, f"{KEY}@again") == dump(described, KEY)
    for key in (KEY, f"{KEY}@again"):
        described.post(f"{WORLDS}/{key}/clock/advance", {"until_quiet": True})
    assert dump(described, f"{KEY}@again") == dump(described, KEY)


CHANGES: tuple[Any, ...] = ("drop", None, 0, -1, "x", [], {}, "9999-12-31T23:59:59Z", {"command": "FireTimer"}, 1e300)


def tampered(snapshot: Any) -> Any:
    """Snapshots of which one value is missing, or of another kind, or another one."""
    for path in _paths(snapshot):
        for change in CHANGES:
            changed = copy.deepcopy(snapshot)
            *way, last = path
            holder = changed
            for step in way:
                holder = holder[step]
            if change == "drop":
                del holder[last]
            elif holder[last] == change and type(holder[last]) is type(change):
                continue
            else:
                holder[last] = change
            yield changed


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in steps:
        yield (*path, step)
        yield from _paths(each, (*path, step))


def test_a_snapshot_that_was_changed_anywhere_is_refused_and_leaves_no_half_world() -> None:
    described = busy()
    snapshot = described.get(f"{WORLD}/snapshot")
    tried = 0
    for changed in tampered(snapshot):
        answer = described.stage.call("POST", WORLDS, {"key": f"{KEY}@t", "snapshot": changed})
        assert answer.status == 409, (answer.status, answer.body, changed)
        assert answer.header("x-imin-mock-fault") is None
        tried += 1
    assert tried > 500
    assert keys(described) == [KEY]


def test_a_snapshot_of_another_scenario_or_of_another_text_is_refused() -> None:
    described = busy()
    snapshot = described.get(f"{WORLD}/snapshot")
    assert "not one of the scenario" in described.refused(
        "POST", WORLDS, {"key": "happy-path", "snapshot": snapshot}, 409
    )
    other = Described(set_stage(scenario(title="Another text")))
    assert "not one of the scenario" in other.refused("POST", WORLDS, {"key": f"{KEY}@x", "snapshot": snapshot}, 409)


def test_the_list_of_worlds_counts_those_that_had_to_make_room() -> None:
    described = Described(set_stage(most_worlds=2))
    for label in "abc":
        described.post(WORLDS, {"key": f"{KEY}@{label}"}, 201)
    listed = described.get(WORLDS)
    assert ([world["key"] for world in listed["worlds"]], listed["most"], listed["dropped"]) == (
        [f"{KEY}@b", f"{KEY}@c"],
        2,
        2,
    )


def test_a_world_under_control_is_in_use_and_does_not_make_room() -> None:
    described = Described(set_stage(most_worlds=2))
    described.post(WORLDS, {"key": f"{KEY}@a"}, 201)
    described.get(f"{WORLD}/clock")
    described.post(WORLDS, {"key": f"{KEY}@b"}, 201)
    assert keys(described) == [KEY, f"{KEY}@b"]


def test_a_scenario_that_runs_in_a_circle_is_told_apart_from_a_bug_and_makes_no_world() -> None:
    states = {"a": {"after": {"PT0S": "b"}}, "b": {"after": {"PT0S": "a"}}}
    described = Described()
    circle = scenario(behaviour={"initial": "a", "states": states}).encode()
    described.call("PUT", f"{ADMIN}/scenarios/circle", circle)
    answer = described.call("POST", WORLDS, {"key": "circle"})
    assert (answer.status, answer.header("x-imin-mock-fault")) == (500, "endless-scenario")
    assert keys(described) == [KEY]


def test_of_many_that_make_the_same_world_at_once_one_does_and_of_many_equal_actions_one_acts() -> None:
    stage = set_stage()
    with served(stage.server.app) as address, ThreadPoolExecutor(16) as pool:

        def post(target: str, body: Any) -> httpx2.Response:
            return httpx2.post(address + target, json=body)

        made = [pool.submit(post, WORLDS, {"key": KEY}) for _ in range(16)]
        assert Counter(each.result().status_code for each in made) == {201: 1, 409: 15}
        acted = [pool.submit(post, f"{WORLD}/actions", CANCEL) for _ in range(16)]
        assert [bool(each.result().json()["happened"]) for each in acted].count(True) == 1
        forked = [pool.submit(post, f"{WORLD}/fork", {"to": f"{KEY}@fork"}) for _ in range(16)]
        assert Counter(each.result().status_code for each in forked) == {201: 1, 409: 15}


def test_a_snapshot_that_was_given_out_is_taken_back_though_it_is_larger_than_any_body() -> None:
    described = Described(set_stage(body_limit=1_000))
    snapshot = described.get(f"{WORLD}/snapshot")
    snapshot["journal"] += [{"filler": "x" * 30_000}]
    assert "The snapshot" in described.refused("POST", WORLDS, {"key": "stage@restored", "snapshot": snapshot}, 409)

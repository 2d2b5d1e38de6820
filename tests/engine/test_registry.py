import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from whenever import TimeDelta

from mockserver.domain.commands import Command
from mockserver.domain.readings import ReadingName
from mockserver.domain.values import OrderItemId
from mockserver.engine.choices import Choices, clock_written, written_clock
from mockserver.engine.codec import encode
from mockserver.engine.keys import KeyRefusedError
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.registry import (
    EvictedWorldError,
    KeyTakenError,
    UnknownScenarioError,
    UnknownWorldError,
    Worlds,
)
from mockserver.engine.snapshots import SnapshotError
from mockserver.foundation.limits import EVICTED_KEYS
from mockserver.scenario.scenario import Scenario, parse_scenario
from mockserver.scenario.seed import ClockSetting, Frozen, Running, Stepping
from mockserver.storage.memory_journal import MemoryJournal
from tests.making import FakeWall, after, lowered, to_cancel

TEXT = """
version: 1
title: One seat
epoch: {epoch}
sellers: {{riverside: {{name: Riverside Leisure}}}}
customers: {{asha: {{given_name: Asha, family_name: Patel, email: asha@example.com}}}}
opportunities:
  yoga: {{type: ScheduledSession, seller: riverside, name: Yoga, starts: +2d10h, lasts: PT1H, capacity: 20,
         offer: {{name: Adult, price: 6.50 GBP, cancellable: {{until: P1D}}}}}}
orders: {{booking: {{customer: asha, placed: -3d, items: {{seat-1: yoga, seat-2: yoga}}}}}}
"""


class Shelf:
    """Scenarios by name; one may be taken away."""

    def __init__(self) -> None:
        self.held = {"seat": scenario("seat"), "other": scenario("other")}

    def names(self) -> Iterable[str]:
        return sorted(self.held)

    def find(self, name: str) -> Scenario:
        try:
            return self.held[name]
        except KeyError:
            raise UnknownScenarioError(name) from None


def scenario(name: str, epoch: str = "2030-06-03T09:00:00+01:00") -> Scenario:
    return parse_scenario(TEXT.format(epoch=epoch), name=name)


def make_worlds(**options: Any) -> Worlds:
    return Worlds(scenarios=Shelf(), make_journal=MemoryJournal, **{"wall": FakeWall(), **options})


def ask(live_world: LiveWorld, *items: str) -> Command:
    (order_id,) = live_world.world.catalogue.orders
    return to_cancel(*items, of=order_id)


def life(live_world: LiveWorld, number: int) -> list[Callable[[], object]]:
    """The steps of one world's life; different numbers live differently."""
    return [
        lambda: live_world.execute(ask(live_world, f"seat-{number % 2 + 1}")),
        lambda: live_world.advance_by(TimeDelta(seconds=number)),
        lambda: live_world.execute(ask(live_world, "seat-1", "seat-2")),
        live_world.until_quiet,
    ]


def journal_of(live_world: LiveWorld) -> list[object]:
    return [encode(recorded) for recorded in live_world.journal.read()]


def keys(worlds: Worlds) -> list[str]:
    return [live_world.key for live_world in worlds]


def test_the_first_use_of_a_key_creates_its_world_and_the_next_ones_find_it() -> None:
    worlds = make_worlds()
    first = worlds.enter("seat@one")
    assert worlds.enter("seat@one") is first
    assert worlds.enter("seat@two") is not first
    assert worlds.find("seat@two").key == "seat@two"
    assert len(worlds) == 2


def test_the_least_recently_used_world_makes_room() -> None:
    worlds = make_worlds(most=2)
    for key in ("seat@1", "seat@2", "seat@1", "seat@3"):
        worlds.enter(key)
    assert (keys(worlds), worlds.dropped) == (["seat@1", "seat@3"], 1)


def test_a_world_with_a_request_under_way_makes_no_room() -> None:
    worlds = make_worlds(most=2)
    for key in ("seat@1", "seat@2"):
        worlds.enter(key).under_way += 1
    worlds.enter("seat@3")
    assert keys(worlds) == ["seat@1", "seat@2", "seat@3"]
    worlds.find("seat@2").under_way -= 1
    worlds.enter("seat@4")
    assert keys(worlds) == ["seat@1", "seat@4"]


def test_only_so_many_evicted_keys_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.engine.registry.EVICTED_KEYS", lowered(EVICTED_KEYS, 2))
    worlds = make_worlds(most=1)
    for number in range(5):
        worlds.enter(f"seat@{number}")
    assert [isinstance(_not_found(worlds, f"seat@{number}"), EvictedWorldError) for number in range(4)] == [
        False,
        False,
        True,
        True,
    ]


def _not_found(worlds: Worlds, key: str) -> UnknownWorldError:
    with pytest.raises(UnknownWorldError) as caught:
        worlds.find(key)
    return caught.value


def test_two_hundred_interleaved_worlds_live_as_each_would_alone() -> None:
    worlds = make_worlds()
    lives = [life(worlds.enter(f"seat@{number}"), number) for number in range(200)]
    for steps in zip(*lives, strict=True):
        for step in steps:
            step()
    for number in range(200):
        alone = make_worlds().enter(f"seat@{number}")
        for step in life(alone, number):
            step()
        together = worlds.find(f"seat@{number}")
        assert journal_of(together) == journal_of(alone)
        assert together.world == alone.world


ERRORS: list[tuple[Callable[[Worlds], object], type[Exception]]] = [
    (lambda worlds: worlds.create("seat"), KeyTakenError),
    (lambda worlds: worlds.create("none"), KeyRefusedError),
    (lambda worlds: worlds.enter("Not A Key"), KeyRefusedError),
    (lambda worlds: worlds.find("seat@none"), UnknownWorldError),
    (lambda worlds: worlds.reset("seat@none"), UnknownWorldError),
    (lambda worlds: worlds.drop("seat@none"), UnknownWorldError),
    (lambda worlds: worlds.snapshot("seat@none"), UnknownWorldError),
    (lambda worlds: worlds.fork("seat@none", "seat@x"), UnknownWorldError),
    (lambda worlds: worlds.fork("seat", "other@x"), KeyRefusedError),
    (lambda worlds: worlds.fork("seat", "Not A Key"), KeyRefusedError),
    (lambda worlds: worlds.fork("seat", "seat"), KeyTakenError),
    (lambda worlds: worlds.restore("seat", {}), KeyTakenError),
    (lambda worlds: worlds.restore("none", {}), KeyRefusedError),
    (lambda worlds: worlds.restore("seat@x", {}), SnapshotError),
    (lambda worlds: worlds.restore("other", worlds.snapshot("seat")), SnapshotError),
]


@pytest.mark.parametrize(("attempt", "error"), ERRORS)
def test_what_fails_leaves_nothing_half_made(attempt: Callable[[Worlds], object], error: type[Exception]) -> None:
    worlds = make_worlds()
    before = worlds.enter("seat").world.copy()
    with pytest.raises(error):
        attempt(worlds)
    assert keys(worlds) == ["seat"]
    assert worlds.find("seat").world == before


def test_a_reset_begins_again_and_one_that_fails_leaves_the_old_world() -> None:
    worlds = make_worlds()
    fresh = worlds.enter("seat").world.copy()
    worlds.enter("seat").execute(ask(worlds.find("seat"), "seat-1"))
    assert worlds.reset("seat").world == fresh
    used = worlds.find("seat")
    del worlds.scenarios.held["seat"]  # type: ignore[attr-defined]
    with pytest.raises(KeyRefusedError):
        worlds.reset("seat")
    assert worlds.find("seat") is used


@pytest.mark.parametrize("how", ["fork", "restore"])
def test_a_second_world_equals_the_first_and_then_lives_apart(how: str) -> None:
    worlds = make_worlds()
    first = worlds.enter("seat")
    first.execute(ask(first, "seat-1"))
    first.advance_by(TimeDelta(minutes=1))
    second = (
        worlds.fork("seat", "seat@b")
        if how == "fork"
        else worlds.restore("seat@b", json.loads(json.dumps(worlds.snapshot("seat"))))
    )
    assert (second.world, second.clock.now(), journal_of(second)) == (first.world, after(minutes=1), journal_of(first))
    before = first.world.copy()
    second.execute(ask(second, "seat-2"))
    second.until_quiet()
    assert first.world == before
    assert second.world.imin.state_of(OrderItemId("seat-2")).status.is_cancelled


def choices() -> Choices:
    return Choices(clock=Stepping(by=TimeDelta(seconds=1)), epoch=after(hours=1), readings={ReadingName.LINKS: "imin"})


@pytest.mark.parametrize("how", ["create", "reset", "fork", "restore", "restore, then reset"])
def test_what_is_chosen_for_a_world_holds_for_all_of_its_life(how: str) -> None:
    worlds = make_worlds()
    world = worlds.create("seat@a", choices())
    match how:
        case "reset":
            world = worlds.reset("seat@a")
        case "fork":
            world = worlds.fork("seat@a", "seat@b")
        case "restore" | "restore, then reset":
            world = worlds.restore("seat@b", json.loads(json.dumps(worlds.snapshot("seat@a"))))
            world = worlds.reset("seat@b") if how.endswith("reset") else world
    assert world.clock.setting == Stepping(by=TimeDelta(seconds=1))
    assert world.clock.now() == world.seed.epoch == after(hours=1)
    assert world.world.readings[ReadingName.LINKS] == "imin"


@pytest.mark.parametrize("setting", [Frozen(), Running(rate=0.5), Stepping(by=TimeDelta(milliseconds=1500))])
def test_a_clock_that_is_written_down_is_read_back(setting: ClockSetting) -> None:
    assert clock_written(json.loads(json.dumps(written_clock(setting)))) == setting


@pytest.mark.parametrize(
    "tamper",
    [
        lambda snapshot: snapshot["journal"].pop(),
        lambda snapshot: snapshot["journal"].append({"event": "work_taken", "at": "2030-06-03T08:00:00Z"}),
        lambda snapshot: snapshot["journal"].append(None),
        lambda snapshot: snapshot["journal"][0].update(state="nowhere"),
        lambda snapshot: snapshot.update(now="2029-01-01T00:00:00Z"),
        lambda snapshot: snapshot.update(now=None),
        lambda snapshot: snapshot.update(epoch="2031-01-01T00:00:00Z"),
        lambda snapshot: snapshot.update(journal=None),
        lambda snapshot: snapshot.update(journal={}),
        lambda snapshot: snapshot.pop("seal"),
        lambda snapshot: snapshot.update(version=1),
        lambda snapshot: snapshot["readings"].update(links="imin"),
        lambda snapshot: snapshot["readings"].pop("links"),
        lambda snapshot: snapshot.update(readings=None),
        lambda snapshot: snapshot.update(clock={"step": "PT1S"}),
        lambda snapshot: snapshot.update(clock={}),
        lambda snapshot: snapshot.update(digest="0"),
    ],
)
def test_a_snapshot_that_was_changed_is_refused_and_makes_no_world(tamper: Callable[[dict[str, Any]], object]) -> None:
    worlds = make_worlds()
    worlds.enter("seat").execute(ask(worlds.find("seat"), "seat-1"))
    snapshot = worlds.snapshot("seat")
    tamper(snapshot)
    with pytest.raises(SnapshotError):
        worlds.restore("seat@b", snapshot)
    assert keys(worlds) == ["seat"]


def test_live_worlds_run_from_now_whatever_the_scenario_says() -> None:
    wall = FakeWall(at=after(hours=7, seconds=0.7))
    live = make_worlds(live=True, wall=wall).enter("seat")
    assert (live.seed.epoch, live.clock.mode) == (after(hours=7), "running")
    wall.at = after(hours=8)
    assert live.clock.now() == after(hours=8) - TimeDelta(seconds=0.7)
    frozen = make_worlds(wall=wall).enter("seat")
    assert (frozen.seed.epoch, frozen.clock.mode) == (after(), "frozen")


def test_a_scenario_of_now_begins_at_the_present_second() -> None:
    worlds = make_worlds(wall=FakeWall(at=after(seconds=5.9)))
    worlds.scenarios.held["now"] = scenario("now", epoch="now")  # type: ignore[attr-defined]
    assert worlds.enter("now").clock.now() == after(seconds=5)

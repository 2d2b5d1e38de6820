"""Whose counts are whose: worlds, forks, snapshots, evil twins, and the total of a server that outlives them all."""

import pytest

from mockserver.domain.rules import Rule
from mockserver.engine.coverage.ledger import report_of_world
from mockserver.foundation.limits import MACHINE_POINTS, SCENARIOS_PLAYED
from mockserver.scenario.scenario import parse_scenario
from tests.making import lowered
from tests.web.calling import KEY, Stage, scenario, set_stage
from tests.web.meeting import UPCOMING, advance, counts_of, one

OTHER = f"{KEY}@other"
TWO_STATES = {"states": {"a": {"after": {"PT1H": "b"}}, "b": {"after": {"PT1H": "a"}}}, "initial": "a"}


def cancelled() -> Stage:
    """A world in which a cancellation has gone all its way."""
    stage = set_stage()
    stage.cancel("booking", one(stage))
    advance(stage, until_quiet=True)
    return stage


def test_the_total_of_a_server_is_the_sum_of_its_worlds() -> None:
    stage = set_stage()
    for key in (KEY, OTHER, OTHER):
        stage.get(f"{UPCOMING}asha", key=key)
    assert counts_of(stage)["guard:window:passes"] == 3
    tallies = [stage.server.worlds.find(key).tally for key in (KEY, OTHER)]
    assert [report_of_world(tally).counts["guard:window:passes"] for tally in tallies if tally] == [1, 2]


@pytest.mark.parametrize("how", ["drop", "reset"])
def test_what_a_world_has_met_outlives_it(how: str) -> None:
    stage = cancelled()
    before = counts_of(stage)
    getattr(stage.server.worlds, how)(KEY)
    assert counts_of(stage) == before
    ledger = stage.server.worlds.coverage
    assert ledger is not None
    assert len(ledger) == len(stage.server.worlds)


def test_a_world_that_makes_room_leaves_its_counts() -> None:
    stage = set_stage(most_worlds=1)
    for number in range(5):
        stage.get(f"{UPCOMING}asha", key=f"{KEY}@{number}")
    assert len(stage.server.worlds) == 1
    assert counts_of(stage)["guard:window:passes"] == 5


def test_a_request_under_way_while_its_world_is_dropped_is_still_counted_once() -> None:
    stage = cancelled()
    live_world = stage.live_world
    stage.server.worlds.drop(KEY)
    before = counts_of(stage)
    assert live_world.tally is not None
    live_world.tally.answered(400, Rule.BODY_NOT_JSON)
    assert counts_of(stage) == before | {"rule:body.not-json": 1, "refusal:400:body.not-json": 1}


def test_a_fork_counts_nothing_of_what_its_origin_met_and_all_that_follows() -> None:
    stage = set_stage()
    stage.cancel("booking", one(stage))
    before = counts_of(stage)
    fork = stage.server.worlds.fork(KEY, OTHER)
    assert counts_of(stage) == before
    fork.until_quiet()
    after = counts_of(stage)
    assert after["imin:CustomerCancellationPending-to-CustomerCancelled"] == 1
    assert "imin:OrderItemConfirmed-to-CustomerCancelled" not in after
    assert after["imin:OrderItemConfirmed-to-CustomerCancellationPending"] == 1


def test_a_restored_snapshot_counts_only_what_follows() -> None:
    stage = set_stage()
    stage.cancel("booking", one(stage))
    snapshot = stage.server.worlds.snapshot(KEY)
    stage.server.worlds.drop(KEY)
    before = counts_of(stage)
    restored = stage.server.worlds.restore(KEY, snapshot)
    assert counts_of(stage) == before
    restored.until_quiet()
    assert counts_of(stage)["imin:CustomerCancellationPending-to-CustomerCancelled"] == 1


def test_a_world_that_is_folded_again_counts_nothing_twice() -> None:
    stage = cancelled()
    before = counts_of(stage)
    stage.live_world.refold()
    assert counts_of(stage) == before


def test_an_evil_twin_is_not_counted() -> None:
    stage = set_stage()
    stage.get(f"{UPCOMING}asha", key=f"{KEY}~flag-stuck-true")
    assert counts_of(stage) == {}


def test_starting_anew_forgets_the_counts_and_keeps_the_worlds() -> None:
    stage = cancelled()
    before = stage.state()
    ledger = stage.server.worlds.coverage
    assert ledger is not None
    ledger.start_anew()
    assert counts_of(stage) == {}
    assert stage.state() == before
    stage.get(f"{UPCOMING}asha")
    assert counts_of(stage)["cliff:window:list:before"] == 1


def test_the_transitions_of_a_scenario_are_points_once_a_world_of_it_is_there() -> None:
    states = {"first": {"on": [{"event": "cancellation_requested", "to": "then"}]}, "then": {}}
    stage = set_stage(scenario(behaviour={"states": states}))
    ledger = stage.server.worlds.coverage
    assert ledger is not None
    assert ledger.report().machines == {}
    stage.get(f"{UPCOMING}asha")
    (point,) = ledger.report().machines
    assert point == f"machine:{KEY}:first:1-on-cancellation_requested-to-then"
    assert point not in ledger.report().counts
    stage.cancel("booking", one(stage))
    assert ledger.report().counts[point] == 1
    stage.server.worlds.drop(KEY)
    assert ledger.report().counts[point] == 1
    assert point in ledger.report().machines


def test_of_the_machines_of_worlds_that_are_gone_only_so_many_points_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.engine.coverage.ledger.MACHINE_POINTS", lowered(MACHINE_POINTS, 3))
    stage = set_stage()
    ledger = stage.server.worlds.coverage
    assert ledger is not None
    for number in range(5):
        stage.server.scenarios.give(parse_scenario(scenario(behaviour=TWO_STATES), name=f"another-{number}"))
        stage.get(f"{UPCOMING}asha", key=f"another-{number}")
        stage.server.worlds.drop(f"another-{number}")
    kept = list(ledger.report().machines)
    assert len(kept) == 3
    assert any("another-4" in point for point in kept)
    assert not any("another-0" in point for point in [*kept, *counts_of(stage)])
    assert counts_of(stage)["guard:window:passes"] == 5


def test_only_so_many_names_of_scenarios_that_were_played_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.engine.registry.SCENARIOS_PLAYED", lowered(SCENARIOS_PLAYED, 1))
    stage = set_stage()
    for key in (KEY, "happy-path"):
        stage.server.worlds.enter(key)
    assert stage.server.worlds.played == {KEY}

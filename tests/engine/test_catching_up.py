"""A running clock is caught up within bounds: a world by whose clock too much would be due lags, says so, and never goes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import TimeDelta

from mockserver.domain.behaviour import Behaviour
from mockserver.domain.state_machine import AfterStay, State, Transition
from mockserver.domain.values import StateName
from mockserver.engine import live_world as module
from mockserver.engine.live_world import BEHIND, LiveWorld, WorldFullError
from mockserver.foundation.limits import JOURNAL_EVENTS, WORK_OF_CATCHING_UP
from mockserver.scenario.seed import ClockSetting, Running, Stepping
from tests.making import EPOCH, FakeWall, lowered, make_live_world, make_seed, to_cancel

A, B = StateName("a"), StateName("b")
MICROSECOND = TimeDelta(microseconds=1)


def restless(setting: ClockSetting, wall: FakeWall, every: TimeDelta = MICROSECOND) -> LiveWorld:
    """A world whose machine goes to and fro without rest."""
    states = [
        State(name=name, behaviour=Behaviour(), transitions=(Transition(trigger=AfterStay(delay=every), to=to),))
        for name, to in ((A, B), (B, A))
    ]
    return make_live_world(make_seed(states=states), setting=setting, wall=wall)


def test_a_clock_by_which_too_much_is_due_lags_and_the_world_says_so() -> None:
    wall = FakeWall()
    live_world = restless(Running(rate=1), wall)
    wall.passes(seconds=3600)
    now = live_world.catch_up()
    assert EPOCH < now < EPOCH + TimeDelta(seconds=1)
    assert live_world.present() == now
    assert live_world.notice == BEHIND
    assert len(live_world.journal) < 6 * WORK_OF_CATCHING_UP


def test_a_world_that_can_be_caught_up_says_nothing() -> None:
    wall = FakeWall()
    live_world = restless(Running(rate=1), wall, every=TimeDelta(seconds=1))
    wall.passes(seconds=3600)
    assert live_world.catch_up() == EPOCH + TimeDelta(hours=1)
    assert live_world.notice is None


def test_a_lag_is_made_up_for_once_less_is_due() -> None:
    wall = FakeWall()
    live_world = restless(Running(rate=1), wall, every=TimeDelta(seconds=1))
    wall.passes(seconds=2 * WORK_OF_CATCHING_UP)
    behind = live_world.catch_up()
    assert behind < EPOCH + TimeDelta(seconds=WORK_OF_CATCHING_UP + 2)
    live_world.notice = None
    wall.passes(seconds=10)
    assert live_world.catch_up() == behind + TimeDelta(seconds=10)
    assert live_world.notice is None


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["look", "catch up", "cancel", "step"])), max_size=12))
def test_the_present_never_goes_back_whoever_looks_and_whatever_lags(doings: list[tuple[int, str]]) -> None:
    wall = FakeWall()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "WORK_OF_CATCHING_UP", lowered(WORK_OF_CATCHING_UP, 5))
        live_world = restless(Running(rate=7), wall, every=TimeDelta(seconds=10))
        seen = [EPOCH]
        for seconds, doing in doings:
            wall.passes(seconds=seconds)
            if doing == "catch up":
                seen.append(live_world.catch_up())
            elif doing == "cancel":
                live_world.execute(to_cancel("seat-1"))
            seen.append(live_world.present())
        assert seen == sorted(seen)
        instants = [recorded.at for recorded in live_world.journal.read()]
        assert instants == sorted(instants)
        assert not instants or instants[-1] <= live_world.present()


def test_a_stepping_clock_lags_as_a_running_one_does() -> None:
    live_world = restless(Stepping(by=TimeDelta(hours=80_000_000)), FakeWall())
    live_world.clock.step()
    assert EPOCH < live_world.catch_up() < EPOCH + TimeDelta(seconds=1)
    assert live_world.notice == BEHIND


def test_in_a_full_world_nothing_more_happens_and_it_says_which_limit_it_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "JOURNAL_EVENTS", lowered(JOURNAL_EVENTS, 100))
    live_world = restless(Running(rate=1), FakeWall())
    with pytest.raises(WorldFullError, match=r"limit journal-events: 100"):
        live_world.advance_by(TimeDelta(hours=1))
    with pytest.raises(WorldFullError):
        live_world.execute(to_cancel("seat-1"))
    assert 100 <= len(live_world.journal) < 110

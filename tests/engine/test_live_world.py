from collections.abc import Sequence

import pytest
from whenever import TimeDelta

from mockserver.domain import execution
from mockserver.domain.behaviour import Behaviour, FeedBehaviour
from mockserver.domain.commands import CancelBySeller, ReadOrdersFeed
from mockserver.domain.events import CancellationRequested, OrdersFeedReadFailed
from mockserver.domain.evolve import evolve
from mockserver.domain.execution import EndlessWorkError, Recorded
from mockserver.domain.state_machine import AfterStay, State, Transition
from mockserver.domain.values import OrderId, StateName
from mockserver.domain.world import WorldState
from mockserver.engine import live_world as module
from mockserver.engine.live_world import LiveWorld
from mockserver.foundation.limits import WORK_AT_ONE_INSTANT
from mockserver.storage.memory_journal import MemoryJournal
from tests.making import EPOCH, after, lowered, make_live_world, make_seed, only, to_cancel

A, B = StateName("a"), StateName("b")
HOUR = TimeDelta(hours=1)


class BreakableJournal(MemoryJournal):
    """A journal whose disk can be full."""

    full = False

    def append(self, recorded: Sequence[Recorded]) -> None:
        if self.full:
            raise OSError("no space left")
        super().append(recorded)


def folded(live_world: LiveWorld) -> WorldState:
    world = live_world.seed.world()
    for recorded in live_world.journal.read():
        evolve(world, recorded.event)
    return world


def test_when_the_journal_fails_memory_does_not_run_ahead_of_it() -> None:
    journal = BreakableJournal()
    live_world = make_live_world(journal=journal)
    before = live_world.world.copy()
    journal.full = True
    with pytest.raises(OSError, match="no space"):
        live_world.execute(to_cancel("seat-1"))
    journal.full = False
    assert live_world.world == before == folded(live_world)
    assert only(CancellationRequested, live_world.execute(to_cancel("seat-1")))


@pytest.mark.parametrize("broken", ["perform", "perform_next_due"])
def test_after_a_bug_of_ours_the_world_is_what_the_journal_holds(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    live_world = make_live_world()
    live_world.execute(CancelBySeller(order_id=OrderId("booking")))
    before = live_world.world.copy()

    def explode(world: WorldState, *_: object) -> list[Recorded]:
        world.stay = 99
        world.agenda.clear()
        raise ZeroDivisionError

    monkeypatch.setattr(module if broken == "perform" else execution, broken, explode)
    with pytest.raises(ZeroDivisionError):
        live_world.execute(to_cancel("seat-1")) if broken == "perform" else live_world.advance_by(HOUR)
    assert live_world.world == before == folded(live_world)
    assert live_world.clock.now() == EPOCH


def endless() -> LiveWorld:
    round_and_round = State(
        name=A, behaviour=Behaviour(), transitions=(Transition(trigger=AfterStay(delay=TimeDelta.ZERO), to=A),)
    )
    into_it = State(name=B, behaviour=Behaviour(), transitions=(Transition(trigger=AfterStay(delay=HOUR), to=A),))
    return make_live_world(make_seed(states=[into_it, round_and_round]))


def test_work_that_never_ends_at_one_instant_is_stopped_and_the_clock_stands_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "WORK_AT_ONE_INSTANT", lowered(WORK_AT_ONE_INSTANT, 50))
    live_world = endless()
    with pytest.raises(EndlessWorkError, match="circle"):
        live_world.advance_by(2 * HOUR)
    assert live_world.clock.now() == after(hours=1)
    assert live_world.world == folded(live_world)
    assert len(live_world.journal) < 500


def test_until_quiet_gives_up_on_a_behaviour_that_goes_round_slowly() -> None:
    slow = State(name=A, behaviour=Behaviour(), transitions=(Transition(trigger=AfterStay(delay=HOUR), to=A),))
    assert 100 < len(make_live_world(make_seed(states=[slow])).until_quiet(most=100).happened) < 110


def test_until_quiet_does_not_wait_for_a_feed_that_stays_out_of_order() -> None:
    live_world = make_live_world(make_seed(behaviour=Behaviour(feed=FeedBehaviour(outage=True))))
    live_world.execute(CancelBySeller(order_id=OrderId("booking")))
    assert not only(OrdersFeedReadFailed, live_world.until_quiet().happened)
    assert [type(work) for *_, work in live_world.world.agenda] == [ReadOrdersFeed]


def test_until_quiet_goes_no_further_than_its_limit() -> None:
    live_world = make_live_world()
    live_world.execute(to_cancel("seat-1"))
    live_world.until_quiet(TimeDelta(seconds=59))
    assert live_world.clock.now() == after(seconds=30)
    live_world.until_quiet()
    assert (live_world.next_due(), live_world.clock.now()) == (None, after(seconds=65))


def test_every_change_empties_the_ready_answers_and_is_told_once() -> None:
    heard: list[Recorded] = []
    live_world = make_live_world()
    live_world.observer = lambda _, happened: heard.extend(happened)
    begun = len(live_world.journal)
    live_world.answers["question"] = "answer"
    live_world.advance_by(HOUR)
    assert live_world.answers == {"question": "answer"}
    live_world.execute(to_cancel("seat-1"))
    assert live_world.answers == {}
    live_world.advance_by(HOUR)
    assert heard == list(live_world.journal.read(begun))


def test_sixteen_requests_for_one_item_are_one_request() -> None:
    live_world = make_live_world()
    happened = [each for _ in range(16) for each in live_world.execute(to_cancel("seat-1"))]
    assert len(only(CancellationRequested, happened)) == 1


def test_the_journal_of_a_world_never_goes_back_in_time() -> None:
    live_world = make_live_world()
    live_world.execute(to_cancel("seat-1"))
    live_world.until_quiet()
    instants = [recorded.at for recorded in live_world.journal.read()]
    assert instants == sorted(instants)

from collections.abc import Sequence

import pytest
from whenever import TimeDelta

from mockserver.domain.behaviour import Behaviour, FeedBehaviour
from mockserver.domain.commands import CancelBySeller, ReadOrdersFeed
from mockserver.domain.events import CancellationRequested, OrdersFeedReadFailed
from mockserver.domain.evolve import evolve
from mockserver.domain.identifiers import OrderId, StateName
from mockserver.domain.machine import AfterStay, State, Transition
from mockserver.domain.unfolding import EndlessWorkError, Recorded
from mockserver.domain.world import World
from mockserver.engine import rehearsal as module
from mockserver.engine.rehearsal import Rehearsal
from mockserver.limits import WORK_AT_ONE_INSTANT
from mockserver.storage.memory_journal import MemoryJournal
from tests.making import EPOCH, after, lowered, make_rehearsal, make_seed, only, to_cancel, world_of

A, B = StateName("a"), StateName("b")
HOUR = TimeDelta(hours=1)


class BreakableJournal(MemoryJournal):
    """A journal whose disk can be full."""

    full = False

    def append(self, recorded: Sequence[Recorded]) -> None:
        if self.full:
            raise OSError("no space left")
        super().append(recorded)


def folded(rehearsal: Rehearsal) -> World:
    world = world_of(rehearsal.seed)
    for recorded in rehearsal.journal.read():
        evolve(world, recorded.event)
    return world


def test_when_the_journal_fails_memory_does_not_run_ahead_of_it() -> None:
    journal = BreakableJournal()
    rehearsal = make_rehearsal(journal=journal)
    before = rehearsal.world.copy()
    journal.full = True
    with pytest.raises(OSError, match="no space"):
        rehearsal.execute(to_cancel("seat-1"))
    journal.full = False
    assert rehearsal.world == before == folded(rehearsal)
    assert only(CancellationRequested, rehearsal.execute(to_cancel("seat-1")))


@pytest.mark.parametrize("broken", ["perform", "perform_next_due"])
def test_after_a_bug_of_ours_the_world_is_what_the_journal_holds(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsal = make_rehearsal()
    rehearsal.execute(CancelBySeller(order_id=OrderId("booking")))
    before = rehearsal.world.copy()

    def explode(world: World, *_: object) -> list[Recorded]:
        world.stay = 99
        world.agenda.clear()
        raise ZeroDivisionError

    monkeypatch.setattr(module, broken, explode)
    with pytest.raises(ZeroDivisionError):
        rehearsal.execute(to_cancel("seat-1")) if broken == "perform" else rehearsal.advance_by(HOUR)
    assert rehearsal.world == before == folded(rehearsal)
    assert rehearsal.clock.now() == EPOCH


def endless() -> Rehearsal:
    round_and_round = State(
        name=A, behaviour=Behaviour(), transitions=(Transition(trigger=AfterStay(delay=TimeDelta.ZERO), to=A),)
    )
    into_it = State(name=B, behaviour=Behaviour(), transitions=(Transition(trigger=AfterStay(delay=HOUR), to=A),))
    return make_rehearsal(make_seed(states=[into_it, round_and_round]))


def test_work_that_never_ends_at_one_instant_is_stopped_and_the_clock_stands_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "WORK_AT_ONE_INSTANT", lowered(WORK_AT_ONE_INSTANT, 50))
    rehearsal = endless()
    with pytest.raises(EndlessWorkError, match="circle"):
        rehearsal.advance_by(2 * HOUR)
    assert rehearsal.clock.now() == after(hours=1)
    assert rehearsal.world == folded(rehearsal)
    assert len(rehearsal.journal) < 500


def test_until_quiet_gives_up_on_a_behaviour_that_goes_round_slowly() -> None:
    slow = State(name=A, behaviour=Behaviour(), transitions=(Transition(trigger=AfterStay(delay=HOUR), to=A),))
    assert 100 < len(make_rehearsal(make_seed(states=[slow])).until_quiet(most=100)) < 110


def test_until_quiet_does_not_wait_for_a_feed_that_stays_out_of_order() -> None:
    rehearsal = make_rehearsal(make_seed(behaviour=Behaviour(feed=FeedBehaviour(outage=True))))
    rehearsal.execute(CancelBySeller(order_id=OrderId("booking")))
    assert not only(OrdersFeedReadFailed, rehearsal.until_quiet())
    assert [type(work) for *_, work in rehearsal.world.agenda] == [ReadOrdersFeed]


def test_until_quiet_goes_no_further_than_its_limit() -> None:
    rehearsal = make_rehearsal()
    rehearsal.execute(to_cancel("seat-1"))
    rehearsal.until_quiet(TimeDelta(seconds=59))
    assert rehearsal.clock.now() == after(seconds=30)
    rehearsal.until_quiet()
    assert (rehearsal.next_due(), rehearsal.clock.now()) == (None, after(seconds=65))


def test_every_change_empties_the_ready_answers_and_is_told_once() -> None:
    heard: list[Recorded] = []
    rehearsal = make_rehearsal()
    rehearsal.observer = lambda _, happened: heard.extend(happened)
    begun = len(rehearsal.journal)
    rehearsal.answers["question"] = "answer"
    rehearsal.advance_by(HOUR)
    assert rehearsal.answers == {"question": "answer"}
    rehearsal.execute(to_cancel("seat-1"))
    assert rehearsal.answers == {}
    rehearsal.advance_by(HOUR)
    assert heard == list(rehearsal.journal.read(begun))


def test_sixteen_requests_for_one_item_are_one_request() -> None:
    rehearsal = make_rehearsal()
    happened = [each for _ in range(16) for each in rehearsal.execute(to_cancel("seat-1"))]
    assert len(only(CancellationRequested, happened)) == 1


def test_the_journal_of_a_world_never_goes_back_in_time() -> None:
    rehearsal = make_rehearsal()
    rehearsal.execute(to_cancel("seat-1"))
    rehearsal.until_quiet()
    instants = [recorded.at for recorded in rehearsal.journal.read()]
    assert instants == sorted(instants)

"""A journal decided once more gives the same journal, and the first event that would differ is the divergence."""

import pytest

from mockserver.domain.commands import CancelBySeller, EnterState, RequestCancellation
from mockserver.domain.identifiers import OrderId, OrderItemId
from mockserver.domain.law_breakers import LawBreaker
from mockserver.domain.readings import DEFAULT_READINGS, ReadingName
from mockserver.domain.values import replace
from mockserver.engine.doings import doings_of
from mockserver.engine.redeciding import DivergenceError, redecide
from mockserver.stand_in.running import run_scenario
from tests.library import NAMES, shipped
from tests.making import after, make_rehearsal, to_cancel


@pytest.mark.parametrize("name", NAMES)
def test_every_journal_is_what_deciding_again_gives(name: str) -> None:
    run = run_scenario(shipped(name))
    seed = next(iter(run.scenario._kept.values()))
    list(redecide(seed, run.scenario.law_breaker, run.happened))


def test_what_came_from_outside_is_told_apart_from_what_was_due() -> None:
    rehearsal = make_rehearsal()
    rehearsal.execute(to_cancel("seat-1"))
    rehearsal.advance_to(after(hours=1))
    rehearsal.execute(EnterState(state=rehearsal.world.state_name))
    done = list(redecide(rehearsal.seed, None, list(rehearsal.journal.read())))
    assert [type(each.command) for each in done] == [RequestCancellation, EnterState]
    assert [type(each.command) for each in doings_of(rehearsal)] == [EnterState]


def test_a_sellers_cancellation_is_done_again_with_its_message() -> None:
    rehearsal = make_rehearsal()
    command = CancelBySeller(order_id=OrderId("booking"), item_ids=(OrderItemId("seat-1"),), message="flooded")
    rehearsal.execute(command)
    assert [each.command for each in doings_of(rehearsal)] == [command]


def test_the_first_event_that_would_differ_is_the_divergence() -> None:
    rehearsal = make_rehearsal()
    rehearsal.execute(to_cancel("seat-1"))
    rehearsal.advance_to(after(hours=1))
    journal = list(rehearsal.journal.read())
    for index, recorded in enumerate(journal):
        bent = [*journal]
        bent[index] = replace(recorded, at=recorded.at.add(nanoseconds=1))
        with pytest.raises(DivergenceError) as found:
            list(redecide(rehearsal.seed, None, bent))
        assert found.value.index <= index + 1


def test_another_law_breaker_or_reading_shows_where_it_matters() -> None:
    rehearsal = make_rehearsal()
    rehearsal.execute(to_cancel("seat-1"))
    rehearsal.advance_to(after(hours=1))
    journal = list(rehearsal.journal.read())
    with pytest.raises(DivergenceError) as found:
        list(redecide(rehearsal.seed, LawBreaker.REFUNDS_HALF, journal))
    assert type(found.value.was.event).__name__ == "RefundStarted"  # type: ignore[union-attr]
    seed = replace(rehearsal.seed, readings={**DEFAULT_READINGS, ReadingName.LATE_REFUSAL: "stays-pending"})
    list(redecide(seed, None, journal))


def test_a_journal_that_ends_too_early_or_asks_for_what_is_refused_diverges() -> None:
    rehearsal = make_rehearsal()
    rehearsal.execute(to_cancel("seat-1"))
    journal = list(rehearsal.journal.read())
    with pytest.raises(DivergenceError, match="Event"):
        list(redecide(rehearsal.seed, None, journal[:-1]))
    late = [replace(each, at=after(hours=57)) if index else each for index, each in enumerate(journal)]
    with pytest.raises(DivergenceError) as found:
        list(redecide(rehearsal.seed, None, late))
    assert found.value.why

"""A journal decided once more gives the same journal, and the first event that would differ is the divergence."""

import pytest

from mockserver.domain.commands import CancelBySeller, EnterState, RequestCancellation
from mockserver.domain.readings import DEFAULT_READINGS, ReadingName
from mockserver.domain.twins import Twin
from mockserver.domain.values import OrderId, OrderItemId, replace
from mockserver.engine.replay import DivergenceError, doings_of, redecide
from mockserver.runner.scenario_run import run_scenario
from tests.library import NAMES, shipped
from tests.making import after, make_live_world, to_cancel


@pytest.mark.parametrize("name", NAMES)
def test_every_journal_is_what_deciding_again_gives(name: str) -> None:
    run = run_scenario(shipped(name))
    seed = next(iter(run.scenario._kept.values()))
    list(redecide(seed, run.scenario.twin, run.happened))


def test_what_came_from_outside_is_told_apart_from_what_was_due() -> None:
    live_world = make_live_world()
    live_world.execute(to_cancel("seat-1"))
    live_world.advance_to(after(hours=1))
    live_world.execute(EnterState(state=live_world.world.state_name))
    done = list(redecide(live_world.seed, None, list(live_world.journal.read())))
    assert [type(each.command) for each in done] == [RequestCancellation, EnterState]
    assert [type(each.command) for each in doings_of(live_world)] == [EnterState]


def test_a_sellers_cancellation_is_done_again_with_its_message() -> None:
    live_world = make_live_world()
    command = CancelBySeller(order_id=OrderId("booking"), item_ids=(OrderItemId("seat-1"),), message="flooded")
    live_world.execute(command)
    assert [each.command for each in doings_of(live_world)] == [command]


def test_the_first_event_that_would_differ_is_the_divergence() -> None:
    live_world = make_live_world()
    live_world.execute(to_cancel("seat-1"))
    live_world.advance_to(after(hours=1))
    journal = list(live_world.journal.read())
    for index, recorded in enumerate(journal):
        bent = [*journal]
        bent[index] = replace(recorded, at=recorded.at.add(nanoseconds=1))
        with pytest.raises(DivergenceError) as found:
            list(redecide(live_world.seed, None, bent))
        assert found.value.index <= index + 1


def test_another_twin_or_reading_shows_where_it_matters() -> None:
    live_world = make_live_world()
    live_world.execute(to_cancel("seat-1"))
    live_world.advance_to(after(hours=1))
    journal = list(live_world.journal.read())
    with pytest.raises(DivergenceError) as found:
        list(redecide(live_world.seed, Twin.REFUNDS_HALF, journal))
    assert type(found.value.was.event).__name__ == "RefundStarted"  # type: ignore[union-attr]
    seed = replace(live_world.seed, readings={**DEFAULT_READINGS, ReadingName.LATE_REFUSAL: "stays-pending"})
    list(redecide(seed, None, journal))


def test_a_journal_that_ends_too_early_or_asks_for_what_is_refused_diverges() -> None:
    live_world = make_live_world()
    live_world.execute(to_cancel("seat-1"))
    journal = list(live_world.journal.read())
    with pytest.raises(DivergenceError, match="Event"):
        list(redecide(live_world.seed, None, journal[:-1]))
    late = [replace(each, at=after(hours=57)) if index else each for index, each in enumerate(journal)]
    with pytest.raises(DivergenceError) as found:
        list(redecide(live_world.seed, None, late))
    assert found.value.why

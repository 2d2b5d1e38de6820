"""The search itself: what it explores, what it says when it stops, and that it would see a broken law."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from whenever import Instant

from mockserver.checker import laws
from mockserver.checker.checker import Report, explore
from mockserver.checker.laws import Law
from mockserver.domain import execution
from mockserver.domain.cancellability import Cancellability
from mockserver.domain.commands import Command, Following
from mockserver.domain.decide import decide
from mockserver.domain.events import (
    CancellationRequested,
    EmailSent,
    Event,
    OrderPublished,
    OrderUpdateRead,
    RefundCompleted,
    RefundStarted,
)
from mockserver.domain.evolve import evolve
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import RefundId, replace
from mockserver.domain.world import AS_BOOKED, ItemState, WorldState
from mockserver.engine import queries
from mockserver.scenario.scenario import Scenario
from tests.checker.faulty import places_of
from tests.library import shipped
from tests.scenario.writing import make_scenario

SILENT = {"behaviour/states": {"silent": {"booking_system": {"answers": "never"}}}}
ONE: dict[str, Any] = {"customer": "asha", "items": {"seat-1": "yoga"}}
TWO_ALIKE = {"orders": {"booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "yoga"}}}}


def explored(scenario: Scenario, **limits: Any) -> Report:
    """The report on a scenario, by a clock that stands still."""
    return explore(scenario, places_of(scenario), elapsed=lambda: 0.0, **limits)


def made(changes: dict[str, Any]) -> Report:
    return explored(make_scenario(changes))


def found(report: Report) -> list[str]:
    return [finding.id for finding in report.findings]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ["happy-path", "group-booking", "stubborn-after-the-first-cancellation"])
def test_the_same_scenario_has_the_same_states_every_time(name: str) -> None:
    assert len({explored(shipped(name)).states for _ in range(2)}) == 1


def test_a_search_that_is_cut_short_says_so_and_calls_nothing_impossible() -> None:
    changes: dict[str, Any] = {"behaviour/states": {"calm": {}, "unreached": {}}}
    whole, part = made(changes), explored(make_scenario(changes), max_states=5)
    assert found(whole) == ["state-unreachable"]
    assert (part.cut_short, part.findings) == ("after 5 states", ())
    assert 5 <= part.states < whole.states


@pytest.mark.exhaustive
def test_a_search_stops_when_its_time_is_up() -> None:
    ticks = count()
    scenario = shipped("group-booking")
    report = explore(scenario, places_of(scenario), elapsed=lambda: next(ticks) / 10, max_seconds=3)
    assert report.cut_short == "after 3 s"
    assert report.states < explored(shipped("group-booking")).states


def test_what_was_not_explored_is_not_called_stuck() -> None:
    scenario = make_scenario({**TWO_ALIKE})
    for states in range(1, 40):
        assert explored(scenario, max_states=states).findings == ()


def test_a_file_that_expects_an_item_to_be_pending_in_the_end_means_it_for_all_that_are_answered_alike() -> None:
    then = [{"item": "seat-1", "status": "CustomerCancellationPending"}]
    loud = {"booking_system": {"answers": "never", "items": {"racket": {"answers": "refuse"}}}}
    another = {"readings": {"late-refusal": "stays-pending"}, "behaviour/states": {"silent": loud}}
    assert found(made(SILENT)) == ["pending-for-ever"] * 3
    assert found(made({**SILENT, "then": then})) == []
    assert found(made({**SILENT, "then": [{**then[0], "at": "+1h"}]})) == ["pending-for-ever"] * 3
    assert [finding.item for finding in made({**another, "then": then}).findings] == ["racket"]


@pytest.mark.parametrize(
    ("opens", "is_reached"), [("+1d9h59m58s", True), ("+1d9h59m59s", True), ("+1d10h", False), ("+1d10h1s", False)]
)
def test_the_client_asks_until_just_before_the_deadline_and_is_refused_at_it(opens: str, is_reached: bool) -> None:
    report = made(
        {
            "opportunities/yoga/offer": {"cancellable": {"until": "P1D"}},
            "orders": {"booking": {"customer": "asha", "items": {"seat-1": "yoga"}}},
            "behaviour/states": {
                "shut": {"booking_system": {"answers": "refuse_now"}, "at": {opens: "open"}},
                "open": {"on": [{"event": "cancellation_requested", "to": "asked"}]},
                "asked": {},
            },
        }
    )
    assert found(report) == ([] if is_reached else ["transition-never-fires", "state-unreachable"])


def test_a_client_may_look_as_often_as_an_answer_waits_for() -> None:
    states = {"watched": {"booking_system": {"answers": "confirm", "after": {"reads": 3}}}}
    assert found(made({"behaviour/states": states})) == []


def test_an_exception_before_its_rule_is_not_ambiguous() -> None:
    on = [
        {"event": "cancellation_requested", "where": {"item": "seat-1"}, "to": "other"},
        {"event": "cancellation_requested", "to": "other"},
    ]
    assert found(made({"behaviour/states": {"calm": {"on": on}, "other": {}}})) == []


def test_orders_between_which_nothing_passes_are_explored_one_by_one() -> None:
    alone = made({"orders": {"match": {"customer": "asha", "items": {"racket": "court"}}}}).states
    many = {f"match-{n}": {"customer": "asha", "items": {f"racket-{n}": "court"}} for n in range(30)}
    assert made({"orders": many}).states == 30 * alone


def test_orders_that_meet_in_the_machine_are_explored_together() -> None:
    states = {
        "calm": {"on": [{"event": "cancellation_confirmed", "where": {"order": "booking"}, "to": "after-booking"}]},
        "after-booking": {"on": [{"event": "cancellation_confirmed", "where": {"order": "match"}, "to": "after-both"}]},
        "after-both": {},
    }
    assert found(made({"behaviour/states": states})) == []


def test_thirty_items_that_are_alike_are_counted_and_not_told_apart() -> None:
    items = {f"seat-{n}": "yoga" for n in range(30)}
    report = explored(make_scenario({"orders": {"booking": {"customer": "asha", "items": items}}}), max_states=500)
    assert report.narrowed is False
    assert report.findings == ()


def test_very_many_different_sets_are_narrowed_and_that_is_said() -> None:
    items = {f"seat-{n}": {"of": "yoga", "offer": {"name": f"Tier {n}"}} for n in range(8)}
    report = explored(make_scenario({"orders": {"booking": {"customer": "asha", "items": items}}}), max_states=500)
    assert report.narrowed is True


THREE = {"orders": {"booking": {"customer": "asha", "items": dict.fromkeys(("seat-1", "seat-2", "seat-3"), "yoga")}}}
REFUSING = {"states": {"strict": {"booking_system": {"answers": "refuse", "after": "PT2M"}}}}
ON_AND_OFF = {
    "states": {
        "easy": {"booking_system": {"answers": "confirm"}, "after": {"PT10M": "strict"}},
        "strict": {"booking_system": {"answers": "refuse", "after": "PT2M"}, "after": {"PT10M": "easy"}},
    }
}
HOSTILE = {
    "always": {
        "booking_system": {"after": "PT2M", "feed": {"lag": "PT10M", "duplicates": {"times": 2, "every": "PT2M"}}},
        "imin": {"refund": {"takes": "PT5M", "fails": 1, "retry_every": "PT10M"}},
    }
}


@pytest.mark.parametrize(
    "behaviour", [{}, REFUSING, ON_AND_OFF, HOSTILE], ids=["kind", "refusing", "on and off", "hostile"]
)
def test_an_order_of_three_items_is_explored_to_its_end(behaviour: dict[str, Any]) -> None:
    report = made(THREE | {"behaviour": behaviour})
    assert (report.cut_short, report.narrowed) == (None, False)


@pytest.mark.parametrize("behaviour", [REFUSING, ON_AND_OFF], ids=["refusing", "on and off"])
@pytest.mark.parametrize("items", [1, 2])
def test_to_forget_what_was_refused_once_it_is_asked_for_anew_loses_no_finding(
    behaviour: dict[str, Any], items: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {f"seat-{number}": "yoga" for number in range(items)}
    unmet = [{"item": "seat-0", "status": "SellerCancelled"}, {"refunds": items, "at": "+1s"}, {"refunds": 9}]
    scenario = make_scenario(
        {
            "orders": {"booking": {"customer": "asha", "items": named}},
            "behaviour": behaviour | {"states": behaviour["states"] | {"unreached": {}}},
            "then": unmet,
        }
    )
    lines = [each.line for each in scenario.sample.expectations]
    reduced = explored(scenario, unmet_lines=lines)
    monkeypatch.setattr(laws, "_WATCHED", laws._WATCHED - {CancellationRequested})
    full = explored(scenario, unmet_lines=lines)
    assert found(full).count("expectation-impossible") == len(unmet)
    assert [(each.id, each.line, each.message) for each in reduced.findings] == [
        (each.id, each.line, each.message) for each in full.findings
    ]
    assert reduced.states <= full.states


@pytest.mark.exhaustive
@pytest.mark.parametrize("operation", ["list_upcoming", "list_orders", "get_order", "cancel"])
@pytest.mark.parametrize("limits", [{"from": 3}, {"from": 3, "times": 1}, {"from": 2, "for": "PT30S"}], ids=str)
def test_a_fault_that_begins_with_a_later_request_is_reached_and_its_end_too(
    operation: str, limits: dict[str, Any]
) -> None:
    fault = {"respond": {"status": 429}} | ({"times": 1} if limits == {"from": 3} else {}) | limits
    states = {
        "calm": {"imin": {"api": {operation: fault}}, "on": [{"event": "fault_used", "to": "limited"}]},
        "limited": {},
    }
    report = made({"behaviour": {"states": states}})
    assert (found(report), report.cut_short) == ([], None)


def test_a_request_that_is_refused_counts_for_a_fault_that_begins_later() -> None:
    fault = {"respond": {"status": 429}, "from": 3, "times": 1}
    states = {
        "calm": {"imin": {"api": {"cancel": fault}}, "on": [{"event": "fault_used", "to": "limited"}]},
        "limited": {},
    }
    only_refused = {"opportunities/yoga/offer": {"cancellable": False}, "orders": {"booking": ONE}}
    assert found(made({**only_refused, "behaviour/states": states})) == []


def test_what_is_beyond_the_first_page_of_one_list_is_looked_for_in_the_other() -> None:
    """A client that reads first pages sees ten items, and all items of ten orders."""
    broken = {"get_order": {"respond": {"status": 500}}}
    watched = {"booking_system": {"answers": "confirm", "after": {"reads": 1}}, "imin": {"api": broken}}
    pilates = {"type": "ScheduledSession", "seller": "riverside", "name": "Pilates", "starts": "+2d10h"}
    report = made(
        {
            "opportunities/pilates": {**pilates, "offer": {"cancellable": False}},
            "orders": {"booking": {**ONE, "items": {f"a-mat-{n}": "pilates" for n in range(10)} | ONE["items"]}},
            "behaviour/states": {"watched": watched},
        }
    )
    assert found(report) == []


def test_a_fault_that_lasts_is_left_when_it_is_over() -> None:
    fault = {"respond": {"status": 503}, "for": "PT30S"}
    then = [{"refunds": 1, "at": "+10m"}]
    scenario = make_scenario({"behaviour": {"always": {"imin": {"api": {"cancel": fault}}}}, "then": then})
    lines = [each.line for each in scenario.sample.expectations]
    assert found(explored(scenario, unmet_lines=lines)) == ["expectation-not-met"], "some way meets it after the fault"


def _uncancels(world: WorldState, event: Event) -> None:
    evolve(world, event)
    if isinstance(event, RefundCompleted):
        world.imin.states = dict.fromkeys(world.imin.states, AS_BOOKED)


def _charges_more(world: WorldState, event: Event) -> None:
    evolve(world, event)
    if isinstance(event, CancellationRequested):
        item = world.catalogue.items[event.item_ids[0]]
        dearer = replace(item.offer, price_minor=item.offer.price_minor + 1)
        world.imin.states[item.id] = ItemState(status=OrderItemStatus.PENDING, offer=dearer)


def _forgets_the_truth(world: WorldState, event: Event) -> None:
    evolve(world, event)
    if isinstance(event, OrderUpdateRead):
        world.booking_system.states.clear()


def _skips_a_change_number(world: WorldState, event: Event) -> None:
    evolve(world, replace(event, change_number=event.change_number + 1) if isinstance(event, OrderPublished) else event)


BROKEN_EVOLVES = [
    (_uncancels, Law.CANCELLATION_REVERSED),
    (_charges_more, Law.TOTAL_RISES),
    (_forgets_the_truth, Law.REFUNDED_WITHOUT_CANCELLATION),
    (_skips_a_change_number, Law.ORDER_TWICE_IN_FEED),
]


@pytest.mark.parametrize(("broken", "law"), BROKEN_EVOLVES)
def test_a_world_that_is_folded_wrongly_breaks_a_law_and_is_caught(
    broken: Callable[[WorldState, Event], None], law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "evolve", broken)
    assert law in found(explored(shipped("happy-path")))


def _again(step: Event | Following) -> list[Event | Following]:
    """The step with a second one of its kind, where it is one that may happen only once."""
    match step:
        case RefundStarted():
            return [step, replace(step, refund_id=RefundId("refund-again"))]
        case EmailSent() | RefundCompleted():
            return [step, step]
        case OrderPublished():
            return [replace(step, change_number=step.change_number + 1)]
        case _:
            return [step]


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        (RefundStarted, Law.REFUNDED_TWICE),
        (RefundStarted, Law.REFUNDED_TOO_MUCH),
        (RefundCompleted, Law.REFUNDED_TWICE),
        (EmailSent, Law.EMAILED_TWICE),
        (OrderPublished, Law.CHANGE_NUMBERS),
    ],
)
def test_what_is_decided_twice_breaks_a_law_and_is_caught(
    kind: type, law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decide_twice(world: WorldState, command: Command, now: Instant) -> list[Event | Following]:
        steps = decide(world, command, now)
        return [each for step in steps for each in (_again(step) if isinstance(step, kind) else [step])]

    monkeypatch.setattr(execution, "decide", decide_twice)
    report = explored(shipped("happy-path"))
    assert law in found(report)
    assert all(finding.trace is not None and finding.trace.made for finding in report.findings)


def _to_the_neighbour(world: WorldState, step: Event | Following) -> Event | Following:
    """A refund as it would be with the money of one item ascribed to the next one of its order."""
    if not isinstance(step, RefundStarted):
        return step
    ids = [item.id for item in world.catalogue.orders[step.order_id].items]
    moved = [replace(part, item_id=ids[(ids.index(part.item_id) + 1) % len(ids)]) for part in step.parts]
    return replace(step, parts=tuple(moved))


def _of_more_money(_: WorldState, step: Event | Following) -> Event | Following:
    return replace(step, refund_minor=step.refund_minor + 100) if isinstance(step, EmailSent) else step


@pytest.mark.parametrize(
    ("bend", "law"), [(_to_the_neighbour, Law.REFUND_MISASCRIBED), (_of_more_money, Law.EMAIL_UNTRUE)]
)
def test_money_that_is_told_of_another_item_breaks_a_law_and_is_caught(
    bend: Callable[[WorldState, Event | Following], Event | Following],
    law: Law,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def decide_bent(world: WorldState, command: Command, now: Instant) -> list[Event | Following]:
        return [bend(world, step) for step in decide(world, command, now)]

    monkeypatch.setattr(execution, "decide", decide_bent)
    assert law in found(explored(shipped("booking-system-refuses-late")))


def test_a_flag_that_is_stuck_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        queries,
        "explain_cancellability",
        lambda *_: Cancellability(allowed=True, rule=Rule.CANCEL_ALLOWED, reason="Always."),
    )
    assert Law.FLAG_AND_PATCH_DISAGREE in found(explored(shipped("window-closed")))

"""Explanations: the rule, the values, and every instant at which the answer flips; found without touching the world."""

import pytest
from whenever import Instant, TimeDelta

from mockserver.domain.behaviour import (
    AnswerKind,
    ApiFault,
    ApiOperation,
    Behaviour,
    BookingSystemAnswer,
    CannedResponse,
    Drop,
    FeedBehaviour,
)
from mockserver.domain.commands import CancelBySeller, ChangeLogistics, MarkAttendance
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.state_machine import AfterStay, State, TimelineEntry, Transition
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.twins import Twin
from mockserver.domain.values import OpportunityId, OrderId, OrderItemId, StateName
from mockserver.domain.world import WorldState
from mockserver.engine import explanation
from mockserver.engine.clock import BackwardMoveError
from mockserver.engine.explanation import MOMENT, Cause, Explanation, TooFarAheadError, explain_item
from mockserver.engine.predictions import explain_fault
from mockserver.foundation.limits import CLIFFS, WORK_EXPLAINED
from tests.making import EPOCH, LONDON, after, cancel, lowered, make_offer, make_opportunity, make_world

SEAT = OrderItemId("seat-1")
DEADLINE, START = after(hours=34), after(hours=58)
NEVER = Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.NEVER))
OUTAGE = Behaviour(feed=FeedBehaviour(outage=True))
SELLER_CANCELS = TimelineEntry(at=after(minutes=10), do=CancelBySeller(order_id=OrderId("booking")))


def explained(world: WorldState, now: Instant = EPOCH, at: Instant | None = None) -> Explanation:
    return explain_item(world, SEAT, now=now, at=at)


def flips(explanation: Explanation) -> list[tuple[Instant, str, bool, Rule]]:
    """Every cliff: when, why, and from then on whether a request is accepted, and by which rule."""
    return [
        (cliff.at, cliff.cause.value, cliff.after.cancel.accepted, cliff.after.cancel.rule)
        for cliff in explanation.outlook.cliffs
    ]


def state(name: str, behaviour: Behaviour, seconds: float | None = None, to: str | None = None) -> State:
    """A state that is left ``to`` another one after a while, if at all."""
    way_out = (
        ()
        if seconds is None
        else (Transition(trigger=AfterStay(delay=TimeDelta(seconds=seconds)), to=StateName(to or name)),)
    )
    return State(name=StateName(name), behaviour=behaviour, transitions=way_out)


def test_an_item_can_be_cancelled_until_its_deadline_and_is_listed_until_its_start() -> None:
    explanation = explained(make_world())
    assert explanation.answer.flag.rule is Rule.CANCEL_ALLOWED
    assert explanation.answer.cancel.rule is Rule.CANCEL_PASSED_ON
    assert flips(explanation) == [
        (DEADLINE, "clock", False, Rule.CANCEL_WINDOW_CLOSED),
        (START, "clock", False, Rule.CANCEL_WINDOW_CLOSED),
    ]
    assert [cliff.after.listed for cliff in explanation.outlook.cliffs] == [True, False]
    assert explanation.outlook.seen_until is None


def test_where_the_deadline_itself_is_allowed_the_answer_flips_a_moment_later() -> None:
    explanation = explained(make_world(readings={ReadingName.DEADLINE_INSTANT: "allowed"}))
    assert flips(explanation)[0] == (DEADLINE + MOMENT, "clock", False, Rule.CANCEL_WINDOW_CLOSED)


def test_without_a_window_the_start_takes_flag_and_place_in_the_list_at_once() -> None:
    world = make_world({"booking": {"seat-1": make_opportunity(offer=make_offer(until=None))}})
    (cliff,) = explained(world).outlook.cliffs
    assert (cliff.at, cliff.after.listed, cliff.after.cancel.rule) == (START, False, Rule.CANCEL_STARTED)


def test_an_offer_without_refund_has_no_deadline_and_rests_on_no_reading() -> None:
    world = make_world({"booking": {"seat-1": make_opportunity(offer=make_offer(refundable=None))}})
    explanation = explained(world)
    assert explanation.answer.cancel.rule is Rule.CANCEL_OFFER
    assert explanation.circumstances.deadline is None
    assert explanation.readings == ()
    assert flips(explanation) == [(START, "clock", False, Rule.CANCEL_OFFER)]


def test_the_values_are_those_that_the_rules_were_applied_to() -> None:
    found = explained(make_world()).circumstances
    assert (found.status, found.status_at_seller) == (OrderItemStatus.CONFIRMED, OrderItemStatus.CONFIRMED)
    assert (found.starts.to_instant(), found.deadline) == (START, DEADLINE)
    assert found.allow_customer_cancellation_full_refund is True
    assert str(found.latest_cancellation_before_start) == "P1D"
    assert (found.behaviour, found.booking_system.kind, found.reads_left) == ("obliging", AnswerKind.CONFIRM, None)


def test_what_is_due_is_told_apart_from_what_the_clock_does() -> None:
    explanation = explained(make_world(timeline=[SELLER_CANCELS]))
    assert flips(explanation) == [
        (after(minutes=11), "due", True, Rule.CANCEL_REPEAT_CANCELLED),
        (START, "clock", True, Rule.CANCEL_REPEAT_CANCELLED),
    ]
    due, by_clock = explanation.outlook.cliffs
    assert due.happened == ("imin reads that seat-1 is cancelled", "imin starts refund-1: 6.50 GBP for seat-1")
    assert by_clock.happened == ()


def test_what_happens_to_other_items_at_a_cliff_is_not_told() -> None:
    booked = {"booking": {"seat-1": make_opportunity(), "seat-2": make_opportunity("spin")}}
    move = ChangeLogistics(opportunity_id=OpportunityId("spin"), name="Spin")
    other = TimelineEntry(at=after(minutes=10), do=move)
    explanation = explained(make_world(booked, timeline=[SELLER_CANCELS, other]))
    assert all("spin" not in sentence for sentence in explanation.outlook.cliffs[0].happened)


def test_a_pending_item_flips_when_imin_reads_of_its_cancellation() -> None:
    world = make_world()
    cancel(world, "seat-1")
    explanation = explained(world)
    assert explanation.answer.cancel.rule is Rule.CANCEL_REPEAT_PENDING
    assert flips(explanation)[0] == (after(minutes=1), "due", True, Rule.CANCEL_REPEAT_CANCELLED)
    assert dict(explanation.readings) == {
        ReadingName.REPEAT_CANCEL_WHILE_PENDING: "accepted",
        ReadingName.LATE_REFUSAL: "reverts",
    }


def test_a_pending_item_that_is_never_answered_only_leaves_the_list() -> None:
    world = make_world(behaviour=NEVER)
    cancel(world, "seat-1")
    assert flips(explained(world)) == [(START, "clock", True, Rule.CANCEL_REPEAT_PENDING)]


def test_a_late_refusal_brings_the_deadline_back() -> None:
    world = make_world(
        behaviour=Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.REFUSE, after=TimeDelta(minutes=5)))
    )
    cancel(world, "seat-1")
    assert flips(explained(world))[:2] == [
        (after(minutes=5), "due", True, Rule.CANCEL_PASSED_ON),
        (DEADLINE, "clock", False, Rule.CANCEL_WINDOW_CLOSED),
    ]


def test_an_answer_that_waits_for_reads_says_for_how_many() -> None:
    world = make_world(behaviour=Behaviour(answer=BookingSystemAnswer(after_reads=3)))
    cancel(world, "seat-1")
    assert explained(world).circumstances.reads_left == 3


def test_an_attended_item_is_refused_by_its_attendance() -> None:
    mark = MarkAttendance(order_id=OrderId("booking"), status=OrderItemStatus.ATTENDED)
    world = make_world(timeline=[TimelineEntry(at=after(minutes=1), do=mark)])
    assert explained(world, at=after(minutes=5)).answer.cancel.rule is Rule.CANCEL_ATTENDED


def test_a_changed_behaviour_is_a_cliff_though_the_flag_stays() -> None:
    refusing = Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.REFUSE_NOW, reason="No."))
    world = make_world(states=[state("obliging", Behaviour(), 60, "stubborn"), state("stubborn", refusing)])
    cliff = explained(world).outlook.cliffs[0]
    assert (cliff.at, cliff.cause, cliff.happened) == (after(minutes=1), Cause.DUE, ("behaviour: stubborn",))
    assert cliff.after.flag.allowed
    assert (cliff.after.cancel.accepted, cliff.after.cancel.rule) == (False, Rule.CANCEL_REFUSED_AT_ONCE)


def test_a_scripted_fault_is_part_of_the_answer() -> None:
    busy = ApiFault(operation=ApiOperation.CANCEL, respond=CannedResponse(status=503))
    world = make_world(states=[state("busy", Behaviour(api=(busy,)), 60, "fine"), state("fine", Behaviour())])
    explanation = explained(world)
    assert (explanation.answer.cancel_fault, explanation.answer.list_fault) == (busy, None)
    assert [cliff.after.cancel_fault for cliff in explanation.outlook.cliffs[:1]] == [None]


def test_a_later_instant_is_explained_as_it_will_be() -> None:
    explanation = explained(make_world(timeline=[SELLER_CANCELS]), at=after(minutes=20))
    assert explanation.at == after(minutes=20)
    assert explanation.circumstances.status is OrderItemStatus.SELLER_CANCELLED
    assert [cliff.at for cliff in explanation.outlook.cliffs] == [START]


def test_between_publication_and_reading_the_two_sides_differ() -> None:
    found = explained(make_world(timeline=[SELLER_CANCELS]), at=after(minutes=10)).circumstances
    assert (found.status, found.status_at_seller) == (OrderItemStatus.CONFIRMED, OrderItemStatus.SELLER_CANCELLED)


def test_an_instant_in_the_past_is_refused() -> None:
    with pytest.raises(BackwardMoveError, match="cannot go back"):
        explained(make_world(), now=after(minutes=1), at=EPOCH)


def test_explaining_leaves_the_world_as_it_was() -> None:
    world = make_world(timeline=[SELLER_CANCELS])
    cancel(world, "seat-1")
    before = repr(world)
    explained(world, at=after(hours=1))
    assert repr(world) == before


def test_a_feed_that_stays_out_of_order_does_not_hide_the_deadline() -> None:
    world = make_world(behaviour=OUTAGE, timeline=[SELLER_CANCELS])
    explanation = explained(world, at=after(minutes=30))
    assert [cliff.at for cliff in explanation.outlook.cliffs] == [DEADLINE, START]
    assert explanation.outlook.seen_until is None


def test_a_behaviour_that_goes_round_for_ever_ends_the_search_and_says_where() -> None:
    refusing = Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.REFUSE_NOW))
    world = make_world(states=[state("day", Behaviour(), 3600, "night"), state("night", refusing, 3600, "day")])
    outlook = explained(world).outlook
    assert outlook.seen_until is not None
    assert len(outlook.cliffs) <= CLIFFS
    assert [cliff.at for cliff in outlook.cliffs[:2]] == [after(hours=1), after(hours=2)]
    calm = explained(make_world(states=[state("calm", Behaviour(), 1)])).outlook
    assert calm.seen_until is not None
    assert calm.cliffs == ()


def test_a_behaviour_that_runs_in_a_circle_ahead_ends_the_search_before_it() -> None:
    spinning = [state("calm", Behaviour(), 60, "mad"), state("mad", Behaviour(), 0, "mad")]
    outlook = explained(make_world(states=spinning)).outlook
    assert (outlook.cliffs, outlook.seen_until) == ((), EPOCH)


def test_an_instant_with_too_much_before_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explanation, "WORK_EXPLAINED", lowered(WORK_EXPLAINED, 100))
    world = make_world(states=[state("calm", Behaviour(), 1)])
    with pytest.raises(TooFarAheadError, match="More than 100 things are due"):
        explained(world, at=after(hours=1))
    assert explained(world, at=after(seconds=99)).at == after(seconds=99)


def test_a_day_across_a_clock_change_is_a_calendar_day_or_24_hours() -> None:
    start = Instant("2030-10-27T18:00:00Z") - EPOCH
    for option, hours in (("calendar", 25), ("elapsed", 24)):
        world = make_world(
            {"booking": {"seat-1": make_opportunity(starts_in=start)}}, readings={ReadingName.WINDOW_ARITHMETIC: option}
        )
        explanation = explained(world)
        assert explanation.circumstances.starts.tz_id == LONDON
        assert explanation.outlook.cliffs[0].at == Instant("2030-10-27T18:00:00Z") - TimeDelta(hours=hours)
        assert dict(explanation.readings)[ReadingName.WINDOW_ARITHMETIC] == option


def test_a_fault_is_told_in_words() -> None:
    fault = ApiFault(operation=ApiOperation.CANCEL, latency=TimeDelta(seconds=2), drop_connection=Drop.AFTER)
    assert explain_fault(fault) == "the connection is lost after the effect and it takes PT2S"
    assert explain_fault(ApiFault(operation=ApiOperation.CANCEL, truncate_body=True)) == "the body is cut short"


def test_an_evil_twin_that_bends_decisions_is_explained_as_it_decides() -> None:
    world = make_world()
    world.twin = Twin.CANCEL_AFTER_DEADLINE
    explanation = explained(world, at=DEADLINE)
    assert explanation.twin is Twin.CANCEL_AFTER_DEADLINE
    assert (explanation.answer.flag.allowed, explanation.answer.cancel.accepted) == (False, True)
    assert explained(make_world()).twin is None


def test_a_twin_that_never_cancels_accepts_all_the_same() -> None:
    world = make_world()
    world.twin = Twin.NEVER_CANCELS
    assert explained(world).answer.cancel.accepted

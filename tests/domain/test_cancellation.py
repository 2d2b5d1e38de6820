import pytest
from whenever import TimeDelta

from mockserver.domain.behaviour import AnswerKind, Behaviour, BookingSystemAnswer, FeedBehaviour
from mockserver.domain.cancellation import ALREADY_CANCELLED, DEFAULT_REFUSAL
from mockserver.domain.commands import CancelBySeller, MarkAttendance, NotePendingShown
from mockserver.domain.errors import CancellationNotPermittedError
from mockserver.domain.events import (
    AnswerAwaitsReads,
    CancellationConfirmed,
    CancellationRefused,
    CancellationRequested,
    EmailSent,
    OrderPublished,
    PendingReverted,
    PendingShown,
    RefundCompleted,
)
from mockserver.domain.execution import perform
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.domain.world import WorldState
from tests.making import EPOCH, after, cancel, make_opportunity, make_world, only, pass_time, to_cancel, told

S = OrderItemStatus
MONTH = after(hours=700)
ORDER = OrderId("booking")
TWO = {"booking": {"seat-1": make_opportunity(), "seat-2": make_opportunity()}}


def seats(world: WorldState) -> dict[str, S]:
    return {item: world.imin.state_of(item).status for item in world.catalogue.items}


def shown(*items: str) -> NotePendingShown:
    return NotePendingShown(item_ids=tuple(map(OrderItemId, items)))


def test_a_request_makes_pending_and_cancels_nothing() -> None:
    world = make_world(TWO)
    happened = told(cancel(world, "seat-1"))
    assert CancellationRequested(order_id=ORDER, item_ids=(OrderItemId("seat-1"),)) in happened
    assert seats(world) == {"seat-1": S.PENDING, "seat-2": S.CONFIRMED}
    assert world.booking_system.states == {}


def test_an_answer_comes_after_its_delay_and_not_before() -> None:
    world = make_world(behaviour=Behaviour(answer=BookingSystemAnswer(after=TimeDelta(minutes=3))))
    cancel(world, "seat-1")
    assert pass_time(world, after(minutes=3) - TimeDelta(nanoseconds=1)) == []
    happened = pass_time(world, after(minutes=3))
    assert [recorded.at for recorded in happened if isinstance(recorded.event, CancellationConfirmed)] == [
        after(minutes=3)
    ]


def test_to_ask_again_while_pending_changes_nothing() -> None:
    world = make_world()
    cancel(world, "seat-1")
    before = world.copy()
    assert cancel(world, "seat-1") == []
    assert world == before


def test_to_ask_again_after_the_cancellation_changes_nothing_even_after_the_deadline() -> None:
    world = make_world()
    cancel(world, "seat-1")
    pass_time(world, MONTH)
    before = world.copy()
    assert cancel(world, "seat-1", at=MONTH) == []
    assert world == before


def test_only_what_is_fresh_is_passed_on() -> None:
    world = make_world(TWO)
    cancel(world, "seat-1")
    (request,) = only(CancellationRequested, cancel(world, "seat-1", "seat-2"))
    assert request.item_ids == (OrderItemId("seat-2"),)


def test_an_item_asked_for_twice_in_one_breath_is_passed_on_once() -> None:
    (request,) = only(CancellationRequested, cancel(make_world(), "seat-1", "seat-1"))
    assert request.item_ids == (OrderItemId("seat-1"),)


def test_all_or_none() -> None:
    late = make_opportunity("soon", starts_in=TimeDelta(hours=1))
    world = make_world({"booking": {"seat-1": make_opportunity(), "seat-2": late}})
    for items in (("seat-1", "seat-2"), ("seat-2", "seat-1")):
        with pytest.raises(CancellationNotPermittedError):
            cancel(world, *items)
    assert seats(world) == {"seat-1": S.CONFIRMED, "seat-2": S.CONFIRMED}


def test_never_means_pending_for_ever() -> None:
    world = make_world(behaviour=Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.NEVER)))
    cancel(world, "seat-1")
    assert pass_time(world, MONTH) == []
    assert seats(world) == {"seat-1": S.PENDING}


@pytest.mark.parametrize(("option", "status"), [("reverts", S.CONFIRMED), ("stays-pending", S.PENDING)])
@pytest.mark.parametrize("reason", ["The coach is paid.", None])
def test_a_late_refusal_reverts_or_stays_pending_as_the_reading_says(
    option: str, status: S, reason: str | None
) -> None:
    answer = BookingSystemAnswer(kind=AnswerKind.REFUSE, reason=reason)
    world = make_world(behaviour=Behaviour(answer=answer), readings={ReadingName.LATE_REFUSAL: option})
    cancel(world, "seat-1")
    happened = pass_time(world, MONTH)
    (refusal,) = only(CancellationRefused, happened)
    assert refusal.reason == (reason or DEFAULT_REFUSAL)
    assert len(only(PendingReverted, happened)) == (status is S.CONFIRMED)
    assert seats(world) == {"seat-1": status}
    assert (world.booking_system.states, world.booking_system.feed) == ({}, {})


def test_after_a_reverted_refusal_the_customer_may_ask_again() -> None:
    world = make_world(behaviour=Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.REFUSE)))
    cancel(world, "seat-1")
    pass_time(world, after(minutes=1))
    assert len(only(CancellationRequested, cancel(world, "seat-1", at=after(minutes=2)))) == 1


def test_an_answer_after_reads_comes_at_the_last_of_them() -> None:
    world = make_world(behaviour=Behaviour(answer=BookingSystemAnswer(after_reads=3)))
    assert len(only(AnswerAwaitsReads, cancel(world, "seat-1"))) == 1
    assert pass_time(world, after(hours=1)) == []
    for seen in (1, 2, 3):
        happened = [*perform(world, shown("seat-1"), after(hours=2)), *pass_time(world, after(hours=2))]
        assert len(only(PendingShown, happened)) == 1
        assert len(only(CancellationConfirmed, happened)) == (seen == 3)
    assert perform(world, shown("seat-1"), after(hours=2)) == []


def test_items_that_are_shown_together_count_once_and_are_answered_together() -> None:
    world = make_world(TWO, behaviour=Behaviour(answer=BookingSystemAnswer(after_reads=2)))
    cancel(world, "seat-1", "seat-2")
    perform(world, shown("seat-1", "seat-2"), EPOCH)
    assert pass_time(world, EPOCH) == []
    perform(world, shown("seat-1", "seat-2"), EPOCH)
    (answer,) = only(CancellationConfirmed, pass_time(world, EPOCH))
    assert answer.item_ids == ("seat-1", "seat-2")
    assert world.booking_system.awaited_reads == {}


def test_items_with_the_same_answer_at_the_same_time_are_one_change_of_the_feed() -> None:
    world = make_world(TWO)
    cancel(world, "seat-1", "seat-2")
    happened = pass_time(world, MONTH)
    assert [event.item_ids for event in only(CancellationConfirmed, happened)] == [("seat-1", "seat-2")]
    assert len(only(OrderPublished, happened)) == 1


def test_each_item_gets_its_own_answer() -> None:
    answers = {
        OrderItemId("seat-1"): BookingSystemAnswer(kind=AnswerKind.REFUSE, after=TimeDelta(minutes=1)),
        OrderItemId("seat-2"): BookingSystemAnswer(after=TimeDelta(minutes=2)),
    }
    world = make_world(TWO, behaviour=Behaviour(answer_per_item=answers))
    cancel(world, "seat-1", "seat-2")
    pass_time(world, MONTH)
    assert seats(world) == {"seat-1": S.CONFIRMED, "seat-2": S.CUSTOMER_CANCELLED}


def test_what_the_seller_cancelled_meanwhile_stays_the_sellers() -> None:
    world = make_world()
    cancel(world, "seat-1")
    perform(world, CancelBySeller(order_id=ORDER), after(seconds=10))
    happened = pass_time(world, MONTH)
    assert not [*only(CancellationConfirmed, happened), *only(CancellationRefused, happened)]
    assert seats(world) == {"seat-1": S.SELLER_CANCELLED}


def test_what_was_attended_meanwhile_is_refused() -> None:
    world = make_world()
    cancel(world, "seat-1")
    perform(world, MarkAttendance(order_id=ORDER, status=S.ATTENDED), after(seconds=10))
    happened = pass_time(world, MONTH)
    assert len(only(CancellationRefused, happened)) == 1
    assert seats(world) == {"seat-1": S.ATTENDED}


def test_a_request_that_crosses_the_sellers_cancellation_is_accepted_and_settled_by_the_feed() -> None:
    world = make_world()
    perform(world, CancelBySeller(order_id=ORDER, message="Flooded"), EPOCH)
    assert len(only(CancellationRequested, perform(world, to_cancel("seat-1"), after(seconds=1)))) == 1
    pass_time(world, MONTH)
    assert seats(world) == {"seat-1": S.SELLER_CANCELLED}


ANSWERS = [
    BookingSystemAnswer(kind=AnswerKind.CONFIRM),
    BookingSystemAnswer(kind=AnswerKind.CONFIRM, after_reads=1),
    BookingSystemAnswer(kind=AnswerKind.REFUSE),
    BookingSystemAnswer(kind=AnswerKind.REFUSE_NOW),
    BookingSystemAnswer(kind=AnswerKind.NEVER),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.kind} {answer.after_reads or ''}")
def test_what_the_seller_has_cancelled_unread_is_accepted_however_the_booking_system_answers(
    answer: BookingSystemAnswer,
) -> None:
    lag = FeedBehaviour(lag=TimeDelta(minutes=10))
    world = make_world(TWO, behaviour=Behaviour(answer=answer, feed=lag))
    perform(world, CancelBySeller(order_id=ORDER, item_ids=(OrderItemId("seat-1"),)), EPOCH)
    happened = cancel(world, "seat-1", at=after(minutes=1))
    assert [type(each) for each in told(happened)] == [CancellationRequested], "there is nothing left to be answered"
    assert cancel(world, "seat-1", at=after(minutes=2)) == []
    assert seats(world) == {"seat-1": S.PENDING, "seat-2": S.CONFIRMED}
    happened = pass_time(world, MONTH)
    assert seats(world) == {"seat-1": S.SELLER_CANCELLED, "seat-2": S.CONFIRMED}
    assert [len(only(kind, happened)) for kind in (CancellationRefused, RefundCompleted, EmailSent)] == [0, 1, 1]


def test_an_item_beside_one_that_the_seller_has_cancelled_is_still_refused_and_then_both_stay() -> None:
    world = make_world(TWO, behaviour=Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.REFUSE_NOW)))
    perform(world, CancelBySeller(order_id=ORDER, item_ids=(OrderItemId("seat-1"),)), EPOCH)
    with pytest.raises(CancellationNotPermittedError) as refusal:
        cancel(world, "seat-1", "seat-2")
    assert refusal.value.rule is Rule.CANCEL_REFUSED_AT_ONCE
    assert seats(world) == {"seat-1": S.CONFIRMED, "seat-2": S.CONFIRMED}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.kind} {answer.after_reads or ''}")
def test_in_the_other_reading_the_booking_system_refuses_what_the_seller_has_cancelled(
    answer: BookingSystemAnswer,
) -> None:
    readings = {ReadingName.CANCEL_OF_CANCELLED_UNREAD: "refused"}
    world = make_world(TWO, behaviour=Behaviour(answer=answer), readings=readings)
    perform(world, CancelBySeller(order_id=ORDER, item_ids=(OrderItemId("seat-1"),)), EPOCH)
    with pytest.raises(CancellationNotPermittedError) as refusal:
        cancel(world, "seat-1")
    assert (refusal.value.rule, refusal.value.description) == (Rule.CANCEL_CANCELLED_UNREAD, ALREADY_CANCELLED)
    pass_time(world, MONTH)
    assert cancel(world, "seat-1", at=MONTH) == [], "once imin knows, it is the same success again"

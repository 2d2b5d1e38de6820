import json

import pytest
from whenever import TimeDelta

from mockserver.domain.behaviour import AnswerKind, Behaviour, BookingSystemAnswer
from mockserver.domain.commands import (
    EVERY_ORDER,
    AccessKind,
    ActOnOpportunity,
    CancelBySeller,
    ChangeLogistics,
    GiveCustomerNotice,
    ItemsCommand,
    MarkAttendance,
    ReplaceBySeller,
    SellerCommand,
    UpdateAccess,
)
from mockserver.domain.errors import SellerActionNotPermittedError
from mockserver.domain.events import (
    AttendanceMarked,
    CancelledBySeller,
    EmailKind,
    EmailSent,
    LogisticsChanged,
    RefundStarted,
    WorkScheduled,
)
from mockserver.domain.execution import Recorded, perform
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OpportunityId, OrderId, OrderItemId, replace
from mockserver.domain.world import ItemState, WorldState
from mockserver.engine.codec import decode, encode
from mockserver.engine.queries import upcoming_items
from tests.making import ASHA, EPOCH, LONDON, after, cancel, make_offer, make_opportunity, make_world, only, pass_time

S = OrderItemStatus
ORDER, SEAT = OrderId("booking"), OrderItemId("seat-1")
MONTH = after(hours=700)
TWO = {"booking": {"seat-1": make_opportunity(), "seat-2": make_opportunity()}}


def settle(world: WorldState, command: SellerCommand) -> list[Recorded]:
    """The Seller's action and all that comes of it."""
    return [*perform(world, command, EPOCH), *pass_time(world, MONTH)]


@pytest.mark.parametrize("pending", [False, True])
@pytest.mark.parametrize("message", ["Pool closed", None])
def test_a_seller_cancels_whatever_the_offer_says_also_while_a_request_is_pending(
    pending: bool, message: str | None
) -> None:
    offer = make_offer(refundable=pending)
    world = make_world(
        {"booking": {"seat-1": make_opportunity(offer=offer)}},
        behaviour=Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.NEVER)),
    )
    if pending:
        cancel(world, "seat-1")
    happened = settle(world, CancelBySeller(order_id=ORDER, message=message))
    held = world.imin.state_of(SEAT)
    assert (held.status, held.cancellation_message) == (S.SELLER_CANCELLED, message)
    assert held == world.booking_system.state_of(SEAT)
    (email,) = only(EmailSent, happened)
    assert (email.kind, email.message, email.refund_minor) == (EmailKind.CANCELLATION_CONFIRMATION, message, 650)


def test_a_seller_cancels_only_what_is_left() -> None:
    world = make_world(TWO)
    perform(world, CancelBySeller(order_id=ORDER, item_ids=(SEAT,)), EPOCH)
    (second,) = only(CancelledBySeller, perform(world, CancelBySeller(order_id=ORDER), EPOCH))
    assert second.item_ids == ("seat-2",)
    before = world.copy()
    assert perform(world, CancelBySeller(order_id=ORDER), EPOCH) == []
    assert world == before


def test_a_customers_cancellation_is_not_turned_into_the_sellers() -> None:
    world = make_world()
    cancel(world, "seat-1")
    pass_time(world, after(hours=1))
    assert perform(world, CancelBySeller(order_id=ORDER), after(hours=1)) == []
    assert world.imin.state_of(SEAT).status is S.CUSTOMER_CANCELLED


def test_attendance_may_be_corrected_and_repeated() -> None:
    world = make_world(TWO)
    perform(world, CancelBySeller(order_id=ORDER, item_ids=(OrderItemId("seat-2"),)), EPOCH)
    for status in (S.ATTENDED, S.ABSENT, S.ATTENDED):
        mark = MarkAttendance(order_id=ORDER, status=status)
        (marked,) = only(AttendanceMarked, perform(world, mark, EPOCH))
        assert (marked.item_ids, marked.status) == ((SEAT,), status)
        assert perform(world, mark, EPOCH) == []
    pass_time(world, MONTH)
    assert world.imin.state_of(SEAT).status is S.ATTENDED


def test_an_attended_item_may_still_be_cancelled_by_the_seller() -> None:
    world = make_world()
    perform(world, MarkAttendance(order_id=ORDER, status=S.ATTENDED), EPOCH)
    settle(world, CancelBySeller(order_id=ORDER))
    assert world.imin.state_of(SEAT).status is S.SELLER_CANCELLED


def test_a_notice_reaches_the_customer_and_goes_with_the_cancellation() -> None:
    world = make_world()
    (email,) = only(EmailSent, settle(world, GiveCustomerNotice(order_id=ORDER, notice="Bring a towel")))
    assert (email.kind, email.message, email.item_ids) == (EmailKind.CHANGE_NOTICE, "Bring a towel", (SEAT,))
    assert world.imin.state_of(SEAT).customer_notice == "Bring a towel"
    perform(world, CancelBySeller(order_id=ORDER), MONTH)
    assert world.booking_system.state_of(SEAT).customer_notice is None


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        (AccessKind.PASS, ItemState(access_pass="4711")),
        (AccessKind.CODE, ItemState(access_code="4711")),
        (AccessKind.CHANNEL, ItemState(access_channel="4711")),
    ],
)
def test_each_way_of_access_has_its_own_place(kind: AccessKind, held: ItemState) -> None:
    world = make_world()
    settle(world, UpdateAccess(order_id=ORDER, kind=kind, value="4711"))
    assert world.imin.state_of(SEAT) == held


@pytest.mark.parametrize(("price", "refunds"), [(650, []), (400, [250])])
def test_a_replacement_costs_the_same_or_less_and_the_difference_is_refunded(price: int, refunds: list[int]) -> None:
    other = make_opportunity("pilates", offer=make_offer(price, name="Pilates"))
    world = make_world(also_offered=[other])
    happened = settle(world, ReplaceBySeller(order_id=ORDER, opportunity_id=other.id))
    item = world.catalogue.items[SEAT]
    assert (world.opportunity_of(item, world.imin), world.offer_of(item, world.imin)) == (other, other.offer)
    assert [refund.amount_minor for refund in only(RefundStarted, happened)] == refunds
    assert [email.kind for email in only(EmailSent, happened)] == [EmailKind.CHANGE_NOTICE]


def test_only_confirmed_items_are_replaced() -> None:
    other = make_opportunity("pilates")
    world = make_world(TWO, also_offered=[other])
    perform(world, CancelBySeller(order_id=ORDER, item_ids=(SEAT,)), EPOCH)
    settle(world, ReplaceBySeller(order_id=ORDER, opportunity_id=other.id))
    assert world.booking_system.state_of(SEAT).opportunity is None
    assert world.booking_system.state_of(OrderItemId("seat-2")).opportunity == other


def listed(world: WorldState) -> list[str]:
    """The customer's upcoming items, in imin's order."""
    return [shown.item.id for shown in upcoming_items(world, ASHA.id, 1, EPOCH).page.items]


def test_a_new_start_moves_the_item_in_the_list_once_imin_has_read_it() -> None:
    early, late = make_opportunity("early"), make_opportunity("late", starts_in=TimeDelta(hours=90))
    world = make_world({"booking": {"first": early, "second": late}, "other": {"third": early}})
    starts = (EPOCH + TimeDelta(hours=100)).to_tz(LONDON)
    happened = perform(world, ChangeLogistics(opportunity_id=early.id, starts=starts), EPOCH)
    assert [event.order_id for event in only(LogisticsChanged, happened)] == ["booking", "other"]
    assert listed(world) == ["first", "third", "second"]
    pass_time(world, MONTH)
    assert listed(world) == ["second", "first", "third"]


def test_a_change_keeps_what_it_does_not_name() -> None:
    world = make_world()
    old = make_opportunity()
    settle(world, ChangeLogistics(opportunity_id=old.id, place_name="Annexe"))
    settle(world, ChangeLogistics(opportunity_id=old.id, name="Slow Yoga"))
    held = world.opportunity_of(world.catalogue.items[SEAT], world.imin)
    annexe = replace(old.place, identifier="Annexe", name="Annexe", url="https://data.riverside.example/venues/Annexe")
    assert held == replace(old, name="Slow Yoga", place=annexe)


def test_a_move_to_a_place_that_the_seller_has_is_a_move_to_that_place() -> None:
    hall = replace(
        make_opportunity().place, identifier="9", name="Hall 9", url="https://data.riverside.example/venues/9"
    )
    yoga, pilates = make_opportunity(), replace(make_opportunity("pilates"), place=hall)
    world = make_world({"booking": {SEAT: yoga, "other": pilates}})
    settle(world, ChangeLogistics(opportunity_id=yoga.id, place_name="Hall 9"))
    assert world.opportunity_of(world.catalogue.items[SEAT], world.imin).place == hall
    settle(world, ChangeLogistics(opportunity_id=yoga.id, place_name=yoga.place.name, name="Slow Yoga"))
    assert world.opportunity_of(world.catalogue.items[SEAT], world.imin).place == yoga.place


def test_a_change_concerns_who_is_on_the_session_now() -> None:
    yoga, pilates = make_opportunity(), make_opportunity("pilates")
    world = make_world({"booking": {"moved": yoga, "gone": yoga, "stays": yoga}, "other": {"was-there": pilates}})
    perform(world, ReplaceBySeller(order_id=ORDER, opportunity_id=pilates.id, item_ids=(OrderItemId("moved"),)), EPOCH)
    perform(world, CancelBySeller(order_id=ORDER, item_ids=(OrderItemId("gone"),)), EPOCH)
    on_yoga = only(LogisticsChanged, perform(world, ChangeLogistics(opportunity_id=yoga.id, name="A"), EPOCH))
    assert [event.item_ids for event in on_yoga] == [("stays",)]
    on_pilates = only(LogisticsChanged, perform(world, ChangeLogistics(opportunity_id=pilates.id, name="B"), EPOCH))
    assert {event.item_ids for event in on_pilates} == {("was-there",), ("moved",)}
    assert world.booking_system.opportunities[OpportunityId("pilates")].name == "B"


def _on(deed: ItemsCommand, opportunity: str = "yoga") -> ActOnOpportunity:
    return ActOnOpportunity(opportunity_id=OpportunityId(opportunity), deed=deed)


CLASS_IS_OFF = _on(CancelBySeller(order_id=EVERY_ORDER, message="Flooded"))


def test_the_class_is_off_for_every_order_and_for_nothing_else() -> None:
    yoga, swim = make_opportunity(), make_opportunity("swim")
    world = make_world({"a": {"a-1": yoga, "a-2": swim}, "b": {"b-1": yoga}, "c": {"c-1": swim}})
    happened = perform(world, CLASS_IS_OFF, EPOCH)
    cancelled = [(event.order_id, event.item_ids, event.message) for event in only(CancelledBySeller, happened)]
    assert cancelled == [("a", ("a-1",), "Flooded"), ("b", ("b-1",), "Flooded")]
    assert set(world.booking_system.states) == {"a-1", "b-1"}


def test_the_class_is_off_for_who_is_on_it_now_not_for_who_has_been_moved_away() -> None:
    yoga, cheap = make_opportunity(), make_opportunity("cheap", offer=make_offer(100))
    world = make_world({"a": {"a-1": yoga}, "b": {"b-1": yoga}}, also_offered=[cheap])
    perform(world, ReplaceBySeller(order_id=OrderId("a"), opportunity_id=cheap.id), EPOCH)
    perform(world, CLASS_IS_OFF, EPOCH)
    perform(world, _on(GiveCustomerNotice(order_id=EVERY_ORDER, notice="Bring a mat"), "cheap"), EPOCH)
    states = world.booking_system.states
    assert [states[OrderItemId(item)].status for item in ("a-1", "b-1")] == [S.CONFIRMED, S.SELLER_CANCELLED]
    assert states[OrderItemId("a-1")].customer_notice == "Bring a mat"


def test_a_deed_is_done_where_the_standard_allows_it_and_refused_only_if_that_is_nowhere() -> None:
    world = make_world({"a": {"a-1": make_opportunity()}, "b": {"b-1": make_opportunity()}})
    perform(world, CancelBySeller(order_id=OrderId("a")), EPOCH)
    attended = _on(MarkAttendance(order_id=EVERY_ORDER, status=S.ATTENDED))
    assert [event.order_id for event in only(AttendanceMarked, perform(world, attended, EPOCH))] == ["b"]
    perform(world, CLASS_IS_OFF, EPOCH)
    before = world.copy()
    with pytest.raises(SellerActionNotPermittedError):
        perform(world, attended, EPOCH)
    assert world == before
    assert not perform(world, CLASS_IS_OFF, EPOCH), "what is cancelled stays as it is"


@pytest.mark.parametrize("opportunity", ["empty", "none"])
def test_what_nobody_has_booked_cannot_be_off(opportunity: str) -> None:
    world = make_world(also_offered=[make_opportunity("empty")])
    with pytest.raises(SellerActionNotPermittedError):
        perform(world, _on(CancelBySeller(order_id=EVERY_ORDER), opportunity), EPOCH)


def test_a_class_that_is_off_by_the_timeline_comes_back_from_a_journal() -> None:
    recorded = Recorded(at=EPOCH, event=WorkScheduled(due=EPOCH, work=CLASS_IS_OFF))
    assert decode(json.loads(json.dumps(encode(recorded)))) == recorded

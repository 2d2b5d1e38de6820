"""Every refusal of ``decide``: its rule, and that nothing has changed."""

import pytest
from whenever import TimeDelta

from mockserver.domain.behaviour import AnswerKind, Behaviour, BookingSystemAnswer
from mockserver.domain.catalogue import Opportunity
from mockserver.domain.commands import (
    AccessKind,
    CancelBySeller,
    ChangeLogistics,
    Command,
    EnterState,
    GiveCustomerNotice,
    MarkAttendance,
    ReplaceBySeller,
    UpdateAccess,
)
from mockserver.domain.errors import (
    CancellationNotPermittedError,
    OpenBookingError,
    OrderItemIdInvalidError,
    OrderItemNotWithinOrderError,
    SellerActionNotPermittedError,
    UnknownOrderError,
)
from mockserver.domain.execution import perform
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.state_machine import State
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OpportunityId, OrderId, OrderItemId, SellerId, StateName
from mockserver.domain.world import WorldState
from tests.making import EPOCH, after, cancel, make_offer, make_opportunity, make_world, pass_time, to_cancel

ORDER, OTHER = OrderId("booking"), OrderId("other")
SEAT, GONE = OrderItemId("seat-1"), OrderItemId("gone")
DEAR, FOREIGN, EUROS, CHEAP = (OpportunityId(name) for name in ("dear", "foreign", "euros", "cheap"))


def _offered(name: str, price: int, *, seller: str = "riverside", currency: str = "GBP") -> Opportunity:
    made = make_opportunity(name, offer=make_offer(price))
    offer = type(made.offer)(id=made.offer.id, name="Adult", price_minor=price, currency=currency)
    return Opportunity(
        **{part: getattr(made, part) for part in Opportunity.__struct_fields__}
        | {"seller_id": SellerId(seller), "offer": offer}
    )


def stage() -> WorldState:
    """Two orders; one item is cancelled, one attended, one pending, one strict, one not refundable, one free to go."""
    yoga = make_opportunity()
    fixed = make_opportunity("fixed", offer=make_offer(refundable=False))
    soon = make_opportunity("soon", starts_in=TimeDelta(hours=20))
    over = make_opportunity("over", starts_in=TimeDelta(hours=-1), offer=make_offer(until=None))
    items = {
        "seat-1": yoga,
        "attended": yoga,
        "pending": yoga,
        "fixed": fixed,
        "soon": soon,
        "over": over,
        "strict": yoga,
    }
    behaviour = Behaviour(
        answer=BookingSystemAnswer(after=TimeDelta(hours=1)),
        answer_per_item={
            OrderItemId("gone"): BookingSystemAnswer(after=TimeDelta.ZERO),
            OrderItemId("strict"): BookingSystemAnswer(kind=AnswerKind.REFUSE_NOW, reason="Ask the desk."),
        },
    )
    world = make_world(
        {"booking": items, "other": {"elsewhere": yoga}, "empty": {"gone": make_opportunity("aqua")}},
        states=[State(name=StateName("strict"), behaviour=behaviour)],
        readings={ReadingName.REPEAT_CANCEL_WHILE_PENDING: "refused"},
        also_offered=[
            _offered("dear", 651),
            _offered("foreign", 100, seller="quayside"),
            _offered("euros", 100, currency="EUR"),
            _offered("cheap", 100),
        ],
    )
    cancel(world, "gone", of="empty")
    attended = MarkAttendance(order_id=ORDER, item_ids=(OrderItemId("attended"),), status=OrderItemStatus.ATTENDED)
    perform(world, attended, EPOCH)
    pass_time(world, after(minutes=2))
    cancel(world, "pending", at=after(minutes=3))
    return world


NOT_PERMITTED, ILLEGAL = CancellationNotPermittedError, SellerActionNotPermittedError
EMPTY = OrderId("empty")


@pytest.mark.parametrize(
    ("command", "error", "rule"),
    [
        (to_cancel("seat-1", of="none"), UnknownOrderError, Rule.ORDER_UNKNOWN),
        (to_cancel("seat-1", "none"), OrderItemIdInvalidError, Rule.CANCEL_UNKNOWN_ITEM),
        (to_cancel("seat-1", "elsewhere"), OrderItemNotWithinOrderError, Rule.CANCEL_UNKNOWN_ITEM),
        (to_cancel("seat-1", "attended"), NOT_PERMITTED, Rule.CANCEL_ATTENDED),
        (to_cancel("seat-1", "pending"), NOT_PERMITTED, Rule.CANCEL_REPEAT_PENDING),
        (to_cancel("seat-1", "fixed"), NOT_PERMITTED, Rule.CANCEL_OFFER),
        (to_cancel("seat-1", "soon"), NOT_PERMITTED, Rule.CANCEL_WINDOW_CLOSED),
        (to_cancel("seat-1", "over"), NOT_PERMITTED, Rule.CANCEL_STARTED),
        (to_cancel("seat-1", "strict"), NOT_PERMITTED, Rule.CANCEL_REFUSED_AT_ONCE),
        (CancelBySeller(order_id=OrderId("none")), UnknownOrderError, Rule.ORDER_UNKNOWN),
        (CancelBySeller(order_id=OTHER, item_ids=(SEAT,)), OrderItemNotWithinOrderError, Rule.CANCEL_UNKNOWN_ITEM),
        (GiveCustomerNotice(order_id=EMPTY, notice="Bring a mat"), ILLEGAL, Rule.SELLER_ILLEGAL),
        (UpdateAccess(order_id=EMPTY, kind=AccessKind.CODE, value="1234"), ILLEGAL, Rule.SELLER_ILLEGAL),
        (MarkAttendance(order_id=EMPTY, status=OrderItemStatus.ATTENDED), ILLEGAL, Rule.SELLER_ILLEGAL),
        (MarkAttendance(order_id=ORDER, status=OrderItemStatus.SELLER_CANCELLED), ILLEGAL, Rule.SELLER_ILLEGAL),
        (ReplaceBySeller(order_id=EMPTY, opportunity_id=CHEAP), ILLEGAL, Rule.SELLER_ILLEGAL),
        (ReplaceBySeller(order_id=OTHER, opportunity_id=OpportunityId("none")), ILLEGAL, Rule.SELLER_ILLEGAL),
        (ReplaceBySeller(order_id=OTHER, opportunity_id=DEAR), ILLEGAL, Rule.SELLER_ILLEGAL),
        (ReplaceBySeller(order_id=OTHER, opportunity_id=FOREIGN), ILLEGAL, Rule.SELLER_ILLEGAL),
        (ReplaceBySeller(order_id=OTHER, opportunity_id=EUROS), ILLEGAL, Rule.SELLER_ILLEGAL),
        (ChangeLogistics(opportunity_id=OpportunityId("none"), name="New"), ILLEGAL, Rule.SELLER_ILLEGAL),
        (ChangeLogistics(opportunity_id=OpportunityId("aqua"), name="New"), ILLEGAL, Rule.SELLER_ILLEGAL),
        (EnterState(state=StateName("none")), ILLEGAL, Rule.BEHAVIOUR),
    ],
)
def test_a_refusal_names_its_rule_and_changes_nothing(
    command: Command, error: type[OpenBookingError], rule: Rule
) -> None:
    world = stage()
    before = world.copy()
    with pytest.raises(error) as refusal:
        perform(world, command, after(minutes=5))
    assert type(refusal.value) is error
    assert (refusal.value.rule, bool(refusal.value.description)) == (rule, True)
    assert world == before


def test_a_refusal_at_once_gives_the_reason_of_the_booking_system() -> None:
    with pytest.raises(CancellationNotPermittedError, match=r"Ask the desk\."):
        perform(stage(), to_cancel("strict"), after(minutes=5))

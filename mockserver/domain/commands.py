"""What can be asked of a world, in the imperative. A command changes nothing by itself: ``decide`` turns it into events.

Items left out (``item_ids=()``) mean every item of the order, as in OpenActive's test interface.
"""

from enum import StrEnum

from whenever import ZonedDateTime

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OpportunityId, OrderId, OrderItemId, RefundId, StateName, Value


class RequestCancellation(Value, frozen=True, kw_only=True):
    """The customer asks, through imin, to cancel one or more items of an order. All or none."""

    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]


class NotePendingShown(Value, frozen=True, kw_only=True):
    """The client was shown these items while their cancellation was pending."""

    item_ids: tuple[OrderItemId, ...]


class CountRequest(Value, frozen=True, kw_only=True):
    """A request of an operation has come of which a fault begins with a later one than the first."""

    operation: ApiOperation


class UseFault(Value, frozen=True, kw_only=True):
    """imin's API is about to serve its ``index``-th fault of this operation, counted in the state's behaviour."""

    operation: ApiOperation
    index: int


class ConsiderCancellation(Value, frozen=True, kw_only=True):
    """The Booking System takes a request up and chooses its answer, in the state that the request has led to."""

    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]


class AnswerCancellation(Value, frozen=True, kw_only=True):
    """The Booking System answers a request that imin passed on."""

    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    confirm: bool
    reason: str | None = None


class CancelBySeller(Value, frozen=True, kw_only=True):
    """The Seller cancels inside the Booking System; windows and offers do not apply (Open Booking API 8.3.3)."""

    order_id: OrderId
    item_ids: tuple[OrderItemId, ...] = ()
    message: str | None = None


class ReplaceBySeller(Value, frozen=True, kw_only=True):
    """The Seller moves items to another opportunity, at the same price or a lower one (Open Booking API 8.4.3.1)."""

    order_id: OrderId
    opportunity_id: OpportunityId
    item_ids: tuple[OrderItemId, ...] = ()


class GiveCustomerNotice(Value, frozen=True, kw_only=True):
    """The Seller leaves a notice for the customer on items (Open Booking API 8.4.8)."""

    order_id: OrderId
    notice: str
    item_ids: tuple[OrderItemId, ...] = ()


class MarkAttendance(Value, frozen=True, kw_only=True):
    """The Seller notes that the attendee came (``ATTENDED``) or did not (``ABSENT``)."""

    order_id: OrderId
    status: OrderItemStatus
    item_ids: tuple[OrderItemId, ...] = ()


class AccessKind(StrEnum):
    """The three ways of letting an attendee in; the value is OpenActive's property."""

    PASS = "accessPass"
    CODE = "accessCode"
    CHANNEL = "accessChannel"


class UpdateAccess(Value, frozen=True, kw_only=True):
    """The Seller sets a new access pass, code or channel on items (Open Booking API 8.4.11)."""

    order_id: OrderId
    kind: AccessKind
    value: str
    item_ids: tuple[OrderItemId, ...] = ()


ItemsCommand = CancelBySeller | ReplaceBySeller | GiveCustomerNotice | MarkAttendance | UpdateAccess
"""The commands that a Seller gives about items of one order."""

EVERY_ORDER = OrderId("")
"""Stands in a deed for each order that it is done to."""


class ActOnOpportunity(Value, frozen=True, kw_only=True):
    """The Seller does the same to everything that is booked on an opportunity now, in whichever orders: "the class is off".

    The ``deed`` names :data:`EVERY_ORDER` and no items.
    """

    opportunity_id: OpportunityId
    deed: ItemsCommand


class ChangeLogistics(Value, frozen=True, kw_only=True):
    """The Seller changes the name, the start or the place's name of an opportunity; what is ``None`` stays."""

    opportunity_id: OpportunityId
    name: str | None = None
    starts: ZonedDateTime | None = None
    place_name: str | None = None


class PublishOrder(Value, frozen=True, kw_only=True):
    """The Booking System puts the order, as it is now, at the end of its OrdersFeed. ``again``: as a duplicate."""

    order_id: OrderId
    again: bool = False


class ReadOrdersFeed(Value, frozen=True, kw_only=True):
    """imin reads the OrdersFeed from where it stopped last."""


class CompleteRefund(Value, frozen=True, kw_only=True):
    """An attempt at a refund comes to its end, well or badly."""

    refund_id: RefundId


class SendCancellationNotice(Value, frozen=True, kw_only=True):
    """A refund has taken a minute: the customer is told of the cancellation without waiting for the money."""

    refund_id: RefundId


class EnterState(Value, frozen=True, kw_only=True):
    """The behaviour machine is put into a state (by the scenario's author, through the control interface)."""

    state: StateName


class FireTimer(Value, frozen=True, kw_only=True):
    """A timed transition of the machine is due. It holds only for the ``stay`` in which it was set."""

    stay: int
    index: int


Command = (
    RequestCancellation
    | NotePendingShown
    | CountRequest
    | UseFault
    | ConsiderCancellation
    | AnswerCancellation
    | CancelBySeller
    | ReplaceBySeller
    | GiveCustomerNotice
    | MarkAttendance
    | UpdateAccess
    | ActOnOpportunity
    | ChangeLogistics
    | PublishOrder
    | ReadOrdersFeed
    | CompleteRefund
    | SendCancellationNotice
    | EnterState
    | FireTimer
)
"""Every command; the agenda holds the same ones."""

SellerCommand = ItemsCommand | ActOnOpportunity | ChangeLogistics
"""The commands that a Seller gives inside the Booking System."""

Following = ConsiderCancellation | ItemsCommand
"""The commands that a decision can bring, to be decided in the world that has come of it so far; they never refuse there."""

FOLLOWING = frozenset(
    {ConsiderCancellation, CancelBySeller, ReplaceBySeller, GiveCustomerNotice, MarkAttendance, UpdateAccess}
)
"""Their types: a look-up among them is several times as fast as ``isinstance``, which asks each one's own kind of class."""

"""The values of a scenario's ``when`` and ``then``: what the stand-in client asks and what must have been observed.

They are plain domain values with the line of the file that says them; who runs and checks them is not known here.
"""

from collections.abc import Mapping
from enum import StrEnum

from whenever import Instant

from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import CustomerId, OrderId, OrderItemId, Value


class ExpectedAnswer(Value, frozen=True, kw_only=True):
    """What a step expects of the answer itself; ``None``: anything.

    ``rule``, ``error`` and ``says`` are the rule's id, the error's type and a part of its text. ``lost``: the connection ends
    without an answer; ``cut``: the answer's body is cut short.
    """

    status: int | None = None
    rule: str | None = None
    error: str | None = None
    says: str | None = None
    lost: bool = False
    cut: bool = False


class CancelStep(Value, frozen=True, kw_only=True):
    """The client asks to cancel items of an order."""

    line: int
    at: Instant
    answer: ExpectedAnswer
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]


class ListUpcomingStep(Value, frozen=True, kw_only=True):
    """The client lists a customer's upcoming order items; what it lists may hold more than ``statuses`` names."""

    line: int
    at: Instant
    answer: ExpectedAnswer
    customer_id: CustomerId
    page: int | None
    statuses: Mapping[OrderItemId, OrderItemStatus]
    cancellable: Mapping[OrderItemId, bool]
    absent: tuple[OrderItemId, ...]
    total: int | None
    pages: int | None


class ListOrdersStep(Value, frozen=True, kw_only=True):
    """The client lists a customer's orders; ``order_ids``, where given, is exactly what the page holds, in this order."""

    line: int
    at: Instant
    answer: ExpectedAnswer
    customer_id: CustomerId
    page: int | None
    order_ids: tuple[OrderId, ...] | None
    total: int | None
    pages: int | None


class GetOrderStep(Value, frozen=True, kw_only=True):
    """The client gets an order."""

    line: int
    at: Instant
    answer: ExpectedAnswer
    order_id: OrderId
    statuses: Mapping[OrderItemId, OrderItemStatus]


Step = CancelStep | ListUpcomingStep | ListOrdersStep | GetOrderStep
"""Every request that the stand-in client can make."""


class Viewpoint(StrEnum):
    """Whose view of an item is meant: imin's copy or the Booking System's truth."""

    IMIN = "imin"
    BOOKING_SYSTEM = "booking_system"


class ItemStatusExpected(Value, frozen=True, kw_only=True):
    """An item has a status. Here and below, ``at`` is ``None`` for the end, once the world is quiet."""

    line: int
    at: Instant | None
    item_id: OrderItemId
    status: OrderItemStatus
    view: Viewpoint


class RefundsExpected(Value, frozen=True, kw_only=True):
    """So many refunds are complete, of one order where it is given. *Units*: ``amount_minor`` in pence, the sum."""

    line: int
    at: Instant | None
    count: int
    order_id: OrderId | None
    amount_minor: int | None


class EmailsExpected(Value, frozen=True, kw_only=True):
    """So many e-mails were sent, to one customer where it is given."""

    line: int
    at: Instant | None
    count: int
    customer_id: CustomerId | None


class FeedItemsExpected(Value, frozen=True, kw_only=True):
    """So many orders are in the OrdersFeed."""

    line: int
    at: Instant | None
    count: int


class ReceiptsExpected(Value, frozen=True, kw_only=True):
    """An order has so many receipts."""

    line: int
    at: Instant | None
    count: int
    order_id: OrderId


class EventsExpected(Value, frozen=True, kw_only=True):
    """A domain event happened so many times."""

    line: int
    at: Instant | None
    event: str
    count: int


Expectation = (
    ItemStatusExpected | RefundsExpected | EmailsExpected | FeedItemsExpected | ReceiptsExpected | EventsExpected
)
"""Everything that a scenario can expect."""

"""What has happened in a world, in the past participle. The journal holds nothing else; folding it gives the world again.

Every event names its rule. An event carries what cannot be derived from the world it is folded into, so that ``evolve`` needs
no behaviour, no clock and no decision.
"""

import re
from enum import StrEnum
from typing import ClassVar, get_args

from whenever import Instant

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.catalogue import Offer, Opportunity
from mockserver.domain.commands import AccessKind, AnswerCancellation, Command
from mockserver.domain.refund_parts import RefundPart, sum_minor
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import CustomerId, OrderId, OrderItemId, RefundId, StateName, Value


class WorkScheduled(Value, frozen=True, kw_only=True):
    """Work was put on the agenda. ``rank`` orders work that is due at the same instant, lowest first."""

    rule: ClassVar[Rule] = Rule.AGENDA
    due: Instant
    work: Command
    rank: int = 0


class WorkTaken(Value, frozen=True, kw_only=True):
    """The next due work was taken off the agenda."""

    rule: ClassVar[Rule] = Rule.AGENDA


class WorkRefused(Value, frozen=True, kw_only=True):
    """Due work of the scenario was not permitted, and nothing was done."""

    rule: Rule
    reason: str


class TransitionFired(Value, frozen=True, kw_only=True):
    """The behaviour machine took the ``index``-th way out of a state; it may lead back to where it was, or only do something."""

    rule: ClassVar[Rule] = Rule.BEHAVIOUR
    state: StateName
    index: int


class BehaviourEntered(Value, frozen=True, kw_only=True):
    """The behaviour machine entered a state; ``stay`` counts entries from 1."""

    rule: ClassVar[Rule] = Rule.BEHAVIOUR
    state: StateName
    stay: int


class RequestCounted(Value, frozen=True, kw_only=True):
    """A request came that brings a fault of its operation nearer."""

    rule: ClassVar[Rule] = Rule.API_FAULT
    operation: ApiOperation


class FaultUsed(Value, frozen=True, kw_only=True):
    """imin's API served a fault that is limited in number or in time. ``ends`` is when it is over, told by its first hit."""

    rule: ClassVar[Rule] = Rule.API_FAULT
    operation: ApiOperation
    index: int
    ends: Instant | None


class CancellationRequested(Value, frozen=True, kw_only=True):
    """imin passed a request on: its copy of the items is pending."""

    rule: ClassVar[Rule] = Rule.CANCEL_PASSED_ON
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]


class AnswerAwaitsReads(Value, frozen=True, kw_only=True):
    """The answer comes once a client was shown the item pending ``reads`` times."""

    rule: ClassVar[Rule] = Rule.ANSWER_AFTER_READS
    item_id: OrderItemId
    reads: int
    answer: AnswerCancellation


class PendingShown(Value, frozen=True, kw_only=True):
    """A client was shown an item while its cancellation was pending."""

    rule: ClassVar[Rule] = Rule.ANSWER_AFTER_READS
    item_id: OrderItemId


class CancellationConfirmed(Value, frozen=True, kw_only=True):
    """The Booking System cancelled the items for the customer. imin does not know yet."""

    rule: ClassVar[Rule] = Rule.ANSWER_CONFIRMED
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]


class CancellationRefused(Value, frozen=True, kw_only=True):
    """The Booking System refused after imin's 204."""

    rule: ClassVar[Rule] = Rule.ANSWER_REFUSED
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    reason: str


class PendingReverted(Value, frozen=True, kw_only=True):
    """imin's copy of refused items is confirmed again."""

    rule: ClassVar[Rule] = Rule.ANSWER_REVERTS
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]


class CancelledBySeller(Value, frozen=True, kw_only=True):
    """The Seller cancelled items in the Booking System."""

    rule: ClassVar[Rule] = Rule.SELLER_CANCELS
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    message: str | None


class ReplacedBySeller(Value, frozen=True, kw_only=True):
    """The Seller moved items to another opportunity under another offer."""

    rule: ClassVar[Rule] = Rule.SELLER_REPLACES
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    opportunity: Opportunity
    offer: Offer


class CustomerNoticeGiven(Value, frozen=True, kw_only=True):
    """The Seller left a notice on items."""

    rule: ClassVar[Rule] = Rule.SELLER_NOTICE
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    notice: str


class AttendanceMarked(Value, frozen=True, kw_only=True):
    """The Seller noted the attendance of items."""

    rule: ClassVar[Rule] = Rule.SELLER_ATTENDANCE
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    status: OrderItemStatus


class AccessUpdated(Value, frozen=True, kw_only=True):
    """The Seller set a way of access on items."""

    rule: ClassVar[Rule] = Rule.SELLER_ACCESS
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    kind: AccessKind
    value: str


class LogisticsChanged(Value, frozen=True, kw_only=True):
    """The Seller changed an opportunity; ``item_ids`` are the booked items of one order that it concerns."""

    rule: ClassVar[Rule] = Rule.SELLER_LOGISTICS
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    opportunity: Opportunity


class OrderPublished(Value, frozen=True, kw_only=True):
    """The Booking System put the order, as it was, at the end of its OrdersFeed. ``again``: as a duplicate."""

    rule: ClassVar[Rule] = Rule.FEED_PUBLISHES
    order_id: OrderId
    change_number: int
    again: bool


class OrdersFeedReadFailed(Value, frozen=True, kw_only=True):
    """imin found the OrdersFeed out of order and will try again."""

    rule: ClassVar[Rule] = Rule.FEED_OUTAGE


class OrderUpdateRead(Value, frozen=True, kw_only=True):
    """imin took an order's new state from the OrdersFeed; ``cancelled_ids`` are cancelled since it last looked.

    ``refund_due`` is by how much the order's total fell, item by item.
    """

    order_id: OrderId
    change_number: int
    cancelled_ids: tuple[OrderItemId, ...]
    changed_ids: tuple[OrderItemId, ...]
    refund_due: tuple[RefundPart, ...]

    @property
    def rule(self) -> Rule:
        """A reading without news is a duplicate."""
        return Rule.FEED_MOVES_PENDING if self.cancelled_ids or self.changed_ids else Rule.FEED_DUPLICATE


class OrdersFeedRead(Value, frozen=True, kw_only=True):
    """imin read the OrdersFeed up to a change number."""

    rule: ClassVar[Rule] = Rule.FEED_READ
    change_number: int


class RefundStarted(Value, frozen=True, kw_only=True):
    """imin began to give money back. Once it is through, the cancellation of ``cancelled_ids`` is confirmed to the customer.

    An item may be cancelled and have no part: it was free.
    """

    rule: ClassVar[Rule] = Rule.REFUND_FROM_FEED
    refund_id: RefundId
    order_id: OrderId
    parts: tuple[RefundPart, ...]
    cancelled_ids: tuple[OrderItemId, ...]
    currency: str
    fails: int

    @property
    def item_ids(self) -> tuple[OrderItemId, ...]:
        """The items whose money it is."""
        return tuple(part.item_id for part in self.parts)

    @property
    def amount_minor(self) -> int:
        """All of its parts, in pence."""
        return sum_minor(self.parts)


class RefundAttemptFailed(Value, frozen=True, kw_only=True):
    """An attempt at a refund failed; another follows."""

    rule: ClassVar[Rule] = Rule.REFUND_RETRIED
    refund_id: RefundId
    attempt: int


class RefundCompleted(Value, frozen=True, kw_only=True):
    """The customer has the money."""

    rule: ClassVar[Rule] = Rule.REFUND_RECEIPT
    refund_id: RefundId
    at: Instant


class EmailKind(StrEnum):
    """What an e-mail tells the customer."""

    CANCELLATION_NOTICE = "cancellation-notice"
    """Cancelled; the money is still on its way."""
    CANCELLATION_CONFIRMATION = "cancellation-confirmation"
    """Cancelled, and refunded where a refund was due."""
    CHANGE_NOTICE = "change-notice"
    """The Seller changed something."""


class EmailSent(Value, frozen=True, kw_only=True):
    """imin wrote to the customer. ``refund_id`` is the refund that it tells of, if it tells of one.

    *Units*: ``refund_minor`` in pence: what that refund has given back for these very items, 0 where nothing was due or done.
    """

    rule_by_kind: ClassVar[dict[EmailKind, Rule]] = {
        EmailKind.CANCELLATION_NOTICE: Rule.EMAIL_NOTICE,
        EmailKind.CANCELLATION_CONFIRMATION: Rule.EMAIL_AFTER_REFUND,
        EmailKind.CHANGE_NOTICE: Rule.EMAIL_CHANGE,
    }
    kind: EmailKind
    at: Instant
    customer_id: CustomerId
    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]
    refund_minor: int
    message: str | None
    refund_id: RefundId | None

    @property
    def rule(self) -> Rule:
        """The rule by which this kind of e-mail is sent."""
        return self.rule_by_kind[self.kind]


Event = (
    WorkScheduled
    | WorkTaken
    | WorkRefused
    | TransitionFired
    | BehaviourEntered
    | RequestCounted
    | FaultUsed
    | CancellationRequested
    | AnswerAwaitsReads
    | PendingShown
    | CancellationConfirmed
    | CancellationRefused
    | PendingReverted
    | CancelledBySeller
    | ReplacedBySeller
    | CustomerNoticeGiven
    | AttendanceMarked
    | AccessUpdated
    | LogisticsChanged
    | OrderPublished
    | OrdersFeedReadFailed
    | OrderUpdateRead
    | OrdersFeedRead
    | RefundStarted
    | RefundAttemptFailed
    | RefundCompleted
    | EmailSent
)
"""Every event."""

HOUSEKEEPING = (WorkScheduled, WorkTaken, TransitionFired, AnswerAwaitsReads, RequestCounted)
"""Events of the agenda and the machine themselves: replay or coverage needs them, nobody wants to read them."""


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


NAME_OF_EVENT: dict[type[Event], str] = {event: _snake_case(event.__name__) for event in get_args(Event)}
"""The name of every event, as scenario files, timelines and the control interface spell it."""

EVENT_NAMES: frozenset[str] = frozenset(name for event, name in NAME_OF_EVENT.items() if event not in HOUSEKEEPING)
"""The names that a scenario may wait for or count."""

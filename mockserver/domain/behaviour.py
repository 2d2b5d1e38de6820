"""How the simulated Booking System and imin behave: plain values that a scenario sets and ``decide`` reads.

A :class:`Behaviour` is complete; the scenario layer merges the file's defaults into it. Whatever it says, the domain's laws
hold: it can make the world unpleasant, never illegal.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from whenever import TimeDelta

from mockserver.domain.values import OrderItemId, Value


class AnswerKind(StrEnum):
    """What the Booking System says to a cancellation; the value is the scenario file's word."""

    CONFIRM = "confirm"
    REFUSE_NOW = "refuse_now"
    REFUSE = "refuse"
    NEVER = "never"


class BookingSystemAnswer(Value, frozen=True, kw_only=True):
    """One way of answering. It comes ``after`` a while or, where ``after_reads`` is set, once the client has been shown the
    pending item that many times (which needs no clock at all)."""

    kind: AnswerKind = AnswerKind.CONFIRM
    after: TimeDelta = TimeDelta(seconds=30)
    after_reads: int | None = None
    reason: str | None = None


class FeedBehaviour(Value, frozen=True, kw_only=True):
    """How the OrdersFeed publishes. All of it is legal RPDE, some of it is nasty.

    ``lag``: between a change and its publication. ``outage``: the feed answers 503. ``duplicates``: how often each change is
    published again, unchanged, every ``duplicates_every``. ``reorder``: changes between two readings come newest first.
    """

    lag: TimeDelta = TimeDelta.ZERO
    outage: bool = False
    duplicates: int = 0
    duplicates_every: TimeDelta = TimeDelta(minutes=2)
    reorder: bool = False


class RefundBehaviour(Value, frozen=True, kw_only=True):
    """How imin's payment provider behaves: an attempt ``takes`` a while, the first ``fails`` attempts fail."""

    takes: TimeDelta = TimeDelta(seconds=5)
    fails: int = 0
    retry_every: TimeDelta = TimeDelta(minutes=1)


class ApiOperation(StrEnum):
    """The operations of imin's face and of the feed, as scenario files name them."""

    LIST_UPCOMING = "list_upcoming"
    LIST_ORDERS = "list_orders"
    GET_ORDER = "get_order"
    CANCEL = "cancel"


class Drop(StrEnum):
    """When a connection is dropped: before the request had any effect, or after, so that only the answer is lost."""

    BEFORE = "before"
    AFTER = "after"


BODILESS = frozenset({204, 205, 304})
"""Statuses of answers that have no body. *Source*: RFC 9110, 15.3.5, 15.3.6, 15.4.5."""


class CannedResponse(Value, frozen=True, kw_only=True):
    """An answer given in place of the real one; the request has no effect. One of a status in ``BODILESS`` has no body."""

    status: int
    headers: Mapping[str, str] = MappingProxyType({})
    body: str = ""


class ApiFault(Value, frozen=True, kw_only=True):
    """A fault of imin's own HTTP API. It begins with the ``begins_with``-th request of the operation in a stay in the state.

    From then on it is served so many ``times``, and until it has lasted ``lasts`` since its first hit (``None``: always).
    """

    operation: ApiOperation
    respond: CannedResponse | None = None
    latency: TimeDelta = TimeDelta.ZERO
    drop_connection: Drop | None = None
    truncate_body: bool = False
    begins_with: int = 1
    times: int | None = None
    lasts: TimeDelta | None = None

    @property
    def is_limited(self) -> bool:
        """Whether it ends by being met."""
        return self.times is not None or self.lasts is not None

    @property
    def blocks(self) -> bool:
        """Whether a request that meets it has no effect."""
        return self.respond is not None or self.drop_connection is Drop.BEFORE


class Behaviour(Value, frozen=True, kw_only=True):
    """Everything that a state of the machine decides."""

    answer: BookingSystemAnswer = BookingSystemAnswer()
    answer_per_item: Mapping[OrderItemId, BookingSystemAnswer] = MappingProxyType({})
    feed: FeedBehaviour = FeedBehaviour()
    reads_feed_every: TimeDelta = TimeDelta(seconds=60)
    refund: RefundBehaviour = RefundBehaviour()
    api: tuple[ApiFault, ...] = ()

    def counts(self, operation: ApiOperation) -> bool:
        """Whether the requests of this operation are counted: a fault begins with a later one than the first."""
        return any(fault.operation is operation and fault.begins_with > 1 for fault in self.api)

    def answer_for(self, item_id: OrderItemId) -> BookingSystemAnswer:
        """The answer that a request to cancel this item gets."""
        return self.answer_per_item.get(item_id, self.answer)

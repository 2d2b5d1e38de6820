"""What can be observed in a world, as types: timeline, refunds, e-mails, orders in both views, the feed, and explanations."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from mockserver.domain.twins import Twin
from mockserver.foundation.patterns import whole
from mockserver.web.admin_api.shapes import Closed, Count, CustomerView, Moment, RuleView


class Money(Closed):
    """An amount, exactly."""

    amount: Annotated[str, Meta(pattern=whole(r"-?[0-9]+\.[0-9]{2}"), examples=["6.50"])]
    currency: str


class TimelineEntryShape(Struct, kw_only=True):
    """Something that happened. The event's own fields follow; ``says`` is the sentence, for all but the agenda's own events."""

    number: Annotated[int, Meta(ge=1)]
    at: Moment
    event: str
    rule: str
    says: str | None


class Happened(Closed):
    """What happened, in order."""

    happened: list[TimelineEntryShape]


class Advanced(Closed):
    """Where the clock stands, and what happened on the way. Not ``complete``: so much happened that it stopped early."""

    now: Moment
    complete: bool
    quiet: bool
    next_due: Moment | None
    happened: list[TimelineEntryShape]


class Timeline(Closed):
    """What has happened in a world; ``total`` counts the agenda's own events too.

    Where there is more than one answer tells of, ``next`` is the number to go on ``after``.
    """

    total: Count
    next: Count | None
    entries: list[TimelineEntryShape]


class RefundPartView(Closed):
    """The money of one item, and why it goes back: the item was cancelled, or replaced by a cheaper one."""

    item: str
    cause: Literal["cancelled", "cheaper"]
    amount: Money


class RefundView(Closed):
    """Money on its way back to a customer. ``items`` are those whose money it is; ``amount`` is the sum of their ``parts``."""

    id: str
    order: str
    items: list[str]
    amount: Money
    parts: list[RefundPartView]
    status: Literal["started", "completed"]
    failed_attempts: Count
    completed_at: Moment | None


class RefundList(Closed):
    """All refunds of a world, in the order in which they were started."""

    refunds: list[RefundView]


class EmailView(Closed):
    """An e-mail that imin sent. ``refund`` is what the refund ``refund_id`` has given back for these ``items``."""

    kind: Literal["cancellation-notice", "cancellation-confirmation", "change-notice"]
    at: Moment
    customer: str
    to: str
    order: str
    items: list[str]
    refund: Money | None
    refund_id: str | None
    message: str | None


class EmailList(Closed):
    """All e-mails of a world, in order."""

    emails: list[EmailView]


class ItemSide(Closed):
    """An order item as one side has it."""

    status: str
    opportunity: str
    starts: Moment
    price: Money
    cancellation_message: str | None
    customer_notice: str | None
    access_pass: str | None
    access_code: str | None
    access_channel: str | None


class CancellableView(Closed):
    """Whether imin would let the customer cancel now, by which rule, why, and until when."""

    allowed: bool
    rule: str
    reason: str
    deadline: Moment | None


class ItemView(Closed):
    """An order item in both views: imin's copy, and the truth at the Seller. ``name`` is what the scenario calls it."""

    name: str
    identifier: str
    imin: ItemSide
    booking_system: ItemSide
    agree: bool
    cancellable: CancellableView


class OrderView(Closed):
    """An order with its items. ``total`` is what is due to the Seller, as each side has it."""

    name: str
    identifier: str
    customer: str
    seller: str
    placed_at: Moment
    imin_total: Money
    booking_system_total: Money
    items: list[ItemView]


class CustomerList(Closed):
    """The customers of a world; ``total`` counts all."""

    total: Count
    customers: list[CustomerView]


class OrderList(Closed):
    """Orders of a world; ``total`` counts all."""

    total: Count
    orders: list[OrderView]


class ExpectationView(Closed):
    """What a scenario expects, in words, and what was found. Units: ``line`` of its file, from 1."""

    line: Annotated[int, Meta(ge=1)]
    at: Moment | None
    expected: str
    found: str | None
    state: Literal["met", "unmet", "to come"]


class ExpectationList(Closed):
    """All that a scenario expects. ``scripted``: after steps of its own; ``quiet``: as its clock says."""

    scripted: bool
    quiet: bool
    expectations: list[ExpectationView]


class FeedItemView(Closed):
    """An item of the OrdersFeed; ``unread`` by imin so far."""

    unread: bool
    item: dict[str, Any]


class FeedView(Closed):
    """The OrdersFeed as it stands: imin has read it up to change number ``read_to``, the newest is ``newest``."""

    read_to: Count
    newest: Count
    outage: bool
    next_reading: Moment | None
    items: list[FeedItemView]


_Limit = Annotated[int, Meta(ge=1, le=10_000, description="How many at the most.")]


class TimelineQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which part of a timeline."""

    all: Annotated[bool, Meta(description="The agenda's own events too.")] = False
    after: Annotated[int, Meta(ge=0, le=2**53, description="Only entries with a larger number.")] = 0


class CustomersQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which customers."""

    offset: Annotated[int, Meta(ge=0, le=2**53, description="How many to leave out.")] = 0
    limit: _Limit = 100


class OrdersQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which orders."""

    customer: Annotated[str | None, Meta(description="Only this customer's.")] = None
    offset: Annotated[int, Meta(ge=0, le=2**53, description="How many to leave out.")] = 0
    limit: _Limit = 100


class FlagView(Closed):
    """imin:isPresentlyCancellable, and the rule that sets it."""

    allowed: bool
    rule: str
    reason: str


class CancelView(Closed):
    """What a PATCH for the item alone gets. ``status`` is null where a scripted fault loses the connection."""

    status: int | None
    rule: str
    reason: str
    fault: str | None


class AnswerView(Closed):
    """What imin says about the item. The flag can only be seen while the item is ``listed``."""

    listed: bool
    flag: FlagView
    cancel: CancelView
    list_fault: str | None


class CircumstancesView(Closed):
    """The values that the rules were applied to. Periods are ISO 8601."""

    status: str
    status_at_seller: str
    starts: Moment
    allow_customer_cancellation_full_refund: bool | None
    latest_cancellation_before_start: str | None
    deadline: Moment | None
    behaviour: str
    booking_system_answers: str
    booking_system_after: str
    reads_left: Count | None


class ChosenReading(Closed):
    """A question that imin leaves open, and the answer on which this verdict rests."""

    name: str
    question: str
    chosen: str
    options: list[str]


class CliffView(Closed):
    """An instant at which the answer flips: by the clock alone, or because of what is due then."""

    at: Moment
    cause: Literal["clock", "due"]
    happened: list[str]
    before: AnswerView
    after: AnswerView


class ExplanationView(Closed):
    """Why imin says what it says about an order item, and when it would say something else if nobody did anything.

    ``rules`` are those that set the flag and that answer a PATCH. ``seen_until`` is null where nothing more can follow.
    An evil twin that bends what is shown, not what is decided, is explained as if it did not: ``twin`` names it.
    """

    item: str
    order: str
    order_name: str
    customer: str
    at: Moment
    answer: AnswerView
    rules: list[RuleView]
    circumstances: CircumstancesView
    readings: list[ChosenReading]
    cliffs: list[CliffView]
    seen_until: Moment | None
    twin: Twin | None


class ExplanationQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which instant."""

    at: Annotated[
        str | None,
        Meta(
            description="The instant to explain, by default the present: a date-time with its offset, not before the world's"
            " present. Later ones are worked out on a copy; the world stays where it is.",
            extra_json_schema={"format": "date-time"},
        ),
    ] = None

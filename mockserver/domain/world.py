"""The state of one world: what has changed since the booking, in two views, and what is still to come.

*Two views on purpose*: ``booking_system`` is the truth at the Seller, ``imin`` is the broker platform's copy. They differ
between a publication and its reading, and that gap is what integrators need to test.

Only :mod:`mockserver.domain.evolve` writes here. The containers are mutable, the values in them are frozen, and only what
changed is held, so that a new world costs nothing, however large its catalogue is.
"""

from bisect import insort
from collections.abc import Sequence
from enum import StrEnum

from whenever import Instant

from mockserver.domain.behaviour import ApiOperation, Behaviour
from mockserver.domain.catalogue import Catalogue, Offer, Opportunity, Order, OrderItem, Start
from mockserver.domain.commands import AnswerCancellation, Command, ReadOrdersFeed
from mockserver.domain.events import EmailSent
from mockserver.domain.readings import Readings
from mockserver.domain.refund_parts import RefundPart, sum_minor
from mockserver.domain.state_machine import Machine, State
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.twins import Twin
from mockserver.domain.values import (
    CustomerId,
    MutableValue,
    OpportunityId,
    OrderId,
    OrderItemId,
    RefundId,
    StateName,
    Value,
    field,
)
from mockserver.foundation.calendar import NEVER


class ItemState(Value, frozen=True, kw_only=True):
    """What one view holds of an order item beyond its booking. ``None`` means: as it was booked."""

    status: OrderItemStatus = OrderItemStatus.CONFIRMED
    opportunity: Opportunity | None = None
    offer: Offer | None = None
    cancellation_message: str | None = None
    customer_notice: str | None = None
    access_pass: str | None = None
    access_code: str | None = None
    access_channel: str | None = None

    def due_minor(self, item: OrderItem) -> int:
        """What the item adds to its order's total, in pence: nothing once it is cancelled (Open Booking API 8.4.6)."""
        return 0 if self.status.is_cancelled else (self.offer or item.offer).price_minor


AS_BOOKED = ItemState()


class FeedItem(Value, frozen=True, kw_only=True):
    """An order's newest place in the OrdersFeed; ``states`` follow the order's items."""

    order_id: OrderId
    change_number: int
    states: tuple[ItemState, ...]


class RefundStatus(StrEnum):
    """How far a refund has come."""

    STARTED = "started"
    COMPLETED = "completed"


class Refund(Value, frozen=True, kw_only=True):
    """Money on its way back to a customer. The first ``fails`` attempts fail.

    ``cancelled_ids`` are the items whose cancellation it confirms, once it is through; none for cheaper replacements alone.
    """

    id: RefundId
    order_id: OrderId
    parts: tuple[RefundPart, ...]
    cancelled_ids: tuple[OrderItemId, ...]
    currency: str
    fails: int
    failed_attempts: int = 0
    status: RefundStatus = RefundStatus.STARTED
    completed_at: Instant | None = None

    @property
    def item_ids(self) -> tuple[OrderItemId, ...]:
        """The items whose money it is."""
        return tuple(part.item_id for part in self.parts)

    @property
    def amount_minor(self) -> int:
        """All of its parts, in pence."""
        return sum_minor(self.parts)


class AwaitedReads(Value, frozen=True, kw_only=True):
    """An answer that waits until the client has seen the pending item ``left`` more times."""

    left: int
    answer: AnswerCancellation


class View(MutableValue, kw_only=True):
    """One side's copy of the order items."""

    states: dict[OrderItemId, ItemState] = field(default_factory=dict)

    def state_of(self, item_id: OrderItemId) -> ItemState:
        """What this side holds of the item."""
        return self.states.get(item_id, AS_BOOKED)


class BookingSystem(View, kw_only=True):
    """The truth at the Seller, and the OrdersFeed through which it is told.

    ``feed_log[n - 1]`` is the order that change number ``n`` was given to; the number is stale where ``feed`` holds a newer one.
    """

    opportunities: dict[OpportunityId, Opportunity] = field(default_factory=dict)
    feed: dict[OrderId, FeedItem] = field(default_factory=dict)
    feed_log: list[OrderId] = field(default_factory=list)
    awaited_reads: dict[OrderItemId, AwaitedReads] = field(default_factory=dict)

    def feed_after(self, change_number: int, limit: int) -> list[FeedItem]:
        """The first ``limit`` feed items beyond a change number, in order: each order once, at its newest place."""
        found: list[FeedItem] = []
        for number in range(max(change_number, 0) + 1, len(self.feed_log) + 1):
            item = self.feed[self.feed_log[number - 1]]
            if item.change_number == number:
                found.append(item)
                if len(found) == limit:
                    break
        return found


class IminView(View, kw_only=True):
    """imin's copy, and what follows from reading the feed. ``upcoming`` holds the lists that differ from the catalogue's."""

    feed_read_to: int = 0
    feed_reading_due: Instant | None = None
    refunds: dict[RefundId, Refund] = field(default_factory=dict)
    refunds_by_order: dict[OrderId, tuple[RefundId, ...]] = field(default_factory=dict)
    emails: list[EmailSent] = field(default_factory=list)
    upcoming: dict[CustomerId, list[Start]] = field(default_factory=dict)


AgendaEntry = tuple[Instant, int, int, Command]
"""Due instant, rank, sequence number, work: sorts into the order in which work is done."""


class WorldState(MutableValue, kw_only=True):
    """One isolated world. ``stay`` counts the machine's entries into states;
    ``requests``, ``fault_uses`` and ``fault_ends`` belong to the present stay.

    ``twin`` makes it an evil twin.
    """

    epoch: Instant
    catalogue: Catalogue
    machine: Machine
    readings: Readings
    booking_system: BookingSystem = field(default_factory=BookingSystem)
    imin: IminView = field(default_factory=IminView)
    agenda: list[AgendaEntry] = field(default_factory=list)
    scheduled: int = 0
    state_name: StateName = StateName("")
    stay: int = 0
    requests: dict[ApiOperation, int] = field(default_factory=dict)
    fault_uses: dict[tuple[ApiOperation, int], int] = field(default_factory=dict)
    fault_ends: dict[tuple[ApiOperation, int], Instant] = field(default_factory=dict)
    twin: Twin | None = None

    @property
    def state(self) -> State:
        """The machine's present state."""
        return self.machine.states[self.state_name]

    @property
    def behaviour(self) -> Behaviour:
        """How everything behaves at present."""
        return self.machine.states[self.state_name].behaviour

    def is_due(self, instant: Instant) -> bool:
        """Whether there is work to do by the instant."""
        return bool(self.agenda) and self.agenda[0][0] <= instant

    @property
    def is_quiet(self) -> bool:
        """Whether nothing more happens by itself, but for tries to read a feed that is out of order: none will ever find more."""
        return not self.agenda or (
            self.behaviour.feed.outage and all(isinstance(work, ReadOrdersFeed) for *_, work in self.agenda)
        )

    def opportunity_of(self, item: OrderItem, view: View) -> Opportunity:
        """The item's opportunity, as this view knows it."""
        return view.state_of(item.id).opportunity or item.opportunity

    def offer_of(self, item: OrderItem, view: View) -> Offer:
        """The offer that holds for the item, as this view knows it."""
        return view.state_of(item.id).offer or item.offer

    def starts_of(self, customer_id: CustomerId) -> Sequence[Start]:
        """The starts of all that imin lists for the customer, earliest first."""
        own = self.imin.upcoming.get(customer_id)
        return own if own is not None else self.catalogue.starts_by_customer.get(customer_id, ())

    def total_due_minor(self, order: Order, states: Sequence[ItemState]) -> int:
        """The order's total in pence, without its cancelled items (Open Booking API 8.4.6)."""
        return sum(state.due_minor(item) for item, state in zip(order.items, states, strict=True))

    def schedule(self, due: Instant, rank: int, work: Command) -> None:
        """Put work on the agenda, behind what is due at the same instant with the same rank; not what is never due."""
        self.scheduled += 1
        if due == NEVER:
            return
        entry = (due, rank, self.scheduled, work)
        if not self.agenda or entry > self.agenda[-1]:  # as nearly always
            self.agenda.append(entry)
        else:
            insort(self.agenda, entry)

    def copy(self) -> "WorldState":
        """An independent world in the same state."""
        return WorldState(
            epoch=self.epoch,
            catalogue=self.catalogue,
            machine=self.machine,
            readings=self.readings,
            booking_system=BookingSystem(
                states=dict(self.booking_system.states),
                opportunities=dict(self.booking_system.opportunities),
                feed=dict(self.booking_system.feed),
                feed_log=list(self.booking_system.feed_log),
                awaited_reads=dict(self.booking_system.awaited_reads),
            ),
            imin=IminView(
                states=dict(self.imin.states),
                feed_read_to=self.imin.feed_read_to,
                feed_reading_due=self.imin.feed_reading_due,
                refunds=dict(self.imin.refunds),
                refunds_by_order=dict(self.imin.refunds_by_order),
                emails=list(self.imin.emails),
                upcoming={customer: list(starts) for customer, starts in self.imin.upcoming.items()},
            ),
            agenda=list(self.agenda),
            scheduled=self.scheduled,
            state_name=self.state_name,
            stay=self.stay,
            requests=dict(self.requests),
            fault_uses=dict(self.fault_uses),
            fault_ends=dict(self.fault_ends),
            twin=self.twin,
        )

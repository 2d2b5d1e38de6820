"""What was booked: sellers, customers, opportunities, offers, orders. Fixed for the life of a world.

Everything here is frozen and shared by all worlds of one scenario, however many orders it has: what changes while a world
runs is kept beside it, in :mod:`mockserver.domain.world`, and only for the order items that changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from whenever import Instant, ItemizedDelta, TimeDelta, ZonedDateTime

from mockserver.domain.values import CustomerId, OpportunityId, OrderId, OrderItemId, SellerId, Value


class OpportunityKind(StrEnum):
    """OpenActive's type of a bookable opportunity; the value is the wire word."""

    SCHEDULED_SESSION = "ScheduledSession"
    SLOT = "Slot"


class Seller(Value, frozen=True, kw_only=True):
    """An organisation that sells activities, and the base URL of its data."""

    id: SellerId
    name: str
    url: str


class Customer(Value, frozen=True, kw_only=True):
    """A person with a customer account at imin."""

    id: CustomerId
    given_name: str
    family_name: str
    email: str


class Place(Value, frozen=True, kw_only=True):
    """Where an opportunity happens. *Units*: degrees (WGS 84)."""

    identifier: str
    name: str
    url: str
    latitude: float
    longitude: float
    street_address: str
    locality: str
    region: str
    postal_code: str
    country: str


class Offer(Value, frozen=True, kw_only=True):
    """The offer that a booking accepted; a snapshot, frozen at booking. *Units*: ``price_minor`` in pence.

    ``latest_cancellation_before_start`` is the period before the start in which cancelling is *not* allowed.
    *Source*: Open Booking API 8.3.2, 10.1.7.
    """

    id: str
    name: str
    price_minor: int
    currency: str = "GBP"
    allow_customer_cancellation_full_refund: bool | None = None
    latest_cancellation_before_start: ItemizedDelta | None = None


class IndividualFacility(Value, frozen=True, kw_only=True):
    """One of several like facilities: a court, a pitch. ``id`` is the IndividualFacilityUse's."""

    id: str
    name: str


class Opportunity(Value, frozen=True, kw_only=True):
    """A session or a facility slot at a time and a place. ``capacity`` is the number of places it sells.

    ``part_of`` is the id of the SessionSeries or the FacilityUse that it belongs to; ``individual`` is a slot's court, where the
    facility has several.
    """

    id: OpportunityId
    kind: OpportunityKind
    source_id: str
    seller_id: SellerId
    name: str
    place: Place
    starts: ZonedDateTime
    lasts: TimeDelta
    capacity: int
    offer: Offer
    part_of: str
    individual: IndividualFacility | None = None

    @property
    def ends(self) -> ZonedDateTime:
        """The end, in the zone of the start."""
        return self.starts + self.lasts


class OrderItem(Value, frozen=True, kw_only=True):
    """One place on one opportunity, as it was booked.

    ``id`` is what the scenario calls it, one of its kind in the world; ``identifier`` is what imin shows of it, which is one of
    its kind only within its order.
    """

    id: OrderItemId
    identifier: str
    order_id: OrderId
    opportunity: Opportunity
    offer: Offer
    attendee: str | None = None


class Order(Value, frozen=True, kw_only=True):
    """A completed booking. ``name`` is what the scenario file calls it; ``id`` is the UUID that imin shows."""

    id: OrderId
    name: str
    customer_id: CustomerId
    seller_id: SellerId
    placed_at: Instant
    confirmation_number: str
    receipt_number: int
    items: tuple[OrderItem, ...]


Start = tuple[Instant, OrderItemId]
"""When an item starts, and which: sorts by time, and by identifier within the same instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All that was booked in a scenario, with the indexes that keep every read independent of its size."""

    sellers: Mapping[SellerId, Seller]
    customers: Mapping[CustomerId, Customer]
    opportunities: Mapping[OpportunityId, Opportunity]
    orders: Mapping[OrderId, Order]
    items: Mapping[OrderItemId, OrderItem] = field(init=False)
    orders_by_name: Mapping[str, Order] = field(init=False)
    orders_by_customer: Mapping[CustomerId, tuple[Order, ...]] = field(init=False)
    """Newest first, as imin's Order History."""
    starts_by_customer: Mapping[CustomerId, Sequence[Start]] = field(init=False)
    """The starts of a customer's items, earliest first, as imin's Upcoming OrderItems."""
    items_by_opportunity: Mapping[OpportunityId, tuple[OrderItem, ...]] = field(init=False)

    def __post_init__(self) -> None:
        orders: dict[CustomerId, list[Order]] = {customer: [] for customer in self.customers}
        booked: dict[OpportunityId, list[OrderItem]] = {opportunity: [] for opportunity in self.opportunities}
        for order in self.orders.values():
            orders[order.customer_id].append(order)
            for item in order.items:
                booked[item.opportunity.id].append(item)
        newest_first = {
            customer: tuple(sorted(mine, key=lambda order: (-order.placed_at.timestamp(unit="nanosecond"), order.id)))
            for customer, mine in orders.items()
        }
        earliest_first = {
            customer: sorted((item.opportunity.starts.to_instant(), item.id) for order in mine for item in order.items)
            for customer, mine in orders.items()
        }
        indexes: dict[str, Mapping[Any, object]] = {
            "items": {item.id: item for order in self.orders.values() for item in order.items},
            "orders_by_name": {order.name: order for order in self.orders.values()},
            "orders_by_customer": newest_first,
            "starts_by_customer": earliest_first,
            "items_by_opportunity": {key: tuple(items) for key, items in booked.items()},
        }
        for name, index in indexes.items():
            object.__setattr__(self, name, MappingProxyType(index))

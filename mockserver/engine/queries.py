"""What imin shows of a world at an instant: the lists and the order, as values. Reading never changes a world."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from whenever import Instant

from mockserver.domain.cancellability import Cancellability, cancellation_deadline, explain_cancellability
from mockserver.domain.catalogue import Catalogue, Offer, Opportunity, Order, OrderItem, Start
from mockserver.domain.readings import ReadingName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import CustomerId, OrderItemId, Value
from mockserver.domain.world import ItemState, Refund, RefundStatus, WorldState

ITEMS_PER_PAGE = 10
LAST_PAGE = 2**53 - 1
"""The largest number of a page: the largest that every reader of JSON keeps exactly (RFC 8259, 6)."""


T_co = TypeVar("T_co", covariant=True)


class Page(Value, Generic[T_co], frozen=True, kw_only=True):
    """One page of a list. Pages count from 1; an empty list has no page."""

    number: int
    total: int
    items: Sequence[T_co]

    @property
    def total_pages(self) -> int:
        """How many pages the whole list fills."""
        return -(-self.total // ITEMS_PER_PAGE)

    @property
    def is_past_the_end(self) -> bool:
        """True for any page but the first that is beyond the last one."""
        return self.number > max(self.total_pages, 1)


class ShownItem(Value, frozen=True, kw_only=True):
    """An order item as imin shows it at an instant."""

    item: OrderItem
    order: Order
    state: ItemState
    opportunity: Opportunity
    offer: Offer
    cancellability: Cancellability


class UpcomingPage(Value, frozen=True, kw_only=True):
    """A page of upcoming items, and the next instant at which it may look different by the clock alone."""

    page: Page[ShownItem]
    holds_until: Instant


def upcoming_items(world: WorldState, customer_id: CustomerId, number: int, now: Instant) -> UpcomingPage:
    """The customer's items that have not started at ``now``, earliest first."""
    starts = world.starts_of(customer_id)
    first = bisect_right(starts, (now, OrderItemId("\U0010ffff")))
    offset = first + (number - 1) * ITEMS_PER_PAGE
    shown = [show_item(world, item_id, now) for _, item_id in starts[offset : offset + ITEMS_PER_PAGE]]
    page = Page(number=number, total=len(starts) - first, items=shown)
    return UpcomingPage(page=page, holds_until=_holds_until(shown, starts, first))


def _holds_until(shown: list[ShownItem], starts: Sequence[Start], first: int) -> Instant:
    cliffs = [each.cancellability.deadline for each in shown if each.cancellability.allowed]
    if first < len(starts):
        cliffs.append(starts[first][0])
    return min((cliff for cliff in cliffs if cliff is not None), default=Instant.MAX)


def show_item(world: WorldState, item_id: OrderItemId, now: Instant) -> ShownItem:
    """One item as imin shows it at ``now``."""
    item = world.catalogue.items[item_id]
    state = world.imin.state_of(item_id)
    opportunity = state.opportunity or item.opportunity
    offer = state.offer or item.offer
    return ShownItem(
        item=item,
        order=world.catalogue.orders[item.order_id],
        state=state,
        opportunity=opportunity,
        offer=offer,
        cancellability=explain_cancellability(state.status, opportunity, offer, now, world.readings),
    )


def cancellability_of(world: WorldState, item: OrderItem, now: Instant) -> Cancellability:
    """What imin's flag says of the item at ``now``, and by which rule."""
    state = world.imin.state_of(item.id)
    return explain_cancellability(
        state.status, state.opportunity or item.opportunity, state.offer or item.offer, now, world.readings
    )


def deadline_of(world: WorldState, item: OrderItem) -> Instant | None:
    """The instant from which it is too late to cancel the item; ``None`` where its offer allows no cancelling at all."""
    offer = world.offer_of(item, world.imin)
    if offer.allow_customer_cancellation_full_refund is not True:
        return None
    return cancellation_deadline(world.opportunity_of(item, world.imin), offer, world.readings)


def pending_among(world: WorldState, items: Iterable[OrderItem]) -> tuple[OrderItemId, ...]:
    """Those of the items that imin shows as pending."""
    return tuple(item.id for item in items if world.imin.state_of(item.id).status is OrderItemStatus.PENDING)


def items_called(catalogue: Catalogue, asked: str) -> list[OrderItem]:
    """The items that somebody may mean: what the scenario calls so, else all that an order calls so or shows so."""
    named = catalogue.items.get(OrderItemId(asked))
    if named is not None:
        return [named]
    return [item for item in catalogue.items.values() if asked in (item.identifier, item.id.rpartition(":")[2])]


def order_history(world: WorldState, customer_id: CustomerId, number: int) -> Page[Order]:
    """The customer's orders, newest first."""
    orders = world.catalogue.orders_by_customer.get(customer_id, ())
    offset = (number - 1) * ITEMS_PER_PAGE
    return Page(number=number, total=len(orders), items=orders[offset : offset + ITEMS_PER_PAGE])


def completed_refunds(world: WorldState, order: Order) -> list[Refund]:
    """The refunds that have reached the customer, newest first."""
    refunds = [world.imin.refunds[refund_id] for refund_id in world.imin.refunds_by_order.get(order.id, ())]
    done = [refund for refund in refunds if refund.status is RefundStatus.COMPLETED]
    return sorted(done, key=lambda refund: (refund.completed_at, refund.id), reverse=True)


def receipts_issued(world: WorldState, order: Order) -> list[Instant]:
    """When the order's receipts were made, oldest first: one for the booking, a further one for each completed refund."""
    is_free = not (order.items[0].offer.price_minor or any(item.offer.price_minor for item in order.items))
    if is_free and world.readings[ReadingName.FREE_RECEIPT] == "absent":
        return []
    refunds = reversed(completed_refunds(world, order))
    return [order.placed_at, *(refund.completed_at for refund in refunds if refund.completed_at)]

"""imin reads the OrdersFeed: the only way in which its copy learns of a cancellation, and the only cause of a refund.

*Source*: Open Booking API 8.4.4, 8.4.6; imin docs: Cancellations & Refunds.
"""

from collections.abc import Sequence

from whenever import Instant

from mockserver.domain.catalogue import Order
from mockserver.domain.events import EmailKind, EmailSent, Event, OrdersFeedRead, OrdersFeedReadFailed, OrderUpdateRead
from mockserver.domain.orders_feed import reading_after_outage
from mockserver.domain.refund_parts import RefundCause, RefundPart
from mockserver.domain.refunds import refund_of
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId, replace
from mockserver.domain.world import FeedItem, ItemState, WorldState


def read_orders_feed(world: WorldState, now: Instant) -> list[Event]:
    """Everything that follows from one reading: updates, refunds begun, e-mails that need not wait for money."""
    if world.behaviour.feed.outage:
        return [OrdersFeedReadFailed(), reading_after_outage(world, now)]
    unread = world.booking_system.feed_after(world.imin.feed_read_to, limit=len(world.booking_system.feed_log))
    if not unread:
        return []
    events: list[Event] = []
    begun = len(world.imin.refunds)
    for item in unread:
        update = _update_from(world, item)
        events.append(update)
        if update.cancelled_ids or update.refund_due:
            consequences = refund_of(world, update, now, number=begun + 1)
            begun += bool(update.refund_due)
            events += consequences
        news = _news_in(world, update, item)
        if news:
            events.append(_change_notice(world, news, item, now))
    return [*events, OrdersFeedRead(change_number=unread[-1].change_number)]


def merged(held: ItemState, read: ItemState) -> ItemState:
    """imin's new copy: what the feed says, except that a pending item stays pending while the feed knows no cancellation."""
    if held.status is OrderItemStatus.PENDING and read.status is OrderItemStatus.CONFIRMED:
        return replace(read, status=OrderItemStatus.PENDING)
    return read


def _update_from(world: WorldState, item: FeedItem) -> OrderUpdateRead:
    order = world.catalogue.orders[item.order_id]
    held = tuple(world.imin.state_of(each.id) for each in order.items)
    pairs = [(each.id, before, read) for each, before, read in zip(order.items, held, item.states, strict=True)]
    return OrderUpdateRead(
        order_id=order.id,
        change_number=item.change_number,
        cancelled_ids=tuple(
            i for i, before, read in pairs if read.status.is_cancelled and not before.status.is_cancelled
        ),
        changed_ids=tuple(
            i for i, before, read in pairs if not read.status.is_cancelled and merged(before, read) != before
        ),
        refund_due=_refund_due(order, held, item.states),
    )


def _refund_due(order: Order, held: Sequence[ItemState], read: Sequence[ItemState]) -> tuple[RefundPart, ...]:
    """By how much the order's total falls, told apart by the items that it falls for. No total ever rises."""
    fallen = [
        (item, before.due_minor(item) - after.due_minor(item), after.status.is_cancelled)
        for item, before, after in zip(order.items, held, read, strict=True)
    ]
    return tuple(
        RefundPart(
            item_id=item.id,
            amount_minor=fell_by,
            cause=RefundCause.CANCELLED if cancelled else RefundCause.CHEAPER,
        )
        for item, fell_by, cancelled in fallen
        if fell_by > 0
    )


def _news_in(world: WorldState, update: OrderUpdateRead, item: FeedItem) -> tuple[OrderItemId, ...]:
    """The changed items that the customer is told of: attendance, which changes the status alone, is no news to who attended."""
    read = dict(zip((each.id for each in world.catalogue.orders[item.order_id].items), item.states, strict=True))
    held = world.imin.state_of
    return tuple(i for i in update.changed_ids if replace(read[i], status=held(i).status) != held(i))


def _change_notice(world: WorldState, item_ids: tuple[OrderItemId, ...], item: FeedItem, now: Instant) -> Event:
    order = world.catalogue.orders[item.order_id]
    notices = {
        state.customer_notice
        for each, state in zip(order.items, item.states, strict=True)
        if each.id in item_ids and state.customer_notice != world.imin.state_of(each.id).customer_notice
    }
    return EmailSent(
        kind=EmailKind.CHANGE_NOTICE,
        at=now,
        customer_id=order.customer_id,
        order_id=order.id,
        item_ids=item_ids,
        refund_id=None,
        refund_minor=0,
        message="; ".join(sorted(filter(None, notices))) or None,
    )

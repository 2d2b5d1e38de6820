"""From an event to the world after it. The only writer, and it never refuses: what the journal holds has happened."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Any, assert_never

from mockserver.domain import events as e
from mockserver.domain.catalogue import Offer, Opportunity
from mockserver.domain.commands import AccessKind, ReadOrdersFeed
from mockserver.domain.feed_reader import merged
from mockserver.domain.readings import ReadingName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId, replace
from mockserver.domain.world import AwaitedReads, FeedItem, ItemState, Refund, RefundStatus, View, WorldState

_FIELD_OF_ACCESS = {
    AccessKind.PASS: "access_pass",
    AccessKind.CODE: "access_code",
    AccessKind.CHANNEL: "access_channel",
}


def evolve(world: WorldState, event: e.Event) -> None:  # noqa: C901, PLR0915 - a table
    """Fold one event into the world.

    What every cancellation brings stands first: to find that a value is not of a kind takes as long as to fold it.
    """
    truth, imin = world.booking_system, world.imin
    match event:
        case e.WorkScheduled():
            world.schedule(event.due, event.rank, event.work)
            if type(event.work) is ReadOrdersFeed:
                imin.feed_reading_due = event.due
        case e.WorkTaken():
            _, _, _, work = world.agenda.pop(0)
            if type(work) is ReadOrdersFeed:
                imin.feed_reading_due = None
        case e.CancellationRequested():
            _set_status(imin, event.item_ids, OrderItemStatus.PENDING)
        case e.CancellationConfirmed():
            _set(truth, event.item_ids, status=OrderItemStatus.CUSTOMER_CANCELLED, customer_notice=None)
        case e.OrderPublished():
            _publish(world, event)
        case e.OrderUpdateRead():
            _take_update(world, event)
        case e.OrdersFeedRead():
            imin.feed_read_to = event.change_number
        case e.RefundStarted():
            imin.refunds[event.refund_id] = Refund(
                id=event.refund_id,
                order_id=event.order_id,
                parts=event.parts,
                cancelled_ids=event.cancelled_ids,
                currency=event.currency,
                fails=event.fails,
            )
            earlier = imin.refunds_by_order.get(event.order_id, ())
            imin.refunds_by_order[event.order_id] = (*earlier, event.refund_id)
        case e.RefundCompleted():
            refund = imin.refunds[event.refund_id]
            imin.refunds[event.refund_id] = replace(refund, status=RefundStatus.COMPLETED, completed_at=event.at)
        case e.EmailSent():
            imin.emails.append(event)
        case e.BehaviourEntered():
            world.state_name, world.stay = event.state, event.stay
            world.requests, world.fault_uses, world.fault_ends = {}, {}, {}
        case e.RequestCounted():
            world.requests[event.operation] = world.requests.get(event.operation, 0) + 1
        case e.FaultUsed():
            key = (event.operation, event.index)
            world.fault_uses[key] = world.fault_uses.get(key, 0) + 1
            if event.ends is not None:
                world.fault_ends[key] = event.ends
        case e.AnswerAwaitsReads():
            truth.awaited_reads[event.item_id] = AwaitedReads(left=event.reads, answer=event.answer)
        case e.PendingShown():
            awaited = truth.awaited_reads.get(event.item_id)
            if awaited is None:
                pass  # shown together with another item of the same answer, which is due already
            elif awaited.left > 1:
                truth.awaited_reads[event.item_id] = replace(awaited, left=awaited.left - 1)
            else:
                for item_id in awaited.answer.item_ids:
                    truth.awaited_reads.pop(item_id, None)
        case e.PendingReverted():
            _set_status(imin, event.item_ids, OrderItemStatus.CONFIRMED)
        case e.CancelledBySeller():
            _set(
                truth,
                event.item_ids,
                status=OrderItemStatus.SELLER_CANCELLED,
                cancellation_message=event.message,
                customer_notice=None,
            )
        case e.ReplacedBySeller():
            _book(world, event.item_ids, event.opportunity, event.offer)
        case e.CustomerNoticeGiven():
            _set(truth, event.item_ids, customer_notice=event.notice)
        case e.AttendanceMarked():
            _set_status(truth, event.item_ids, event.status)
        case e.AccessUpdated():
            _set(truth, event.item_ids, **{_FIELD_OF_ACCESS[event.kind]: event.value})
        case e.LogisticsChanged():
            truth.opportunities[event.opportunity.id] = event.opportunity
            _book(world, event.item_ids, event.opportunity)
        case e.RefundAttemptFailed():
            refund = imin.refunds[event.refund_id]
            imin.refunds[event.refund_id] = replace(refund, failed_attempts=event.attempt)
        case e.WorkRefused() | e.TransitionFired() | e.CancellationRefused() | e.OrdersFeedReadFailed():
            pass
        case _:
            assert_never(event)


_AS_BOOKED_BUT = {status: ItemState(status=status) for status in OrderItemStatus}
"""What most items ever become, shared by all worlds."""


def _set_status(view: View, item_ids: Iterable[OrderItemId], status: OrderItemStatus) -> None:
    for item_id in item_ids:
        state = view.states.get(item_id)
        view.states[item_id] = _AS_BOOKED_BUT[status] if state is None else replace(state, status=status)


def _set(view: View, item_ids: Iterable[OrderItemId], **changes: Any) -> None:
    for item_id in item_ids:
        view.states[item_id] = replace(view.state_of(item_id), **changes)


def _book(
    world: WorldState, item_ids: Iterable[OrderItemId], opportunity: Opportunity, offer: Offer | None = None
) -> None:
    """The items are on another opportunity, or on their own again: then they are as booked, and equal to items never moved."""
    for item_id in item_ids:
        booked, state = world.catalogue.items[item_id], world.booking_system.state_of(item_id)
        new_offer = offer or state.offer
        world.booking_system.states[item_id] = replace(
            state,
            opportunity=None if opportunity == booked.opportunity else opportunity,
            offer=None if new_offer == booked.offer else new_offer,
        )


def _publish(world: WorldState, event: e.OrderPublished) -> None:
    truth = world.booking_system
    order = world.catalogue.orders[event.order_id]
    truth.feed_log.append(order.id)
    truth.feed[order.id] = FeedItem(
        order_id=order.id,
        change_number=event.change_number,
        states=tuple(truth.state_of(item.id) for item in order.items),
    )


def _take_update(world: WorldState, event: e.OrderUpdateRead) -> None:
    """imin's copy becomes what the feed says, and the customer's list follows where an item left it or moved in it."""
    order = world.catalogue.orders[event.order_id]
    drops = world.readings[ReadingName.CANCELLED_ITEMS_IN_UPCOMING] == "dropped"
    news = {*event.cancelled_ids, *event.changed_ids}
    for item, read in zip(order.items, world.booking_system.feed[order.id].states, strict=True):
        if item.id not in news:
            continue
        before = world.imin.state_of(item.id)
        after: ItemState = merged(before, read)
        world.imin.states[item.id] = after
        old = (before.opportunity or item.opportunity).starts.to_instant()
        new = (after.opportunity or item.opportunity).starts.to_instant()
        leaves = drops and after.status.is_cancelled
        if leaves or new != old:
            starts = world.imin.upcoming.get(order.customer_id)
            if starts is None:
                starts = list(world.catalogue.starts_by_customer[order.customer_id])
                world.imin.upcoming[order.customer_id] = starts
            del starts[bisect_left(starts, (old, item.id))]
            if not leaves:
                insort(starts, (new, item.id))

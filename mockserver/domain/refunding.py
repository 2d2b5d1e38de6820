"""Refunds and the e-mails that follow them. Reached only from reading the OrdersFeed.

*Source*: Open Booking API 8.4.6: the amount is the fall of the order's total; a failed refund is retried; the customer is
told once the money is through, and before it if that takes more than a minute.
"""

from whenever import Instant, TimeDelta

from mockserver.calendar import later
from mockserver.domain.commands import CompleteRefund, SendCancellationNotice
from mockserver.domain.events import (
    EmailKind,
    EmailSent,
    Event,
    OrderUpdateRead,
    RefundAttemptFailed,
    RefundCompleted,
    RefundStarted,
    WorkScheduled,
)
from mockserver.domain.identifiers import OrderId, OrderItemId, RefundId
from mockserver.domain.world import RefundStatus, World

NOTICE_AFTER = TimeDelta(minutes=1)
"""How long a refund may take before the customer is told of the cancellation without it."""

AFTER_REFUNDS = 1
"""Rank of the notice: a refund that is through after exactly a minute has not taken more than a minute."""


def refund_of(world: World, update: OrderUpdateRead, now: Instant, *, number: int) -> list[Event]:
    """What follows from a fallen total: a refund is begun; where nothing is due, the customer is told at once."""
    if not update.refund_due_minor:
        return [_email(world, EmailKind.CANCELLATION_CONFIRMATION, update.order_id, update.cancelled_ids, 0, now)]
    order = world.catalogue.orders[update.order_id]
    behaviour = world.behaviour.refund
    refund_id = RefundId(f"refund-{number}")
    events: list[Event] = [
        RefundStarted(
            refund_id=refund_id,
            order_id=order.id,
            item_ids=update.cancelled_ids or update.changed_ids,
            amount_minor=update.refund_due_minor,
            currency=order.items[0].offer.currency,
            fails=behaviour.fails,
            for_cancellation=bool(update.cancelled_ids),
        ),
        WorkScheduled(due=later(now, behaviour.takes), work=CompleteRefund(refund_id=refund_id)),
    ]
    if update.cancelled_ids and (behaviour.takes > NOTICE_AFTER or behaviour.fails):
        notice = SendCancellationNotice(refund_id=refund_id)
        events.append(WorkScheduled(due=later(now, NOTICE_AFTER), rank=AFTER_REFUNDS, work=notice))
    return events


def complete_refund(world: World, command: CompleteRefund, now: Instant) -> list[Event]:
    """An attempt ends: the money is through and the customer is told, or it is tried again later."""
    refund = world.imin.refunds[command.refund_id]
    if refund.failed_attempts < refund.fails:
        retry_due = later(now, world.behaviour.refund.retry_every)
        return [
            RefundAttemptFailed(refund_id=refund.id, attempt=refund.failed_attempts + 1),
            WorkScheduled(due=retry_due, work=command),
        ]
    events: list[Event] = [RefundCompleted(refund_id=refund.id, at=now)]
    if refund.for_cancellation:
        events.append(
            _email(
                world,
                EmailKind.CANCELLATION_CONFIRMATION,
                refund.order_id,
                refund.item_ids,
                refund.amount_minor,
                now,
            )
        )
    return events


def send_cancellation_notice(world: World, command: SendCancellationNotice, now: Instant) -> list[Event]:
    """The refund has taken a minute: the customer is told of the cancellation, unless the money is through by now."""
    refund = world.imin.refunds[command.refund_id]
    if refund.status is RefundStatus.COMPLETED:
        return []
    return [_email(world, EmailKind.CANCELLATION_NOTICE, refund.order_id, refund.item_ids, 0, now)]


def _email(
    world: World,
    kind: EmailKind,
    order_id: OrderId,
    item_ids: tuple[OrderItemId, ...],
    refund_minor: int,
    now: Instant,
) -> EmailSent:
    order = world.catalogue.orders[order_id]
    published = zip(order.items, world.booking_system.feed[order_id].states, strict=True)
    messages = {state.cancellation_message for item, state in published if item.id in item_ids}
    return EmailSent(
        kind=kind,
        at=now,
        customer_id=order.customer_id,
        order_id=order_id,
        item_ids=item_ids,
        refund_minor=refund_minor,
        message="; ".join(sorted(filter(None, messages))) or None,
    )

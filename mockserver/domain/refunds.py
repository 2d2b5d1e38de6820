"""Refunds and the e-mails that follow them. Reached only from reading the OrdersFeed.

*Source*: Open Booking API 8.4.6: the amount is the fall of the order's total; a failed refund is retried; the customer is
told once the money is through, and before it if that takes more than a minute.
"""

from whenever import Instant, TimeDelta

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
from mockserver.domain.refund_parts import sum_minor
from mockserver.domain.values import OrderId, OrderItemId, RefundId
from mockserver.domain.world import RefundStatus, WorldState
from mockserver.foundation.calendar import later

NOTICE_AFTER = TimeDelta(minutes=1)
"""How long a refund may take before the customer is told of the cancellation without it."""

AFTER_REFUNDS = 1
"""Rank of the notice: a refund that is through after exactly a minute has not taken more than a minute."""


def refund_of(world: WorldState, update: OrderUpdateRead, now: Instant, *, number: int) -> list[Event]:
    """What follows from a fallen total: one refund is begun, however many causes it has, each with the items whose money it is.

    The customer is told of cancelled items once their money is through; at once, where none of them has any.
    """
    money_of_cancelled = sum_minor(update.refund_due, update.cancelled_ids)
    told_at_once = bool(update.cancelled_ids) and not money_of_cancelled
    events: list[Event] = []
    if told_at_once:
        confirmation = EmailKind.CANCELLATION_CONFIRMATION
        events.append(_email(world, confirmation, update.order_id, update.cancelled_ids, now))
    if not update.refund_due:
        return events
    order = world.catalogue.orders[update.order_id]
    behaviour = world.behaviour.refund
    refund_id = RefundId(f"refund-{number}")
    cancelled_ids = update.cancelled_ids if money_of_cancelled else ()
    events += [
        RefundStarted(
            refund_id=refund_id,
            order_id=order.id,
            parts=update.refund_due,
            cancelled_ids=cancelled_ids,
            currency=order.items[0].offer.currency,
            fails=behaviour.fails,
        ),
        WorkScheduled(due=later(now, behaviour.takes), work=CompleteRefund(refund_id=refund_id)),
    ]
    if cancelled_ids and (behaviour.takes > NOTICE_AFTER or behaviour.fails):
        notice = SendCancellationNotice(refund_id=refund_id)
        events.append(WorkScheduled(due=later(now, NOTICE_AFTER), rank=AFTER_REFUNDS, work=notice))
    return events


def complete_refund(world: WorldState, command: CompleteRefund, now: Instant) -> list[Event]:
    """An attempt ends: the money is through and the customer is told, or it is tried again later."""
    refund = world.imin.refunds[command.refund_id]
    if refund.failed_attempts < refund.fails:
        retry_due = later(now, world.behaviour.refund.retry_every)
        return [
            RefundAttemptFailed(refund_id=refund.id, attempt=refund.failed_attempts + 1),
            WorkScheduled(due=retry_due, work=command),
        ]
    events: list[Event] = [RefundCompleted(refund_id=refund.id, at=now)]
    if refund.cancelled_ids:
        confirmation = EmailKind.CANCELLATION_CONFIRMATION
        back = sum_minor(refund.parts, refund.cancelled_ids)
        events.append(_email(world, confirmation, refund.order_id, refund.cancelled_ids, now, refund.id, back))
    return events


def send_cancellation_notice(world: WorldState, command: SendCancellationNotice, now: Instant) -> list[Event]:
    """The refund has taken a minute: the customer is told of the cancellation, unless the money is through by now."""
    refund = world.imin.refunds[command.refund_id]
    if refund.status is RefundStatus.COMPLETED:
        return []
    notice = EmailKind.CANCELLATION_NOTICE
    return [_email(world, notice, refund.order_id, refund.cancelled_ids, now, refund.id)]


def _email(
    world: WorldState,
    kind: EmailKind,
    order_id: OrderId,
    item_ids: tuple[OrderItemId, ...],
    now: Instant,
    refund_id: RefundId | None = None,
    refund_minor: int = 0,
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
        refund_id=refund_id,
        refund_minor=refund_minor,
        message="; ".join(sorted(filter(None, messages))) or None,
    )

"""The customer's side of a cancellation: the request, all of its refusals, and the Booking System's answer.

This module must never know refunds or e-mails: they follow only from reading the OrdersFeed (a lint contract keeps it so).
"""

from collections.abc import Iterable

from whenever import Instant

from mockserver.domain.behaviour import AnswerKind, Behaviour, BookingSystemAnswer
from mockserver.domain.cancellability import explain_cancellability
from mockserver.domain.catalogue import Order, OrderItem
from mockserver.domain.commands import (
    AnswerCancellation,
    ConsiderCancellation,
    NotePendingShown,
    RequestCancellation,
)
from mockserver.domain.errors import (
    CancellationNotPermittedError,
    OrderItemIdInvalidError,
    OrderItemNotWithinOrderError,
    UnknownOrderError,
)
from mockserver.domain.events import (
    AnswerAwaitsReads,
    CancellationConfirmed,
    CancellationRefused,
    CancellationRequested,
    Event,
    PendingReverted,
    PendingShown,
    WorkScheduled,
)
from mockserver.domain.orders_feed import publication_of
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.domain.world import WorldState
from mockserver.foundation.calendar import later

DEFAULT_REFUSAL = "The provider of this activity does not allow this booking to be cancelled."
ALREADY_CANCELLED = "The provider of this activity has already cancelled this booking."


def find_order(world: WorldState, order_id: OrderId) -> Order:
    """The order. *Raises* :class:`UnknownOrderError`."""
    order = world.catalogue.orders.get(order_id)
    if order is None:
        raise UnknownOrderError(Rule.ORDER_UNKNOWN, f"There is no order {order_id!r}.")
    return order


def find_item(world: WorldState, order: Order, item_id: OrderItemId) -> OrderItem:
    """The order's item. *Raises* :class:`OrderItemIdInvalidError`, :class:`OrderItemNotWithinOrderError`."""
    item = world.catalogue.items.get(item_id)
    if item is None:
        raise OrderItemIdInvalidError(Rule.CANCEL_UNKNOWN_ITEM, f"There is no order item {item_id!r}.")
    if item.order_id != order.id:
        raise OrderItemNotWithinOrderError(
            Rule.CANCEL_UNKNOWN_ITEM, f"The order item {item_id!r} is not part of the order {order.id!r}."
        )
    return item


def items_meant(world: WorldState, order: Order, identifiers: Iterable[str]) -> tuple[OrderItemId, ...]:
    """The order's items that a client calls by these identifiers.

    *Raises* :class:`OrderItemIdInvalidError`, :class:`OrderItemNotWithinOrderError`.
    """
    own = {item.identifier: item.id for item in order.items}
    try:
        return tuple([own[identifier] for identifier in identifiers])
    except KeyError as missing:
        (identifier,) = missing.args
    if any(item.identifier == identifier for item in world.catalogue.items.values()):
        raise OrderItemNotWithinOrderError(
            Rule.CANCEL_UNKNOWN_ITEM, f"The order item {identifier!r} is not part of the order {order.id!r}."
        )
    raise OrderItemIdInvalidError(Rule.CANCEL_UNKNOWN_ITEM, f"There is no order item {identifier!r}.")


def request_cancellation(
    world: WorldState, command: RequestCancellation, now: Instant
) -> list[Event | ConsiderCancellation]:
    """The customer's request: every listed item becomes pending, or a refusal is raised and none does.

    Items that are cancelled already are skipped, and so are pending ones where the reading accepts repeats: the standard
    wants the request idempotent (Open Booking API 9.2.8).
    """
    order = find_order(world, command.order_id)
    items = [find_item(world, order, item_id) for item_id in dict.fromkeys(command.item_ids)]
    fresh = tuple([item.id for item in items if _is_fresh(world, item, now)])
    for item_id in fresh:
        _refuse_at_once(world, item_id)
    if not fresh:
        return []
    return [
        CancellationRequested(order_id=order.id, item_ids=fresh),
        ConsiderCancellation(order_id=order.id, item_ids=fresh),
    ]


def _is_fresh(world: WorldState, item: OrderItem, now: Instant) -> bool:
    """Whether the item is to be cancelled now; False if it is pending or cancelled already. *Raises* if it may not be."""
    shown = world.imin.state_of(item.id)
    status = shown.status
    if status.is_cancelled:
        return False
    if status is OrderItemStatus.PENDING and world.readings[ReadingName.REPEAT_CANCEL_WHILE_PENDING] == "accepted":
        return False
    verdict = explain_cancellability(
        status, shown.opportunity or item.opportunity, shown.offer or item.offer, now, world.readings
    )
    if not verdict.allowed:
        raise CancellationNotPermittedError(verdict.rule, verdict.reason)
    return True


def _refuse_at_once(world: WorldState, item_id: OrderItemId) -> None:
    """*Raises* what the Booking System answers at once; nothing for what it has cancelled itself (Open Booking API 9.2.8)."""
    truth = world.booking_system
    if truth.states and truth.state_of(item_id).status.is_cancelled:
        if world.readings[ReadingName.CANCEL_OF_CANCELLED_UNREAD] == "refused":
            raise CancellationNotPermittedError(Rule.CANCEL_CANCELLED_UNREAD, ALREADY_CANCELLED)
        return
    answer = world.behaviour.answer_for(item_id)
    if answer.kind is AnswerKind.REFUSE_NOW:
        raise CancellationNotPermittedError(Rule.CANCEL_REFUSED_AT_ONCE, answer.reason or DEFAULT_REFUSAL)


def consider_cancellation(world: WorldState, command: ConsiderCancellation, now: Instant) -> list[Event]:
    """The Booking System takes the request up: it will answer later, once it was read often enough, or never.

    Items that get the same answer at the same time get it together, so that the feed shows one change. What it has cancelled
    itself needs no answer: the feed tells.
    """
    events: list[Event] = []
    truth = world.booking_system
    live = command.item_ids
    if truth.states:
        live = tuple([i for i in live if not truth.state_of(i).status.is_cancelled])
    for answer, item_ids in _answered_together(world.behaviour, live) if live else ():
        if answer.kind is AnswerKind.NEVER:
            continue
        confirm = answer.kind is AnswerKind.CONFIRM
        work = AnswerCancellation(order_id=command.order_id, item_ids=item_ids, confirm=confirm, reason=answer.reason)
        if answer.after_reads is None:
            events.append(WorkScheduled(due=later(now, answer.after), work=work))
        else:
            events += [AnswerAwaitsReads(item_id=i, reads=answer.after_reads or 1, answer=work) for i in item_ids]
    return events


def _answered_together(
    behaviour: Behaviour, item_ids: tuple[OrderItemId, ...]
) -> Iterable[tuple[BookingSystemAnswer, tuple[OrderItemId, ...]]]:
    if not behaviour.answer_per_item:  # as nearly always
        return ((behaviour.answer, item_ids),)
    groups: dict[BookingSystemAnswer, tuple[OrderItemId, ...]] = {}
    for item_id in item_ids:
        answer = behaviour.answer_for(item_id)
        groups[answer] = (*groups.get(answer, ()), item_id)
    return groups.items()


def note_pending_shown(world: WorldState, command: NotePendingShown, now: Instant) -> list[Event]:
    """The client has seen pending items; answers that have waited for this become due."""
    events: list[Event] = []
    ready: list[AnswerCancellation] = []
    for item_id in command.item_ids:
        awaited = world.booking_system.awaited_reads.get(item_id)
        if awaited is None:
            continue
        events.append(PendingShown(item_id=item_id))
        if awaited.left <= 1 and awaited.answer not in ready:
            ready.append(awaited.answer)
    return events + [WorkScheduled(due=now, work=answer) for answer in ready]


def answer_cancellation(world: WorldState, command: AnswerCancellation, now: Instant) -> list[Event]:
    """The Booking System answers. What the Seller has cancelled meanwhile stays so; what was attended is refused."""
    order = find_order(world, command.order_id)
    truth = world.booking_system
    open_ids = tuple(i for i in command.item_ids if not truth.state_of(i).status.is_cancelled)
    confirmed = tuple(i for i in open_ids if command.confirm and truth.state_of(i).status is OrderItemStatus.CONFIRMED)
    refused = tuple(i for i in open_ids if i not in confirmed)
    events: list[Event] = []
    if confirmed:
        events += [
            CancellationConfirmed(order_id=order.id, item_ids=confirmed),
            publication_of(world, order.id, now),
        ]
    if refused:
        events.append(
            CancellationRefused(order_id=order.id, item_ids=refused, reason=command.reason or DEFAULT_REFUSAL)
        )
        pending = tuple(i for i in refused if world.imin.state_of(i).status is OrderItemStatus.PENDING)
        if pending and world.readings[ReadingName.LATE_REFUSAL] == "reverts":
            events.append(PendingReverted(order_id=order.id, item_ids=pending))
    return events

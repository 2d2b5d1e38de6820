"""The standard's laws, held against each step of each run that is explored. No scenario file can break one today.

It sees worlds before and after a step and what happened between. It must never know how the step was chosen.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from whenever import Instant

from mockserver.domain.behaviour import AnswerKind
from mockserver.domain.catalogue import Catalogue, OrderItem
from mockserver.domain.commands import RequestCancellation
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.events import (
    CancellationRequested,
    EmailKind,
    EmailSent,
    Event,
    OrderPublished,
    OrdersFeedRead,
    PendingReverted,
    RefundCompleted,
    RefundStarted,
)
from mockserver.domain.execution import Recorded
from mockserver.domain.refund_parts import RefundPart, sum_minor
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.twin_decisions import decide_as_twin
from mockserver.domain.values import OrderId, OrderItemId, RefundId
from mockserver.domain.world import AS_BOOKED, View, WorldState
from mockserver.engine.queries import cancellability_of

THE_FEED = "the OrdersFeed"


class Law(StrEnum):
    """What always holds; the value is the finding's id."""

    CANCELLATION_REVERSED = "law-cancellation-reversed"
    TOTAL_RISES = "law-total-rises"
    REFUNDED_TWICE = "law-refunded-twice"
    REFUNDED_TOO_MUCH = "law-refunded-too-much"
    REFUNDED_WITHOUT_CANCELLATION = "law-refunded-without-cancellation"
    REFUND_MISASCRIBED = "law-refund-misascribed"
    EMAILED_TWICE = "law-emailed-twice"
    EMAIL_UNTRUE = "law-email-untrue"
    FLAG_AND_PATCH_DISAGREE = "law-flag-and-patch-disagree"
    ORDER_TWICE_IN_FEED = "law-order-twice-in-feed"
    CHANGE_NUMBERS = "law-change-numbers"


@dataclass(frozen=True, slots=True)
class Breach:
    """A law that a step broke, and of what."""

    law: Law
    of: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """What may happen only once and has happened: it is a part of the state, or a second time could pass for a first."""

    refunded: frozenset[OrderItemId] = frozenset()
    confirmed: frozenset[OrderItemId] = frozenset()
    returned: frozenset[OrderItemId] = frozenset()
    """Items that were pending once and are confirmed again. One that is asked for anew is out of it until it is refused anew:
    while it is not confirmed nothing depends on it, and to remember it would make two states of each."""
    through: frozenset[RefundId] = frozenset()
    """Refunds that are through, by number; the numbers only grow and stay out of the shape of a world."""


_WATCHED = frozenset(
    {CancellationRequested, OrderPublished, OrdersFeedRead, RefundStarted, RefundCompleted, PendingReverted, EmailSent}
)
"""The events that a law or the ledger is about."""


def account(
    before: WorldState, after: WorldState, happened: Sequence[Recorded], ledger: Ledger, breaches: list[Breach]
) -> Ledger:
    """The ledger after a step; every law that the step broke is added to ``breaches``."""
    if before.imin.states != after.imin.states:
        breaches += _lost_ground(after.catalogue, before.imin, after.imin)
    if before.booking_system.states != after.booking_system.states:
        breaches += _lost_ground(after.catalogue, before.booking_system, after.booking_system)
    if len(before.booking_system.feed_log) != len(after.booking_system.feed_log):
        breaches += _feed_order(after)
    events = [recorded.event for recorded in happened if type(recorded.event) in _WATCHED]
    if not events:
        return ledger  # as mostly
    breaches += _numbers(before, events)
    for event in events:
        match event:
            case RefundStarted():
                breaches += _refund(after, event, ledger)
            case RefundCompleted(refund_id=refund_id) if refund_id in ledger.through:
                breaches += [Breach(Law.REFUNDED_TWICE, i) for i in after.imin.refunds[refund_id].item_ids]
            case EmailSent(kind=EmailKind.CANCELLATION_CONFIRMATION, item_ids=item_ids):
                breaches += _email(after, event)
                breaches += [Breach(Law.EMAILED_TWICE, i) for i in item_ids if i in ledger.confirmed]
            case _:
                pass
        ledger = _noted(ledger, event)
    return ledger


def _noted(ledger: Ledger, event: Event) -> Ledger:
    """The ledger with one more event in it."""
    match event:
        case RefundStarted(cancelled_ids=item_ids) if item_ids:
            return replace(ledger, refunded=ledger.refunded.union(item_ids))
        case CancellationRequested(item_ids=item_ids) if not ledger.returned.isdisjoint(item_ids):
            return replace(ledger, returned=ledger.returned.difference(item_ids))
        case PendingReverted(item_ids=item_ids):
            return replace(ledger, returned=ledger.returned.union(item_ids))
        case RefundCompleted(refund_id=refund_id):
            return replace(ledger, through=ledger.through | {refund_id})
        case EmailSent(kind=EmailKind.CANCELLATION_CONFIRMATION, item_ids=item_ids):
            return replace(ledger, confirmed=ledger.confirmed.union(item_ids))
        case _:
            return ledger


def flag_and_patch(world: WorldState, items: Sequence[OrderItem], now: Instant) -> Iterator[Breach]:
    """The items of which the flag says one thing and a request for them another."""
    for item in items:
        state = world.imin.states.get(item.id, AS_BOOKED)
        if state.status is not OrderItemStatus.CONFIRMED:
            continue
        if world.behaviour.answer_for(item.id).kind is AnswerKind.REFUSE_NOW:
            continue  # the flag cannot know what the Booking System thinks
        if world.booking_system.states.get(item.id, AS_BOOKED).status.is_cancelled:
            continue  # nor what it has done
        flag = cancellability_of(world, item, now).allowed
        try:
            decide_as_twin(world, RequestCancellation(order_id=item.order_id, item_ids=(item.id,)), now)
            accepted = True
        except OpenBookingError:
            accepted = False
        if accepted is not flag:
            yield Breach(Law.FLAG_AND_PATCH_DISAGREE, item.id)


def _lost_ground(catalogue: Catalogue, was: View, now: View) -> Iterator[Breach]:
    """Cancellations that were reversed, and totals that rose, in one view."""
    rises: dict[OrderId, int] = {}
    for item_id in {**was.states, **now.states}:
        old, new = was.states.get(item_id, AS_BOOKED), now.states.get(item_id, AS_BOOKED)
        if old is new:
            continue
        if old.status.is_cancelled and new.status is not old.status:
            yield Breach(Law.CANCELLATION_REVERSED, item_id)
        item = catalogue.items[item_id]
        rises[item.order_id] = rises.get(item.order_id, 0) + new.due_minor(item) - old.due_minor(item)
    for order_id, by in rises.items():
        if by > 0:
            yield Breach(Law.TOTAL_RISES, catalogue.orders[order_id].name)


def _refund(world: WorldState, started: RefundStarted, ledger: Ledger) -> Iterator[Breach]:
    """What is wrong with a refund that was started."""
    if _is_too_much(world, started.order_id):
        yield Breach(Law.REFUNDED_TOO_MUCH, world.catalogue.orders[started.order_id].name)
    else:
        yield from _misascribed(world, started)
    for item_id in started.cancelled_ids:
        if item_id in ledger.refunded:
            yield Breach(Law.REFUNDED_TWICE, item_id)
        if not world.booking_system.state_of(item_id).status.is_cancelled:
            yield Breach(Law.REFUNDED_WITHOUT_CANCELLATION, item_id)


def _is_too_much(world: WorldState, order_id: OrderId) -> bool:
    """Whether more money is on its way back than the order's total fell by, in imin's own eyes."""
    back = sum(part.amount_minor for part in _parts_of(world, order_id))
    return back > sum(_fall(world, item) for item in world.catalogue.orders[order_id].items)


def _misascribed(world: WorldState, started: RefundStarted) -> Iterator[Breach]:
    """Items that more money is on its way back for than their own price fell by: it is another item's money."""
    back: Counter[OrderItemId] = Counter()
    for part in _parts_of(world, started.order_id):
        back[part.item_id] += part.amount_minor
    for item_id in started.item_ids:
        if back[item_id] > _fall(world, world.catalogue.items[item_id]):
            yield Breach(Law.REFUND_MISASCRIBED, item_id)


def _parts_of(world: WorldState, order_id: OrderId) -> Iterator[RefundPart]:
    """The parts of all refunds of an order."""
    for refund_id in world.imin.refunds_by_order[order_id]:
        yield from world.imin.refunds[refund_id].parts


def _fall(world: WorldState, item: OrderItem) -> int:
    """By how much imin holds the item to have fallen since it was booked."""
    return AS_BOOKED.due_minor(item) - world.imin.states.get(item.id, AS_BOOKED).due_minor(item)


def _email(world: WorldState, email: EmailSent) -> Iterator[Breach]:
    """An e-mail that tells of other money than its refund has given back for the items that it names."""
    refund = None if email.refund_id is None else world.imin.refunds[email.refund_id]
    if email.refund_minor != (0 if refund is None else sum_minor(refund.parts, email.item_ids)):
        yield Breach(Law.EMAIL_UNTRUE, world.catalogue.orders[email.order_id].name)


def _numbers(before: WorldState, events: Sequence[Event]) -> Iterator[Breach]:
    """Change numbers that do not count on from the last one, as they are given and as they are read."""
    number, read_to = len(before.booking_system.feed_log), before.imin.feed_read_to
    for event in events:
        if isinstance(event, OrderPublished):
            number += 1
            if event.change_number != number:
                yield Breach(Law.CHANGE_NUMBERS, THE_FEED)
        elif isinstance(event, OrdersFeedRead):
            if event.change_number <= read_to:
                yield Breach(Law.CHANGE_NUMBERS, THE_FEED)
            read_to = event.change_number


def _feed_order(world: WorldState) -> Iterator[Breach]:
    """Orders that the whole feed, read from its beginning, does not show exactly once and in the order of their changes."""
    truth = world.booking_system
    listed = [item.order_id for item in truth.feed_after(0, len(truth.feed_log) + 1)]
    for order_id in truth.feed:
        if listed.count(order_id) != 1:
            yield Breach(Law.ORDER_TWICE_IN_FEED, world.catalogue.orders[order_id].name)
    numbers = [truth.feed[order_id].change_number for order_id in listed]
    if numbers != sorted(set(numbers)):
        yield Breach(Law.CHANGE_NUMBERS, THE_FEED)

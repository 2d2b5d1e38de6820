"""Why imin says what it says about an order item at an instant: the rule, the values it was applied to, and the cliffs.

It asks the same functions that answer a client, on a copy of the world, so that an explanation can never differ from an answer.
It must never change the world that it explains.
"""

from dataclasses import dataclass

from whenever import Instant, ItemizedDelta, ZonedDateTime

from mockserver.domain.behaviour import Answer
from mockserver.domain.cancellability import cancellation_deadline
from mockserver.domain.catalogue import Order
from mockserver.domain.identifiers import OrderItemId, StateName
from mockserver.domain.law_breakers import LawBreaker
from mockserver.domain.readings import ReadingName
from mockserver.domain.statuses import ATTENDANCE, CANCELLED, OrderItemStatus
from mockserver.domain.unfolding import perform_next_due
from mockserver.domain.world import World
from mockserver.engine.answering import ItemAnswer, answer_about
from mockserver.engine.cliffs import Outlook, outlook_of
from mockserver.engine.clock import ClockMovedBackError
from mockserver.limits import WORK_EXPLAINED


class TooFarAheadError(Exception):
    """More would happen before the instant than anybody can wait for; ask about an earlier one."""

    def __init__(self, reached: Instant, asked: Instant) -> None:
        super().__init__(
            f"More than {WORK_EXPLAINED:,} things are due before {asked.format_iso()} {WORK_EXPLAINED.told};"
            f" ask about an instant before"
            f" {reached.format_iso()}, or give one of the scenario's transitions a longer delay."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """The values that the rules were applied to: imin's copy of the item, and how its world behaves.

    ``deadline`` is ``None`` where the offer allows no cancelling at all. ``reads_left``: so often must the client see the
    pending item before the Booking System answers; ``None`` where its answer does not wait for that.
    """

    status: OrderItemStatus
    status_at_seller: OrderItemStatus
    starts: ZonedDateTime
    allow_customer_cancellation_full_refund: bool | None
    latest_cancellation_before_start: ItemizedDelta | None
    deadline: Instant | None
    behaviour: StateName
    booking_system: Answer
    reads_left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What imin says about an item at an instant, why, and when it would say something else by itself.

    Where a ``law_breaker`` bends decisions, they are explained as they are bent; where it bends what is shown, as they are made.
    """

    item_id: OrderItemId
    identifier: str
    order: Order
    at: Instant
    answer: ItemAnswer
    circumstances: Circumstances
    readings: tuple[tuple[ReadingName, str], ...]
    outlook: Outlook
    law_breaker: LawBreaker | None


def explain_item(world: World, item_id: OrderItemId, *, now: Instant, at: Instant | None = None) -> Explanation:
    """The explanation for an instant that is not past; by default, for the present. The world stays as it is.

    *Raises* :class:`ClockMovedBackError`, :class:`TooFarAheadError`, ``EndlessWorkError``.
    """
    asked = now if at is None else at
    if asked < now:
        raise ClockMovedBackError(now, asked)
    imagined = world.copy()
    _pass_time(imagined, asked)
    item = imagined.catalogue.items[item_id]
    return Explanation(
        item_id=item_id,
        identifier=item.identifier,
        order=imagined.catalogue.orders[item.order_id],
        at=asked,
        answer=answer_about(imagined, item_id, asked),
        circumstances=_circumstances(imagined, item_id),
        readings=tuple((name, imagined.readings[name]) for name in _readings_that_matter(imagined, item_id)),
        outlook=outlook_of(imagined, item_id, asked),
        law_breaker=world.law_breaker,
    )


def _pass_time(world: World, until: Instant) -> None:
    for _ in range(WORK_EXPLAINED):
        if not perform_next_due(world, until):
            return
    if world.agenda and world.agenda[0][0] <= until:
        raise TooFarAheadError(world.agenda[0][0], until)


def _circumstances(world: World, item_id: OrderItemId) -> Circumstances:
    item = world.catalogue.items[item_id]
    opportunity, offer = world.opportunity_of(item, world.imin), world.offer_of(item, world.imin)
    allows = offer.allow_customer_cancellation_full_refund
    awaited = world.booking_system.awaited_reads.get(item_id)
    return Circumstances(
        status=world.imin.state_of(item_id).status,
        status_at_seller=world.booking_system.state_of(item_id).status,
        starts=opportunity.starts,
        allow_customer_cancellation_full_refund=allows,
        latest_cancellation_before_start=offer.latest_cancellation_before_start,
        deadline=cancellation_deadline(opportunity, offer, world.readings) if allows is True else None,
        behaviour=world.state_name,
        booking_system=world.behaviour.answer_for(item_id),
        reads_left=None if awaited is None else awaited.left,
    )


def _readings_that_matter(world: World, item_id: OrderItemId) -> tuple[ReadingName, ...]:
    """The open questions on whose answers the verdict rests, for an item in this status."""
    status = world.imin.state_of(item_id).status
    if status is OrderItemStatus.PENDING:
        return (ReadingName.REPEAT_CANCEL_WHILE_PENDING, ReadingName.LATE_REFUSAL)
    if status in CANCELLED:
        return (ReadingName.CANCELLED_ITEMS_IN_UPCOMING,)
    unread = world.booking_system.state_of(item_id).status in CANCELLED
    about_the_seller = (ReadingName.CANCEL_OF_CANCELLED_UNREAD,) if unread else ()
    offer = world.offer_of(world.catalogue.items[item_id], world.imin)
    if status in ATTENDANCE or offer.allow_customer_cancellation_full_refund is not True:
        return ()
    if offer.latest_cancellation_before_start is None:
        return (ReadingName.DEADLINE_INSTANT, *about_the_seller)
    return (ReadingName.DEADLINE_INSTANT, ReadingName.WINDOW_ARITHMETIC, *about_the_seller)

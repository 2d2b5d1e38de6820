"""Why imin says what it says about an order item at an instant: the rule, the values it was applied to, and the cliffs.

A cliff is an instant at which the answer flips if nobody does anything: the clock passes a deadline or a start, or
something on the agenda comes due. All is found by asking the functions that answer a client, on a copy of the world that
lives on, so that an explanation can never differ from an answer. It must never change the world that it explains.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from whenever import Instant, ItemizedDelta, TimeDelta, ZonedDateTime

from mockserver.domain.behaviour import BookingSystemAnswer
from mockserver.domain.catalogue import Order
from mockserver.domain.events import BehaviourEntered
from mockserver.domain.execution import EndlessWorkError, Recorded, drain
from mockserver.domain.readings import ReadingName
from mockserver.domain.statuses import ATTENDANCE, CANCELLED, OrderItemStatus
from mockserver.domain.transitions import subject_of
from mockserver.domain.twins import Twin
from mockserver.domain.values import OrderItemId, StateName
from mockserver.domain.world import WorldState
from mockserver.engine.clock import BackwardMoveError
from mockserver.engine.narration import tell
from mockserver.engine.predictions import ItemAnswer, answer_about
from mockserver.engine.queries import deadline_of, show_item
from mockserver.foundation.calendar import later
from mockserver.foundation.limits import CLIFFS, WORK_EXPLAINED, WORK_LOOKED_THROUGH

MOMENT = TimeDelta(nanoseconds=1)
"""The shortest time there is: a clock holds nanoseconds, and ``clock/advance`` can be told nine digits of a second."""


class Cause(StrEnum):
    """What moves an answer at a cliff."""

    CLOCK = "clock"
    """Time alone: the answer is worked out anew at every instant."""
    DUE = "due"
    """Work on the agenda: something happens in the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cliff:
    """From ``at`` on, and not before, imin says ``after``. ``happened`` tells what was due, where that is the cause."""

    at: Instant
    cause: Cause
    before: ItemAnswer
    after: ItemAnswer
    happened: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The cliffs ahead, in order. ``seen_until``: so far the search went; ``None`` if nothing at all can follow."""

    cliffs: tuple[Cliff, ...]
    seen_until: Instant | None


def outlook_of(world: WorldState, item_id: OrderItemId, now: Instant) -> Outlook:
    """What is ahead of the item after ``now``. The world, in which all that is due is done, is used up by this."""
    cliffs: list[Cliff] = []
    before, at, work = answer_about(world, item_id, now), now, 0
    while (following := _next_instant(world, item_id, at)) is not None:
        if len(cliffs) == CLIFFS:
            return Outlook(cliffs=tuple(cliffs), seen_until=at)
        by_clock = answer_about(world, item_id, following)
        happened: list[Recorded] = []
        try:
            for _, step, _ in drain(world, following, most=WORK_LOOKED_THROUGH - work):
                happened += step
                work += 1
        except EndlessWorkError:
            return Outlook(cliffs=tuple(cliffs), seen_until=at)
        if world.is_due(following):
            return Outlook(cliffs=tuple(cliffs), seen_until=at)
        at = following
        after = answer_about(world, item_id, at)
        if after.gist != before.gist:
            cause = Cause.CLOCK if after.gist == by_clock.gist else Cause.DUE
            told = _sentences(world, item_id, happened) if cause is Cause.DUE else ()
            cliffs.append(Cliff(at=at, cause=cause, before=before, after=after, happened=told))
        before = after
    return Outlook(cliffs=tuple(cliffs), seen_until=None)


def _next_instant(world: WorldState, item_id: OrderItemId, now: Instant) -> Instant | None:
    """The next instant at which the answer may be another one: by the clock, or because something is due."""
    shown = show_item(world, item_id, now)
    marks = {shown.opportunity.starts.to_instant(), shown.cancellability.deadline} - {None}
    # One reading still allows the deadline itself, so that the answer flips a moment after it.
    ahead = [later(mark, wait) for mark in marks if mark is not None for wait in (TimeDelta.ZERO, MOMENT)]
    ahead += world.fault_ends.values()
    if not world.is_quiet:
        ahead.append(world.agenda[0][0])
    return min((instant for instant in ahead if instant > now), default=None)


def _sentences(world: WorldState, item_id: OrderItemId, happened: Iterable[Recorded]) -> tuple[str, ...]:
    """What happened to the item, and to the behaviour of its world; what happened to others is another story."""
    concerning = [
        recorded.event
        for recorded in happened
        if isinstance(recorded.event, BehaviourEntered) or item_id in subject_of(world, recorded.event)[1]
    ]
    return tuple(sentence for event in concerning if (sentence := tell(world, event)))


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
    booking_system: BookingSystemAnswer
    reads_left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What imin says about an item at an instant, why, and when it would say something else by itself.

    Where a ``twin`` bends decisions, they are explained as they are bent; where it bends what is shown, as they are made.
    """

    item_id: OrderItemId
    identifier: str
    order: Order
    at: Instant
    answer: ItemAnswer
    circumstances: Circumstances
    readings: tuple[tuple[ReadingName, str], ...]
    outlook: Outlook
    twin: Twin | None


def explain_item(world: WorldState, item_id: OrderItemId, *, now: Instant, at: Instant | None = None) -> Explanation:
    """The explanation for an instant that is not past; by default, for the present. The world stays as it is.

    *Raises* :class:`BackwardMoveError`, :class:`TooFarAheadError`, ``EndlessWorkError``.
    """
    asked = now if at is None else at
    if asked < now:
        raise BackwardMoveError(now, asked)
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
        twin=world.twin,
    )


def _pass_time(world: WorldState, until: Instant) -> None:
    for _ in drain(world, until, most=WORK_EXPLAINED):
        pass
    if world.is_due(until):
        raise TooFarAheadError(world.agenda[0][0], until)


def _circumstances(world: WorldState, item_id: OrderItemId) -> Circumstances:
    item = world.catalogue.items[item_id]
    opportunity, offer = world.opportunity_of(item, world.imin), world.offer_of(item, world.imin)
    awaited = world.booking_system.awaited_reads.get(item_id)
    return Circumstances(
        status=world.imin.state_of(item_id).status,
        status_at_seller=world.booking_system.state_of(item_id).status,
        starts=opportunity.starts,
        allow_customer_cancellation_full_refund=offer.allow_customer_cancellation_full_refund,
        latest_cancellation_before_start=offer.latest_cancellation_before_start,
        deadline=deadline_of(world, item),
        behaviour=world.state_name,
        booking_system=world.behaviour.answer_for(item_id),
        reads_left=None if awaited is None else awaited.left,
    )


def _readings_that_matter(world: WorldState, item_id: OrderItemId) -> tuple[ReadingName, ...]:
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

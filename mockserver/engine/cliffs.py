"""The cliffs of an order item: every instant at which imin's answer about it flips if nobody does anything.

Two things can move an answer: the clock alone, which passes a deadline or a start, and what is due on the agenda. Both are found
by letting a copy of the world live on. It must never touch the world of a client.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from whenever import Instant, TimeDelta

from mockserver.calendar import later
from mockserver.domain.behaving import subject_of
from mockserver.domain.commands import ReadOrdersFeed
from mockserver.domain.events import BehaviourEntered
from mockserver.domain.identifiers import OrderItemId
from mockserver.domain.unfolding import EndlessWorkError, Recorded, perform_next_due
from mockserver.domain.world import World
from mockserver.engine.answering import ItemAnswer, answer_about
from mockserver.engine.queries import show_item
from mockserver.engine.story import tell
from mockserver.limits import CLIFFS, WORK_LOOKED_THROUGH

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


def outlook_of(world: World, item_id: OrderItemId, now: Instant) -> Outlook:
    """What is ahead of the item after ``now``. The world, in which all that is due is done, is used up by this."""
    cliffs: list[Cliff] = []
    before, at, work = answer_about(world, item_id, now), now, 0
    while (following := _next_instant(world, item_id, at)) is not None:
        if len(cliffs) == CLIFFS:
            return Outlook(cliffs=tuple(cliffs), seen_until=at)
        by_clock = answer_about(world, item_id, following)
        happened: list[Recorded] = []
        try:
            while step := perform_next_due(world, following):
                happened += step
                work += 1
                if work > WORK_LOOKED_THROUGH:
                    return Outlook(cliffs=tuple(cliffs), seen_until=at)
        except EndlessWorkError:
            return Outlook(cliffs=tuple(cliffs), seen_until=at)
        at = following
        after = answer_about(world, item_id, at)
        if after.gist != before.gist:
            cause = Cause.CLOCK if after.gist == by_clock.gist else Cause.DUE
            told = _sentences(world, item_id, happened) if cause is Cause.DUE else ()
            cliffs.append(Cliff(at=at, cause=cause, before=before, after=after, happened=told))
        before = after
    return Outlook(cliffs=tuple(cliffs), seen_until=None)


def _next_instant(world: World, item_id: OrderItemId, now: Instant) -> Instant | None:
    """The next instant at which the answer may be another one: by the clock, or because something is due."""
    shown = show_item(world, item_id, now)
    marks = {shown.opportunity.starts.to_instant(), shown.cancellability.deadline} - {None}
    # One reading still allows the deadline itself, so that the answer flips a moment after it.
    ahead = [later(mark, wait) for mark in marks if mark is not None for wait in (TimeDelta.ZERO, MOMENT)]
    ahead += world.fault_ends.values()
    if world.agenda and not _only_tries_in_vain(world):
        ahead.append(world.agenda[0][0])
    return min((instant for instant in ahead if instant > now), default=None)


def _only_tries_in_vain(world: World) -> bool:
    """Whether imin's tries at a feed that is out of order are all that is due: none of them will ever find more."""
    return world.behaviour.feed.outage and all(isinstance(work, ReadOrdersFeed) for *_, work in world.agenda)


def _sentences(world: World, item_id: OrderItemId, happened: Iterable[Recorded]) -> tuple[str, ...]:
    """What happened to the item, and to the behaviour of its world; what happened to others is another story."""
    concerning = [
        recorded.event
        for recorded in happened
        if isinstance(recorded.event, BehaviourEntered) or item_id in subject_of(world, recorded.event)[1]
    ]
    return tuple(sentence for event in concerning if (sentence := tell(world, event)))

"""The interesting instants of a world: just before, at and just after everything that is due, every deadline and every start."""

from collections.abc import Iterable, Sequence

from whenever import Instant, TimeDelta

from mockserver.calendar import earlier, later
from mockserver.domain.behaviour import AnswerKind, Behaviour
from mockserver.domain.cancellability import cancellation_deadline
from mockserver.domain.catalogue import Offer, Opportunity, Order
from mockserver.domain.commands import FireTimer
from mockserver.domain.orders_feed import RETRY_AFTER_OUTAGE
from mockserver.domain.refunds import NOTICE_AFTER
from mockserver.domain.state_machine import AfterStay, Machine
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId
from mockserver.domain.world import AS_BOOKED, ItemState, WorldState

BESIDE = TimeDelta(seconds=1)
"""How long just before and just after are. Whole seconds: it is what a scenario's steps can say."""


Cliff = tuple[Instant | None, Instant]
"""An item's deadline, where its offer can be cancelled at all, and its start."""


class Stops:
    """The interesting instants of some orders; ``also`` are instants at which somebody wants to look."""

    def __init__(self, orders: Sequence[Order], also: Iterable[Instant] = ()) -> None:
        self.items = tuple(item for order in orders for item in order.items)
        self.also = tuple(sorted(set(also)))
        self._cliffs: dict[tuple[OrderItemId, int], Cliff] = {}
        self._kept: list[ItemState] = []

    def cliffs(self, world: WorldState) -> list[Cliff]:
        """The cliffs of each item that is confirmed at imin."""
        found = []
        states = world.imin.states
        for item in self.items:
            state = states.get(item.id, AS_BOOKED)
            if state.status is OrderItemStatus.CONFIRMED:
                key = (item.id, id(state))
                cliff = self._cliffs.get(key)
                if cliff is None:
                    opportunity, offer = state.opportunity or item.opportunity, state.offer or item.offer
                    cliff = self._cliffs[key] = (_deadline(world, opportunity, offer), opportunity.starts.to_instant())
                    self._kept.append(state)  # so that its identity stays its own
                found.append(cliff)
        return found

    def next(
        self, world: WorldState, now: Instant, cliffs: Sequence[Cliff], *, at_stop: bool, client_acts: bool
    ) -> tuple[Instant, bool] | None:
        """The next instant to stop at, and whether it is one of the events themselves; ``None`` where nothing is left."""
        base = min(self._bases(world, now, cliffs), default=None)
        if client_acts:
            following = later(now, BESIDE)
            if at_stop and (base is None or following < base):
                return following, False
            if base is not None and now < earlier(base, BESIDE):
                return earlier(base, BESIDE), False
        return None if base is None else (base, True)

    def _bases(self, world: WorldState, now: Instant, cliffs: Sequence[Cliff]) -> Iterable[Instant]:
        stay = world.stay
        for due, _, _, work in world.agenda:
            if not isinstance(work, FireTimer) or work.stay == stay:
                yield due
                break
        for deadline, start in cliffs:
            if deadline is not None and deadline > now:
                yield deadline
            if start > now:
                yield start
        yield from (instant for instant in self.also if instant > now)
        yield from (ends for ends in world.fault_ends.values() if ends > now)


def longest_course(machine: Machine) -> TimeDelta:
    """How long a cancellation can take from the request to the e-mail, or a stay in a state to end, at the most.

    An instant that is further away than this cannot come into the course of anything that has begun.
    """
    behaviours = [state.behaviour for state in machine.states.values()]
    delays = [
        transition.trigger.delay
        for state in machine.states.values()
        for transition in state.transitions
        if isinstance(transition.trigger, AfterStay)
    ]
    delays += [fault.lasts for behaviour in behaviours for fault in behaviour.api if fault.lasts is not None]
    return sum((max(map(part, behaviours)) for part in _PARTS), TimeDelta.ZERO) + max(delays, default=TimeDelta.ZERO)


def _answering(behaviour: Behaviour) -> TimeDelta:
    answers = (behaviour.answer, *behaviour.answer_per_item.values())
    return max((each.after for each in answers if each.kind is not AnswerKind.NEVER), default=TimeDelta.ZERO)


_PARTS = (
    _answering,
    lambda behaviour: behaviour.feed.lag + behaviour.feed.duplicates_every * behaviour.feed.duplicates,
    lambda behaviour: behaviour.reads_feed_every or RETRY_AFTER_OUTAGE,
    lambda behaviour: (
        NOTICE_AFTER + behaviour.refund.takes + behaviour.refund.retry_every * (behaviour.refund.fails + 1)
    ),
)
"""What a course is made of; each may happen under another behaviour."""


def _deadline(world: WorldState, opportunity: Opportunity, offer: Offer) -> Instant | None:
    if offer.allow_customer_cancellation_full_refund is not True:
        return None
    return cancellation_deadline(opportunity, offer, world.readings)

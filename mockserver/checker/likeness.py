"""When two worlds are alike: whatever may happen next in the one may happen next in the other; and which orders and items are.

What only grows (change numbers, refund ids, stays, e-mails) is left out or told relative to the present, so that a search ends.
Instants further away than the longest course are told apart only by whether they are still to come: see the page on checking.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from whenever import Instant, TimeDelta

from mockserver.checker.moves import DeadlineAndStart, Stops
from mockserver.domain.behaviour import AnswerKind, ApiOperation, Behaviour
from mockserver.domain.catalogue import Order
from mockserver.domain.commands import Command, CompleteRefund, FireTimer, SendCancellationNotice
from mockserver.domain.orders_feed import RETRY_AFTER_OUTAGE
from mockserver.domain.refunds import NOTICE_AFTER
from mockserver.domain.state_machine import AfterStay, Machine, OnEvent
from mockserver.domain.values import OrderItemId
from mockserver.domain.world import AS_BOOKED, FeedItem, ItemState, WorldState
from mockserver.scenario.expectations import ItemStatusExpected
from mockserver.scenario.seed import Seed

_Shape = Hashable


class Likeness:
    """Shapes of the worlds of one scenario: equal shapes are worlds that are alike."""

    def __init__(self, world: WorldState, stops: Stops) -> None:
        self._also = stops.also
        self._longest = longest_course(world.machine)
        intervals = {state.behaviour.reads_feed_every for state in world.machine.states.values()}
        self._intervals = tuple(sorted(interval for interval in intervals if interval))
        self._parts: dict[_Shape, int] = {}
        self._numbers: dict[ItemState, int] = {AS_BOOKED: 0}
        self._number_by_id: dict[int, int] = {}
        self._kept: list[object] = []

    def shape(
        self, world: WorldState, now: Instant, cliffs: Sequence[DeadlineAndStart], *, at_stop: bool, client_acts: bool
    ) -> _Shape:
        """All of a world that decides its future, and nothing else."""
        truth, imin = world.booking_system, world.imin
        due = imin.feed_reading_due
        agenda = self._agenda(world, now)
        phase = tuple((now - world.epoch) % interval for interval in self._intervals) if agenda or client_acts else ()
        return (
            world.state_name,
            at_stop and client_acts,
            None if due is None else due - now,
            phase,
            self._same(agenda),
            self._same(self._states(imin.states)),
            self._same(self._states(truth.states)),
            self._same(self._feed(world)) if truth.feed else None,
            self._same(self._cliffs(cliffs, now)),
            self._same(frozenset((item, each.left, each.answer) for item, each in truth.awaited_reads.items()))
            if truth.awaited_reads
            else None,
            self._same(self._faults(world, now)) if world.fault_uses or world.requests else None,
            self._same(frozenset(truth.opportunities.items())) if truth.opportunities else None,
        )

    def _faults(self, world: WorldState, now: Instant) -> _Shape:
        """How often faults were met, how long those still last that are limited in time, and how many requests still count."""
        ends = frozenset((key, self._distance(ends - now)) for key, ends in world.fault_ends.items())
        begin: dict[ApiOperation, int] = {}
        for fault in world.behaviour.api:
            begin[fault.operation] = max(begin.get(fault.operation, 1), fault.begins_with)
        counted = frozenset((each, min(count, begin.get(each, 1))) for each, count in world.requests.items())
        uses = frozenset(
            (key, count if (times := world.behaviour.api[key[1]].times) is None else min(count, times))
            for key, count in world.fault_uses.items()
            if world.behaviour.api[key[1]].times is not None
        )
        return uses, ends, counted

    def _same(self, part: _Shape) -> int:
        """The number of a part, which equal parts share: most worlds differ in one part, and only new parts are kept."""
        return self._parts.setdefault(part, len(self._parts))

    def _agenda(self, world: WorldState, now: Instant) -> tuple[_Shape, ...]:
        shapes: list[_Shape] = []
        for due, rank, _, work in world.agenda:
            if isinstance(work, FireTimer):
                if work.stay != world.stay:
                    continue
                what: _Shape = work.index
            else:
                what = _work(world, work)
            shapes.append((self._distance(due - now), min(max(rank, -1), 1), what))
        return tuple(shapes)

    def _feed(self, world: WorldState) -> _Shape:
        read_to = world.imin.feed_read_to
        feed = world.booking_system.feed.values()
        unread = [(each.change_number, each.order_id) for each in feed if each.change_number > read_to]
        order = tuple(order_id for _, order_id in sorted(unread)) if unread else ()
        return order, frozenset(map(self._shown, feed))

    def _shown(self, item: FeedItem) -> int:
        """The number of what the feed shows of an order, wherever it shows it."""
        number = self._number_by_id.get(id(item))
        if number is None:
            number = self._same((item.order_id, tuple(map(self._number, item.states))))
            self._number_by_id[id(item)] = number
            self._kept.append(item)
        return number

    def _cliffs(self, cliffs: Sequence[DeadlineAndStart], now: Instant) -> tuple[_Shape, ...]:
        zero = TimeDelta.ZERO
        shapes: list[_Shape] = []
        for deadline, start in cliffs:
            left = None if deadline is None else self._distance(deadline - now)
            to_start = start - now
            shapes.append((left, to_start > zero, to_start == zero))
        shapes += [self._distance(instant - now) for instant in self._also]
        return tuple(shapes)

    def _distance(self, left: TimeDelta) -> TimeDelta | bool:
        """How far an instant is away; only that it is past, or to come, where nobody can tell by how much."""
        if left > self._longest:
            return True
        return left if left >= TimeDelta.ZERO else False

    def _states(self, states: Mapping[OrderItemId, ItemState]) -> _Shape:
        number_of = self._number_by_id
        numbered = []
        for item, state in states.items():
            number = number_of.get(id(state))
            if number is None:
                number = self._number(state)
            if number:
                numbered.append((item, number))
        return frozenset(numbered)

    def _number(self, state: ItemState) -> int:
        number = self._number_by_id.get(id(state))
        if number is None:
            number = self._numbers.setdefault(state, len(self._numbers))
            self._number_by_id[id(state)] = number
            self._kept.append(state)  # so that its identity stays its own
        return number


def _work(world: WorldState, work: Command) -> Any:
    """Work, told without the number of the refund that it is about."""
    if isinstance(work, (CompleteRefund, SendCancellationNotice)):
        refund = world.imin.refunds[work.refund_id]
        left = refund.fails - refund.failed_attempts
        return type(work), refund.order_id, refund.parts, refund.cancelled_ids, left, refund.status.value
    return work


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


def parts_of(seed: Seed) -> list[tuple[Order, ...]]:
    """The orders in parts, between which nothing that a client does in the one can be felt in the other.

    Orders meet only in the machine and in imin's reading of the feed. Where no event moves the machine, and imin reads at the
    same instants in every state and never in vain, each order goes its way as if it were alone.
    """
    orders = tuple(seed.catalogue.orders.values())
    if not orders or not are_independent(seed.machine):
        return [orders]
    return [(order,) for order in orders]


def are_independent(machine: Machine) -> bool:
    """Whether what happens to one order can never be felt in another."""
    states = machine.states.values()
    return (
        not any(state.awaited_events for state in states)
        and len({state.behaviour.reads_feed_every for state in states}) == 1
        and not any(state.behaviour.feed.outage for state in states)
    )


def named_items(seed: Seed) -> frozenset[OrderItemId]:
    """The items that the file singles out, in its behaviour, its timeline or its expectations."""
    named: set[OrderItemId] = set()
    actions = [entry.do for entry in seed.machine.timeline]
    for state in seed.machine.states.values():
        named |= state.behaviour.answer_per_item.keys()
        for transition in state.transitions:
            actions += transition.do
            if isinstance(transition.trigger, OnEvent) and transition.trigger.item_id is not None:
                named.add(transition.trigger.item_id)
    for action in actions:
        named.update(getattr(action, "item_ids", ()))
    named |= {each.item_id for each in seed.expectations if isinstance(each, ItemStatusExpected)}
    return frozenset(named)

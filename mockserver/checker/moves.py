"""What can happen next in a world: the client asks, the client looks, or time passes to the next interesting instant.

It offers every choice and carries one out. It must never know which choices were tried before. Interesting instants are just
before, at and just after everything that is due, every deadline and every start.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import get_args

from whenever import Instant, TimeDelta

from mockserver.checker.sightings import Sighting, Worked, timers
from mockserver.domain.behaviour import ApiFault, ApiOperation
from mockserver.domain.catalogue import Order, OrderItem
from mockserver.domain.commands import (
    AnswerCancellation,
    Command,
    FireTimer,
    NotePendingShown,
    RequestCancellation,
    SellerCommand,
)
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.events import WorkRefused
from mockserver.domain.execution import EndlessWorkError, Recorded, drain, perform
from mockserver.domain.readings import ReadingName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.transitions import fault_of, next_fault
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.domain.world import AS_BOOKED, ItemState, WorldState
from mockserver.engine.queries import cancellability_of, deadline_of, order_history, pending_among, upcoming_items
from mockserver.foundation.calendar import earlier, later
from mockserver.foundation.limits import CHECKED_SUBSETS, CHECKED_WORK_AT_ONE_INSTANT, JOURNAL_EVENTS

SELLER_COMMANDS = get_args(SellerCommand)

WORK_BEFORE_SUSPICION = 500
"""So much work at one instant is no proof of a circle, but enough to look for one."""

BESIDE = TimeDelta(seconds=1)
"""How long just before and just after are. Whole seconds: it is what a scenario's steps can say."""

LOOKS = (ApiOperation.GET_ORDER, ApiOperation.LIST_UPCOMING, ApiOperation.LIST_ORDERS)
"""The operations that only read, the plainest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The client asks to cancel items of an order."""

    order_id: OrderId
    item_ids: tuple[OrderItemId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The client asks for something by an operation that only reads."""

    operation: ApiOperation
    order_id: OrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Time passes until an instant, and all that is due by then is done."""

    until: Instant


Move = Cancel | Look | Wait
"""Everything that can happen next."""


class Client:
    """A client that is free to cancel any items of some orders. ``named`` items are not like any other one."""

    def __init__(self, world: WorldState, orders: Sequence[Order], named: frozenset[OrderItemId]) -> None:
        self.orders = orders
        self.narrowed = False
        self._one_at_a_time = world.readings[ReadingName.PATCH_BODY] == "identifiers"
        self._alike = {
            item.id: None if item.id in named else (item.opportunity.id, item.offer.price_minor, repr(item.offer))
            for order in orders
            for item in order.items
        }
        self.faults_move_it = any("fault_used" in state.awaited_events for state in world.machine.states.values())

    def moves(self, world: WorldState, now: Instant, avoided: frozenset[OrderItemId]) -> Iterator[Move]:
        """All that the client can ask now and that may change something; ``avoided`` items it does not cancel now."""
        fault = _fault(world, ApiOperation.CANCEL, now)
        is_blocked = fault is not None and fault.blocks
        is_counted = world.behaviour.counts(ApiOperation.CANCEL)
        for order in self.orders:
            if fault is None or not is_blocked or fault.is_limited or is_counted:
                for item_ids in self._subsets(world, order, now, avoided):
                    yield Cancel(order_id=order.id, item_ids=item_ids)
                    if is_blocked:
                        break  # whatever is asked for now is lost alike
            if is_counted and self.faults_move_it:
                yield Cancel(order_id=order.id, item_ids=(order.items[0].id,))  # which counts, even if it is in vain
            yield from self._looks(world, order, now)

    def _looks(self, world: WorldState, order: Order, now: Instant) -> Iterator[Move]:
        """Looks that bring an answer nearer which waits for them, or that meet a fault which moves the machine."""
        waits = world.booking_system.awaited_reads
        is_awaited = bool(waits) and any(item.id in waits for item in order.items)
        for operation in LOOKS:
            look = Look(operation=operation, order_id=order.id)
            fault = _fault(world, operation, now)
            shows = (
                is_awaited and (fault is None or not fault.blocks) and any(i in waits for i in _shown(world, look, now))
            )
            is_used = (fault is not None and fault.is_limited) or world.behaviour.counts(operation)
            if shows or (is_used and (is_awaited or self.faults_move_it)):
                yield look
                is_awaited = is_awaited and not shows  # one way of looking is as good as another

    def _subsets(
        self, world: WorldState, order: Order, now: Instant, avoided: frozenset[OrderItemId]
    ) -> Iterator[tuple[OrderItemId, ...]]:
        """Every non-empty set of items that may be cancelled now; of items that are alike so far, the first ones only.

        That loses nothing: to swap two items that nothing tells apart makes any other run out of one of these.
        """
        groups: dict[object, list[OrderItemId]] = {}
        for item in order.items:
            if item.id in avoided or not may_cancel(world, item, now):
                continue
            alike = self._alike[item.id]
            is_alone = alike is None or not _is_untouched(world, item.id)
            groups.setdefault(item.id if is_alone else alike, []).append(item.id)
        count = 1
        for group in groups.values():
            count *= len(group) + 1
        if self._one_at_a_time or count > CHECKED_SUBSETS:
            self.narrowed |= not self._one_at_a_time
            yield from ((group[0],) for group in groups.values())
            if not self._one_at_a_time:
                yield tuple(item_id for group in groups.values() for item_id in group)
            return
        for taken in product(*(range(len(group) + 1) for group in groups.values())):
            if any(taken):
                chosen = zip(groups.values(), taken, strict=True)
                yield tuple(item_id for group, number in chosen for item_id in group[:number])


DeadlineAndStart = tuple[Instant | None, Instant]
"""An item's deadline, where its offer can be cancelled at all, and its start."""


class Stops:
    """The interesting instants of some orders; ``also`` are instants at which somebody wants to look."""

    def __init__(self, orders: Sequence[Order], also: Iterable[Instant] = ()) -> None:
        self.items = tuple(item for order in orders for item in order.items)
        self.also = tuple(sorted(set(also)))
        self._cliffs: dict[tuple[OrderItemId, int], DeadlineAndStart] = {}
        self._kept: list[ItemState] = []

    def cliffs(self, world: WorldState) -> list[DeadlineAndStart]:
        """The cliffs of each item that is confirmed at imin."""
        found = []
        states = world.imin.states
        for item in self.items:
            state = states.get(item.id, AS_BOOKED)
            if state.status is OrderItemStatus.CONFIRMED:
                key = (item.id, id(state))
                cliff = self._cliffs.get(key)
                if cliff is None:
                    starts = (state.opportunity or item.opportunity).starts.to_instant()
                    cliff = self._cliffs[key] = (deadline_of(world, item), starts)
                    self._kept.append(state)  # so that its identity stays its own
                found.append(cliff)
        return found

    def next(
        self, world: WorldState, now: Instant, cliffs: Sequence[DeadlineAndStart], *, at_stop: bool, client_acts: bool
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

    def _bases(self, world: WorldState, now: Instant, cliffs: Sequence[DeadlineAndStart]) -> Iterable[Instant]:
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


def carry_out(world: WorldState, move: Move, now: Instant, seen: list[Sighting]) -> list[Recorded]:
    """What happens in the world by the move, done to it; what was seen of timers and actions is added to ``seen``.

    A request that is refused and was counted has changed that. *Raises* ``OpenBookingError``, ``EndlessWorkError``.
    """
    if isinstance(move, Wait):
        return settle(world, move.until, seen)
    happened: list[Recorded] = []

    def execute(command: Command) -> None:
        happened.extend(perform(world, command, now))
        if world.is_due(now):
            happened.extend(settle(world, now, seen))

    fault = next_fault(world, _operation(move), now, execute) if world.behaviour.api else None
    if fault is not None and fault.blocks:
        return happened
    if isinstance(move, Look):
        execute(NotePendingShown(item_ids=_shown(world, move, now)))
        return happened
    try:
        execute(RequestCancellation(order_id=move.order_id, item_ids=move.item_ids))
    except OpenBookingError:
        if not happened:
            raise
    return happened


def fault_met(world: WorldState, move: Move, now: Instant) -> ApiFault | None:
    """The scripted fault that a request meets."""
    return None if isinstance(move, Wait) else _fault(world, _operation(move), now)


def _fault(world: WorldState, operation: ApiOperation, now: Instant) -> ApiFault | None:
    found = fault_of(world, operation, now) if world.behaviour.api else None
    return None if found is None else found[1]


def _operation(move: Cancel | Look) -> ApiOperation:
    return move.operation if isinstance(move, Look) else ApiOperation.CANCEL


def may_cancel(world: WorldState, item: OrderItem, now: Instant) -> bool:
    """Whether imin's flag is true for the item."""
    is_confirmed = (
        world.imin.state_of(item.id).status is OrderItemStatus.CONFIRMED
    )  # no other one may: asked first, for speed
    return is_confirmed and cancellability_of(world, item, now).allowed


def _shown(world: WorldState, look: Look, now: Instant) -> tuple[OrderItemId, ...]:
    """The pending items that the answer shows: a client reads the first page of a list."""
    order = world.catalogue.orders[look.order_id]
    match look.operation:
        case ApiOperation.LIST_UPCOMING:
            page = upcoming_items(world, order.customer_id, 1, now).page
            return pending_among(world, (shown.item for shown in page.items))
        case ApiOperation.LIST_ORDERS:
            orders = order_history(world, order.customer_id, 1).items
            return pending_among(world, (item for each in orders for item in each.items))
        case _:
            return pending_among(world, order.items)


def settle(world: WorldState, until: Instant, seen_work: list[Sighting]) -> list[Recorded]:
    """What happens by ``until``, done to the world; what was seen of timers and actions is added to ``seen_work``.

    *Raises* ``EndlessWorkError`` where one instant never ends.
    """
    happened: list[Recorded] = []
    seen: set[object] = set()
    for work, step, number in drain(world, until, most=JOURNAL_EVENTS, at_one_instant=CHECKED_WORK_AT_ONE_INSTANT):
        happened += step
        if isinstance(work, FireTimer):
            seen_work += timers(world, work, step)
        elif isinstance(work, SELLER_COMMANDS):
            seen_work.append(Worked(id(work), not any(isinstance(each.event, WorkRefused) for each in step)))
        if number > WORK_BEFORE_SUSPICION:
            shape = _shape(world)
            if shape in seen:
                raise EndlessWorkError(
                    f"What happens at {step[0].at.format_iso()} never ends: the behaviour runs in a circle."
                    " Give one of its transitions a delay."
                )
            seen.add(shape)
    return happened


def _shape(world: WorldState) -> object:
    """All that decides what happens next at this instant: while nothing but the machine moves, that is its state and its work."""
    works = tuple(
        (due, (work.index if work.stay == world.stay else None) if isinstance(work, FireTimer) else work)
        for due, _, _, work in world.agenda
    )
    return world.state_name, works, len(world.booking_system.feed_log), len(world.imin.refunds), len(world.imin.emails)


def _is_untouched(world: WorldState, item_id: OrderItemId) -> bool:
    if world.imin.state_of(item_id) != AS_BOOKED or world.booking_system.state_of(item_id) != AS_BOOKED:
        return False
    if item_id in world.booking_system.awaited_reads:
        return False
    return not any(isinstance(work, AnswerCancellation) and item_id in work.item_ids for *_, work in world.agenda)

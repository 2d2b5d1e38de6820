"""What can happen next in a world: the client asks, the client looks, or time passes to the next interesting instant.

It offers every choice and carries one out. It must never know which choices were tried before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from whenever import Instant

from mockserver.domain.behaviour import ApiFault, ApiOperation
from mockserver.domain.cancellability import explain_cancellability
from mockserver.domain.catalogue import Order, OrderItem
from mockserver.domain.commands import AnswerCancellation, CountRequest, NotePendingShown, RequestCancellation, UseFault
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.execution import Recorded, perform
from mockserver.domain.readings import ReadingName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.transitions import fault_of, next_fault
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.domain.world import AS_BOOKED, WorldState
from mockserver.limits import CHECKED_SUBSETS
from mockserver.scenario.checking.firing import Sighting
from mockserver.scenario.checking.settling import settle

SHOWING = frozenset({ApiOperation.GET_ORDER, ApiOperation.LIST_UPCOMING})
"""The operations that show order items."""

FIRST_PAGE = 10
"""How many items a client sees that asks for no page."""


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
        for operation in (ApiOperation.GET_ORDER, ApiOperation.LIST_UPCOMING, ApiOperation.LIST_ORDERS):
            fault = _fault(world, operation, now)
            shows = operation in SHOWING and (fault is None or not fault.blocks)
            is_used = (fault is not None and fault.is_limited) or world.behaviour.counts(operation)
            if (is_awaited and (shows or is_used)) or (self.faults_move_it and is_used):
                yield Look(operation=operation, order_id=order.id)
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


def carry_out(world: WorldState, move: Move, now: Instant, seen: list[Sighting]) -> list[Recorded]:
    """What happens in the world by the move, done to it; what was seen of timers and actions is added to ``seen``.

    A request that is refused and was counted has changed that. *Raises* ``OpenBookingError``, ``EndlessWorkError``.
    """
    match move:
        case Wait(until=until):
            return settle(world, until, seen)
        case Cancel(order_id=order_id, item_ids=item_ids):
            happened, goes_on = _meet_fault(world, ApiOperation.CANCEL, now, seen)
            if goes_on:
                try:
                    happened += perform(world, RequestCancellation(order_id=order_id, item_ids=item_ids), now)
                except OpenBookingError:
                    if not happened:
                        raise
                happened += settle(world, now, seen)
            return happened
        case Look(operation=operation, order_id=order_id):
            happened, goes_on = _meet_fault(world, operation, now, seen)
            if goes_on and operation in SHOWING:
                shown = _shown(world, world.catalogue.orders[order_id], operation, now)
                happened += perform(world, NotePendingShown(item_ids=shown), now)
                happened += settle(world, now, seen)
            return happened


def _shown(world: WorldState, order: Order, operation: ApiOperation, now: Instant) -> tuple[OrderItemId, ...]:
    """The pending items that an answer shows: those of the order, or those of the customer that have not started."""
    if operation is ApiOperation.GET_ORDER:
        listed = [item.id for item in order.items]
    else:
        listed = [item_id for start, item_id in world.starts_of(order.customer_id) if start > now][:FIRST_PAGE]
    return tuple(i for i in listed if world.imin.state_of(i).status is OrderItemStatus.PENDING)


def fault_met(world: WorldState, move: Move, now: Instant) -> ApiFault | None:
    """The scripted fault that a request meets."""
    if isinstance(move, Wait):
        return None
    return _fault(world, move.operation if isinstance(move, Look) else ApiOperation.CANCEL, now)


def may_cancel(world: WorldState, item: OrderItem, now: Instant) -> bool:
    """Whether imin's flag is true for the item."""
    imin = world.imin
    state = imin.states.get(item.id, AS_BOOKED)
    return (
        state.status is OrderItemStatus.CONFIRMED
        and explain_cancellability(
            state.status, state.opportunity or item.opportunity, state.offer or item.offer, now, world.readings
        ).allowed
    )


def _fault(world: WorldState, operation: ApiOperation, now: Instant) -> ApiFault | None:
    if not world.behaviour.api:
        return None
    found = fault_of(world, operation, now)
    return None if found is None else found[1]


def _meet_fault(
    world: WorldState, operation: ApiOperation, now: Instant, seen: list[Sighting]
) -> tuple[list[Recorded], bool]:
    """What happens by the fault that a request meets, and whether the request goes on to have its effect."""
    if not world.behaviour.api:
        return [], True
    happened: list[Recorded] = []

    def execute(note: CountRequest | UseFault) -> None:
        happened.extend(perform(world, note, now))
        happened.extend(settle(world, now, seen))

    fault = next_fault(world, operation, now, execute)
    return happened, fault is None or not fault.blocks


def _is_untouched(world: WorldState, item_id: OrderItemId) -> bool:
    if world.imin.state_of(item_id) != AS_BOOKED or world.booking_system.state_of(item_id) != AS_BOOKED:
        return False
    if item_id in world.booking_system.awaited_reads:
        return False
    return not any(isinstance(work, AnswerCancellation) and item_id in work.item_ids for *_, work in world.agenda)

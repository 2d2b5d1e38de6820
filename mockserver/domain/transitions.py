"""The behaviour machine at work: which transition an event or a timer fires, and what entering a state brings.

The theory: a world is in exactly one state; entering one starts a *stay*, numbered from 1. Timers are due work that names its
stay, so a timer that outlives its stay does nothing. An event fires at most one transition, the first in file order.
"""

from collections.abc import Callable

from whenever import Instant

from mockserver.domain.behaviour import ApiFault, ApiOperation
from mockserver.domain.commands import CountRequest, EnterState, FireTimer, UseFault
from mockserver.domain.errors import SellerActionNotPermittedError
from mockserver.domain.events import (
    NAME_OF_EVENT,
    AnswerAwaitsReads,
    BehaviourEntered,
    Event,
    FaultUsed,
    OrderPublished,
    OrdersFeedRead,
    OrdersFeedReadFailed,
    OrderUpdateRead,
    PendingShown,
    RefundAttemptFailed,
    RefundCompleted,
    RequestCounted,
    TransitionFired,
    WorkRefused,
    WorkScheduled,
    WorkTaken,
)
from mockserver.domain.rules import Rule
from mockserver.domain.state_machine import AfterStay, AtInstant, OnEvent
from mockserver.domain.values import OrderId, OrderItemId, StateName
from mockserver.domain.world import WorldState
from mockserver.foundation.calendar import later


def begin(world: WorldState) -> list[Event]:
    """The first events of a world: its initial state is entered and its timeline put on the agenda."""
    timeline = [WorkScheduled(due=entry.at, work=entry.do) for entry in world.machine.timeline]
    return [*_entering(world, world.machine.initial, world.epoch), *timeline]


def react(world: WorldState, event: Event, now: Instant) -> list[Event]:
    """What the machine does about an event that has just happened."""
    state = world.state
    if not state.awaited_events:
        return []
    if NAME_OF_EVENT[type(event)] in state.awaited_events:
        for index, transition in enumerate(state.transitions):
            if isinstance(transition.trigger, OnEvent) and matches(world, transition.trigger, event):
                return _firing(world, index, now)
    return []


def fire_timer(world: WorldState, command: FireTimer, now: Instant) -> list[Event]:
    """A timed transition, if the world is still in the stay that set it."""
    if command.stay != world.stay:
        return []
    return _firing(world, command.index, now)


def enter_state(world: WorldState, command: EnterState, now: Instant) -> list[Event]:
    """The machine is put into a state. *Raises* if the scenario has no such state."""
    if command.state not in world.machine.states:
        known = ", ".join(sorted(world.machine.states))
        raise SellerActionNotPermittedError(
            Rule.BEHAVIOUR, f"The scenario has no state {command.state!r}; it has: {known}."
        )
    return _entering(world, command.state, now)


def fault_of(world: WorldState, operation: ApiOperation, now: Instant) -> tuple[int, ApiFault] | None:
    """The fault that a request of this operation meets ``now``, with its index; ``None`` if it is answered properly."""
    for index, fault in enumerate(world.behaviour.api):
        if fault.operation is operation and _is_served(world, index, fault, now):
            return index, fault
    return None


def _is_served(world: WorldState, index: int, fault: ApiFault, now: Instant) -> bool:
    """Whether the fault has begun and is not over."""
    key = (fault.operation, index)
    used, ends = world.fault_uses.get(key, 0), world.fault_ends.get(key)
    return (
        world.requests.get(fault.operation, 0) + 1 >= fault.begins_with
        and (fault.times is None or used < fault.times)
        and (ends is None or now < ends)
    )


def next_fault(
    world: WorldState,
    operation: ApiOperation,
    now: Instant,
    execute: Callable[[CountRequest | UseFault], object],
) -> ApiFault | None:
    """The fault that this request meets, which uses one up that is limited in number; ``execute`` lets the world note that."""
    found = fault_of(world, operation, now)
    if world.behaviour.counts(operation):
        execute(CountRequest(operation=operation))
    if found is None:
        return None
    index, fault = found
    if fault.is_limited:
        execute(UseFault(operation=operation, index=index))
    return fault


def count_request(command: CountRequest) -> list[Event]:
    """A request is counted."""
    return [RequestCounted(operation=command.operation)]


def use_fault(world: WorldState, command: UseFault, now: Instant) -> list[Event]:
    """A fault is served; the first hit tells when one is over that is limited in time."""
    lasts = world.behaviour.api[command.index].lasts
    is_first = (command.operation, command.index) not in world.fault_ends
    ends = later(now, lasts) if lasts is not None and is_first else None
    return [FaultUsed(operation=command.operation, index=command.index, ends=ends)]


def _firing(world: WorldState, index: int, now: Instant) -> list[Event]:
    transition = world.state.transitions[index]
    events: list[Event] = [TransitionFired(state=world.state_name, index=index)]
    if transition.to is not None:
        events += _entering(world, transition.to, now)
    return events + [WorkScheduled(due=now, work=command) for command in transition.do]


def _entering(world: WorldState, name: StateName, now: Instant) -> list[Event]:
    stay = world.stay + 1
    events: list[Event] = [BehaviourEntered(state=name, stay=stay)]
    for index, transition in enumerate(world.machine.states[name].transitions):
        match transition.trigger:
            case AfterStay(delay=delay):
                events.append(WorkScheduled(due=later(now, delay), work=FireTimer(stay=stay, index=index)))
            case AtInstant(instant=instant) if instant >= now:
                events.append(WorkScheduled(due=instant, work=FireTimer(stay=stay, index=index)))
            case _:
                pass
    return events


def matches(world: WorldState, trigger: OnEvent, event: Event) -> bool:
    """Whether the event is one that the trigger waits for."""
    if trigger.event != NAME_OF_EVENT[type(event)]:
        return False
    order_id, item_ids = subject_of(world, event)
    if trigger.order_id is not None and trigger.order_id != order_id:
        return False
    if trigger.item_id is not None and trigger.item_id not in item_ids:
        return False
    if trigger.customer_id is None:
        return True
    return order_id is not None and world.catalogue.orders[order_id].customer_id == trigger.customer_id


def narrowed_by(event: type[Event]) -> tuple[str, ...]:
    """What ``where`` can narrow an event of this type by; nothing, if it is about no order."""
    about = {"order_id", "item_id", "refund_id"}
    return ("item", "order", "customer") if about & set(event.__struct_fields__) else ()


def subject_of(world: WorldState, event: Event) -> tuple[OrderId | None, tuple[OrderItemId, ...]]:
    """The order and the items that an event is about; nothing for events about the feed or the machine as a whole."""
    match event:
        case PendingShown(item_id=item_id) | AnswerAwaitsReads(item_id=item_id):
            return world.catalogue.items[item_id].order_id, (item_id,)
        case OrderUpdateRead():
            return event.order_id, event.cancelled_ids + event.changed_ids
        case OrderPublished():
            return event.order_id, tuple(item.id for item in world.catalogue.orders[event.order_id].items)
        case RefundAttemptFailed(refund_id=refund_id) | RefundCompleted(refund_id=refund_id):
            refund = world.imin.refunds[refund_id]
            return refund.order_id, refund.item_ids
        case (
            WorkScheduled()
            | WorkTaken()
            | WorkRefused()
            | TransitionFired()
            | BehaviourEntered()
            | RequestCounted()
            | FaultUsed()
            | OrdersFeedRead()
            | OrdersFeedReadFailed()
        ):
            return None, ()
        case _:
            return event.order_id, event.item_ids

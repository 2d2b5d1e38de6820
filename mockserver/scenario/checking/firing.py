"""Which transitions of the machine fired in what happened, and where a second one would have matched the same event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mockserver.domain.commands import FireTimer
from mockserver.domain.events import NAME_OF_EVENT, BehaviourEntered, Event, TransitionFired
from mockserver.domain.execution import Recorded
from mockserver.domain.state_machine import OnEvent, State
from mockserver.domain.transitions import subject_of
from mockserver.domain.values import StateName
from mockserver.domain.world import WorldState


@dataclass(frozen=True, slots=True)
class Fired:
    """A transition of a state fired: the ``index``-th of the state."""

    state: StateName
    index: int


@dataclass(frozen=True, slots=True)
class Contested:
    """An event, or a timer's instant, that two transitions of a state were there for; the first one won."""

    state: StateName
    winner: int
    loser: int


@dataclass(frozen=True, slots=True)
class Entered:
    """A state was entered."""

    state: StateName


@dataclass(frozen=True, slots=True)
class Worked:
    """An action of the file was due, and was permitted or not; ``action`` is the identity of its command."""

    action: int
    permitted: bool


@dataclass(frozen=True, slots=True)
class Circled:
    """Work at one instant never ended."""

    says: str


Sighting = Fired | Contested | Entered | Worked | Circled
"""Everything that is worth noting the first time it is seen."""


def sightings(world: WorldState, state_name: StateName, happened: Sequence[Recorded]) -> Iterator[Sighting]:
    """What was seen of the machine, from the state that it was in before; ``world`` is the world after it all."""
    state = world.machine.states.get(state_name)
    for recorded in happened:
        event = recorded.event
        if isinstance(event, TransitionFired):
            yield Fired(event.state, event.index)
        elif isinstance(event, BehaviourEntered):
            state = world.machine.states[event.state]
            yield Entered(event.state)
        if state is not None and state.awaited_events and NAME_OF_EVENT[type(event)] in state.awaited_events:
            yield from _on_event(world, state, event)


def timers(world: WorldState) -> Iterator[Contested]:
    """The timers that come too late if the next due work is done, which is a timer of the same state and instant."""
    due, _, _, work = world.agenda[0]
    if not isinstance(work, FireTimer) or work.stay != world.stay:
        return
    if world.state.transitions[work.index].to is None:
        return
    for other_due, _, _, other in world.agenda[1:]:
        if other_due != due:
            break
        if isinstance(other, FireTimer) and other.stay == world.stay:
            yield Contested(world.state_name, work.index, other.index)


def _on_event(world: WorldState, state: State, event: Event) -> Iterator[Sighting]:
    matching = [
        index
        for index, transition in enumerate(state.transitions)
        if isinstance(transition.trigger, OnEvent) and _matches(world, transition.trigger, event)
    ]
    winner, *others = matching or [0]
    first = state.transitions[winner].trigger
    for other in others:
        trigger = state.transitions[other].trigger
        assert isinstance(first, OnEvent)
        assert isinstance(trigger, OnEvent)
        if not is_special_case(first, trigger):
            yield Contested(state.name, winner, other)


def is_special_case(first: OnEvent, then: OnEvent) -> bool:
    """Whether the first is the exception before the rule: it asks for all that the second asks for, and for more."""
    wants = [(first.item_id, then.item_id), (first.order_id, then.order_id), (first.customer_id, then.customer_id)]
    return all(rule in (None, exception) for exception, rule in wants) and any(e != r for e, r in wants)


def _matches(world: WorldState, trigger: OnEvent, event: Event) -> bool:
    if trigger.event != NAME_OF_EVENT[type(event)]:
        return False
    order_id, item_ids = subject_of(world, event)
    customer = None if order_id is None else world.catalogue.orders[order_id].customer_id
    return (
        trigger.order_id in (None, order_id)
        and (trigger.item_id is None or trigger.item_id in item_ids)
        and trigger.customer_id in (None, customer)
    )

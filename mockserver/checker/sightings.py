"""Which transitions of the machine fired in what happened, and where a second one would have matched the same event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mockserver.domain.commands import FireTimer
from mockserver.domain.events import NAME_OF_EVENT, BehaviourEntered, Event, TransitionFired
from mockserver.domain.execution import Recorded
from mockserver.domain.state_machine import OnEvent, State
from mockserver.domain.transitions import matches
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


def timers(world: WorldState, timer: FireTimer, happened: Sequence[Recorded]) -> Iterator[Contested]:
    """The timers of the same stay and instant that come too late, once this one has led to another stay."""
    events = [recorded.event for recorded in happened]
    if not any(isinstance(event, BehaviourEntered) and event.stay == timer.stay + 1 for event in events):
        return
    state = next(event.state for event in events if isinstance(event, TransitionFired))
    for due, _, _, other in world.agenda:
        if due != happened[0].at:
            break
        if isinstance(other, FireTimer) and other.stay == timer.stay:
            yield Contested(state, timer.index, other.index)


def _on_event(world: WorldState, state: State, event: Event) -> Iterator[Sighting]:
    matching = [
        index
        for index, transition in enumerate(state.transitions)
        if isinstance(transition.trigger, OnEvent) and matches(world, transition.trigger, event)
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

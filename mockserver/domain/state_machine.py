"""The behaviour machine of a scenario: a state is a named way of behaving, a transition changes it.

One machine per world. At most one transition fires per event: the first, in file order, whose trigger matches. Timers belong
to a stay in a state: leaving the state silences them, coming back starts them anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from whenever import Instant, TimeDelta

from mockserver.domain.behaviour import Behaviour
from mockserver.domain.commands import Command
from mockserver.domain.values import CustomerId, OrderId, OrderItemId, StateName, Value


class OnEvent(Value, frozen=True, kw_only=True):
    """Fires on a domain event by its name (``cancellation_requested``), where all that is given also matches."""

    event: str
    item_id: OrderItemId | None = None
    order_id: OrderId | None = None
    customer_id: CustomerId | None = None


class AfterStay(Value, frozen=True, kw_only=True):
    """Fires when the machine has been in the state for ``delay``."""

    delay: TimeDelta


class AtInstant(Value, frozen=True, kw_only=True):
    """Fires at an instant, if the machine is in the state then."""

    instant: Instant


class Transition(Value, frozen=True, kw_only=True):
    """What happens on a trigger: the machine goes ``to`` a state (``None``: it stays) and does ``do``, in order."""

    trigger: OnEvent | AfterStay | AtInstant
    to: StateName | None = None
    do: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A named way of behaving and the ways out of it."""

    name: StateName
    behaviour: Behaviour
    transitions: tuple[Transition, ...] = ()
    awaited_events: frozenset[str] = field(init=False)
    """The names of the events that may move the machine out of this state."""

    def __post_init__(self) -> None:
        triggers = [transition.trigger for transition in self.transitions]
        awaited = frozenset(trigger.event for trigger in triggers if isinstance(trigger, OnEvent))
        object.__setattr__(self, "awaited_events", awaited)


class TimelineEntry(Value, frozen=True, kw_only=True):
    """Something that happens at an instant, whatever state the machine is in."""

    at: Instant
    do: Command


class Machine(Value, frozen=True, kw_only=True):
    """The whole machine. Every state that a transition names is in ``states``."""

    initial: StateName
    states: Mapping[StateName, State]
    timeline: tuple[TimelineEntry, ...] = ()

"""The behaviour machine and the timeline of a document. Must never know what a behaviour or a command means."""

from types import MappingProxyType

from mockserver.domain.behaviour import BODILESS, Behaviour
from mockserver.domain.commands import Command
from mockserver.domain.identifiers import OrderItemId, StateName
from mockserver.domain.machine import AfterStay, AtInstant, Machine, OnEvent, State, TimelineEntry, Transition
from mockserver.scenario.actions import build_command
from mockserver.scenario.behaviours import build_behaviour
from mockserver.scenario.bookings import customer_id, order_id
from mockserver.scenario.canned import BODY_WHERE_NONE_IS
from mockserver.scenario.document import ONLY_STATE, AnyAction, Document, MoveSpec, OnSpec, StateSpec
from mockserver.scenario.faults import MisfitError, Path
from mockserver.scenario.notation import Calendar, elapsed


def build_machine(document: Document, calendar: Calendar) -> Machine:
    """The machine that the document describes; without a word on behaviour, one obliging state."""
    behaviour = document.behaviour
    specs = behaviour.states or {ONLY_STATE: StateSpec()}
    transitions = _Transitions(document, calendar)
    shared = transitions.of(behaviour.always, ("behaviour", "always"))
    states = {
        StateName(name): State(
            name=StateName(name),
            behaviour=_carried(build_behaviour(behaviour.always, state), ("behaviour", "states", name)),
            transitions=transitions.of(state, ("behaviour", "states", name)) + shared,
        )
        for name, state in specs.items()
    }
    return Machine(
        initial=StateName(behaviour.initial or next(iter(specs))),
        states=MappingProxyType(states),
        timeline=tuple(
            TimelineEntry(
                at=calendar.instant(action.at or "+0s", ("timeline", index, "at")),
                do=build_command(action, ("timeline", index), document, calendar),
            )
            for index, action in enumerate(document.timeline)
        ),
    )


def _carried(behaviour: Behaviour, path: Path) -> Behaviour:
    """The behaviour, once its answers can be sent: what ``always`` says of one may not go with what the state says."""
    for fault in behaviour.api:
        if fault.respond is not None and fault.respond.status in BODILESS and fault.respond.body:
            where = (*path, "imin", "api", fault.operation.value, "respond", "body")
            raise MisfitError(where, BODY_WHERE_NONE_IS.format(fault.respond.status))
    return behaviour


class _Transitions:
    """Builds transitions; names of orders and customers are those of one document."""

    def __init__(self, document: Document, calendar: Calendar) -> None:
        self._document = document
        self._calendar = calendar

    def of(self, state: StateSpec, path: Path) -> tuple[Transition, ...]:
        """The ways out of a state: on events, then after a stay, then at instants, each in the file's order."""
        return (
            *(self._on(spec, (*path, "on", index)) for index, spec in enumerate(state.on)),
            *(
                self._move(AfterStay(delay=elapsed(delay)), move, (*path, "after", delay))
                for delay, move in state.after.items()
            ),
            *(
                self._move(AtInstant(instant=self._calendar.instant(at, (*path, "at", at))), move, (*path, "at", at))
                for at, move in state.at.items()
            ),
        )

    def _on(self, spec: OnSpec, path: Path) -> Transition:
        where = spec.where
        trigger = OnEvent(
            event=spec.event,
            item_id=None if where.item is None else OrderItemId(where.item),
            order_id=None if where.order is None else order_id(self._document, where.order),
            customer_id=None if where.customer is None else customer_id(self._document, where.customer),
        )
        return self._move(trigger, spec, path)

    def _move(self, trigger: OnEvent | AfterStay | AtInstant, move: str | MoveSpec, path: Path) -> Transition:
        if isinstance(move, str):
            return Transition(trigger=trigger, to=StateName(move))
        return Transition(
            trigger=trigger,
            to=None if move.to is None else StateName(move.to),
            do=self._commands(move.do, (*path, "do")),
        )

    def _commands(self, do: AnyAction | tuple[AnyAction, ...], path: Path) -> tuple[Command, ...]:
        if isinstance(do, tuple):
            return tuple(
                build_command(action, (*path, index), self._document, self._calendar) for index, action in enumerate(do)
            )
        return (build_command(do, path, self._document, self._calendar),)

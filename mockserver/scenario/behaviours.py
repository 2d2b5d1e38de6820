"""The behaviour machine and the timeline of a document: the file's defaults and a state's own keys, laid over the built-in ones.

It must never know what was booked, nor what a behaviour or a command means.
"""

import json
from types import MappingProxyType
from typing import Any

import msgspec
from whenever import TimeDelta

from mockserver.domain.behaviour import (
    BODILESS,
    AnswerKind,
    ApiFault,
    ApiOperation,
    Behaviour,
    BookingSystemAnswer,
    CannedResponse,
    Drop,
    FeedBehaviour,
    RefundBehaviour,
)
from mockserver.domain.commands import Command
from mockserver.domain.state_machine import AfterStay, AtInstant, Machine, OnEvent, State, TimelineEntry, Transition
from mockserver.domain.values import OrderItemId, StateName
from mockserver.scenario.bookings import customer_id, order_id
from mockserver.scenario.document import (
    ONLY_STATE,
    AnswerSpec,
    AnyAction,
    ApiFaultSpec,
    ApiSpec,
    Document,
    DuplicatesSpec,
    FeedSpec,
    MoveSpec,
    OnSpec,
    Part,
    ReadsSpec,
    RefundSpec,
    RespondSpec,
    StateSpec,
)
from mockserver.scenario.faults import MisfitError, Path
from mockserver.scenario.notation import Calendar, elapsed
from mockserver.scenario.script import build_command
from mockserver.scenario.semantic_checks import BODY_WHERE_NONE_IS


def build_behaviour(always: StateSpec, state: StateSpec) -> Behaviour:
    """The whole behaviour of a state: built-in defaults, then ``always``, then what the state says, key by key."""
    booking_system = _merged(always.booking_system, state.booking_system)
    imin = _merged(always.imin, state.imin)
    answer = _answer(booking_system, BookingSystemAnswer())
    every = imin.reads_feed_every
    return Behaviour(
        answer=answer,
        answer_per_item=MappingProxyType(
            {OrderItemId(item): _answer(spec, answer) for item, spec in (booking_system.items or {}).items()}
        ),
        feed=_feed(booking_system.feed or FeedSpec()),
        reads_feed_every=Behaviour().reads_feed_every if every is None else elapsed(every),
        refund=_refund(imin.refund or RefundSpec()),
        api=_faults(imin.api or ApiSpec()),
    )


def _merged(base: Any, over: Any) -> Any:
    """What stands above where it says something, else what stands below: key by key in mappings, lists as a whole."""
    if isinstance(base, Part) and type(base) is type(over):
        fields = {name: _merged(getattr(base, name), getattr(over, name)) for name in base.__struct_fields__}
        return msgspec.structs.replace(base, **fields)
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {key: _merged(base.get(key), value) for key, value in over.items()}
    return base if over is None else over


def _duration(text: str | None, default: TimeDelta) -> TimeDelta:
    return default if text is None else elapsed(text)


def _answer(spec: AnswerSpec, base: BookingSystemAnswer) -> BookingSystemAnswer:
    """The answer that the spec gives, where it is silent the base's; ``after`` a duration or a number of reads, not both."""
    return BookingSystemAnswer(
        kind=base.kind if spec.answers is None else AnswerKind(spec.answers),
        after=elapsed(spec.after) if isinstance(spec.after, str) else base.after,
        after_reads=base.after_reads
        if spec.after is None
        else spec.after.reads
        if isinstance(spec.after, ReadsSpec)
        else None,
        reason=base.reason if spec.reason is None else spec.reason,
    )


def _feed(spec: FeedSpec) -> FeedBehaviour:
    built_in = FeedBehaviour()
    again = spec.duplicates
    duplicates = again if isinstance(again, DuplicatesSpec) else DuplicatesSpec(times=again or 0)
    return FeedBehaviour(
        lag=_duration(spec.lag, built_in.lag),
        outage=bool(spec.outage),
        duplicates=duplicates.times,
        duplicates_every=_duration(duplicates.every, built_in.duplicates_every),
        reorder=bool(spec.reorder),
    )


def _refund(spec: RefundSpec) -> RefundBehaviour:
    built_in = RefundBehaviour()
    return RefundBehaviour(
        takes=_duration(spec.takes, built_in.takes),
        fails=spec.fails or 0,
        retry_every=_duration(spec.retry_every, built_in.retry_every),
    )


def _faults(spec: ApiSpec) -> tuple[ApiFault, ...]:
    """The faults of every operation, in the file's order within each."""
    faults: list[ApiFault] = []
    for operation in ApiOperation:
        told = getattr(spec, operation.value)
        listed: tuple[ApiFaultSpec, ...] = () if told is None else told if isinstance(told, tuple) else (told,)
        faults += (_fault(operation, each) for each in listed)
    return tuple(faults)


def _fault(operation: ApiOperation, spec: ApiFaultSpec) -> ApiFault:
    drop = Drop.BEFORE if spec.drop_connection is True else spec.drop_connection or None
    return ApiFault(
        operation=operation,
        respond=None if spec.respond is None else _response(spec.respond),
        latency=_duration(spec.latency, TimeDelta.ZERO),
        drop_connection=None if drop is None else Drop(drop),
        truncate_body=bool(spec.truncate_body),
        begins_with=spec.begins_with or 1,
        times=spec.times,
        lasts=None if spec.lasts is None else elapsed(spec.lasts),
    )


def _response(spec: RespondSpec) -> CannedResponse:
    """The answer as it goes out; a body that is not text is JSON and says so unless a header already does."""
    headers = {name: str(value) for name, value in (spec.headers or {}).items()}
    if spec.body is None or isinstance(spec.body, str):
        body = spec.body or ""
    else:
        body = json.dumps(spec.body, ensure_ascii=False, separators=(",", ":"))
        if "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = "application/json"
    return CannedResponse(status=spec.status or 200, headers=MappingProxyType(headers), body=body)


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

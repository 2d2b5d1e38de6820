"""What a state of a scenario's machine decides: the file's defaults and the state's own keys, laid over the built-in ones.

This module must never know transitions or what was booked.
"""

import json
from types import MappingProxyType
from typing import Any

import msgspec
from whenever import TimeDelta

from mockserver.domain.behaviour import (
    Answer,
    AnswerKind,
    ApiFault,
    Behaviour,
    CannedResponse,
    Drop,
    FeedBehaviour,
    Operation,
    RefundBehaviour,
)
from mockserver.domain.identifiers import OrderItemId
from mockserver.scenario.document import (
    AnswerSpec,
    ApiFaultSpec,
    ApiSpec,
    DuplicatesSpec,
    FeedSpec,
    Part,
    ReadsSpec,
    RefundSpec,
    RespondSpec,
    StateSpec,
)
from mockserver.scenario.notation import elapsed


def build_behaviour(always: StateSpec, state: StateSpec) -> Behaviour:
    """The whole behaviour of a state: built-in defaults, then ``always``, then what the state says, key by key."""
    booking_system = _merged(always.booking_system, state.booking_system)
    imin = _merged(always.imin, state.imin)
    answer = _answer(booking_system, Answer())
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


def _answer(spec: AnswerSpec, base: Answer) -> Answer:
    """The answer that the spec gives, where it is silent the base's; ``after`` a duration or a number of reads, not both."""
    return Answer(
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
    for operation in Operation:
        told = getattr(spec, operation.value)
        listed: tuple[ApiFaultSpec, ...] = () if told is None else told if isinstance(told, tuple) else (told,)
        faults += (_fault(operation, each) for each in listed)
    return tuple(faults)


def _fault(operation: Operation, spec: ApiFaultSpec) -> ApiFault:
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

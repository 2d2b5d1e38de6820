"""The ASGI endpoint of imin's face: key, world, scripted faults, operation, exchange.

One plain ASGI callable per path and no middleware: every request pays for this code, so it does nothing twice. A ready answer
is kept until something happens in its world or the clock passes the next cliff; a hit is a look-up and two messages.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from whenever import Instant

from mockserver.domain.behaviour import ApiFault, Drop
from mockserver.domain.commands import NotePendingShown
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.transitions import next_fault
from mockserver.engine.clock import elapsed_seconds, wall_now
from mockserver.engine.coverage.tally import Tally
from mockserver.engine.exchanges import Exchange
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.registry import Worlds
from mockserver.foundation.limits import READY_ANSWERS, READY_QUESTION, REQUEST_BODY_KEPT
from mockserver.foundation.outgoing_text import may_hold_live_key
from mockserver.web.addresses import IMIN_ADDRESS, called_address
from mockserver.web.answers import Answer, Receive, Scope, Send, mock_fault, send_answer
from mockserver.web.authentication import enter_world, keyless, one_key, refused_by_imin, with_word_of_world
from mockserver.web.bodies import BodyTooLargeError, ClientDisconnectedError, read_body
from mockserver.web.fault_injection import canned_answer, send_disrupted, truncated
from mockserver.web.imin_api.errors import (
    InvalidQueryError,
    RefusedRequestError,
    error_answer,
    invalid_query_answer,
    refusal_answer,
    refused_request_answer,
)
from mockserver.web.imin_api.rows import ApiCall, ApiRow, Reply

LONGEST_URL = 2_048
"""Characters of a URL, scheme and host counted in, as imin documents: a client that passes here passes there."""

LONGEST_TARGET = LONGEST_URL - len(f"{IMIN_ADDRESS}?")
"""Of these, what a path and its query may have."""

Sleep = Callable[[float], Awaitable[Any]]


class IminEndpoint:
    """Everything under one path of imin's face. ``operations`` maps a method to its operation; none at all: an unknown path."""

    def __init__(
        self,
        worlds: Worlds,
        operations: Mapping[str, ApiRow],
        *,
        public_url: str | None,
        body_limit: int,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.worlds = worlds
        self.operations = {**operations, **({"HEAD": operations["GET"]} if "GET" in operations else {})}
        self.public_url = public_url
        self.body_limit = body_limit
        self.sleep = sleep
        self.refuse_key = refused_by_imin(worlds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, identifier: str) -> None:
        """Answer one request; ``identifier`` is what the path names, where it names something."""
        started = elapsed_seconds()
        headers = scope["headers"]
        said: dict[bytes, bytes] = scope.get("said") or dict(headers)
        key = said.get(b"x-api-key", b"") if len(said) == len(headers) else one_key(headers)
        is_head = scope["method"] == "HEAD"
        live_world = enter_world(self.worlds, key, self.refuse_key)
        if isinstance(live_world, Answer):
            self._count_turned_away(live_world)
            return await send_answer(live_world, send, head=is_head)
        body, fault = b"", None
        operation = self.operations.get(scope["method"])
        if operation is None or len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_TARGET:
            answer = _too_long(live_world) if operation else self._no_operation(scope)
        else:
            try:
                if operation.body is not None:
                    body = await read_body(receive, self.body_limit, said)
            except ClientDisconnectedError:
                return None
            except BodyTooLargeError as error:
                answer = _too_large(live_world, error)
            else:
                if live_world.has_api_faults:  # which is seldom
                    fault = await self._meet_fault(live_world, operation)
                call = ApiCall(
                    live_world=live_world,
                    scope=scope,
                    address=""
                    if operation.body is not None
                    else self._address(live_world, scope, said.get(b"host", b"")),
                    identifier=identifier,
                    media_type=said.get(b"content-type"),
                    body=body,
                )
                answer = _answer(call, operation, fault)
        if live_world.twin is not None or live_world.notice is not None:
            answer = with_word_of_world(answer, live_world)
        if answer.status >= 400 or fault is not None:
            answer = _out_of_the_ordinary(answer, fault, live_world.tally)
        date = live_world.present()
        _note_exchange(live_world, scope, body, answer, date, started)
        live_world.clock.step()
        if fault is not None:
            return await send_disrupted(fault, answer, send, date=date, head=is_head)
        return await send_answer(answer, send, date=date, head=is_head)

    async def _meet_fault(self, live_world: LiveWorld, operation: ApiRow) -> ApiFault | None:
        """The fault that this request meets, after its latency has passed, in which the world stays."""
        fault = _next_fault(live_world, operation)
        if fault is not None and fault.latency:
            live_world.under_way += 1
            try:
                await self.sleep(fault.latency.total("seconds"))
            finally:
                live_world.under_way -= 1
        return fault

    def _address(self, live_world: LiveWorld, scope: Scope, host: bytes) -> str:
        """What ids and links begin with."""
        if live_world.world.readings[ReadingName.LINKS] == "imin":
            return IMIN_ADDRESS
        return self.public_url or called_address(scope, host)

    def _count_turned_away(self, answer: Answer) -> None:
        if self.worlds.coverage is not None and answer.rule is not None:
            self.worlds.coverage.turned_away(answer.status, answer.rule)

    def _no_operation(self, scope: Scope) -> Answer:
        if not self.operations:
            return mock_fault(
                "unknown-route",
                404,
                "Unknown route",
                f"imin's API has no {scope['path']!r}; /openapi.json lists its paths.",
            )
        allow = ", ".join(sorted(self.operations))
        return mock_fault(
            "method-not-allowed",
            405,
            "Method not allowed",
            f"{scope['path']} takes {allow}.",
            headers=[(b"allow", allow.encode())],
        )


def _answer(call: ApiCall, operation: ApiRow, fault: ApiFault | None) -> Answer:
    """The answer of an operation, after its scripted fault has had its way with it."""
    if fault is not None and fault.respond is not None:
        return canned_answer(fault)
    if fault is not None and fault.drop_connection is Drop.BEFORE:
        return Answer(status=0)
    reply = _reply(call, operation) if operation.body is not None else _ready_reply(call, operation)
    if reply.pending_shown and call.live_world.world.booking_system.awaited_reads and call.scope["method"] == "GET":
        call.live_world.execute(NotePendingShown(item_ids=reply.pending_shown))
    if reply.sighting is not None and call.live_world.tally is not None and _arrives_whole(fault):
        call.live_world.tally.saw(reply.sighting, call.live_world.clock.now())
    return truncated(reply.answer) if fault is not None and fault.truncate_body else reply.answer


def _ready_reply(call: ApiCall, operation: ApiRow) -> Reply:
    """The reply to a question, from those kept ready where it still holds."""
    live_world = call.live_world
    now = live_world.catch_up()
    question = (operation.id, call.identifier, call.scope["query_string"], call.address)
    ready: Reply | None = live_world.answers.get(question)
    if ready is not None and now < ready.holds_until:
        return ready
    reply = _reply(call, operation)
    if may_hold_live_key(call.scope["query_string"]) or may_hold_live_key(call.address.encode()):
        reply = replace(reply, answer=keyless(reply.answer))
    if len(call.scope["query_string"]) + len(call.identifier) > READY_QUESTION:
        return reply
    if len(live_world.answers) >= READY_ANSWERS:
        live_world.answers.clear()
    live_world.answers[question] = reply
    return reply


def _reply(call: ApiCall, operation: ApiRow) -> Reply:
    """The reply of the operation, as the world's twin has it, if it has one."""
    reply = _lawful_reply(call, operation)
    if call.live_world.twin is not None:
        from mockserver.web.twin_answers import bent

        reply = replace(reply, answer=bent(reply.answer, call.live_world.twin))
    return reply


def _lawful_reply(call: ApiCall, operation: ApiRow) -> Reply:
    """The reply of the operation, or what its refusal looks like."""
    readings = call.live_world.world.readings
    try:
        return operation.carry_out(call)
    except InvalidQueryError as error:
        return Reply(answer=invalid_query_answer(readings, error))
    except RefusedRequestError as error:
        return Reply(answer=refused_request_answer(readings, error))
    except OpenBookingError as refusal:
        return Reply(answer=refusal_answer(readings, refusal))


def _too_long(live_world: LiveWorld) -> Answer:
    description = (
        f"A URL of imin has at most {LONGEST_URL:,} characters, https://book.imin.co counted in; this one has more."
    )
    return error_answer(live_world.world.readings, 414, "OpenBookingError", Rule.URL_TOO_LONG, description)


def _too_large(live_world: LiveWorld, error: BodyTooLargeError) -> Answer:
    readings, more = live_world.world.readings, error.headers
    return error_answer(readings, 413, "OpenBookingError", Rule.BODY_TOO_LARGE, str(error), more)


def _next_fault(live_world: LiveWorld, operation: ApiRow) -> ApiFault | None:
    """The fault that this request meets; one that is limited in number is used up by it."""
    assert operation.api is not None, "what scenario files call it"
    now = live_world.catch_up()
    return next_fault(live_world.world, operation.api, now, live_world.execute)


def _arrives_whole(fault: ApiFault | None) -> bool:
    """Whether the client gets the answer itself, at last, with a scripted failure or without."""
    return fault is None or (fault.respond is None and fault.drop_connection is None and not fault.truncate_body)


def _out_of_the_ordinary(answer: Answer, fault: ApiFault | None, tally: Tally | None) -> Answer:
    """A refusal that the client is told of, or a scripted failure: counted, and a refusal without live keys."""
    if tally is not None:
        if fault is not None:
            tally.failed(fault)
        if answer.rule is not None and _arrives_whole(fault):
            tally.answered(answer.status, answer.rule)
    return keyless(answer) if answer.status >= 400 else answer


def _note_exchange(
    live_world: LiveWorld,
    scope: Scope,
    body: bytes,
    answer: Answer,
    at: Instant,
    started: float,
) -> None:
    query = scope["query_string"]
    live_world.exchanges.add(
        Exchange(
            number=live_world.exchanges.total + 1,
            at=at,
            wall=wall_now(),
            took_us=int((elapsed_seconds() - started) * 1_000_000),
            method=scope["method"],
            target=scope["path"] + ("?" + query.decode("latin-1") if query else ""),
            request_headers=scope["headers"],
            request_body=body if len(body) <= REQUEST_BODY_KEPT else body[:REQUEST_BODY_KEPT],
            status=answer.status,
            rule=answer.rule.value if answer.rule is not None else None,
            fault=answer.fault,
            response_headers=answer.headers,
            response_body=answer.body,
            events=len(live_world.journal),
            scheme=scope["scheme"],
        ),
        scope.get("head_bytes", 0),
    )

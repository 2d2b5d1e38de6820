"""Scripted faults of imin's HTTP API: an answer in place of the real one, a cut body, a lost connection.

Real clients must see real trouble: a cut body keeps the ``Content-Length`` of the whole, a lost connection is closed before
the status line.
"""

import asyncio
from typing import Any

from whenever import Instant

from mockserver.domain.behaviour import ApiFault
from mockserver.web.answers import JSON, Answer, Send, send_answer


def canned_answer(fault: ApiFault) -> Answer:
    """The answer that the scenario gives in place of the real one."""
    canned = fault.respond
    assert canned is not None
    body = canned.body.encode()
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in canned.headers.items()]
    names = {name for name, _ in headers}
    if body and b"content-type" not in names:
        headers.append((b"content-type", JSON))
    if canned.status not in (
        204,
        304,
    ):  # RFC 9110, 8.6: the one may not have it, and of the other it would say another length
        headers.append((b"content-length", b"%d" % len(body)))
    return Answer(status=canned.status, body=body, headers=headers)


def truncated(answer: Answer) -> Answer:
    """The same answer with half of its body missing, still announced in full."""
    return Answer(
        status=answer.status, body=answer.body[: len(answer.body) // 2], headers=answer.headers, rule=answer.rule
    )


class ConnectionDroppedError(Exception):
    """Raised in place of an answer where there is no connection to close: in-process callers see it as a lost connection."""


async def send_disrupted(fault: ApiFault, answer: Answer, send: Send, *, date: Instant, head: bool) -> None:
    """Send an answer as the fault wants it: not at all, cut short, or as it is.

    *Raises* :class:`ConnectionDroppedError` where there is no connection to close.
    """
    if fault.drop_connection is not None:
        transport = _transport(send)
        if transport is None:
            raise ConnectionDroppedError("The scenario drops this connection.")
        transport.abort()
        await asyncio.sleep(0)  # in the next turn of its loop the server notices, and misses no answer any more
    elif fault.truncate_body and fault.respond is None and not head:
        await _send_cut(answer, send, date)
    else:
        await send_answer(answer, send, date=date, head=head)


async def _send_cut(answer: Answer, send: Send, date: Instant) -> None:
    headers = [*answer.headers, (b"date", date.format_rfc2822().encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    transport = _transport(send)
    if transport is not None:
        transport.close()
        await asyncio.sleep(0)


def _transport(send: Send) -> Any:
    """The connection's transport, or ``None`` under a server that is not uvicorn.

    ASGI has no message for a lost connection. uvicorn's ``send`` is a method of its request-response cycle, which holds the
    transport.
    """
    return getattr(getattr(send, "__self__", None), "transport", None)

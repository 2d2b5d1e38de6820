"""Scripted faults of imin's HTTP API: an answer in place of the real one, a cut body, a lost connection.

Real clients must see real trouble: a cut body keeps the ``Content-Length`` of the whole, a lost connection is closed before
the status line.
"""

from mockserver.domain.behaviour import ApiFault
from mockserver.web.answers import JSON, Answer, Send


def canned_answer(fault: ApiFault) -> Answer:
    """The answer that the scenario gives in place of the real one."""
    canned = fault.respond
    assert canned is not None
    body = canned.body.encode()
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in canned.headers.items()]
    names = {name for name, _ in headers}
    if body and b"content-type" not in names:
        headers.append((b"content-type", JSON))
    if canned.status != 204 and b"content-length" not in names:
        headers.append((b"content-length", b"%d" % len(body)))
    return Answer(status=canned.status, body=body, headers=headers)


def truncated(answer: Answer) -> Answer:
    """The same answer with half of its body missing, still announced in full."""
    return Answer(
        status=answer.status, body=answer.body[: len(answer.body) // 2], headers=answer.headers, rule=answer.rule
    )


class ConnectionDroppedError(Exception):
    """Raised in place of an answer where there is no connection to close: in-process callers see it as a lost connection."""


def drop_connection(send: Send) -> None:
    """Close the connection without a word.

    ASGI has no message for this. uvicorn's ``send`` is a method of its request-response cycle, which holds the transport.
    *Raises* :class:`ConnectionDroppedError` under any other server.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionDroppedError("The scenario drops this connection.")
    transport.abort()

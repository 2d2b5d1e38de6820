"""An HTTP answer as a value, and how it is sent: two messages, no copies.

Whatever imin could never answer (an unknown route, the key of no scenario, a bug of ours) is a *mock fault*: it carries
``X-Imin-Mock-Fault`` and a problem+json body (RFC 9457), so that a client's test can assert that it never met one.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from whenever import Instant

from mockserver.domain.rules import Rule
from mockserver.engine.clock import wall_now

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application."""
Headers = list[tuple[bytes, bytes]]

JSON = b"application/json"
PROBLEM_JSON = b"application/problem+json"

FOR_NOBODY_ELSE: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]
"""What keeps an answer about the mock itself out of other pages and of caches; the faces of others have none of it."""

to_json = msgspec.json.encode


@dataclass(slots=True, kw_only=True)
class Answer:
    """A complete answer. ``headers`` is complete but for the date; ``rule`` and ``fault`` are in it where they are set.

    ``at`` is the present of the world that it tells of, where only its operation knows the world.
    """

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)
    rule: Rule | None = None
    fault: str | None = None
    at: Instant | None = None


def json_answer(
    value: Any, status: int = 200, *, media_type: bytes = JSON, rule: Rule | None = None, headers: Headers | None = None
) -> Answer:
    """A JSON answer; one with a ``rule`` names it in ``X-Imin-Mock-Rule``."""
    body = to_json(value)
    complete = [(b"content-type", media_type), (b"content-length", b"%d" % len(body)), *(headers or ())]
    if rule is not None:
        complete.append((b"x-imin-mock-rule", rule.value.encode()))
    return Answer(status=status, body=body, headers=complete, rule=rule)


def empty_answer(status: int = 204, headers: Headers | None = None) -> Answer:
    """An answer without a body."""
    return Answer(status=status, headers=list(headers or ()))


def problem(
    status: int, title: str, detail: str, *, rule: Rule | None = None, headers: Headers | None = None, **more: Any
) -> Answer:
    """A problem+json answer (RFC 9457) of the control interface: the caller's mistake and what to do about it."""
    value = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return json_answer(value, status, media_type=PROBLEM_JSON, rule=rule, headers=headers)


def mock_fault(
    fault: str, status: int, title: str, detail: str, *, rule: Rule | None = None, headers: Headers | None = None
) -> Answer:
    """A problem+json answer that imin would never give; ``fault`` says in a word what kind it is."""
    answer = problem(
        status, title, detail, rule=rule, headers=[*(headers or ()), (b"x-imin-mock-fault", fault.encode())]
    )
    answer.fault = fault
    return answer


async def send_answer(answer: Answer, send: Send, *, date: Instant | None = None, head: bool = False) -> None:
    """Send an answer; ``head``: without its body. The date is the world's, and this machine's where there is no world."""
    at = date or answer.at or wall_now()
    headers = [*answer.headers, (b"date", at.format_rfc2822().encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})


def http_date(instant: Instant) -> bytes:
    """The value of a ``Date`` header (RFC 9110 5.6.7)."""
    return instant.format_rfc2822().encode()

"""How a request that cannot be served is refused so that its client reads the answer: too large, or not HTTP.

A socket that is closed while bytes of a request lie unread is reset, and a reset takes the answer from the client's hands:
the answer is sent, then the end of what we say, and then what still comes is read with patience. These answers are mock
faults: whatever imin has in front of its API may say it otherwise.
"""

import asyncio
from collections.abc import Collection, Iterable
from typing import Any

from mockserver.foundation.limits import (
    BYTES_AFTER_THE_ANSWER,
    HEAD_BYTES,
    HEADERS,
    SECONDS_AFTER_THE_ANSWER,
    TARGET_BYTES,
)
from mockserver.web.answers import Answer, Application, Receive, Scope, Send, mock_fault, send_answer


class Parting:
    """A connection that ends so: what uvicorn's protocols have to learn for it, whatever parses their bytes."""

    server_ends = False
    deafness: "Deafness | None" = None
    transport: asyncio.Transport
    flow: Any
    loop: Any

    def part(self) -> None:
        """Say no more, and let what still comes go by until the client is done."""
        if self.server_ends or self.transport.is_closing() or not self.transport.can_write_eof():
            self.transport.close()
            return
        self.go_deaf()
        self.transport.write_eof()
        self.flow.resume_reading()
        self.wait_for_the_end()

    def go_deaf(self) -> None:
        """Read nothing of what comes from now on."""
        self.deafness = Deafness(self)

    def wait_for_the_end(self) -> None:
        """Close the connection after a while without a word."""
        self._unset_keepalive_if_required()  # type: ignore[attr-defined]
        self.timeout_keep_alive_task = self.loop.call_later(SECONDS_AFTER_THE_ANSWER, self.transport.close)

    def shutdown(self) -> None:
        """The server ends: nobody has patience any more."""
        self.server_ends = True
        super().shutdown()  # type: ignore[misc]
        if self.deafness is not None:
            self.transport.close()


class PatientTransport:
    """The transport of a connection to everybody but its protocol: to close it is to part."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Parting) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection.transport, name)

    def close(self) -> None:
        """Part, instead of closing at once."""
        self._connection.part()


class Deafness:
    """What reads the bytes that come after the last answer: nobody. In the place of a parser."""

    def __init__(self, connection: Parting) -> None:
        self._connection = connection
        self._left = int(BYTES_AFTER_THE_ANSWER)

    def feed_data(self, data: bytes | memoryview) -> None:
        """Let the bytes go by; whoever sends without end is cut off."""
        self._left -= len(data)
        if self._left < 0:
            self._connection.transport.abort()
        else:
            self._connection.wait_for_the_end()


_CLOSE = [(b"connection", b"close")]


def not_http(reason: str) -> Answer:
    """The answer to bytes that are not a request. ``reason`` comes from the parser and repeats nothing of them."""
    return mock_fault("not-http", 400, "This is not an HTTP request", f"{reason.rstrip('.')}.", headers=_CLOSE)


def target_too_long() -> Answer:
    """The answer to a request whose target is over the limit."""
    detail = f"A request's target may have so many bytes and no more {TARGET_BYTES.told}."
    return mock_fault("target-too-long", 414, "The request's target is too long", detail, headers=_CLOSE)


def head_too_large() -> Answer:
    """The answer to a request whose headers are over one of the limits."""
    detail = f"A request may have so many headers {HEADERS.told}, and a head of so many bytes {HEAD_BYTES.told}."
    return mock_fault("head-too-large", 431, "The request's headers are too large", detail, headers=_CLOSE)


def no_proxy() -> Answer:
    """The answer to ``CONNECT``."""
    detail = (
        "CONNECT asks a proxy for a tunnel. This is the mock itself: give its address to your client as the base URL."
    )
    return mock_fault("no-proxy", 501, "This server is no proxy", detail, headers=_CLOSE)


def explain_head(method: str, target: bytes, headers: Collection[tuple[bytes, bytes]]) -> Answer | None:
    """The answer that refuses a request for its head, or nothing where its head is within the limits."""
    if method == "CONNECT":
        return no_proxy()
    if len(target) > TARGET_BYTES:
        return target_too_long()
    return head_too_large() if len(headers) > HEADERS or head_bytes(target, headers) > HEAD_BYTES else None


def head_bytes(target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> int:
    """How large a head is: its target, and its headers with a colon, a space and a line end each."""
    return len(target) + sum(len(name) + len(value) + 4 for name, value in headers)


def answering(answer: Answer) -> Application:
    """An application that gives every request this answer."""

    async def answer_all(_: Scope, __: Receive, send: Send) -> None:
        await send_answer(answer, send)

    return answer_all


def with_bounded_heads(app: Application) -> Application:
    """The application behind the limits of a head. How large a head is that may be a large one, stands in its scope."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        refusal = explain_head(scope["method"], target, scope["headers"])
        scope["head_bytes"] = head_bytes(target, scope["headers"])
        await (app if refusal is None else answering(refusal))(scope, receive, send)

    return bounded

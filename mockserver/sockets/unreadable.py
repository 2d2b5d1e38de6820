"""What is answered where no request could be read: its head is too large, or what came is not HTTP as a server takes it.

These answers are mock faults: whatever imin has in front of its API may say it otherwise.
"""

from collections.abc import Collection, Iterable

from mockserver.limits import HEAD_BYTES, HEADERS, TARGET_BYTES
from mockserver.web.answers import Answer, Application, Receive, Scope, Send, mock_fault, send_answer

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

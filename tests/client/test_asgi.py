import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from mockserver.client.asgi import SuspendedError, immediately, request
from mockserver.client.channel import ADDRESS, Headers
from mockserver.web.answers import Message, Receive, Scope, Send
from mockserver.web.fault_injection import ConnectionDroppedError


class Scripted:
    """An application that sends what it is told to, and remembers what it was asked."""

    def __init__(self, messages: Sequence[Message] = (), error: Exception | None = None) -> None:
        self.messages = messages or ({"type": "http.response.start", "status": 200}, {"type": "http.response.body"})
        self.error = error
        self.scope: Scope = {}
        self.received: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.received = [await receive(), await receive()]
        if self.error is not None:
            raise self.error
        for message in self.messages:
            await send(message)


def answered(*chunks: bytes, length: int | None = None, status: int = 200) -> Scripted:
    headers: Headers = [] if length is None else [(b"content-length", str(length).encode())]
    bodies = [{"type": "http.response.body", "body": chunk, "more_body": True} for chunk in chunks]
    return Scripted([{"type": "http.response.start", "status": status, "headers": headers}, *bodies])


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/api/v2/orders", "/api/v2/orders", b""),
        ("/orders/a%20b%2Fc?x=%20y&z=", "/orders/a b/c", b"x=%20y&z="),
        ("/orders/caf%C3%A9", "/orders/café", b""),
        ("/a?b?c", "/a", b"b?c"),
    ],
)
def test_a_target_reaches_the_application_as_a_server_would_pass_it_on(target: str, path: str, query: bytes) -> None:
    app = Scripted()
    immediately(request(app, "GET", target))
    assert (app.scope["path"], app.scope["query_string"]) == (path, query)
    assert app.scope["raw_path"] == target.partition("?")[0].encode()


def test_the_body_arrives_whole_and_then_the_client_is_gone() -> None:
    app = Scripted()
    immediately(request(app, "PATCH", "/", [(b"x-api-key", b"k")], b"body"))
    assert app.scope["headers"] == [(b"x-api-key", b"k")]
    assert app.received == [{"type": "http.request", "body": b"body", "more_body": False}, {"type": "http.disconnect"}]


@pytest.mark.parametrize(
    ("address", "scheme", "server"),
    [
        (ADDRESS, "http", ("imin-mock.test", None)),
        ("https://book.example:8443", "https", ("book.example", 8443)),
    ],
)
def test_the_application_is_told_the_address_that_was_called(address: str, scheme: str, server: Any) -> None:
    app = Scripted()
    immediately(request(app, "GET", "/", address=address))
    assert (app.scope["scheme"], app.scope["server"]) == (scheme, server)


def test_the_parts_of_a_body_are_one_body() -> None:
    response = immediately(request(answered(b"ab", b"", b"cd", length=4), "GET", "/"))
    assert (response.status, response.body, response.dropped, response.truncated) == (200, b"abcd", False, False)


def test_a_header_is_found_by_its_lower_case_name() -> None:
    response = immediately(request(answered(b"ab", length=2), "GET", "/"))
    assert response.header(b"content-length") == "2"
    assert response.header(b"retry-after") is None


def test_a_body_shorter_than_announced_is_truncated() -> None:
    assert immediately(request(answered(b"abc", length=4), "GET", "/")).truncated


def test_the_answer_to_head_has_no_body_and_is_not_truncated() -> None:
    assert not immediately(request(answered(b"", length=4), "HEAD", "/")).truncated


def test_a_lost_connection_is_a_response_and_not_an_error() -> None:
    response = immediately(request(Scripted(error=ConnectionDroppedError()), "GET", "/"))
    assert response.dropped
    assert response.status == 0


def test_an_application_that_sends_nothing_has_dropped_the_connection() -> None:
    async def silent(*_: object) -> None:
        pass

    assert immediately(request(silent, "GET", "/")).dropped


def test_a_bug_of_the_application_reaches_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        immediately(request(Scripted(error=ZeroDivisionError()), "GET", "/"))


def test_no_event_loop_is_needed_and_a_running_one_is_no_obstacle() -> None:
    async def within_a_loop() -> int:
        return immediately(request(Scripted(), "GET", "/")).status

    assert immediately(request(Scripted(), "GET", "/")).status == 200
    assert asyncio.run(within_a_loop()) == 200


def test_an_application_that_waits_is_told_apart_from_one_that_answers() -> None:
    async def waiting(*_: object) -> None:
        await asyncio.Event().wait()

    async def within_a_loop() -> None:
        immediately(request(waiting, "GET", "/"))

    with pytest.raises(SuspendedError):
        asyncio.run(within_a_loop())

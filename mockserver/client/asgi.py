"""Requests to an ASGI application without a socket, a thread or an event loop: what a client would have received.

It knows ASGI and how the mock loses and cuts answers. It must never know which application it calls.
"""

from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote

from mockserver.client.channel import ADDRESS, Headers, Response
from mockserver.web.answers import Application, Message, Scope
from mockserver.web.fault_injection import ConnectionDroppedError

_Returned = TypeVar("_Returned")


class SuspendedError(Exception):
    """The application waited for something outside of itself, which nothing here can bring."""


def immediately(coroutine: Coroutine[Any, Any, _Returned]) -> _Returned:
    """What the coroutine returns, run to its end here and now; no event loop is needed, and a running one is no obstacle.

    *Raises* what the coroutine raises, and :class:`SuspendedError` if it waits.
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        returned: _Returned = end.value
        return returned
    coroutine.close()
    raise SuspendedError("The application waits for something outside of itself; await the request in an event loop.")


async def request(
    app: Application, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
) -> Response:
    """The response to one request; ``target`` is the path with its query, ``headers`` have lower-case names.

    *Raises* whatever the application raises, its bugs included, except the loss of the connection, which is a response.
    """
    scope = _scope(method, target, headers, address)
    unread = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return unread.pop() if unread else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    except ConnectionDroppedError:
        return Response(dropped=True)
    return response_of(method, sent)


def _scope(method: str, target: str, headers: Headers, address: str) -> Scope:
    path, _, query = target.partition("?")
    scheme, _, host = address.partition("://")
    name, _, port = host.partition(":")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": unquote(path) if "%" in path else path,
        "raw_path": path.encode("ascii", "replace"),
        "query_string": query.encode("latin-1", "replace"),
        "root_path": "",
        "headers": list(headers),
        "client": None,
        "server": (name, int(port) if port else None),
    }


def response_of(method: str, sent: Sequence[Message]) -> Response:
    """The messages as one response; without the first of them the connection ended before the status line."""
    if not sent:
        return Response(dropped=True)
    start, *rest = sent
    headers: Headers = start.get("headers", ())
    body = rest[0].get("body", b"") if len(rest) == 1 else b"".join(message.get("body", b"") for message in rest)
    announced = next((int(value) for name, value in headers if name == b"content-length"), 0)
    cut = method != "HEAD" and len(body) < announced
    return Response(status=start["status"], headers=headers, body=body, truncated=cut)

"""How a call reaches a mock: in this process, without a socket, or over HTTP to one that runs elsewhere.

A channel carries any request to any of the mock's faces and knows nothing of worlds. In this process all calls are taken one
after another, whichever thread makes them; once the mock listens on a port too, the loop that serves the port takes them.
"""

import asyncio
import http.client
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakSet

from mockserver.bootstrap import Server, build_server
from mockserver.engine.clock import elapsed_seconds
from mockserver.outgoing_text import without_live_keys
from mockserver.settings import Settings
from mockserver.stand_in.in_process import ADDRESS, Headers, Response, immediately, request
from mockserver.stand_in.listener import Listener
from mockserver.testing.errors import MockError, UnreachableError
from mockserver.testing.green_threads import patched_by
from mockserver.web.answers import Message, Receive, Scope, Send

PATIENCE = 30.0
"""Units: seconds. How long an answer of a mock elsewhere may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """An answer that imin would never give, marked ``X-Imin-Mock-Fault``, as it was sent."""

    method: str
    target: str
    status: int
    fault: str

    def __str__(self) -> str:
        return f"{self.method} {self.target} was answered {self.status} with X-Imin-Mock-Fault: {self.fault}"


class Channel(Protocol):
    """A way to a mock."""

    @property
    def url(self) -> str:
        """Where clients reach the mock over HTTP; it listens from now on."""

    @property
    def surprises(self) -> Sequence[Surprise]:
        """The answers so far that imin would never give, as far as they can be seen from here."""

    def send(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        """The response to one request."""

    async def send_async(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        """The response to one request, for callers in an event loop."""

    def close(self) -> None:
        """Let go of sockets and threads."""


_LATENCY: ContextVar[list[float] | None] = ContextVar("latency", default=None)
"""What a call in this process would have waited for, or ``None`` for one that came through the port."""


async def _wait(seconds: float) -> None:
    """A scripted latency: real time for a client on the port, a note for a call in this process."""
    waited = _LATENCY.get()
    if waited is None:
        await asyncio.sleep(seconds)
    else:
        waited.append(seconds)


async def _elsewhere(sending: Callable[[], Response]) -> Response:
    """The response, which a thread waits for: the caller's loop may be asyncio's or trio's."""
    from anyio.to_thread import run_sync  # a start need not wait for it

    return await run_sync(sending, abandon_on_cancel=True)


class InProcess:
    """A mock in this process. Its ``server`` may be looked into, by nobody but this package."""

    def __init__(self, settings: Settings) -> None:
        self.server: Server = build_server(settings, sleep=_wait)
        self.surprises: list[Surprise] = []
        self.schemes: dict[bytes, str] = {}
        """The scheme of a ``Host`` whose clients are led to the port without their TLS."""
        self.names: list[str] = [*settings.allowed_hosts]
        """The hosts by which the port may be called, beside those of this machine."""
        self._hosts = replace(settings.hosts, named=self.names)
        self._turn = threading.Lock()
        self._listener: Listener | None = None
        self._parents: OverHttp | None = None
        self._closed = False
        _HERE.add(self)

    def __reduce__(self) -> tuple[type["OverHttp"], tuple[str]]:
        """In another process, the way to the port of this mock, which listens from now on."""
        return OverHttp, (self.url,)

    @property
    def url(self) -> str:
        with self._turn:
            if self._parents is not None:
                return self._parents.url
            if self._closed:
                raise MockError("This mock is closed; make a new one.")
            if self._listener is None:
                _refuse_green_threads()
                self._listener = Listener(self._app, self._hosts).__enter__()
            return self._listener.url

    def send(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        if self._parents is not None:
            return self._parents.send(method, target, headers, body, address=address)
        asked = self._ask(method, target, headers, body, address)
        with self._turn:
            if self._listener is None:
                return immediately(asked)
            loop = self._listener.loop
        return asyncio.run_coroutine_threadsafe(asked, loop).result()

    async def send_async(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        if self._listener is None and self._parents is None:
            return self.send(method, target, headers, body, address=address)
        return await _elsewhere(partial(self.send, method, target, headers, body, address=address))

    def close(self) -> None:
        with self._turn:
            listener, self._listener, self._closed = self._listener, None, True
        if listener is not None:
            listener.__exit__(None, None, None)

    def go_on_in_child(self) -> None:
        """In a forked child: no thread came along. A mock that listens goes on being the parent's; any other is a copy now."""
        self._turn = threading.Lock()
        if self._listener is not None:
            self._listener.abandon()
            _LEFT_BEHIND.append(self._listener)
            self._parents, self._listener = OverHttp(self._listener.url), None

    async def _ask(self, method: str, target: str, headers: Headers, body: bytes, address: str) -> Response:
        waited: list[float] = []
        token = _LATENCY.set(waited)
        try:
            response = await request(self._app, method, target, headers, body, address=address)
        finally:
            _LATENCY.reset(token)
        return replace(response, latency=sum(waited)) if waited else response

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.schemes:
            for name, value in scope.get("headers", ()):
                if name == b"host" and (scheme := self.schemes.get(value.lower())):
                    scope["scheme"] = scheme
        await self.server.app(scope, receive, _Watch(scope, send, self.surprises).send)


_HERE: WeakSet[InProcess] = WeakSet()
_LEFT_BEHIND: list[Listener] = []
"""Of the parent of this process. They are kept, because to tidy them away would disturb what the parent goes on using."""


def _go_on_in_child() -> None:
    for each in list(_HERE):
        each.go_on_in_child()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_go_on_in_child)


def _refuse_green_threads() -> None:
    """*Raises* :class:`MockError` where a thread that listens would be a green one, which would wait for itself for ever."""
    library = patched_by()
    if library is not None:
        raise MockError(
            f"{library} has put green threads in the place of this process's threads and sockets; a mock cannot listen on a"
            " port in them. A transport needs no port (mockserver.testing.for_requests, for_httpx); or start one of its own with"
            " `imin-mock serve`, and use Mock.at(its address)."
        )


class _Watch:
    """What is sent, with an eye on it. ``transport`` is the connection's, where there is one: a scripted loss closes it."""

    def __init__(self, scope: Scope, send: Send, surprises: list[Surprise]) -> None:
        self.scope, self.pass_on, self.surprises = scope, send, surprises
        self.transport = getattr(getattr(send, "__self__", None), "transport", None)
        self.response_started: bool | None = None if self.transport is None else False

    async def send(self, message: Message) -> None:
        if self.transport is not None:
            self.response_started = True
        for name, value in message.get("headers", ()):
            if name == b"x-imin-mock-fault":
                self._note(message["status"], value.decode("latin-1"))
        await self.pass_on(message)

    def _note(self, status: int, fault: str) -> None:
        query = self.scope["query_string"].decode("latin-1")
        target = without_live_keys(self.scope["path"] + (f"?{query}" if query else ""))
        self.surprises.append(Surprise(method=self.scope["method"], target=target, status=status, fault=fault))


class OverHttp:
    """A mock that runs elsewhere. Every call has a connection of its own, so that a lost answer is never asked for twice."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise MockError(f"{url!r} is no address of a mock; it is http://<host>:<port>, as `imin-mock serve` says.")
        self._path = parts.path.rstrip("/")
        self._kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._host, self._port = parts.hostname, parts.port
        self.url = f"{parts.scheme}://{parts.netloc}{self._path}"
        self.surprises: tuple[Surprise, ...] = ()

    def send(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        connection = self._kind(self._host, self._port, timeout=PATIENCE)
        with closing(connection):
            try:
                connection.connect()
            except OSError as error:
                hint = "Start one with `imin-mock serve`, or give the address of one that runs."
                raise UnreachableError(f"No mock answers at {self.url}: {error}. {hint}") from error
            try:
                asked_at = elapsed_seconds()
                answer = self._exchange(connection, method, target, _with_host(headers, address), body)
                return replace(answer, latency=elapsed_seconds() - asked_at)
            except TimeoutError as error:
                raise UnreachableError(f"{self.url} has not answered {method} {target} for {PATIENCE:g} s.") from error
            except (ConnectionError, http.client.BadStatusLine):
                return Response(dropped=True)

    async def send_async(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        return await _elsewhere(partial(self.send, method, target, headers, body, address=address))

    def close(self) -> None:
        """Nothing is kept open between two calls."""

    def _exchange(
        self, connection: http.client.HTTPConnection, method: str, target: str, headers: Headers, body: bytes
    ) -> Response:
        connection.putrequest(method, self._path + target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            if name not in _OF_THE_CONNECTION:
                connection.putheader(name.decode("latin-1"), value.decode("latin-1"))
        if body or method in {"POST", "PUT", "PATCH"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        try:
            content, is_cut = answer.read(), False
        except http.client.IncompleteRead as cut:
            content, is_cut = cut.partial, True
        got = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.getheaders()]
        return Response(status=answer.status, headers=got, body=content, truncated=is_cut)


def _with_host(headers: Headers, address: str) -> Headers:
    """The headers with the host that the caller had in mind, if they do not name one."""
    if any(name == b"host" for name, _ in headers):
        return headers
    return [(b"host", urlsplit(address).netloc.encode("latin-1")), *headers]


_OF_THE_CONNECTION = {b"content-length", b"connection", b"transfer-encoding"}
"""Headers that the connection sees to by itself."""

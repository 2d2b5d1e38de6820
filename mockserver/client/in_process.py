"""A mock in this process: called without a socket, and on a port too, from the first time that somebody asks for its address.

All calls are taken one after another, whichever thread makes them; once the mock listens, the loop of the port takes them.
It must never know what is tried against it.
"""

import asyncio
import os
import threading
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING
from weakref import WeakSet

from mockserver.bootstrap import Server, build_server
from mockserver.client.asgi import immediately, request
from mockserver.client.channel import ADDRESS, Headers, Response, Surprise
from mockserver.client.errors import MockError
from mockserver.client.over_http import OverHttp, in_a_thread
from mockserver.foundation.outgoing_text import without_live_keys
from mockserver.settings import Settings
from mockserver.web.answers import Message, Receive, Scope, Send
from mockserver.web.fault_injection import ConnectionDroppedError

if TYPE_CHECKING:
    from mockserver.client.listener import Listener
    from mockserver.scenario.scenario import Scenario

_LATENCY: ContextVar[list[float] | None] = ContextVar("latency", default=None)
"""What a call in this process would have waited for, or ``None`` for one that came through the port."""


class InProcess:
    """A mock under these settings, with the scenarios ``also`` beside the shipped ones. Its ``server`` may be looked into."""

    def __init__(self, settings: Settings, also: Sequence["Scenario"] = ()) -> None:
        self.server: Server = build_server(settings, sleep=self._wait, also=also)
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
        self._closing = asyncio.Event()
        _HERE.add(self)

    def __reduce__(self) -> tuple[type["OverHttp"], tuple[str]]:
        """In another process, the way to the port of this mock, which listens from now on."""
        return OverHttp, (self.url,)

    def renew(self, settings: Settings, also: Sequence["Scenario"] = ()) -> Server:
        """Fresh worlds under these settings, in place of all there were; who listens goes on listening."""
        self.server = build_server(settings, sleep=self._wait, also=also)
        return self.server

    @property
    def url(self) -> str:
        with self._turn:
            if self._parents is not None:
                return self._parents.url
            if self._closed:
                raise MockError("This mock is closed; make a new one.")
            if self._listener is None:
                from mockserver.client.listener import Listener, green_threads  # who never listens needs no server

                _refuse(green_threads())
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
        return await in_a_thread(partial(self.send, method, target, headers, body, address=address))

    def __enter__(self) -> "InProcess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._turn:
            listener, self._listener, self._closed = self._listener, None, True
        if listener is not None:
            listener.loop.call_soon_threadsafe(self._closing.set)
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

    async def _wait(self, seconds: float) -> None:
        """A scripted latency: a note for a call in this process, real time for a client on the port, until that is closed."""
        waited = _LATENCY.get()
        if waited is not None:
            waited.append(seconds)
            return
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return
        raise ConnectionDroppedError

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.schemes:
            for name, value in scope.get("headers", ()):
                if name == b"host" and (scheme := self.schemes.get(value.lower())):
                    scope["scheme"] = scheme
        watch = _Watch(scope, send, self.surprises)
        try:
            await self.server.app(scope, receive, watch.send)
        except ConnectionDroppedError:
            if watch.transport is None:
                raise
            watch.transport.abort()
            await asyncio.sleep(0)  # in the next turn of its loop the server notices, and misses no answer any more


_HERE: WeakSet[InProcess] = WeakSet()
_LEFT_BEHIND: "list[Listener]" = []
"""Of the parent of this process. They are kept, because to tidy them away would disturb what the parent goes on using."""


def _go_on_in_child() -> None:
    for each in list(_HERE):
        each.go_on_in_child()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_go_on_in_child)


def _refuse(library: str | None) -> None:
    """*Raises* :class:`MockError` where a thread that listens would be this library's, which would wait for itself for ever."""
    if library is not None:
        raise MockError(
            f"{library} has put green threads in the place of this process's threads and sockets; a mock cannot listen on a"
            " port in them. A transport needs no port (mockserver.testing.transports); or start one of its own with"
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

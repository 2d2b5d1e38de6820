"""Interception for everybody else: no Python socket connects to a stranger, and no stranger's name is looked up.

Whatever a library's name is, it cannot call the real imin by accident. Sockets of this machine's file system are let be, and so
is what C libraries open by themselves.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from mockserver.testing.interception.calls import Interception, replaced

_NETWORK = {socket.AF_INET, socket.AF_INET6}


def sockets_kind(interception: Interception) -> list[AbstractContextManager[None]]:
    """What to replace in the standard library, and in ``uvloop`` where it is installed."""
    loops: list[Any] = []
    try:
        import uvloop
    except ImportError:
        pass
    else:
        loops = [uvloop.Loop]
    return [
        replaced(socket.socket, "connect", _connecting(socket.socket.connect, interception)),
        replaced(socket.socket, "connect_ex", _connecting(socket.socket.connect_ex, interception)),
        replaced(socket, "getaddrinfo", _looking_up(socket.getaddrinfo, interception)),
        *(replaced(loop, "create_connection", _creating(loop.create_connection, interception)) for loop in loops),
    ]


def _connecting(own: Callable[..., Any], interception: Interception) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in _NETWORK:
            interception.let_pass(_text(address[0]), address[1])
        return own(self, address)

    return connect


def _looking_up(own: Callable[..., Any], interception: Interception) -> Callable[..., Any]:
    def getaddrinfo(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        flags = named.get("flags", more[3] if len(more) > 3 else 0)
        if host is None or flags & socket.AI_PASSIVE:  # somebody who will listen
            return own(host, port, *more, **named)
        interception.let_pass(_text(host), int(port) if str(port).isdecimal() else None)
        found = own(host, port, *more, **named)
        for *_, address in found:
            interception.note_looked_up(address[0], address[1])
        return found

    return getaddrinfo


def _creating(own: Callable[..., Any], interception: Interception) -> Callable[..., Any]:
    async def create_connection(
        self: asyncio.AbstractEventLoop, factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        if host is not None:
            interception.let_pass(_text(host), port)
        return await own(self, factory, host, port, **options)

    return create_connection


def _text(host: Any) -> str:
    return host.decode("latin-1") if isinstance(host, bytes) else str(host)

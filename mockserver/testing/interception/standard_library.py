"""Interception for ``http.client``, and so for ``urllib.request`` and ``urllib3``: connections lead to the mock, without TLS.

A connection that was open when the interception began is closed before it is used; those made meanwhile are closed at its end.
"""

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from weakref import WeakSet

from mockserver.testing.interception.calls import Interception, replaced

Connect = Callable[[Any], None]


def http_client_kind(interception: Interception) -> list[AbstractContextManager[None]]:
    """What to replace in the standard library, and in ``urllib3`` where it is installed."""
    led: WeakSet[Any] = WeakSet()
    classes: list[Any] = [http.client.HTTPConnection, http.client.HTTPSConnection]
    try:
        from urllib3.connection import HTTPConnection, HTTPSConnection
    except ImportError:
        pass
    else:
        classes += [HTTPConnection, HTTPSConnection]
    return [
        _ending(led),
        *(replaced(kind, "connect", _connect(kind.connect, interception, led)) for kind in classes),
        replaced(http.client.HTTPConnection, "putrequest", _putrequest(interception, led)),
        replaced(http.client.HTTPConnection, "putheader", _putheader(interception)),
    ]


@contextmanager
def _ending(led: "WeakSet[Any]") -> Iterator[None]:
    """Afterwards no connection leads to the mock any more."""
    try:
        yield
    finally:
        for connection in list(led):
            connection.close()


def _is_taken(connection: Any, interception: Interception) -> bool:
    """Whether the connection is one to imin, directly or through a proxy. *Raises* ``StrayCallError``."""
    behind_proxy = getattr(connection, "_tunnel_host", None)
    if behind_proxy:
        return interception.takes("https", behind_proxy, getattr(connection, "_tunnel_port", None))
    scheme = "https" if connection.default_port == 443 else "http"
    return interception.takes(scheme, connection.host, connection.port)


def _connect(own: Connect, interception: Interception, led: "WeakSet[Any]") -> Connect:
    def connect(self: Any) -> None:
        if not _is_taken(self, interception):
            own(self)
            return
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        self.sock = socket.create_connection(interception.mock_address, timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_verified = True  # urllib3 would warn of a connection without TLS
        led.add(self)

    return connect


def _putrequest(interception: Interception, led: "WeakSet[Any]") -> Callable[..., None]:
    own = http.client.HTTPConnection.putrequest

    def putrequest(self: Any, *target: Any, **options: Any) -> None:
        if _is_taken(self, interception) and self.sock is not None and self not in led:
            # It was open before. Without a socket it connects again; ``close`` would also forget what urllib3 is about to do.
            self.sock.close()
            self.sock = None
        own(self, *target, **options)

    return putrequest


def _putheader(interception: Interception) -> Callable[..., None]:
    own = http.client.HTTPConnection.putheader
    key = interception.world.api_key

    def putheader(self: Any, header: Any, *values: Any) -> None:
        name = header.decode("latin-1") if isinstance(header, bytes) else header
        own(self, header, *((key,) if name.lower() == "x-api-key" and _is_taken(self, interception) else values))

    return putheader

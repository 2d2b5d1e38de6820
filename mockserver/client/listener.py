"""An application on a free loopback port, served by a thread of this process as long as a ``with`` lasts.

It knows of gevent and eventlet, beside whose green threads no mock can listen, by what they say themselves, and loads neither. It
must never know which application it serves.
"""

import asyncio
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import uvicorn

from mockserver.settings import url_of
from mockserver.sockets.configuration import configured
from mockserver.web.answers import Application
from mockserver.web.hosts import Hosts


class _Server(uvicorn.Server):
    """uvicorn's server, which ends at once when told to rather than at its next look at the clock."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.enough = asyncio.Event()

    async def main_loop(self) -> None:
        await self.enough.wait()


class Listener:
    """Serves until its ``with`` ends; ``url`` is where, ``loop`` is what the application runs in."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, app: Application, hosts: Hosts | None = None) -> None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        # asyncio switches Nagle's delay off only where the protocol is named.
        self._listener = socket.socket(listener.family, listener.type, socket.IPPROTO_TCP, fileno=listener.detach())
        self.url = url_of("127.0.0.1", self._listener.getsockname()[1])
        self._config = configured(app, hosts=hosts or Hosts(), seconds_to_finish=1)
        self._answering = _Server(self._config)
        self._has_begun = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="imin-mock", daemon=True)

    def __enter__(self) -> "Listener":
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        self._thread.start()
        self._has_begun.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.loop.call_soon_threadsafe(self._answering.enough.set)
        self._thread.join()

    def abandon(self) -> None:
        """In a forked child: hold the port no longer, so that it is free when the parent, which serves it, lets go."""
        # Not closed: the parent's loop counts on the socket, and something else could get its number.
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, self._listener.fileno())
        os.close(nothing)

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=self._config.get_loop_factory()) as runner:
            self.loop = runner.get_loop()
            self._has_begun.set()
            runner.run(self._answering.serve(sockets=[self._listener]))


_SAYS_SO: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "gevent": ("gevent.monkey", lambda it: it.is_module_patched("threading") or it.is_module_patched("socket")),
    "eventlet": ("eventlet.patcher", lambda it: it.is_monkey_patched("thread") or it.is_monkey_patched("socket")),
}


def green_threads() -> str | None:
    """Whose green threads stand for this process's own, beside which no mock can listen; ``None`` where nobody's do."""
    for name, (module, is_so) in _SAYS_SO.items():
        loaded = sys.modules.get(module)
        if loaded is not None and is_so(loaded):
            return name
    return None

"""A server in this process, on a free loopback port: one listener whose worlds can be put away for fresh ones between two uses.

It must never know what is tried against it.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

import uvicorn

from mockserver.bootstrap import Server, build_server
from mockserver.settings import Settings, url_of
from mockserver.web.answers import Receive, Scope, Send

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario


class Backstage:
    """Serves as long as its ``with`` lasts; ``url`` is where."""

    def __init__(self) -> None:
        self.server = build_server(Settings())
        listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
        # asyncio switches Nagle's delay off only where the protocol is named.
        self._listener = socket.socket(listener.family, listener.type, socket.IPPROTO_TCP, fileno=listener.detach())
        self.url = url_of("127.0.0.1", self._listener.getsockname()[1])
        self._config = uvicorn.Config(
            self._answer,
            interface="asgi3",  # which uvicorn cannot tell of a method
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        self._answering = uvicorn.Server(self._config)
        self._thread = threading.Thread(target=self._serve, name="imin-mock", daemon=True)

    def begin(self, settings: Settings, also: Sequence["Scenario"] = ()) -> Server:
        """Fresh worlds under these settings, in place of all there were."""
        self.server = build_server(settings, also=also)
        return self.server

    def __enter__(self) -> "Backstage":
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._answering.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=self._config.get_loop_factory()) as runner:
            runner.run(self._answering.serve(sockets=[self._listener]))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.server.app(scope, receive, send)

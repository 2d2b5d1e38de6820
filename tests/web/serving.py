"""A server on a real loopback port, in a thread of its own, for tests that need real sockets."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from mockserver.sockets.configuration import configured
from mockserver.web.hosts import Hosts


@contextmanager
def served(app: Any, *, http: str = "auto", hosts: Hosts | None = None, lifespan: bool = False) -> Iterator[str]:
    """The address of the application while the block runs. ``http`` is the parser: ``httptools`` or ``h11``.

    ``lifespan`` is for an application of a test that opens and closes something of its own; the mock has none.
    """
    # asyncio turns Nagle's algorithm off only where the protocol is named; without that, each answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()

    def with_lifespan(kept: Any) -> Any:
        async def called(scope: Any, receive: Any, send: Any) -> None:
            await (app if scope["type"] == "lifespan" else kept)(scope, receive, send)

        return called

    watched = with_lifespan if lifespan else (lambda kept: kept)
    config = configured(app, hosts=hosts or Hosts(), seconds_to_finish=2, parser=http, watched=watched)
    if lifespan:
        config.lifespan = "on"
    server = uvicorn.Server(config)
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    serving.start()
    try:
        # A listening socket queues what comes before the server is up.
        host, port = listening.getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        serving.join()
        listening.close()

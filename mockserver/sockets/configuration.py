"""How uvicorn is told to serve: one answer for the command and for the listeners of tests."""

from collections.abc import Callable
from typing import Any

import uvicorn

from mockserver.foundation.limits import HEAD_BYTES
from mockserver.web.answers import Application
from mockserver.web.doorkeeper import Doorkeeper
from mockserver.web.hosts import Hosts


def configured(
    app: Application,
    *,
    hosts: Hosts,
    seconds_to_finish: int,
    access_log: bool = False,
    parser: str = "auto",
    watched: Callable[[Application], Application] = lambda app: app,
) -> uvicorn.Config:
    """uvicorn's configuration for an application that is called by these hosts. ``watched`` sees all that is answered.

    ``parser`` is ``httptools``, ``h11``, or the faster one that is installed.

    *Units*: ``seconds_to_finish`` are what requests have that are on their way when the server ends.
    """
    return uvicorn.Config(
        watched(Doorkeeper(app, hosts)),
        http=_protocol(parser),
        interface="asgi3",  # which uvicorn cannot tell of a method
        access_log=access_log,
        log_config=None,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=seconds_to_finish,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )


def _protocol(parser: str) -> Any:
    if parser != "h11":
        try:
            from mockserver.sockets.httptools_protocol import PatientHttpToolsProtocol
        except ModuleNotFoundError:
            if parser == "httptools":
                raise
        else:
            return PatientHttpToolsProtocol
    from mockserver.sockets.h11_protocol import PatientH11Protocol

    return PatientH11Protocol

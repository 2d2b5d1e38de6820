"""Interception for ``aiohttp``: every request to imin has a connection of its own to the mock's port, without TLS.

No pool is asked, and none keeps what was made here.
"""

from contextlib import AbstractContextManager
from typing import Any

from mockserver.testing.intercepting_calls import Interception, replaced


def aiohttp_kind(interception: Interception) -> list[AbstractContextManager[None]]:
    """What to replace in ``aiohttp``."""
    from aiohttp import TCPConnector
    from aiohttp.connector import Connection

    own = TCPConnector.connect

    async def connect(self: Any, req: Any, traces: Any, timeout: Any) -> Any:  # noqa: ASYNC109 - aiohttp's own
        if not interception.takes(req.url.scheme, req.url.host or "", req.url.port):
            return await own(self, req, traces, timeout)
        if "X-API-KEY" in req.headers:
            req.headers["X-API-KEY"] = interception.world.api_key
        host, port = interception.mock_address
        _, protocol = await self._loop.create_connection(self._factory, host, port)
        protocol.force_close()
        self._acquired.add(protocol)
        return Connection(self, req.connection_key, protocol, self._loop)

    return [replaced(TCPConnector, "connect", connect)]

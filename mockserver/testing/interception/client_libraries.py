"""Interception for httpx, httpx2, requests and aiohttp, whatever the client has chosen below: TLS, HTTP/2, a proxy, a pool.

The transports of the first three step aside, and the mock answers in this process; each request of aiohttp has a connection of
its own to the mock's port, without TLS, which no pool keeps. A transport that the client has made itself stays as it is.
"""

from contextlib import AbstractContextManager
from typing import Any

from mockserver.testing.interception.calls import Interception, replaced


def httpx_kind(library: Any, interception: Interception) -> list[AbstractContextManager[None]]:
    """What to replace in ``httpx`` or ``httpx2``."""
    from mockserver.testing.transports.httpx import AsyncTransport, Transport

    sync, own = Transport(interception), library.HTTPTransport.handle_request
    later, own_later = AsyncTransport(interception), library.AsyncHTTPTransport.handle_async_request

    def handle_request(self: Any, request: Any) -> Any:
        url = request.url
        return (
            sync.handle_request(request) if interception.takes(url.scheme, url.host, url.port) else own(self, request)
        )

    async def handle_async_request(self: Any, request: Any) -> Any:
        url = request.url
        if interception.takes(url.scheme, url.host, url.port):
            return await later.handle_async_request(request)
        return await own_later(self, request)

    return [
        replaced(library.HTTPTransport, "handle_request", handle_request),
        replaced(library.AsyncHTTPTransport, "handle_async_request", handle_async_request),
    ]


def requests_kind(interception: Interception) -> list[AbstractContextManager[None]]:
    """What to replace in ``requests``. An adapter that retries goes on to urllib3, whose retries are real."""
    from requests.adapters import HTTPAdapter
    from urllib3.util import parse_url

    from mockserver.testing.transports.requests import Adapter

    adapter, own = Adapter(interception), HTTPAdapter.send

    def send(self: HTTPAdapter, request: Any, *options: Any, **named: Any) -> Any:
        url = parse_url(request.url)
        is_taken = interception.takes(url.scheme or "", (url.host or "").strip("[]"), url.port)
        if is_taken and self.max_retries.total == 0:
            named.pop("proxies", None)
            return adapter.send(request, *options, **named)
        if is_taken:
            named["proxies"] = {}
        return own(self, request, *options, **named)

    return [replaced(HTTPAdapter, "send", send)]


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

"""Interception for httpx, httpx2 and requests: their own transports step aside, and the mock answers in this process.

Whatever the client has chosen below (TLS, HTTP/2, a proxy, a pool with open connections) is never asked. A transport that the
client has made itself is its own affair; it stays as it is.
"""

from contextlib import AbstractContextManager
from typing import Any

from mockserver.testing.intercepting_calls import Interception, replaced


def httpx_kind(library: Any, transports: Any, interception: Interception) -> list[AbstractContextManager[None]]:
    """What to replace in ``httpx`` or ``httpx2``; ``transports`` is the module of this package for it."""
    sync, own = transports.Transport(interception), library.HTTPTransport.handle_request
    later, own_later = transports.AsyncTransport(interception), library.AsyncHTTPTransport.handle_async_request

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

    from mockserver.testing.for_requests import Adapter

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

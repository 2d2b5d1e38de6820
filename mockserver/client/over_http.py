"""A mock that runs elsewhere, asked over HTTP by whoever has its address.

It knows sockets and HTTP, and nothing of worlds.
"""

import http.client
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from mockserver.client.channel import ADDRESS, Headers, Response, Surprise
from mockserver.client.errors import MockError, UnreachableError
from mockserver.engine.clock import elapsed_seconds

PATIENCE = 30.0
"""Units: seconds. How long an answer may take."""


async def in_a_thread(sending: Callable[[], Response]) -> Response:
    """The response, which a thread waits for: the caller's loop may be asyncio's or trio's."""
    from anyio.to_thread import run_sync  # a start need not wait for it

    return await run_sync(sending, abandon_on_cancel=True)


class OverHttp:
    """A mock that runs elsewhere. Every call has a connection of its own, so that a lost answer is never asked for twice.

    *Units*: ``patience`` in seconds, for each answer. *Raises* :class:`MockError` for what is no address.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        try:
            parts = urlsplit(url)
            self._host, self._port = parts.hostname, parts.port
        except ValueError:
            parts, self._host = urlsplit(""), None
        if parts.scheme not in {"http", "https"} or not self._host:
            raise MockError(f"{url!r} is no address of a mock; it is http://<host>:<port>, as `imin-mock serve` says.")
        self._patience = patience
        self._path = parts.path.rstrip("/")
        self._kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.url = f"{parts.scheme}://{parts.netloc}{self._path}"
        self.surprises: tuple[Surprise, ...] = ()

    def send(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        connection = self._kind(self._host or "", self._port, timeout=self._patience)
        with closing(connection):
            try:
                connection.connect()
            except OSError as error:
                hint = "Start one with `imin-mock serve`, or give the address of one that runs."
                raise UnreachableError(f"No mock answers at {self.url}: {error.strerror or error}. {hint}") from error
            try:
                asked_at = elapsed_seconds()
                answer = self._exchange(connection, method, target, _with_host(headers, address), body)
                return replace(answer, latency=elapsed_seconds() - asked_at)
            except TimeoutError as error:
                raise UnreachableError(
                    f"{self.url} has not answered {method} {target} for {self._patience:g} s."
                ) from error
            except (ConnectionError, http.client.BadStatusLine):
                return Response(dropped=True)
            except (http.client.InvalidURL, ValueError) as error:
                raise MockError(f"{method} {target} cannot be sent: {error}.") from error
            except http.client.HTTPException as error:
                raise UnreachableError(
                    f"{self.url} does not answer as a server does: {type(error).__name__}."
                ) from error

    async def send_async(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        return await in_a_thread(partial(self.send, method, target, headers, body, address=address))

    def close(self) -> None:
        """Nothing is kept open between two calls."""

    def _exchange(
        self, connection: http.client.HTTPConnection, method: str, target: str, headers: Headers, body: bytes
    ) -> Response:
        connection.putrequest(method, self._path + target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            if name not in _OF_THE_CONNECTION:
                connection.putheader(name.decode("latin-1"), value.decode("latin-1"))
        if body or method in {"POST", "PUT", "PATCH"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        try:
            content, is_cut = answer.read(), False
        except http.client.IncompleteRead as cut:
            content, is_cut = cut.partial, True
        got = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.getheaders()]
        return Response(status=answer.status, headers=got, body=content, truncated=is_cut)


def _with_host(headers: Headers, address: str) -> Headers:
    """The headers with the host that the caller had in mind, if they do not name one."""
    if any(name == b"host" for name, _ in headers):
        return headers
    return [(b"host", urlsplit(address).netloc.encode("latin-1")), *headers]


_OF_THE_CONNECTION = {b"content-length", b"connection", b"transfer-encoding"}
"""Headers that the connection sees to by itself."""

"""The mock as a transport of ``httpx`` clients: ``httpx.Client(transport=Transport(imin), headers=imin.headers)``.

No socket, no thread, no event loop of its own: asyncio and trio are the same to it. A scripted latency takes no time; a client
whose read timeout is shorter meets its ``ReadTimeout`` at once. Trouble is raised as the library itself raises it.
"""

from collections.abc import AsyncIterator, Iterator

from mockserver.stand_in.in_process import Headers, Response
from mockserver.testing.for_clients import (
    ADDRESSES,
    SILENCE,
    AnswersTooLateError,
    NoAnswerError,
    Reached,
    cut,
    missing,
    reason,
    received,
)

try:
    import httpx
except ImportError:
    missing("httpx")


class Transport(httpx.BaseTransport):
    """Carries the requests of an ``httpx.Client`` to a mock, or to the mock of a world."""

    def __init__(self, mock: Reached) -> None:
        self._channel = mock.channel

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not isinstance(request.stream, httpx.SyncByteStream):
            raise TypeError("This request is one for an AsyncClient; give that an AsyncTransport.")
        target, headers, address = _asked(request)
        body = b"".join(request.stream)
        return _response(request, self._channel.send(request.method, target, headers, body, address=address))


class AsyncTransport(httpx.AsyncBaseTransport):
    """Carries the requests of an ``httpx.AsyncClient`` to a mock, or to the mock of a world."""

    def __init__(self, mock: Reached) -> None:
        self._channel = mock.channel

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not isinstance(request.stream, httpx.AsyncByteStream):
            raise TypeError("This request is one for a Client; give that a Transport.")
        target, headers, address = _asked(request)
        body = b"".join([part async for part in request.stream])
        answer = await self._channel.send_async(request.method, target, headers, body, address=address)
        return _response(request, answer)


class _CutStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The part of a body that arrived, and then the end of the connection."""

    def __init__(self, answer: Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield self._answer.body
        raise httpx.RemoteProtocolError(cut(self._answer.body, self._answer.headers))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def _asked(request: httpx.Request) -> tuple[str, Headers, str]:
    """The target, the headers and the address."""
    address = ADDRESSES.get(request.url.scheme)
    if address is None:
        raise httpx.UnsupportedProtocol(f"{str(request.url)!r} begins with neither 'http://' nor 'https://'.")
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    return request.url.raw_path.decode("ascii"), headers, address


def _response(request: httpx.Request, answer: Response) -> httpx.Response:
    timeout = request.extensions.get("timeout", {})
    try:
        got = received(request.method, answer, timeout.get("read"))
    except AnswersTooLateError:
        raise httpx.ReadTimeout("The read operation timed out") from None
    except NoAnswerError:
        raise httpx.RemoteProtocolError(SILENCE) from None
    return httpx.Response(
        got.status,
        headers=list(got.headers),
        stream=_CutStream(got) if got.truncated else httpx.ByteStream(got.body),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": reason(got.status).encode("ascii")},
    )

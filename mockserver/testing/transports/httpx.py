"""The mock as a transport of ``httpx`` and ``httpx2``: ``httpx.Client(transport=Transport(imin), headers=imin.headers)``.

No socket, no thread, no event loop of its own: asyncio and trio are the same to it. A scripted latency takes no time; a client
whose read timeout is shorter meets its ``ReadTimeout`` at once. Trouble is raised as the library itself raises it: whichever of
the two has made the request.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mockserver.client.channel import Headers, Response
from mockserver.testing.transports.reception import (
    ADDRESSES,
    SILENCE,
    AnswersTooLateError,
    HasChannel,
    NoAnswerError,
    cut,
    missing,
    reason,
    received,
)

__all__ = ["AsyncTransport", "Transport"]

_LIBRARIES: list[Any] = []
for _name in ("httpx", "httpx2"):
    with suppress(ImportError):
        _LIBRARIES.append(import_module(_name))
if not _LIBRARIES:
    missing("httpx")

if TYPE_CHECKING:
    import httpx
    import httpx2

    class _Sync(httpx.BaseTransport, httpx2.BaseTransport):
        def handle_request(self, request: Any) -> Any: ...

    class _Async(httpx.AsyncBaseTransport, httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: Any) -> Any: ...

    class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream, httpx2.SyncByteStream, httpx2.AsyncByteStream): ...
else:

    def _base_of_all(*names: str) -> type:
        return type("_Base", tuple(getattr(library, name) for library in _LIBRARIES for name in names), {})

    _Sync, _Async = _base_of_all("BaseTransport"), _base_of_all("AsyncBaseTransport")
    _Stream = _base_of_all("SyncByteStream", "AsyncByteStream")


class Transport(_Sync):
    """Carries the requests of an ``httpx.Client`` or an ``httpx2.Client`` to a mock, or to the mock of a world."""

    def __init__(self, mock: HasChannel) -> None:
        self._channel = mock.channel

    def handle_request(self, request: Any) -> Any:
        library = _library_of(request)
        if not isinstance(request.stream, library.SyncByteStream):
            raise TypeError("This request is one for an AsyncClient; give that an AsyncTransport.")
        target, headers, address = _asked(library, request)
        body = b"".join(request.stream)
        answer = self._channel.send(request.method, target, headers, body, address=address)
        return _response(library, request, answer)


class AsyncTransport(_Async):
    """Carries the requests of an ``httpx.AsyncClient`` or an ``httpx2.AsyncClient`` to a mock, or to the mock of a world."""

    def __init__(self, mock: HasChannel) -> None:
        self._channel = mock.channel

    async def handle_async_request(self, request: Any) -> Any:
        library = _library_of(request)
        if not isinstance(request.stream, library.AsyncByteStream):
            raise TypeError("This request is one for a Client; give that a Transport.")
        target, headers, address = _asked(library, request)
        body = b"".join([part async for part in request.stream])
        answer = await self._channel.send_async(request.method, target, headers, body, address=address)
        return _response(library, request, answer)


class _CutStream(_Stream):
    """The part of a body that arrived, and then the end of the connection."""

    def __init__(self, library: Any, answer: Response) -> None:
        self._library, self._answer = library, answer

    def __iter__(self) -> Iterator[bytes]:
        yield self._answer.body
        raise self._library.RemoteProtocolError(cut(self._answer.body, self._answer.headers))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def _library_of(request: Any) -> Any:
    """The library that has made the request. *Raises* ``TypeError``."""
    for library in _LIBRARIES:
        if isinstance(request, library.Request):
            return library
    raise TypeError(f"A request of httpx or httpx2 is carried, not {type(request).__name__}.")


def _asked(library: Any, request: Any) -> tuple[str, Headers, str]:
    """The target, the headers and the address."""
    address = ADDRESSES.get(request.url.scheme)
    if address is None:
        raise library.UnsupportedProtocol(f"{str(request.url)!r} begins with neither 'http://' nor 'https://'.")
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    return request.url.raw_path.decode("ascii"), headers, address


def _response(library: Any, request: Any, answer: Response) -> Any:
    timeout = request.extensions.get("timeout", {})
    try:
        got = received(request.method, answer, timeout.get("read"))
    except AnswersTooLateError:
        raise library.ReadTimeout("The read operation timed out") from None
    except NoAnswerError:
        raise library.RemoteProtocolError(SILENCE) from None
    return library.Response(
        got.status,
        headers=list(got.headers),
        stream=_CutStream(library, got) if got.truncated else library.ByteStream(got.body),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": reason(got.status).encode("ascii")},
    )

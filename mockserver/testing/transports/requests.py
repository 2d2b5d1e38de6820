"""The mock as an adapter of ``requests`` sessions: ``session.mount("https://book.imin.co", Adapter(imin))``.

No socket and no thread. A scripted latency takes no time; a session whose read timeout is shorter meets its ``ReadTimeout`` at
once. Trouble is raised as the library itself raises it. ``verify``, ``cert`` and ``proxies`` mean nothing without a socket.
"""

from collections.abc import Iterable, Mapping
from email.message import Message
from http.client import RemoteDisconnected
from io import BytesIO
from typing import Any

from mockserver.client.channel import Headers, Response
from mockserver.testing.transports.reception import (
    ADDRESSES,
    AnswersTooLateError,
    HasChannel,
    NoAnswerError,
    missing,
    netloc,
    reason,
    received,
)

try:
    import requests
except ImportError:
    missing("requests")

from requests.adapters import BaseAdapter
from requests.cookies import extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPResponse, Timeout
from urllib3.exceptions import ProtocolError

__all__ = ["Adapter"]

_BLOCK = 65_536


class Adapter(BaseAdapter):
    """Carries the requests of a session to a mock, or to the mock of a world."""

    def __init__(self, mock: HasChannel) -> None:
        super().__init__()
        self._channel = mock.channel

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 - the session reads the body itself
        timeout: Any = None,
        verify: bool | str = True,  # noqa: ARG002
        cert: Any = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """The response to a prepared request. *Raises* what ``requests`` raises in the same trouble."""
        patience = _patience(timeout)
        method, url = request.method or "GET", request.url or ""
        address = ADDRESSES.get(url.partition("://")[0].lower())
        if address is None:
            raise requests.exceptions.InvalidSchema(f"{url!r} begins with neither 'http://' nor 'https://'.")
        answer = self._channel.send(method, request.path_url, _headers(request), _body(request.body), address=address)
        try:
            got = received(method, answer, patience)
        except AnswersTooLateError:
            raise requests.ReadTimeout(f"Read timed out. (read timeout={patience})", request=request) from None
        except NoAnswerError:
            lost = RemoteDisconnected("Remote end closed connection without response")
            raise requests.ConnectionError(ProtocolError("Connection aborted.", lost), request=request) from None
        return self._response(request, got)

    def close(self) -> None:
        """Nothing is kept open between two requests."""

    def _response(self, request: requests.PreparedRequest, got: Response) -> requests.Response:
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in got.headers]
        # Whether a cut body is trouble where it is read is left to urllib3's default, which was another one before 2.0.
        raw = HTTPResponse(
            body=BytesIO(got.body),
            headers=pairs,  # type: ignore[arg-type]  # each urllib3 takes pairs, whatever its stubs say
            status=got.status,
            version=11,
            reason=reason(got.status),
            preload_content=False,
            decode_content=False,
            original_response=_Parsed(pairs) if any(name == "set-cookie" for name, _ in pairs) else None,  # type: ignore[arg-type]
            request_method=request.method,
            request_url=request.path_url,
        )
        raw.version_string = "HTTP/1.1"  # an argument since urllib3 2.2.3 alone
        response = requests.Response()
        response.status_code = got.status
        response.headers = CaseInsensitiveDict(raw.headers)
        response.encoding = get_encoding_from_headers(response.headers)
        response.raw = raw
        response.reason = reason(got.status)
        response.url = request.url or ""
        extract_cookies_to_jar(response.cookies, request, raw)  # type: ignore[no-untyped-call]
        response.request = request
        response.connection = self  # type: ignore[assignment]  # the stubs know only one adapter
        return response


class _Parsed:
    """The headers in the form that cookies are read from."""

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self.msg = Message()
        for name, value in headers:
            self.msg[name] = value

    def isclosed(self) -> bool:
        return True

    def close(self) -> None:
        """There is nothing to close."""


def _patience(timeout: Any) -> float | None:
    """The read timeout, in any of the forms in which ``requests`` takes it."""
    if isinstance(timeout, tuple):
        if len(timeout) != 2:
            raise ValueError(f"Invalid timeout {timeout}. Pass a (connect, read) timeout tuple.")
        timeout = timeout[1]
    if isinstance(timeout, Timeout):
        begun = timeout.clone()
        begun.start_connect()  # what is left of a total is known only to one that has begun
        read = begun.read_timeout  # a default is a mark that is no number
        return float(read) if isinstance(read, int | float) else None
    return None if timeout is None else float(timeout)


def _headers(request: requests.PreparedRequest) -> Headers:
    headers = [(_octets(name).lower(), _octets(value)) for name, value in request.headers.items()]
    if any(name == b"host" for name, _ in headers):
        return headers
    return [(b"host", netloc(request.url or "")), *headers]


def _octets(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def _body(body: Any) -> bytes:
    """The whole body, whatever the client gave: bytes, text, a file, or parts one after another."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    parts = iter(lambda: body.read(_BLOCK), type(body.read(0))()) if hasattr(body, "read") else body
    return b"".join(part.encode() if isinstance(part, str) else part for part in parts)

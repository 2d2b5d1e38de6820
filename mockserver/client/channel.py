"""What every way to a mock has in common: a request goes in, and what a client would have received comes out.

It knows HTTP, and loads nothing. It must never know where the mock is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mockserver.web.addresses import STAND_IN_ADDRESS

Headers = Sequence[tuple[bytes, bytes]]

ADDRESS = STAND_IN_ADDRESS
"""The address that ids and links carry where the request has no ``Host``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back. ``dropped``: the connection ended without an answer. ``truncated``: before the body was complete.

    *Units*: ``latency`` in seconds, which a client on a socket would have waited, where the caller keeps account of it.
    """

    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    dropped: bool = False
    truncated: bool = False
    latency: float = 0.0

    def header(self, name: bytes) -> str | None:
        """The first header of this name, given in lower case."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """An answer that imin would never give, marked ``X-Imin-Mock-Fault``, as it was sent."""

    method: str
    target: str
    status: int
    fault: str

    def __str__(self) -> str:
        return f"{self.method} {self.target} was answered {self.status} with X-Imin-Mock-Fault: {self.fault}"


class Channel(Protocol):
    """A way to a mock. It carries any request to any of the mock's faces, and knows nothing of worlds."""

    @property
    def url(self) -> str:
        """Where clients reach the mock over HTTP; it listens from now on."""

    @property
    def surprises(self) -> Sequence[Surprise]:
        """The answers so far that imin would never give, as far as they can be seen from here."""

    def send(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        """The response to one request; ``target`` is the path with its query, ``headers`` have lower-case names."""

    async def send_async(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        """The response to one request, for callers in an event loop."""

    def close(self) -> None:
        """Let go of sockets and threads."""

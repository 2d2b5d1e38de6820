"""Which calls an interception takes, which it lets be, and which it refuses: the one judge for all client libraries.

It knows addresses and keys, and no library.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from mockserver.client.channel import ADDRESS, Channel, Headers, Response
from mockserver.client.errors import MockError, SurpriseError
from mockserver.testing.world import World

PORTS = {"http": 80, "https": 443}


class StrayCallError(SurpriseError):
    """Code under an interception called somebody else than imin; nothing was sent.

    No kind of error that a client expects and would retry on: an ``AssertionError``.
    """


class Interception:
    """What holds while calls to ``host`` reach a world. ``strays`` are the calls that were refused, as errors."""

    def __init__(self, world: World, host: str, besides: Collection[str] = ()) -> None:
        self.world = world
        self.host = host.rstrip("/")
        self.strays: list[StrayCallError] = []
        self.channel: Channel = _Keyed(world)
        self._wanted = _address(self.host)
        self._besides = frozenset(besides)
        self._looked_up: set[str] = set()

    @property
    def mock_address(self) -> tuple[str, int]:
        """Where the mock listens, for libraries that need a socket."""
        parts = urlsplit(self.world.base_url)
        return parts.hostname or "", parts.port or PORTS[parts.scheme]

    def takes(self, scheme: str, host: str, port: int | None) -> bool:
        """Whether a call there is one to the world; not, if it is to go on as it is.

        *Raises* :class:`StrayCallError` for a call to anybody else.
        """
        if (scheme, host.lower(), port or PORTS.get(scheme)) == self._wanted:
            return True
        self.let_pass(host, port or PORTS.get(scheme), f"{scheme}://{host}{f':{port}' if port else ''}")
        return False

    def let_pass(self, host: str, port: int | None, called: str = "") -> None:
        """Let a connection to the mock itself be, or to an address that the test names. *Raises* :class:`StrayCallError`."""
        here = f"{host}:{port}"
        if host in self._besides or here in self._besides or here in self._looked_up or self._is_mock(host, port):
            return
        error = StrayCallError(
            f"{called or here} was called while calls to {self.host} are intercepted; nothing was sent. "
            "Only imin may be called here. Is the client's address right? What else a test needs, it names: "
            f'intercepted(world, besides=["{host}"]).'
        )
        self.strays.append(error)
        raise error

    def note_looked_up(self, address: str, port: int) -> None:
        """An address that a name stands for which was let pass."""
        self._looked_up.add(f"{address}:{port}")

    def _is_mock(self, host: str, port: int | None) -> bool:
        """Whether somebody calls the mock itself, which listens on this machine or runs elsewhere."""
        try:
            return (host, port) == self.mock_address
        except MockError:
            return False  # it does not listen, and cannot


class _Keyed:
    """The way to the mock for a client that sends a key of its own, in place of which the world's is given."""

    def __init__(self, world: World) -> None:
        self._channel = world.channel
        self._key = world.api_key.encode("latin-1")
        self.url = ""
        self.surprises = ()

    def send(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        return self._channel.send(method, target, self._with_key(headers), body, address=address)

    async def send_async(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        return await self._channel.send_async(method, target, self._with_key(headers), body, address=address)

    def close(self) -> None:
        """The channel is the mock's."""

    def _with_key(self, headers: Headers) -> Headers:
        return [(name, self._key if name == b"x-api-key" else value) for name, value in headers]


@contextmanager
def replaced(owner: Any, name: str, replacement: Callable[..., Any]) -> Iterator[None]:
    """While it lasts, ``owner`` has another attribute of this name; afterwards, what it had of its own, if anything."""
    own = vars(owner)
    before, had = own.get(name), name in own
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        if had:
            setattr(owner, name, before)
        else:
            delattr(owner, name)


def _address(host: str) -> tuple[str, str, int]:
    parts = urlsplit(host)
    try:
        port = parts.port
    except ValueError:
        port = None
    else:
        if parts.scheme in PORTS and parts.hostname and not (parts.path or parts.query or parts.fragment):
            return parts.scheme, parts.hostname, port or PORTS[parts.scheme]
    raise MockError(f"{host!r} is no address to intercept; give a scheme and a host, such as 'https://book.imin.co'.")

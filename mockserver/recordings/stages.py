"""Where a session is played again: a fresh world in this process, or one of a running mock. Either is asked over HTTP.

It knows the control interface. It must never know what is played.
"""

import http.client
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit

import msgspec

from mockserver import __version__
from mockserver.bootstrap import build_server
from mockserver.client.asgi import immediately, request
from mockserver.client.channel import Response
from mockserver.domain.commands import Command
from mockserver.recordings.content import RecordingError
from mockserver.settings import Settings

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario

TIMEOUT_SECONDS = 30.0
Pairs = Sequence[tuple[str, str]]


class Stage(Protocol):
    """A mock that can be asked, and made to do what no client can."""

    def ask(
        self, method: str, target: str, headers: Pairs = (), body: bytes = b"", *, scheme: str = "http"
    ) -> Response:
        """One request and its answer."""

    def do(self, key: str, command: Command) -> None:
        """Carry out a command of a Seller in the world of this key."""


async def _at_once(_: float) -> None:
    """Latency passes without a wait."""


class StageInProcess:
    """A mock of its own in this process, with these scenarios beside the shipped ones."""

    def __init__(self, scenarios: Sequence["Scenario"]) -> None:
        self._server = build_server(Settings(coverage=False), sleep=_at_once, also=scenarios)

    def ask(
        self, method: str, target: str, headers: Pairs = (), body: bytes = b"", *, scheme: str = "http"
    ) -> Response:
        """One request and its answer, without a socket."""
        pairs = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers]
        host = next((value for name, value in headers if name == "host"), "imin-mock.test")
        address = f"{scheme}://{host}" if host.isascii() and ":" not in host else f"{scheme}://imin-mock.test"
        return immediately(request(self._server.app, method, target, pairs, body, address=address))

    def do(self, key: str, command: Command) -> None:
        """Carry out a command of a Seller."""
        self._server.worlds.find(key).execute(command)


class StageAtUrl:
    """A running mock. *Raises* :class:`RecordingError` where it does not answer."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise RecordingError(f"{url!r} is not the address of a mock, such as http://127.0.0.1:4646.")
        self._url, self._host, self._port = url, parts.hostname, parts.port or 80
        told = self.json("GET", "/__admin/version")
        if told.get("name") != "imin-mock":
            raise RecordingError(f"{url} is no imin-mock of version {__version__} or so.")

    def json(self, method: str, target: str) -> Any:
        """What the mock says, as JSON."""
        try:
            return msgspec.json.decode(self.ask(method, target).body or b"null") or {}
        except msgspec.DecodeError:
            return {}

    def ask(
        self, method: str, target: str, headers: Pairs = (), body: bytes = b"", *, scheme: str = "http"
    ) -> Response:
        """One request and its answer, over the wire: under the host of the recording, if the mock is called by that."""
        answer = self._ask(method, target, headers, body, scheme)
        if answer.status == 421:
            return self._ask(method, target, [each for each in headers if each[0] != "host"], body, scheme)
        return answer

    def _ask(self, method: str, target: str, headers: Pairs, body: bytes, scheme: str) -> Response:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_SECONDS)
        named = {name for name, _ in headers}
        try:
            # Over the wire the scheme is the mock's own.
            connection.putrequest(method, target, skip_host="host" in named, skip_accept_encoding=bool(scheme))
            for name, value in headers:
                if name not in _OF_ITS_OWN_CALL and not name.startswith("sec-fetch-"):
                    connection.putheader(name, value)
            connection.putheader("content-length", str(len(body)))
            connection.endheaders(body or None)
            return _received(connection.getresponse())
        except (http.client.RemoteDisconnected, ConnectionResetError):
            return Response(dropped=True)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RecordingError(f"{self._url} does not answer: {str(error) or type(error).__name__}.") from None
        finally:
            connection.close()

    def do(self, key: str, command: Command) -> None:  # noqa: ARG002 - nothing can be done
        """What a Seller did is not done again over the wire. *Raises* :class:`RecordingError`."""
        raise RecordingError(
            f"holds what a Seller did ({type(command).__name__}); it is played again in this process only: leave out --url."
        )


_OF_ITS_OWN_CALL = {"origin", "content-length", "connection", "transfer-encoding", "accept-encoding"}
"""What a recorded request said of the page that made it, and of how its bytes came."""


def _received(got: http.client.HTTPResponse) -> Response:
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in got.getheaders()]
    try:
        return Response(status=got.status, headers=pairs, body=got.read())
    except http.client.IncompleteRead as cut:
        return Response(status=got.status, headers=pairs, body=cut.partial, truncated=True)


def control(stage: Stage, method: str, path: str, body: Any = None) -> Any:
    """What the control interface answers. *Raises* :class:`RecordingError` with its own words where it refuses."""
    sent = b"" if body is None else msgspec.json.encode(body)
    headers = [("content-type", "application/json")] if body is not None else []
    answer = stage.ask(method, f"/__admin{path}", headers, sent)
    told = msgspec.json.decode(answer.body) if answer.body else None
    if answer.status >= 400:
        raise RecordingError(
            f"cannot be played again: {told.get('detail') if isinstance(told, dict) else answer.status}"
        )
    return told


def world_path(key: str) -> str:
    """Where the control interface has the world."""
    return f"/worlds/{quote(key, safe='@~')}"

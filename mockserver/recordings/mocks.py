"""The mock that a recording is played in: a fresh one in this process, or one that runs. Either is asked over HTTP.

It knows what of a recorded request was said by its connection and by the page that made it. It must never know what is played.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mockserver import __version__
from mockserver.client.channel import ADDRESS, Channel, Response
from mockserver.client.control import ask
from mockserver.client.errors import MockError
from mockserver.client.in_process import InProcess
from mockserver.client.over_http import OverHttp
from mockserver.domain.commands import Command
from mockserver.exchange_files.lenient_json import RecordingError
from mockserver.settings import Settings

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario

Pairs = Sequence[tuple[str, str]]

_OF_ITS_OWN_CALL = {"origin", "accept-encoding"}
"""What a recorded request said of the page that made it, and of how its bytes came."""


def mock_with(scenarios: Sequence["Scenario"]) -> InProcess:
    """A mock of its own in this process, with these scenarios beside the shipped ones."""
    return InProcess(Settings(coverage=False), also=scenarios)


def mock_at(url: str) -> OverHttp:
    """A running mock. *Raises* :class:`RecordingError` where none answers."""
    try:
        channel = OverHttp(url)
        if ask(channel, "GET", "/__admin/version", returns=dict[str, Any]).get("name") == "imin-mock":
            return channel
    except MockError as error:
        raise RecordingError(f"cannot be played again: {error}") from None
    raise RecordingError(f"cannot be played again: {url} is no imin-mock of version {__version__} or so.")


def send(
    channel: Channel, method: str, target: str, headers: Pairs = (), body: bytes = b"", *, scheme: str = "http"
) -> Response:
    """One recorded request and its answer: under the host of the recording, if the mock is called by that.

    Over the wire the scheme is the mock's own. *Raises* :class:`RecordingError`.
    """
    pairs = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers]
    if isinstance(channel, InProcess):
        return channel.send(method, target, pairs, body, address=f"{scheme}{ADDRESS.removeprefix('http')}")
    pairs = [
        pair
        for pair, (name, _) in zip(pairs, headers, strict=True)
        if name not in _OF_ITS_OWN_CALL and not name.startswith("sec-fetch-")
    ]
    try:
        answer = channel.send(method, target, pairs, body, address=channel.url)
        if answer.status == 421:
            pairs = [pair for pair in pairs if pair[0] != b"host"]
            answer = channel.send(method, target, pairs, body, address=channel.url)
    except MockError as error:
        raise RecordingError(f"cannot be played again: {error}") from None
    return answer


def control(channel: Channel, method: str, target: str, body: Any = b"") -> dict[str, Any]:
    """What the control interface answers. *Raises* :class:`RecordingError` with its own words where it refuses."""
    try:
        return ask(channel, method, target, body, returns=dict[str, Any])
    except MockError as error:
        raise RecordingError(f"cannot be played again: {error}") from None


def execute(channel: Channel, key: str, command: Command) -> None:
    """Carry out what a Seller did in the world of this key. *Raises* :class:`RecordingError` for a mock that runs elsewhere."""
    if not isinstance(channel, InProcess):
        raise RecordingError(
            f"holds what a Seller did ({type(command).__name__}); it is played again in this process only: leave out --url."
        )
    channel.server.worlds.find(key).execute(command)

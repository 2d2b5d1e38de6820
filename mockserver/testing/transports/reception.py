"""What the transports for all HTTP client libraries have in common: where a call goes, and what becomes of an answer on the way.

It knows HTTP, and nothing of any library: each of them has a module of its own beside this one, which nothing else imports.
"""

from dataclasses import replace
from http.client import responses
from typing import NoReturn, Protocol
from urllib.parse import urlsplit

from mockserver.client.channel import ADDRESS, Channel, Headers, Response

ADDRESSES = {"http": ADDRESS, "https": ADDRESS.replace("http:", "https:")}
"""The address that a request goes to, by its scheme; ids and links carry the ``Host`` that the client names."""

SILENCE = "Server disconnected without sending a response."


class HasChannel(Protocol):
    """Whatever a transport can be made of: a ``Mock``, or one of its worlds."""

    @property
    def channel(self) -> Channel:
        """The way to the mock."""


class AnswersTooLateError(Exception):
    """The client would have given up before the answer came."""


class NoAnswerError(Exception):
    """The connection ended before the status line."""


def received(method: str, answer: Response, patience: float | None) -> Response:
    """What a client on a socket would have of the answer; a HEAD and an empty status have no body.

    *Units*: ``patience`` in seconds, or ``None`` for a client that waits for ever. *Raises* :class:`AnswersTooLateError`, at
    once, and :class:`NoAnswerError`.
    """
    if patience is not None and answer.latency > patience:
        raise AnswersTooLateError
    if answer.dropped:
        raise NoAnswerError
    if answer.body and (method == "HEAD" or answer.status in {204, 304}):
        return replace(answer, body=b"")
    return answer


def reason(status: int) -> str:
    """The words after the status, as a server says them."""
    return responses.get(status, "")


def cut(body: bytes, headers: Headers) -> str:
    """What to say of a body that ended too early."""
    announced = next((value.decode("latin-1") for name, value in headers if name == b"content-length"), "?")
    so_far = f"received {len(body)} bytes, expected {announced}"
    return f"peer closed connection without sending complete message body ({so_far})"


def netloc(url: str) -> bytes:
    """The ``Host`` of a request that names none itself."""
    return urlsplit(url).netloc.rpartition("@")[2].encode("latin-1")


def missing(library: str) -> NoReturn:
    """*Raises* ``ImportError``, which says what to install."""
    raise ImportError(
        f"mockserver.testing.transports.{library} is the transport for {library}, which is not installed; "
        f"install it with: pip install {library}",
        name=library,
    )

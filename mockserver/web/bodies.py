"""Reading a request's body: whole, bounded, and before anything is changed."""

from collections.abc import Mapping

from mockserver.web.answers import Headers, Receive

_LONGEST_LENGTH = 15
"""Digits of a ``Content-Length`` that says something. No body that could be sent has more, and no parser of ours lets it pass."""


class BodyTooLargeError(Exception):
    """The body is larger than the limit. ``headers`` are what its answer must carry beside its own."""

    def __init__(self, limit: int, headers: Headers) -> None:
        super().__init__(f"The body is larger than {limit:,} bytes; the setting --body-limit allows more.")
        self.headers = headers


class ClientDisconnectedError(Exception):
    """The client went away before its request was complete."""


async def read_body(receive: Receive, limit: int, said: Mapping[bytes, bytes]) -> bytes:
    """The whole body; ``said`` are the headers by name. One that is announced as too large is refused before any of it is asked
    for.

    *Raises* :class:`BodyTooLargeError`, :class:`ClientDisconnectedError`.
    """
    length = said.get(b"content-length", b"")
    if len(length) <= _LONGEST_LENGTH and length.isdigit() and int(length) > limit:
        raise BodyTooLargeError(limit, _unless_it_comes(said))
    body: bytes = b""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        body = message.get("body", b"")
        size += len(body)
        if size > limit:
            raise BodyTooLargeError(limit, [])
        if not message.get("more_body"):
            return b"".join((*chunks, body)) if chunks else body
        chunks.append(body)


def _unless_it_comes(said: Mapping[bytes, bytes]) -> Headers:
    """What ends the connection where the body may never come: its client waits to be asked for it (RFC 9110 10.1.1)."""
    return [(b"connection", b"close")] if said.get(b"expect", b"").lower() == b"100-continue" else []

"""Reading a request's body: whole, bounded, and before anything is changed."""

from mockserver.web.answers import Receive

MEBIBYTE = 1024 * 1024


class BodyTooLargeError(Exception):
    """The body is larger than the limit; the rest of it was not read."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit:,} bytes.")


class ClientDisconnectedError(Exception):
    """The client went away before its request was complete."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body. *Raises* :class:`BodyTooLargeError`, :class:`ClientDisconnectedError`."""
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
            raise BodyTooLargeError(limit)
        if not message.get("more_body"):
            return b"".join((*chunks, body)) if chunks else body
        chunks.append(body)

"""Reading a request's body: whole, bounded, and before anything is changed."""

from mockserver.web.answers import Receive, Scope

MEBIBYTE = 1024 * 1024


class BodyTooLargeError(Exception):
    """The body is larger than the limit; the rest of it was not read."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit:,} bytes.")


class ClientDisconnectedError(Exception):
    """The client went away before its request was complete."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body. *Raises* :class:`BodyTooLargeError`, :class:`ClientDisconnectedError`."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > limit:
            raise BodyTooLargeError(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLargeError(limit)
        chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)

"""How a connection ends so that its last answer is read: the answer, the end of what we say, and patience with what still comes.

A socket that is closed while bytes of a request lie unread is reset, and a reset takes the answer from the client's hands. So
whoever was refused in the middle of an upload would never learn why.
"""

import asyncio
from typing import Any

from mockserver.limits import BYTES_AFTER_THE_ANSWER, SECONDS_AFTER_THE_ANSWER


class Parting:
    """A connection that ends so: what uvicorn's protocols have to learn for it, whatever parses their bytes."""

    server_ends = False
    deafness: "Deafness | None" = None
    transport: asyncio.Transport
    flow: Any
    loop: Any

    def part(self) -> None:
        """Say no more, and let what still comes go by until the client is done."""
        if self.server_ends or self.transport.is_closing() or not self.transport.can_write_eof():
            self.transport.close()
            return
        self.go_deaf()
        self.transport.write_eof()
        self.flow.resume_reading()
        self.wait_for_the_end()

    def go_deaf(self) -> None:
        """Read nothing of what comes from now on."""
        self.deafness = Deafness(self)

    def wait_for_the_end(self) -> None:
        """Close the connection after a while without a word."""
        self._unset_keepalive_if_required()  # type: ignore[attr-defined]
        self.timeout_keep_alive_task = self.loop.call_later(SECONDS_AFTER_THE_ANSWER, self.transport.close)

    def shutdown(self) -> None:
        """The server ends: nobody has patience any more."""
        self.server_ends = True
        super().shutdown()  # type: ignore[misc]
        if self.deafness is not None:
            self.transport.close()


class PatientTransport:
    """The transport of a connection to everybody but its protocol: to close it is to part."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Parting) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection.transport, name)

    def close(self) -> None:
        """Part, instead of closing at once."""
        self._connection.part()


class Deafness:
    """What reads the bytes that come after the last answer: nobody. In the place of a parser."""

    def __init__(self, connection: Parting) -> None:
        self._connection = connection
        self._left = int(BYTES_AFTER_THE_ANSWER)

    def feed_data(self, data: bytes | memoryview) -> None:
        """Let the bytes go by; whoever sends without end is cut off."""
        self._left -= len(data)
        if self._left < 0:
            self._connection.transport.abort()
        else:
            self._connection.wait_for_the_end()

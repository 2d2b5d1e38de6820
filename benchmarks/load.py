"""The load generator, a process of its own: a closed loop over keep-alive connections, and nothing between it and the socket.

Each connection has one request on its way at any time. The requests are bytes made beforehand, taken in order from one list, so
that every one of them is sent exactly once however the connections share them out.

It never sleeps while answers are outstanding. To wake a sleeping client costs a server a third of what it spends on a request,
and only a server that is slower than the client would pay it: the faster one of two would seem faster still.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SEPARATOR = b"\0"
"""What stands between two requests in a file of them: no request holds it."""


@dataclass(slots=True)
class Tally:
    """What came back: how many answers of each status, how long each took, and how long all of them."""

    statuses: Counter[str] = field(default_factory=Counter)
    nanoseconds: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> str:
        """What the parent reads. *Units*: microseconds for single answers, seconds for the whole."""
        ordered = sorted(self.nanoseconds)
        at = {name: ordered[int(len(ordered) * part)] / 1000 for name, part in (("median_us", 0.5), ("p99_us", 0.99))}
        return json.dumps({"statuses": self.statuses, "seconds": self.seconds, **at})


class Connection:
    """One keep-alive connection, and the answer that is arriving on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.sent_at = 0

    def ask(self, request: bytes) -> None:
        """Send the next request."""
        self.sent_at = time.perf_counter_ns()
        self.socket.sendall(request)

    def arrived(self) -> str | None:
        """The status, once the whole answer is here."""
        received = self.socket.recv(262_144)
        if not received:
            raise ConnectionError(f"The server closed the connection after {self.buffer!r}.")
        self.buffer += received
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return None
        at = self.buffer.find(b"content-length: ", 0, head)
        size = int(self.buffer[at + 16 : self.buffer.find(b"\r", at)]) if at >= 0 else 0
        if len(self.buffer) < head + 4 + size:
            return None
        status = self.buffer[9:12].decode()
        self.buffer = b""
        return status


def drive(port: int, connections: int, requests: Iterator[bytes]) -> Tally:
    """Send every request once and tally the answers."""
    tally = Tally()
    selector = selectors.DefaultSelector()
    open_connections = [Connection(port) for _ in range(connections)]
    started = time.perf_counter()
    for connection in open_connections:
        if (request := next(requests, None)) is not None:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(request)
    while selector.get_map():
        for key, _ in selector.select(0):
            connection = key.data
            status = connection.arrived()
            if status is None:
                continue
            tally.nanoseconds.append(time.perf_counter_ns() - connection.sent_at)
            tally.statuses[status] += 1
            if (request := next(requests, None)) is None:
                selector.unregister(connection.socket)
            else:
                connection.ask(request)
    tally.seconds = time.perf_counter() - started
    for connection in open_connections:
        connection.socket.close()
    return tally


def main() -> None:
    """``python -m benchmarks.load PORT CONNECTIONS TIMES FILE``: the file's requests, that many times over."""
    port, connections, times = (int(argument) for argument in sys.argv[1:4])
    requests = Path(sys.argv[4]).read_bytes().split(SEPARATOR)
    print(drive(port, connections, (request for _ in range(times) for request in requests)).as_json())


if __name__ == "__main__":
    main()

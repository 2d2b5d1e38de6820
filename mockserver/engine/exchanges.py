"""The HTTP exchanges of a world, in a bounded ring: what was asked, what was answered, by which rule, and when."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

import msgspec
from whenever import Instant

from mockserver.foundation.limits import EXCHANGE_BYTES

_BYTES_FOR_EACH = int(EXCHANGE_BYTES)  # a plain number, because every request reckons with it


class Exchange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request and its answer. *Units*: ``took_us`` in microseconds of real time.

    ``events`` is how many events the world's journal held after it: what the timeline numbers higher came later.

    A Struct, not a dataclass: one is made on every request, and this is ten times as fast.
    """

    number: int
    at: Instant
    wall: Instant
    took_us: int
    method: str
    target: str
    request_headers: Iterable[tuple[bytes, bytes]]
    request_body: bytes
    status: int
    rule: str | None
    fault: str | None
    response_headers: Iterable[tuple[bytes, bytes]]
    response_body: bytes
    events: int = 0
    scheme: str = "http"


@dataclass(slots=True)
class ExchangeRing:
    """The latest exchanges, oldest first; ``total`` counts those that have fallen out too.

    They hold :data:`EXCHANGE_BYTES` each on average, with targets and headers, so that a ring of 500 holds a mebibyte. A body
    that several exchanges in a row share, as those of a client that polls do, is counted once.
    """

    kept: int = 500
    total: int = 0
    forgotten: int = 0
    """The number of the last exchange that somebody wanted forgotten."""
    _ring: deque[tuple[Exchange, int]] = field(default_factory=deque)
    _bytes: int = 0

    def add(self, exchange: Exchange, head_bytes: int = 0) -> None:
        """Note an exchange whose request's head is so large, where that is worth counting; the oldest fall out of a full ring."""
        ring = self._ring
        size = len(exchange.request_body) + len(exchange.target) + head_bytes
        if not ring or ring[-1][0].response_body is not exchange.response_body:
            size += len(exchange.response_body)
        self.total += 1
        self._bytes += size
        ring.append((exchange, size))
        while len(ring) > self.kept or (self._bytes > self.kept * _BYTES_FOR_EACH and len(ring) > 1):
            self._bytes -= ring.popleft()[1]

    def latest(self, count: int) -> list[Exchange]:
        """The latest ``count`` exchanges, oldest first."""
        return [exchange for exchange, _ in islice(self._ring, max(len(self._ring) - count, 0), None)]

    def all(self) -> list[Exchange]:
        """All exchanges that are kept, oldest first."""
        return [exchange for exchange, _ in self._ring]

    @property
    def lost(self) -> int:
        """The number of the last exchange that has fallen out and that nobody wanted forgotten; 0 if there is none."""
        oldest = self._ring[0][0].number if self._ring else self.total + 1
        return oldest - 1 if oldest - 1 > self.forgotten else 0

    def clear(self) -> None:
        """Forget all exchanges; the world itself does not change."""
        self.forgotten = self.total
        self._ring.clear()
        self._bytes = 0

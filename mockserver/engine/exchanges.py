"""The HTTP exchanges of a world, in a bounded ring: what was asked, what was answered, by which rule, and when."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

import msgspec
from whenever import Instant

BODY_KEPT = 65_536
"""How many bytes of a request's body are kept."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request and its answer. *Units*: ``took_us`` in microseconds of real time.

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


@dataclass(slots=True)
class ExchangeRing:
    """The latest exchanges, oldest first; ``total`` counts those that have fallen out too."""

    kept: int = 500
    total: int = 0
    _ring: deque[Exchange] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._ring = deque(maxlen=self.kept)

    def add(self, exchange: Exchange) -> None:
        """Note an exchange; the oldest falls out of a full ring."""
        self.total += 1
        self._ring.append(exchange)

    def latest(self, count: int) -> list[Exchange]:
        """The latest ``count`` exchanges, oldest first."""
        return list(islice(self._ring, max(len(self._ring) - count, 0), None))

    def clear(self) -> None:
        """Forget all exchanges; the world itself does not change."""
        self._ring.clear()

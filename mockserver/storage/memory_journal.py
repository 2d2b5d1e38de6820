"""The journal in memory: the default, and the verified fake that the contract suite runs against."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from mockserver.domain.execution import Recorded


@dataclass(slots=True)
class MemoryJournal:
    """Events in a list; gone with the process."""

    _events: list[Recorded] = field(default_factory=list)

    def append(self, recorded: Sequence[Recorded]) -> None:
        """Add events at the end."""
        self._events.extend(recorded)

    def read(self, after: int = 0) -> Iterator[Recorded]:
        """The events from the ``after``-th on."""
        return islice(list(self._events[after:]), None)

    def __len__(self) -> int:
        return len(self._events)

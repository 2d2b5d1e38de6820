"""The journal's port: one append-only record of what has happened in a world.

It is the persistence, the audit trail and the replay. The memory adapter is the first; durable ones honour the same contract,
for which every event has a codec (:mod:`mockserver.engine.codec`).
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from mockserver.domain.execution import Recorded


class Journal(Protocol):
    """Append-only, in order, complete."""

    def append(self, recorded: Sequence[Recorded]) -> None:
        """Add events at the end, all or none."""

    def read(self, after: int = 0) -> Iterator[Recorded]:
        """The events from the ``after``-th on, in order."""

    def __len__(self) -> int:
        """How many events there are."""

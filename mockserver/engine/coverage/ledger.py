"""The coverage of a whole server: the counters of its living worlds, and what the worlds that are gone have met.

A world that is dropped, reset, or makes room for another leaves its counts here. A fork, or a restored snapshot, begins at
nothing: what its origin met was counted there. It must never know worlds' keys.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockserver.domain.rules import Rule
from mockserver.engine.coverage.points import Point
from mockserver.engine.coverage.tally import Counts, Tally, summed
from mockserver.foundation.limits import MACHINE_POINTS

if TYPE_CHECKING:
    from mockserver.engine.coverage.report import CoverageReport


class NotCountedError(Exception):
    """Coverage was asked for where nothing is counted: on a server that was told not to, or of an evil twin."""


@dataclass(slots=True, eq=False)
class CoverageLedger:
    """All counters of a server. ``gone`` holds the counts of worlds that are no more, and of requests without a world."""

    gone: Counts = field(default_factory=lambda: defaultdict(int))
    _living: dict[Tally, None] = field(default_factory=dict)
    _machines_gone: dict[str, Point] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many living worlds are counted."""
        return len(self._living)

    def keep(self, tally: Tally) -> None:
        """A world has begun, and is counted from now on."""
        self._living[tally] = None

    def retire(self, tally: Tally) -> None:
        """A world is gone: its counts stay, and what a request under way still meets is added to them."""
        if tally in self._living:
            del self._living[tally]
            self._keep_machine(tally)
            for point, count in tally.counts.items():
                self.gone[point] += count
            tally.counts = self.gone

    def _keep_machine(self, tally: Tally) -> None:
        """Points of a scenario's machine stay known when its worlds are gone; of too many, the oldest are forgotten."""
        self._machines_gone.update(_by_id(tally.machine))
        while len(self._machines_gone) > MACHINE_POINTS:
            oldest = next(iter(self._machines_gone))
            del self._machines_gone[oldest]
            self.gone.pop(oldest, None)

    def turned_away(self, status: int, rule: Rule) -> None:
        """Note a request whose key names no world."""
        Tally(scenario="", counts=self.gone).answered(status, rule)

    def report(self) -> "CoverageReport":
        """What the whole server has met."""
        machines = dict(self._machines_gone)
        for tally in self._living:
            machines.update(_by_id(tally.machine))
        from mockserver.engine.coverage.report import CoverageReport

        return CoverageReport(counts=summed([self.gone, *(tally.counts for tally in self._living)]), machines=machines)

    def start_anew(self) -> None:
        """Forget all that was met. The worlds stay as they are."""
        for tally in self._living:
            tally.counts.clear()
        self.gone.clear()
        self._machines_gone.clear()


def report_of_world(tally: Tally) -> "CoverageReport":
    """What one world has met."""
    from mockserver.engine.coverage.report import CoverageReport

    return CoverageReport(counts=summed([tally.counts]), machines=_by_id(tally.machine))


def _by_id(points: Iterable[Point]) -> dict[str, Point]:
    return {point.id: point for point in points}

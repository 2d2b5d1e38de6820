"""A report of behaviour coverage: a value that can be written, read, merged, judged and told, wherever its counts come from.

Merging is a sum: the order of shards, worlds and servers does not matter, and an empty report changes nothing. Reports of
different tables of points are refused rather than mixed. This module must never know files, HTTP, or how a point is met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from math import floor
from typing import Any

import msgspec

import mockserver
from mockserver.engine.coverage.points import TITLES, Family, Point, universe

FORMAT = 1
"""The version of the written form."""


class ForeignReportError(Exception):
    """What was to be read is no report of behaviour coverage, or one of another version; the message says which."""


@cache
def mark_of_universe() -> str:
    """A short mark of all points but those of machines: reports with the same one speak of the same."""
    points = [(point.id, point.needs) for point in universe().values()]
    return sha256(msgspec.json.encode(points)).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class CoverageReport:
    """What was met. ``counts``: how often, by a point's id. ``machines``: the points of the scenarios that were used."""

    counts: Mapping[str, int] = field(default_factory=dict)
    machines: Mapping[str, Point] = field(default_factory=dict)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Every point that the report speaks of: the universe, then the machines' by id."""
        return (*universe().values(), *(self.machines[name] for name in sorted(self.machines)))

    def count(self, point: Point) -> int:
        """How often the point was met."""
        return self.counts.get(point.id, 0)

    @property
    def counted(self) -> list[Point]:
        """The points that the percentage is of."""
        return [point for point in self.points if point.counts]

    @property
    def missing(self) -> list[Point]:
        """The points that count and were not met."""
        return [point for point in self.counted if not self.count(point)]

    @property
    def percent(self) -> float:
        """How much of what counts was met."""
        return 100 * (1 - len(self.missing) / len(self.counted))

    def of(self, family: Family) -> list[Point]:
        """The points of a family."""
        return [point for point in self.points if point.family is family]


def merge(*reports: CoverageReport) -> CoverageReport:
    """One report of all of them; of none, an empty one."""
    counts: dict[str, int] = {}
    machines: dict[str, Point] = {}
    for report in reports:
        machines.update(report.machines)
        for point, count in report.counts.items():
            counts[point] = counts.get(point, 0) + count
    return CoverageReport(counts=counts, machines=machines)


def plain(report: CoverageReport) -> dict[str, Any]:
    """The report as JSON values: all of its points with their counts, and the sums."""
    return {
        "format": FORMAT,
        "version": mockserver.__version__,
        "universe": mark_of_universe(),
        "percent": round(report.percent, 2),
        "met": len(report.counted) - len(report.missing),
        "counted": len(report.counted),
        "families": [_sums(report, family) for family in Family if report.of(family)],
        "points": [
            {
                "id": point.id,
                "family": point.family.value,
                "says": point.says,
                "needs": point.needs,
                "count": report.count(point),
            }
            for point in report.points
        ],
    }


def _sums(report: CoverageReport, family: Family) -> dict[str, Any]:
    counted = [point for point in report.of(family) if point.counts]
    return {
        "family": family.value,
        "met": sum(1 for point in counted if report.count(point)),
        "counted": len(counted),
        "met_beyond": sum(1 for point in report.of(family) if not point.counts and report.count(point)),
    }


class _WrittenPoint(msgspec.Struct, frozen=True):
    id: str
    family: str
    says: str
    count: int


class _Written(msgspec.Struct, frozen=True):
    format: int
    version: str
    universe: str
    points: list[_WrittenPoint]


def report_of(text: bytes) -> CoverageReport:
    """The report that :func:`plain` was the JSON of. *Raises* :class:`ForeignReportError`."""
    try:
        written = msgspec.json.decode(text, type=_Written)
    except msgspec.ValidationError as error:
        raise ForeignReportError(f"is no report of behaviour coverage: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ForeignReportError(f"is not JSON: {error}" if text.strip() else "is empty") from None
    except RecursionError:
        raise ForeignReportError("is nested too deeply for a report") from None
    if written.format != FORMAT or written.universe != mark_of_universe():
        raise ForeignReportError(
            f"was made by imin-mock {written.version[:40]}, which counts other points than this one"
            f" ({mockserver.__version__}); make all reports with one version"
        )
    return CoverageReport(counts=_counts_of(written), machines=_machines_of(written))


def _counts_of(written: _Written) -> dict[str, int]:
    known = universe()
    counts: dict[str, int] = {}
    for point in written.points:
        if point.count < 0 or point.id in counts:
            what = "a negative count" if point.count < 0 else "two counts"
            raise ForeignReportError(f"was changed by hand: {point.id[:80]!r} has {what}")
        if point.id not in known and point.family != Family.MACHINE:
            raise ForeignReportError(f"was changed by hand: there is no point {point.id[:80]!r}")
        counts[point.id] = point.count
    return {point: count for point, count in counts.items() if count}


def _machines_of(written: _Written) -> dict[str, Point]:
    return {
        point.id: Point(id=point.id, family=Family.MACHINE, says=point.says)
        for point in written.points
        if point.family == Family.MACHINE
    }


BAR = 20


def percent_of(report: CoverageReport) -> str:
    """The percentage, rounded down, so that what fails a threshold never looks as if it met it."""
    return f"{floor(report.percent * 10) / 10:g} %"


def headline(report: CoverageReport) -> str:
    """The sum in a line."""
    counted, missing = len(report.counted), len(report.missing)
    return f"{percent_of(report)} of behaviours met: {counted - missing} of {counted}"


def family_lines(report: CoverageReport) -> list[str]:
    """A line for each family of which anything counts, with a bar."""
    lines = []
    for family in Family:
        met, of = sums_of(report, family)
        if of:
            filled = floor(BAR * met / of)
            lines.append(f"  {TITLES[family]:<42} {met:>3} of {of:<3} {'#' * filled}{'.' * (BAR - filled)}")
    return lines


def sums_of(report: CoverageReport, family: Family) -> tuple[int, int]:
    """How many points of the family were met, of how many that count."""
    counted = [point for point in report.of(family) if point.counts]
    return sum(1 for point in counted if report.count(point)), len(counted)

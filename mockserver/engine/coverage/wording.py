"""How much of what counts was met, in the words of a terminal."""

from math import floor

from mockserver.engine.coverage.points import TITLES, Family
from mockserver.engine.coverage.report import Report

BAR = 20


def percent_of(report: Report) -> str:
    """The percentage, rounded down, so that what fails a threshold never looks as if it met it."""
    return f"{floor(report.percent * 10) / 10:g} %"


def headline(report: Report) -> str:
    """The sum in a line."""
    counted, missing = len(report.counted), len(report.missing)
    return f"{percent_of(report)} of behaviours met: {counted - missing} of {counted}"


def family_lines(report: Report) -> list[str]:
    """A line for each family of which anything counts, with a bar."""
    lines = []
    for family in Family:
        met, of = sums_of(report, family)
        if of:
            filled = floor(BAR * met / of)
            lines.append(f"  {TITLES[family]:<42} {met:>3} of {of:<3} {'#' * filled}{'.' * (BAR - filled)}")
    return lines


def sums_of(report: Report, family: Family) -> tuple[int, int]:
    """How many points of the family were met, of how many that count."""
    counted = [point for point in report.of(family) if point.counts]
    return sum(1 for point in counted if report.count(point)), len(counted)

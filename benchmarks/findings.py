"""What was measured: the values of all rounds, and how they compare with what is promised."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """On which side of its limit a value must lie."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What is promised, and what we aim for."""

    side: Side
    promised: float
    aim: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the value is within what is promised."""
        return value >= self.promised if self.side is Side.AT_LEAST else value <= self.promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One quantity, with a value for each round. Without a limit it is there for information."""

    what: str
    unit: str
    values: Sequence[float]
    limit: Limit | None = None

    @property
    def median(self) -> float:
        """The middle value: one disturbed round does not move it."""
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """What half of all rounds lie between."""
        if len(self.values) < 2:
            return self.values[0], self.values[0]
        low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return low, high

    @property
    def verdict(self) -> str:
        """``holds``, ``MISSED``, or nothing where nothing is promised."""
        return "" if self.limit is None else "holds" if self.limit.holds(self.median) else "MISSED"

    def as_json(self) -> dict[str, Any]:
        """Everything, for programs."""
        limit = self.limit and {"side": self.limit.side, "promised": self.limit.promised, "aim": self.limit.aim}
        low, high = self.quartiles
        return {
            "what": self.what,
            "unit": self.unit,
            "median": self.median,
            "quartiles": [low, high],
            "range": [min(self.values), max(self.values)],
            "rounds": len(self.values),
            "limit": limit,
            "verdict": self.verdict,
        }


def table(title: str, findings: Sequence[Finding]) -> str:
    """The findings of one figure as a table for people (and for Markdown)."""
    rows = [("", "median", "quartiles", "range", "rounds", "promised (aim)", "")]
    for each in findings:
        low, high = each.quartiles
        limit = each.limit
        aim = f" ({_number(limit.aim)})" if limit and limit.aim is not None else ""
        rows.append(
            (
                each.what,
                f"{_number(each.median)} {each.unit}".strip(),
                f"{_number(low)} .. {_number(high)}",
                f"{_number(min(each.values))} .. {_number(max(each.values))}",
                str(len(each.values)),
                f"{limit.side} {_number(limit.promised)}{aim}" if limit else "",
                each.verdict,
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join([f"### {title}", "", *lines, ""])


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 20 else f"{value:.2f}"

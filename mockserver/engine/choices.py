"""What somebody chooses for one world beside its scenario: another clock, another epoch, other readings.

A choice is part of how a world begins, so that a world which is reset begins with it again.
"""

from collections.abc import Mapping
from typing import Any

from whenever import Instant, TimeDelta

from mockserver.domain.readings import ReadingName
from mockserver.domain.values import Value
from mockserver.scenario.seed import ClockSetting, Frozen, Running, Stepping


class Choices(Value, frozen=True, kw_only=True):
    """What was chosen; ``None`` and readings that are left out are as the scenario and the server have them."""

    clock: ClockSetting | None = None
    epoch: Instant | None = None
    readings: Mapping[ReadingName, str] = {}


NO_CHOICES = Choices()
"""A world as its scenario and its server have it."""


def written_clock(setting: ClockSetting) -> str | dict[str, Any]:
    """How the clock moves, in the notation of scenario files."""
    match setting:
        case Frozen():
            return "frozen"
        case Running(rate=rate):
            return {"running": {"rate": rate}}
        case Stepping(by=by):
            return {"step": by.format_iso()}


def clock_written(written: Any) -> ClockSetting:
    """The inverse of :func:`written_clock`. *Raises* ``KeyError``, ``TypeError`` or ``ValueError`` if it is none."""
    if written == "frozen":
        return Frozen()
    if "step" in written:
        return Stepping(by=TimeDelta.parse_iso(written["step"]))
    return Running(rate=float(written["running"]["rate"]))

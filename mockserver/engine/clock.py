"""The only place that knows what time it is outside; everything else asks a world's own clock.

A world's clock is frozen (it moves when told to), running (it follows the wall clock from a start, at a rate), or stepping (it
moves by a fixed amount with each request to imin's API).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from whenever import Instant, TimeDelta

from mockserver.foundation.calendar import later, multiplied
from mockserver.scenario.seed import ClockSetting, Running, Stepping

WallClock = Callable[[], Instant]
"""What time it is outside."""


wall_now: WallClock = Instant.now
"""The present instant of this machine."""

elapsed_seconds = time.perf_counter
"""Seconds of a clock that never goes back, for measuring."""


class BackwardMoveError(Exception):
    """A world's clock was asked to go back; reset the world or fork it earlier instead."""

    def __init__(self, now: Instant, asked: Instant) -> None:
        super().__init__(
            f"The clock stands at {now.format_iso()} and cannot go back to {asked.format_iso()}."
            " Reset the world, or fork it before you advance."
        )


@dataclass(slots=True)
class WorldClock:
    """The clock of one world. ``position`` is its last known instant, which a running clock counts on from ``since``.

    It never goes back, not even when the wall clock does: a running clock then stands still and counts on from there.
    """

    setting: ClockSetting
    position: Instant
    wall: WallClock
    since: Instant

    @classmethod
    def starting(cls, setting: ClockSetting, epoch: Instant, wall: WallClock) -> "WorldClock":
        """A clock that stands at the epoch."""
        return cls(setting, epoch, wall, wall())

    @property
    def mode(self) -> str:
        """``frozen``, ``running`` or ``stepping``."""
        return type(self.setting).__name__.lower()

    def now(self) -> Instant:
        """The present instant of the world."""
        setting = self.setting
        if type(setting) is Running:  # nobody asks more often, and isinstance asks the class of a value itself
            wall = self.wall()
            passed, self.since = wall - self.since, wall
            if passed > TimeDelta.ZERO:
                self.position = later(self.position, passed if setting.rate == 1 else multiplied(passed, setting.rate))
        return self.position

    def fall_back(self, instant: Instant) -> None:
        """Stand at an earlier instant, beyond which nobody has been told anything yet, and count on from there."""
        self.position, self.since = instant, self.wall()

    def move_to(self, instant: Instant) -> None:
        """Set the clock forward; one that has run past the instant already stays where it is."""
        self.position = max(instant, self.now())

    def step(self) -> None:
        """One request to imin's API has been answered: a stepping clock moves on."""
        setting = self.setting
        if type(setting) is Stepping:
            self.position = later(self.position, setting.by)

    def copy(self) -> "WorldClock":
        """An independent clock with the same reading."""
        return WorldClock(self.setting, self.now(), self.wall, self.wall())

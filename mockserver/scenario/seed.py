"""What a world starts from, as values: how its clock moves, and all that a scenario plants at an epoch.

Light on purpose: a server that has not been asked anything yet knows these types, and no parser.
"""

from whenever import Instant, TimeDelta

from mockserver.domain.catalogue import Catalogue
from mockserver.domain.readings import Readings
from mockserver.domain.state_machine import Machine
from mockserver.domain.twins import Twin
from mockserver.domain.values import Value
from mockserver.domain.world import WorldState
from mockserver.scenario.expectations import Expectation, Step


class Frozen(Value, frozen=True, kw_only=True):
    """The clock stands still until somebody moves it."""


class Running(Value, frozen=True, kw_only=True):
    """The clock runs; *units*: ``rate`` virtual seconds in a real one."""

    rate: float


class Stepping(Value, frozen=True, kw_only=True):
    """Each request to imin's API moves the clock by a fixed amount."""

    by: TimeDelta


ClockSetting = Frozen | Running | Stepping
"""How a world's clock moves."""


class Seed(Value, frozen=True, kw_only=True):
    """All that a world of a scenario starts from, at one epoch."""

    epoch: Instant
    timezone: str
    catalogue: Catalogue
    machine: Machine
    readings: Readings
    steps: tuple[Step, ...]
    expectations: tuple[Expectation, ...]

    def world(self, twin: Twin | None = None) -> WorldState:
        """A world at its epoch, to which nothing has happened, not even its beginning."""
        return WorldState(
            epoch=self.epoch, catalogue=self.catalogue, machine=self.machine, readings=self.readings, twin=twin
        )

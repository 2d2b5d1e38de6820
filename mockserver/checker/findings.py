"""What the check can find, as values: the table of the kinds, a finding with its place, and the way that leads to it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from whenever import Instant

from mockserver.checker.moves import Move, Wait, carry_out, fault_met, settle
from mockserver.checker.sightings import Sighting
from mockserver.domain.behaviour import ApiFault
from mockserver.domain.execution import EndlessWorkError, Recorded, begin_world
from mockserver.domain.values import OrderItemId
from mockserver.domain.world import WorldState
from mockserver.scenario.expectations import Expectation


class Severity(StrEnum):
    """How bad it is: an error makes the file say what is not so; a warning is allowed and probably not meant."""

    ERROR = "error"
    WARNING = "warning"


class FindingId(StrEnum):
    """The stable ids of the kinds of findings about a file; a broken law has its own id instead."""

    STATE_UNREACHABLE = "state-unreachable"
    TRANSITION_NEVER_FIRES = "transition-never-fires"
    TRANSITION_AMBIGUOUS = "transition-ambiguous"
    ACTION_NEVER_PERMITTED = "action-never-permitted"
    PENDING_FOR_EVER = "pending-for-ever"
    ENDLESS_WORK = "endless-work"
    EXPECTATION_IMPOSSIBLE = "expectation-impossible"
    EXPECTATION_NOT_MET = "expectation-not-met"
    STEP_NOT_MET = "step-not-met"


WARNINGS = frozenset({FindingId.TRANSITION_AMBIGUOUS, FindingId.ACTION_NEVER_PERMITTED})
"""The kinds that are no errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A move that was made, when, the scripted fault of imin's API that it met, and what happened by it."""

    at: Instant
    move: Move
    fault: ApiFault | None
    happened: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The shortest way to a finding: what was done, what happened, and the world at its end."""

    begun: tuple[Recorded, ...]
    made: tuple[Made, ...]
    world: WorldState
    ends: Instant

    @property
    def happened(self) -> tuple[Recorded, ...]:
        """Everything that happened, in order."""
        return self.begun + tuple(each for made in self.made for each in made.happened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with a scenario, and where it says so. *Units*: ``line`` from 1.

    ``expectation`` and ``item`` are what it is about, if it is about one.
    """

    id: str
    line: int
    message: str
    trace: Trace | None = None
    expectation: Expectation | None = None
    item: OrderItemId | None = None

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return Severity.WARNING if self.id in WARNINGS else Severity.ERROR


def retrace(world: WorldState, moves: Sequence[tuple[Instant, Move]], *, waits: int = 0) -> Trace:
    """The moves made again in a world that has not begun; a way into a circle ends where the circle begins.

    Up to so many ``waits`` for what is due next follow, while anything new can come of it.
    """
    ignored: list[Sighting] = []
    begun: list[Recorded] = []
    made: list[Made] = []
    ends = world.epoch
    with suppress(EndlessWorkError):
        begun += begin_world(world)
        begun += settle(world, world.epoch, ignored)
    for at, move in moves:
        ends = move.until if isinstance(move, Wait) else at
        fault = fault_met(world, move, at)
        happened: list[Recorded] = []
        with suppress(EndlessWorkError):
            happened = carry_out(world, move, at, ignored)
        made.append(Made(at=at, move=move, fault=fault, happened=tuple(happened)))
    for _ in range(waits):
        if world.is_quiet:
            break
        wait = Wait(until=world.agenda[0][0])
        try:
            happened = carry_out(world, wait, ends, ignored)
        except EndlessWorkError:
            break
        made.append(Made(at=ends, move=wait, fault=None, happened=tuple(happened)))
        ends = wait.until
    return Trace(begun=tuple(begun), made=tuple(made), world=world, ends=ends)

"""The runner: a stand-in client that runs a scenario's steps against imin's real HTTP face, and checks what the scenario expects.

All of it happens in one call, without a socket and without real time passing: a running clock follows a wall that only latency
faults move. This module must never know how an answer or a world is judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from whenever import Instant, OffsetDateTime, TimeDelta

from mockserver.bootstrap import Server, build_server
from mockserver.client.asgi import SuspendedError, immediately, request
from mockserver.client.channel import Response
from mockserver.domain.execution import Recorded
from mockserver.engine.clock import elapsed_seconds
from mockserver.engine.codec import encode
from mockserver.engine.coverage.report import CoverageReport
from mockserver.engine.live_world import EndlessWorkError, LiveWorld
from mockserver.engine.narration import tell
from mockserver.engine.observations import Observed, observe
from mockserver.foundation.calendar import by_clocks_of
from mockserver.runner.answers import differences, summary
from mockserver.runner.steps import Request, UnsayableStepError, describe, request_of
from mockserver.scenario.document import DEFAULT_EPOCH
from mockserver.scenario.expectations import CancelStep, Expectation, Step
from mockserver.scenario.notation import moment
from mockserver.scenario.scenario import Scenario
from mockserver.settings import Settings

PATIENCE = TimeDelta(hours=24 * 31)
"""How long after the last step the world may take to become quiet, in virtual time."""

LINES_OF_EXPLANATION = 6

_REST = "the world to come to rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """One step or expectation, what was found, and when, in the world's zone.

    ``lately`` is what had happened just before, where it failed.
    """

    line: int
    says: str
    passed: bool
    found: str
    at: OffsetDateTime
    lately: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.passed:
            return f"line {self.line}: {self.says}"
        return "\n".join(
            [
                f"line {self.line}: expected {self.says}",
                f"  but {self.found} (at {clock_time(self.at)})",
                *(f"    {line}" for line in self.lately),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """One request of the stand-in client and the response to it."""

    request: Request
    response: Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A scenario run to its end. *Units*: ``took`` in seconds of real time. ``quiet``: nothing more happens by itself."""

    scenario: Scenario
    outcomes: tuple[RunOutcome, ...]
    exchanged: tuple[Exchanged, ...]
    happened: tuple[Recorded, ...]
    timeline: tuple[str, ...]
    quiet: bool
    took: float
    coverage: CoverageReport = field(default_factory=CoverageReport)

    @property
    def ok(self) -> bool:
        """Whether everything was as the scenario expects."""
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def failures(self) -> tuple[RunOutcome, ...]:
        """What was not as expected."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)


def run_scenario(scenario: Scenario) -> Run:
    """What becomes of a scenario in a fresh world of its own."""
    started = elapsed_seconds()
    try:
        stand_in = _StandInClient.meeting(scenario)
    except EndlessWorkError as error:
        epoch = (scenario.epoch or moment(DEFAULT_EPOCH).to_instant()).to_tz(scenario.timezone).to_fixed_offset()
        return Run(
            scenario=scenario,
            outcomes=(RunOutcome(line=1, says=_REST, passed=False, found=str(error), at=epoch),),
            exchanged=(),
            happened=(),
            timeline=(),
            quiet=False,
            took=elapsed_seconds() - started,
        )
    stand_in.run()
    return Run(
        scenario=scenario,
        outcomes=tuple(stand_in.outcomes),
        exchanged=tuple(stand_in.exchanged),
        happened=tuple(stand_in.live_world.journal.read()),
        timeline=timeline(stand_in.live_world, len(stand_in.live_world.journal)),
        quiet=stand_in.live_world.world.is_quiet,
        took=elapsed_seconds() - started,
        coverage=_coverage_of(stand_in.server),
    )


def _coverage_of(server: Server) -> CoverageReport:
    return CoverageReport() if server.worlds.coverage is None else server.worlds.coverage.report()


def journal_of(run: Run) -> list[dict[str, Any]]:
    """Everything that happened in the run, agenda included, as plain values that can be compared byte by byte."""
    return [encode(recorded) for recorded in run.happened]


@dataclass(slots=True)
class _Wall:
    """The time outside, as the run wants it: it stands still but for the latency that a client meets."""

    now: Instant

    def __call__(self) -> Instant:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += TimeDelta(seconds=seconds)


@dataclass(slots=True, kw_only=True)
class _StandInClient:
    """A run under way."""

    server: Server
    live_world: LiveWorld
    outcomes: list[RunOutcome] = field(default_factory=list)
    exchanged: list[Exchanged] = field(default_factory=list)

    @classmethod
    def meeting(cls, scenario: Scenario) -> "_StandInClient":
        wall = _Wall(scenario.epoch or moment(DEFAULT_EPOCH).to_instant())
        server = build_server(Settings(), wall=wall, sleep=wall.sleep, also=(scenario,))
        return cls(server=server, live_world=server.worlds.create(scenario.name))

    def run(self) -> None:
        """Steps and expectations by their instants, at one instant the steps first; the rest once the world is quiet."""
        seed = self.live_world.seed
        timed: list[tuple[Instant, Step | Expectation]] = [(step.at, step) for step in seed.steps]
        timed += [(each.at, each) for each in seed.expectations if each.at is not None]
        try:
            for at, group in groupby(sorted(timed, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
                self._do_at(at, [each for _, each in group])
            self.live_world.until_quiet(PATIENCE)
        except EndlessWorkError as error:
            self._note(1, _REST, str(error))
            return
        for expectation in seed.expectations:
            if expectation.at is None:
                self._check(expectation)

    def _do_at(self, at: Instant, all_due: Iterable[Step | Expectation]) -> None:
        if at > self.live_world.clock.now():
            self.live_world.advance_to(at)
        for each in all_due:
            if isinstance(each, Step):
                self._ask(each)
            elif at < self.live_world.clock.now():
                observed = self._observe(each)
                self._note(
                    each.line,
                    observed.expected,
                    f"the world's clock had already passed {clock_time(local(at, self.live_world))}",
                )
            else:
                self._check(each)

    def _ask(self, step: Step) -> None:
        says = describe(step, self.live_world.world.catalogue)
        if step.at < self.live_world.seed.epoch:
            self._note(step.line, says, "this instant is before the world begins")
            return
        headers = [(b"x-api-key", self.live_world.key.encode())]
        if isinstance(step, CancelStep):
            headers.append((b"content-type", b"application/json"))
        readings = self.live_world.world.readings
        try:
            asked = request_of(step, self.live_world.world.catalogue, readings)
            response = immediately(request(self.server.app, asked.method, asked.target, headers, asked.body))
        except (UnsayableStepError, SuspendedError) as error:
            self._note(step.line, says, str(error))
            return
        except Exception as error:  # noqa: BLE001 - a bug of the mock is a finding of the run, not the end of the program
            self._note(step.line, says, f"the mock raised {type(error).__name__}: {error}")
            return
        self.exchanged.append(Exchanged(request=asked, response=response))
        wrong = differences(step, response, self.live_world.world.catalogue, readings)
        self._note(step.line, says, "; ".join(wrong) or summary(response), passed=not wrong)

    def _check(self, expectation: Expectation) -> None:
        observed = self._observe(expectation)
        self._note(expectation.line, observed.expected, observed.found, passed=observed.expected == observed.found)

    def _observe(self, expectation: Expectation) -> Observed:
        return observe(expectation, self.live_world.world, list(self.live_world.journal.read()))

    def _note(self, line: int, says: str, found: str, *, passed: bool = False) -> None:
        self.outcomes.append(
            RunOutcome(
                line=line,
                says=says,
                passed=passed,
                found=found,
                at=local(self.live_world.clock.now(), self.live_world),
                lately=() if passed else timeline(self.live_world, LINES_OF_EXPLANATION),
            )
        )


def timeline(live_world: LiveWorld, last: int) -> tuple[str, ...]:
    """The last lines of what has happened in the world, each with its time in the world's zone and its rule."""
    lines: list[str] = []
    for recorded in reversed(list(live_world.journal.read())):
        told = tell(live_world.world, recorded.event)
        if not told:
            continue
        lines.append(f"{clock_time(local(recorded.at, live_world))}  {told}  [{recorded.event.rule}]")
        if len(lines) == last:
            break
    return tuple(reversed(lines))


def local(at: Instant, live_world: LiveWorld) -> OffsetDateTime:
    """The instant as the clocks of the world's zone show it."""
    return by_clocks_of(live_world.seed.timezone, at)


def clock_time(at: OffsetDateTime) -> str:
    """Date and time for people: ``2030-06-03 09:00:00``."""
    return at.to_plain().format_iso(unit="second").replace("T", " ")

"""One world's life: its clock, its journal, and the world itself, which is always what the journal folds to.

Everything that touches a world first does what is due, in order. Nothing happens to it by itself: a running clock is caught up
when somebody looks. If anything unexpected happens, the world in memory is thrown away and folded again from the journal.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from whenever import Instant, TimeDelta

from mockserver.domain.commands import Command
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.evolve import evolve
from mockserver.domain.execution import EndlessWorkError as EndlessWorkError  # noqa: PLC0414 - callers of the engine meet it here
from mockserver.domain.execution import Recorded, begin_world, drain, perform
from mockserver.domain.twins import Twin
from mockserver.domain.world import WorldState
from mockserver.engine.choices import NO_CHOICES, Choices
from mockserver.engine.clock import BackwardMoveError, WorldClock
from mockserver.engine.coverage.tally import Tally
from mockserver.engine.exchanges import ExchangeRing
from mockserver.engine.journal import Journal
from mockserver.foundation.calendar import later
from mockserver.foundation.limits import EVENTS_UNTIL_QUIET, JOURNAL_EVENTS, WORK_AT_ONE_INSTANT, WORK_OF_CATCHING_UP
from mockserver.scenario.seed import Seed

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario

Observer = Callable[["LiveWorld", Sequence[Recorded]], None]
"""Told, after each change, whose world changed and what happened in it."""

QUIET_LIMIT = TimeDelta(hours=24 * 366)
"""How far "until quiet" goes at the most, in virtual time."""

BEHIND = b"behind"
"""What a world has to say whose running clock lags, because more was due than could be done at once."""


class WorldFullError(EndlessWorkError):
    """So much has happened in a world that nothing more will."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The world {key!r} holds all the events that a world may hold {JOURNAL_EVENTS.told}. Reset it, and give a"
            " transition that goes round and round a longer delay."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What happened while the clock moved on. Not ``complete``: so much that it stopped early."""

    happened: list[Recorded]
    complete: bool


@dataclass(slots=True, kw_only=True)
class LiveWorld:
    """A world that lives. ``answers`` holds ready answers of the web layer and is emptied by every change.

    ``twin`` makes it an evil twin, for all of its life. ``notice`` is what its next answer has to say of it;
    ``under_way`` counts the requests that wait for a slow answer.
    """

    key: str
    scenario: "Scenario"
    seed: Seed
    clock: WorldClock
    journal: Journal
    exchanges: ExchangeRing
    twin: Twin | None = None
    choices: Choices = NO_CHOICES
    observer: Observer | None = None
    notice: bytes | None = None
    under_way: int = 0
    is_full: bool = False
    tally: Tally | None = None
    world: WorldState = field(init=False)
    answers: dict[Any, Any] = field(default_factory=dict)

    has_api_faults: bool = field(init=False)
    """Whether the scenario scripts any fault of imin's API, in whatever state."""

    def __post_init__(self) -> None:
        self.world = self.seed.world(self.twin)
        self.has_api_faults = any(state.behaviour.api for state in self.seed.machine.states.values())

    def begin(self) -> None:
        """The world's first events, at its epoch."""
        self._record(begin_world(self.world))
        self.catch_up()

    def catch_up(self) -> Instant:
        """The present instant, after everything due by then is done.

        A running clock by which too much would be due lags: the present is then as far as the world has come.
        """
        now = self.clock.now()
        if self.world.is_due(now):
            self._drain(now, most=WORK_OF_CATCHING_UP)
            if self.world.is_due(now):
                reached = self.world.agenda[0][0]
                self._drain(reached)  # an instant is done whole, or not at all
                if self.world.is_due(now):
                    self.clock.fall_back(reached)
                    self.notice, now = BEHIND, reached
        return now

    def present(self) -> Instant:
        """The present instant as somebody sees it who only looks: not beyond what is due and not done yet."""
        now, agenda = self.clock.now(), self.world.agenda
        return agenda[0][0] if agenda and agenda[0][0] <= now else now

    def execute(self, command: Command) -> list[Recorded]:
        """Carry out a command now, and at once what is due because of it.

        *Raises* :class:`OpenBookingError`, and then nothing has changed.
        """
        now = self.catch_up()
        if self.is_full:
            raise WorldFullError(self.key)
        try:
            happened = perform(self.world, command, now)
        except OpenBookingError as refusal:
            if self.tally is not None:
                self.tally.refused(self.world, command, refusal, now)
            raise
        except BaseException:
            self.refold()
            raise
        self._record(happened, command)
        return happened + self._drain(now) if self.world.is_due(now) else happened

    def advance(self, target: Callable[[Instant], Instant], most: int | None = None) -> Passage:
        """Move the clock forward to what ``target`` makes of the present. *Raises* :class:`BackwardMoveError`.

        With ``most``, it goes from one due instant to the next and stops after the one by which more than that has happened.
        """
        before = len(self.journal)
        now = self.catch_up()
        end = target(now)
        if end < now:
            raise BackwardMoveError(now, end)
        while most is not None and (due := self.next_due()) is not None and due <= end:
            self._move(now, due)
            if len(self.journal) - before > most:
                return self._passage(before, complete=False)
            now = self.catch_up()
        if now <= end:  # a running clock may have passed it by itself
            self._move(now, end)
        return self._passage(before)

    def advance_to(self, instant: Instant) -> Passage:
        """Move the clock forward. *Raises* :class:`BackwardMoveError`."""
        return self.advance(lambda _: instant)

    def advance_by(self, duration: TimeDelta) -> Passage:
        """Move the clock forward by a duration. *Raises* :class:`BackwardMoveError`."""
        return self.advance(lambda now: later(now, duration))

    def advance_to_next(self) -> Passage:
        """Move the clock to the next instant at which something is due; it stays where nothing is."""
        return self.advance(lambda now: self.next_due() or now)

    def until_quiet(self, limit: TimeDelta = QUIET_LIMIT, most: int = EVENTS_UNTIL_QUIET) -> Passage:
        """Move the clock from due instant to due instant until nothing is due any more, or a limit is reached.

        Where the feed is out of order and imin's tries are all that is due, no try will ever find more: that is quiet too.
        """
        before = len(self.journal)
        now = self.catch_up()
        end = later(now, limit)
        while (due := self.next_due()) is not None and due <= end and not self.world.is_quiet:
            self._move(now, due)
            if len(self.journal) - before > most:
                return self._passage(before, complete=False)
            now = self.catch_up()
        return self._passage(before)

    def _passage(self, before: int, *, complete: bool = True) -> Passage:
        return Passage(happened=list(self.journal.read(before)), complete=complete)

    def _move(self, now: Instant, instant: Instant) -> None:
        try:
            self._drain(instant)
        except BaseException:
            # What was done was done in its own time: the clock never stands before the end of the journal.
            last = [recorded.at for recorded in self.journal.read(len(self.journal) - 1)]
            self.clock.move_to(max(now, *last))
            raise
        self.clock.move_to(instant)

    def next_due(self) -> Instant | None:
        """When something happens next by itself; ``None`` if nothing ever does."""
        return self.world.agenda[0][0] if self.world.agenda else None

    def refold(self) -> None:
        """Throw the world in memory away and fold it again from the journal."""
        self.world = self.seed.world(self.twin)
        self.answers.clear()
        for recorded in self.journal.read():
            evolve(self.world, recorded.event)

    def as_of(self, instants: Iterable[Instant]) -> Iterator[tuple[Instant, WorldState, list[Recorded]]]:
        """A world as it was at the end of each instant, in order, and what had happened by then; used up by the next."""
        world, happened = self.seed.world(self.twin), list[Recorded]()
        journal = list(self.journal.read())
        for instant in sorted(set(instants)):
            while len(happened) < len(journal) and journal[len(happened)].at <= instant:
                happened.append(journal[len(happened)])
                evolve(world, happened[-1].event)
            yield instant, world, happened

    def _drain(self, until: Instant, most: int = JOURNAL_EVENTS) -> list[Recorded]:
        """Do what is due by an instant, at the most so many works of it. *Raises* :class:`WorldFullError`."""
        happened: list[Recorded] = []
        works = drain(self.world, until, most=most, at_one_instant=WORK_AT_ONE_INSTANT)
        while self.world.is_due(until):
            if self.is_full:
                raise WorldFullError(self.key)
            try:
                done = next(works, None)
            except BaseException:
                self.refold()
                raise
            if done is None:
                break
            _, step, _ = done
            self._record(step)
            happened += step
        return happened

    def _record(self, happened: Sequence[Recorded], command: Command | None = None) -> None:
        """Keep what happened, and tell of it; ``command`` is what it happened because of, where somebody wanted it."""
        if happened:
            self.answers.clear()
            try:
                self.journal.append(happened)
            except BaseException:
                self.refold()
                raise
            self.is_full = len(self.journal) >= JOURNAL_EVENTS
        if self.tally is not None:
            self.tally.happened(self.world, happened, command)
        if happened and self.observer is not None:
            self.observer(self, happened)

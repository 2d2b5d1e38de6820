"""Somebody's command against a mock of ours: where it finds it, what must hold first, how it is stopped.

It must never know what differs between two trials.
"""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn, Protocol

from mockserver.cli.exits import Exit, stop
from mockserver.cli.tried_command import Trial, try_command
from mockserver.client.in_process import InProcess
from mockserver.settings import Settings

INTERRUPTED = 130
"""The exit code of a command that was stopped from the keyboard."""

TRIED_PLAINLY_SECONDS = 600.0
"""So long may a command that is tried run for the first time: nothing is known of it yet, and some suites are slow."""

TRIED_FACTOR = 5
TRIED_AT_LEAST_SECONDS = 10.0
"""Each further run of it may take so much longer: who follows a list without an end is not waited for, who is busy is."""


class Teller(Protocol):
    """Who tells how the first trial went."""

    def begin_plainly(self) -> None:
        """The run against worlds in which nothing is changed begins."""

    def break_off(self) -> None:
        """Nothing comes of it."""

    def plain(self, trial: Trial) -> None:
        """The run against worlds in which nothing is changed."""

    def show_output(self, trial: Trial) -> None:
        """What the command printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plainly:
    """The first trial, and the names of the scenarios whose worlds the command used in it."""

    trial: Trial
    used: set[str]

    def limit(self, asked: float | None) -> float:
        """How many seconds each further run may take: as long as was asked for, or some times as long as the first."""
        return TRIED_AT_LEAST_SECONDS + TRIED_FACTOR * self.trial.took if asked is None else asked


def try_plainly(
    mock: InProcess,
    settings: Settings,
    command: Sequence[str],
    *,
    timeout: float | None,
    teller: Teller,
    where: str,
) -> Plainly:
    """The first trial. Exits 2 if the command fails, or uses no world: nothing could be said then."""
    server = mock.renew(settings)
    teller.begin_plainly()
    trial = try_once(mock, command, timeout=timeout or TRIED_PLAINLY_SECONDS, teller=teller)
    teller.plain(trial)
    if not trial.passed:
        teller.show_output(trial)
        stop(Exit.BAD_INPUT, f"The command fails {where} already ({trial.ending}): mend that first.")
    if not server.worlds.played:
        place = "at IMIN_MOCK_URL, or at IMIN_BASE_URL with imin's path"
        stop(Exit.BAD_INPUT, f"The command passed without using any world. The mock of each run is {place}.")
    return Plainly(trial=trial, used=server.worlds.played)


def try_once(mock: InProcess, command: Sequence[str], *, timeout: float, teller: Teller) -> Trial:
    """One run of the command, which finds the server in its environment. Exits 2 if it cannot be started."""
    variables = {"IMIN_MOCK_URL": mock.url, "IMIN_BASE_URL": f"{mock.url}/api/v2"}
    try:
        return try_command(command, variables, timeout=timeout)
    except OSError as error:
        teller.break_off()
        stop(Exit.BAD_INPUT, f"{command[0]!r} cannot be started: {error.strerror or error}.")


@contextmanager
def stopped_by_a_signal() -> Iterator[None]:
    """A signal to terminate ends the command that runs, as the keyboard does."""

    def interrupt(_: int, __: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

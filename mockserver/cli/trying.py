"""Somebody's command against a server backstage: where it finds it, what must hold first, how it is stopped.

It must never know what differs between two trials.
"""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, Protocol

from mockserver.cli.exits import Exit, stop
from mockserver.cli.tried_command import Trial, try_command
from mockserver.settings import Settings
from mockserver.stand_in.backstage import Backstage

INTERRUPTED = 130
"""The exit code of a command that was stopped from the keyboard."""


class Teller(Protocol):
    """Who tells how the first trial went."""

    def plain(self, trial: Trial) -> None:
        """The run against worlds in which nothing is changed."""

    def show_output(self, trial: Trial) -> None:
        """What the command printed."""


def try_plainly(
    backstage: Backstage, settings: Settings, command: Sequence[str], *, timeout: float, teller: Teller, where: str
) -> set[str]:
    """The names of the scenarios whose worlds the command used. Exits 2 if it fails, or uses none: nothing could be said then."""
    server = backstage.begin(settings)
    trial = try_once(backstage, command, timeout=timeout)
    teller.plain(trial)
    if not trial.passed:
        teller.show_output(trial)
        stop(Exit.BAD_INPUT, f"The command fails {where} already ({trial.ending}): mend that first.")
    if not server.worlds.played:
        place = "at IMIN_MOCK_URL, or at IMIN_BASE_URL with imin's path"
        stop(Exit.BAD_INPUT, f"The command passed without using any world. The mock of each run is {place}.")
    return server.worlds.played


def try_once(backstage: Backstage, command: Sequence[str], *, timeout: float) -> Trial:
    """One run of the command, which finds the server in its environment. Exits 2 if it cannot be started."""
    variables = {"IMIN_MOCK_URL": backstage.url, "IMIN_BASE_URL": f"{backstage.url}/api/v2"}
    try:
        return try_command(command, variables, timeout=timeout)
    except OSError as error:
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

"""Runs of somebody's command against a mock of ours: where it finds it, what must hold first, how long each may take, how
it is stopped; and the lines that tell of them while they go on.

The lines are at eighty columns, begun when a run begins. Where JSON is wanted at the end, they go to standard error: nobody waits
without knowing for what. It must never know what differs between two runs.
"""

import signal
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

import click

from mockserver.cli.output import Exit, stop
from mockserver.cli.trial import Trial, last_lines, try_command
from mockserver.client.in_process import InProcess
from mockserver.settings import Settings

WIDTH = 80
NAMED = 3
"""So many failed tests are named; of the others, the number."""

INTERRUPTED = 130
"""The exit code of a command that was stopped from the keyboard."""

TRIED_PLAINLY_SECONDS = 600.0
"""So long may a command that is tried run for the first time: nothing is known of it yet, and some suites are slow."""

TRIED_FACTOR = 5
TRIED_AT_LEAST_SECONDS = 10.0
"""Each further run of it may take so much longer: who follows a list without an end is not waited for, who is busy is."""


@dataclass(slots=True, kw_only=True)
class TrialLines:
    """The lines so far. ``name_width`` and ``verdict_width`` are of their first columns. ``verbose``: with whole outputs."""

    as_json: bool
    verbose: bool
    name_width: int
    verdict_width: int
    is_open: bool = False
    plain: Trial | None = None
    """The run in which nothing is changed."""

    def begin(self, name: str) -> None:
        """A run begins: its name stands there as long as it lasts."""
        self._echo(f"{name:<{self.name_width}}", nl=False)
        self.is_open = True

    def end(self, verdict: str, trial: Trial, *, is_bad: bool, more: Sequence[str] = (), says_why: bool = True) -> None:
        """The run is over: the rest of its line, what else there is to say of it, and perhaps which tests failed."""
        shown = click.style(f"{verdict:<{self.verdict_width}}", fg="red" if is_bad else "green", bold=is_bad)
        ending = "" if trial.passed else trial.ending
        self._echo(f"{shown}{ending:<12}{trial.took:>8.2f} s")
        self.is_open = False
        for text in more:
            self._echo(wrapped(text, "  "))
        if says_why and not trial.passed:
            self._say_why(trial)

    def break_off(self) -> None:
        """Nothing more comes of the run that has begun."""
        if self.is_open:
            self._echo("")
            self.is_open = False

    def show_output(self, trial: Trial) -> None:
        """What the command printed, on standard error."""
        click.echo(textwrap.indent(trial.output.rstrip() or "(no output)", "    | "), err=True)

    def _say_why(self, trial: Trial) -> None:
        """The tests that failed, or else how the output ends; with ``verbose``, all of it."""
        if trial.failed:
            self._echo(wrapped(f"failed: {some(trial.failed)}", "    "))
        if trial.under_way:
            self._echo(wrapped(f"under way: {some(trial.under_way)}", "    "))
        if self.verbose:
            self.show_output(trial)
        elif not (trial.failed or trial.under_way):
            for line in last_lines(trial.output):
                self._echo(f"    | {line[: WIDTH - 6]}")

    def _echo(self, text: str, *, nl: bool = True) -> None:
        click.echo(text, nl=nl, err=self.as_json)


def some(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def wrapped(text: str, indent: str) -> str:
    """The text at eighty columns."""
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def trial_fields(trial: Trial, *, verbose: bool) -> dict[str, Any]:
    """A run, for programs."""
    told: dict[str, Any] = {
        "exit_code": trial.exit_code,
        "timed_out": trial.exit_code is None,
        "seconds": round(trial.took, 3),
        "failed": list(trial.failed),
        "under_way": list(trial.under_way),
    }
    return {**told, "output": trial.output} if verbose and not trial.passed else told


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
    lines: TrialLines,
    name: str,
    where: str,
) -> Plainly:
    """The first trial. Exits 2 if the command fails, or uses no world: nothing could be said then."""
    server = mock.renew(settings)
    lines.begin(name)
    trial = try_once(mock, command, timeout=timeout or TRIED_PLAINLY_SECONDS, lines=lines)
    lines.plain = trial
    lines.end("passed" if trial.passed else "FAILED", trial, is_bad=not trial.passed, says_why=False)
    if not trial.passed:
        lines.show_output(trial)
        stop(Exit.BAD_INPUT, f"The command fails {where} already ({trial.ending}): mend that first.")
    if not server.worlds.played:
        place = "at IMIN_MOCK_URL, or at IMIN_BASE_URL with imin's path"
        stop(Exit.BAD_INPUT, f"The command passed without using any world. The mock of each run is {place}.")
    return Plainly(trial=trial, used=server.worlds.played)


def try_once(mock: InProcess, command: Sequence[str], *, timeout: float, lines: TrialLines) -> Trial:
    """One run of the command, which finds the server in its environment. Exits 2 if it cannot be started."""
    variables = {"IMIN_MOCK_URL": mock.url, "IMIN_BASE_URL": f"{mock.url}/api/v2"}
    try:
        return try_command(command, variables, timeout=timeout)
    except OSError as error:
        lines.break_off()
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

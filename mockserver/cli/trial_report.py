"""How runs of a command are told while they go on: a line for each, begun when its run begins, and which tests failed in it.

At eighty columns. Where JSON is wanted at the end, the lines go to standard error: nobody waits without knowing for what.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
import msgspec

from mockserver.cli.failed_tests import last_lines
from mockserver.cli.tried_command import Trial

WIDTH = 80
NAMED = 3
"""So many failed tests are named; of the others, the number."""


@dataclass(slots=True, kw_only=True)
class RunLines:
    """The lines so far. ``name_width`` and ``verdict_width`` are of their first columns. ``verbose``: with whole outputs."""

    as_json: bool
    verbose: bool
    name_width: int
    verdict_width: int
    is_open: bool = False

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


def pretty(value: Any) -> str:
    """A value as JSON that people can read, too."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()

"""How ``imin-mock sweep`` tells what it found: line by line for people at eighty columns, or as one JSON document at the end."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import click
import msgspec

from mockserver.cli.sweeping import Chosen
from mockserver.cli.tried_command import Trial
from mockserver.domain.readings import READINGS, ReadingName

WIDTH = 80
_NAME_WIDTH = 2 + max(len(f"{r.name.value}={option}") for r in READINGS.values() for option in r.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """Readings that were imposed, and the command's run under them."""

    chosen: Chosen
    trial: Trial

    @property
    def unusual(self) -> list[str]:
        """The choices that are not the defaults, as they are written."""
        return [f"{name.value}={option}" for name, option in self.chosen.items() if option != READINGS[name].default]


@dataclass(slots=True, kw_only=True)
class Report:
    """What has been found so far. ``verbose``: with the output of every run that failed."""

    as_json: bool
    verbose: bool
    default: Trial | None = None
    swept: list[Swept] = field(default_factory=list)
    untried: list[ReadingName] = field(default_factory=list)

    @property
    def failed(self) -> list[Swept]:
        """The choices under which the command was not content."""
        return [each for each in self.swept if not each.trial.passed]

    def left_out(self, names: Iterable[ReadingName]) -> None:
        """These readings are not tried: a client is built for one of their options."""
        self.untried = list(names)

    def plain(self, trial: Trial) -> None:
        """The run under the default readings."""
        self.default = trial
        self._line("defaults", trial)

    def judge(self, swept: Swept) -> None:
        """A run under a choice."""
        self.swept.append(swept)
        first, *more = swept.unusual
        self._line(first, swept.trial)
        if more and not self.as_json:
            click.echo(_wrapped(" ".join(more), "  "))
        if self.verbose and not swept.trial.passed:
            self.show_output(swept.trial)

    def show_output(self, trial: Trial) -> None:
        """What the command printed, on standard error."""
        click.echo(textwrap.indent(trial.output.rstrip() or "(no output)", "    | "), err=True)

    def interrupted(self) -> None:
        """The sweep was stopped before its end."""
        click.echo(f"Interrupted after {len(self.swept)} of the runs.", err=True)

    def conclude(self) -> None:
        """The sum, and for each failure what the choice means."""
        passed, of = len(self.swept) - len(self.failed), len(self.swept)
        if self.as_json:
            click.echo(_pretty(self._as_mapping()))
            return
        click.echo(f"\nPasses under the defaults and {passed} of {of} other choices of readings.")
        if self.failed:
            click.echo("\nFails where\n")
        for each in self.failed:
            click.echo(_wrapped(" ".join(each.unusual), "  "))
            if len(each.unusual) == 1:
                ((name, option),) = ((n, o) for n, o in each.chosen.items() if o != READINGS[n].default)
                click.echo(_wrapped(f"{READINGS[name].question} {READINGS[name].options[option]}", "    "))
        if self.untried:
            names = ", ".join(self.untried)
            click.echo(_wrapped(f"Not tried, because a client is built for one option: {names} (--all tries all).", ""))

    def _line(self, name: str, trial: Trial) -> None:
        if self.as_json:
            return
        verdict, colour = ("passed", "green") if trial.passed else ("FAILED", "red")
        ending = "" if trial.passed else trial.ending
        shown = click.style(f"{verdict:<8}", fg=colour, bold=not trial.passed)
        click.echo(f"{name:<{_NAME_WIDTH}}{shown}{ending:<11}{trial.took:>8.2f} s")

    def _as_mapping(self) -> dict[str, Any]:
        return {
            "default": None if self.default is None else self._trial(self.default),
            "swept": [
                {
                    "readings": {name.value: option for name, option in each.chosen.items()},
                    "passed": each.trial.passed,
                    **self._trial(each.trial),
                }
                for each in self.swept
            ],
            "passed": len(self.swept) - len(self.failed),
            "of": len(self.swept),
            "untried": [name.value for name in self.untried],
        }

    def _trial(self, trial: Trial) -> dict[str, Any]:
        told: dict[str, Any] = {
            "exit_code": trial.exit_code,
            "timed_out": trial.exit_code is None,
            "seconds": round(trial.took, 3),
        }
        return {**told, "output": trial.output} if self.verbose and not trial.passed else told


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _pretty(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()

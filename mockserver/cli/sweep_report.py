"""How ``imin-mock sweep`` tells what it found: line by line for people at eighty columns, or as one JSON document at the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import click

from mockserver.cli.sweeping import Chosen
from mockserver.cli.trial_report import RunLines, pretty, trial_fields, wrapped
from mockserver.cli.tried_command import Trial
from mockserver.domain.readings import READINGS, ReadingName

_NAME_WIDTH = 2 + max(len(f"{r.name.value}={option}") for r in READINGS.values() for option in r.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """Readings that were imposed, and the command's run under them."""

    chosen: Chosen
    trial: Trial

    @property
    def unusual(self) -> list[str]:
        """The choices that are not the defaults, as they are written."""
        return unusual_in(self.chosen)


def unusual_in(chosen: Chosen) -> list[str]:
    """The choices that are not the defaults, as they are written."""
    return [f"{name.value}={option}" for name, option in chosen.items() if option != READINGS[name].default]


class Report:
    """What has been found so far. ``verbose``: with the output of every run that failed."""

    def __init__(self, *, as_json: bool, verbose: bool) -> None:
        self._as_json = as_json
        self._verbose = verbose
        self._lines = RunLines(as_json=as_json, verbose=verbose, name_width=_NAME_WIDTH, verdict_width=8)
        self._default: Trial | None = None
        self.swept: list[Swept] = []
        self._untried: list[ReadingName] = []

    @property
    def failed(self) -> list[Swept]:
        """The choices under which the command was not content."""
        return [each for each in self.swept if not each.trial.passed]

    def left_out(self, names: Iterable[ReadingName]) -> None:
        """These readings are not tried: a client is built for one of their options."""
        self._untried = list(names)

    def begin_plainly(self) -> None:
        """The run under the default readings begins."""
        self._lines.begin("defaults")

    def plain(self, trial: Trial) -> None:
        """The run under the default readings."""
        self._default = trial
        self._lines.end("passed" if trial.passed else "FAILED", trial, is_bad=not trial.passed, says_why=False)

    def begin(self, chosen: Chosen) -> None:
        """The run under a choice begins."""
        self._lines.begin(unusual_in(chosen)[0])

    def judge(self, swept: Swept) -> None:
        """A run under a choice."""
        self.swept.append(swept)
        passed = swept.trial.passed
        more = [" ".join(swept.unusual[1:])] if len(swept.unusual) > 1 else []
        self._lines.end("passed" if passed else "FAILED", swept.trial, is_bad=not passed, more=more)

    def show_output(self, trial: Trial) -> None:
        """What the command printed."""
        self._lines.show_output(trial)

    def break_off(self) -> None:
        """Nothing more comes of the run that has begun."""
        self._lines.break_off()

    def interrupted(self) -> None:
        """The sweep was stopped before its end: what is known so far."""
        self._lines.break_off()
        click.echo(f"Interrupted after {len(self.swept)} of the runs.", err=True)
        if self.swept or self._as_json:
            self.conclude(interrupted=True)

    def conclude(self, *, interrupted: bool = False) -> None:
        """The sum, and for each failure what the choice means."""
        passed, of = len(self.swept) - len(self.failed), len(self.swept)
        if self._as_json:
            click.echo(pretty(self._as_mapping(interrupted=interrupted)))
            return
        so_far = ", so far" if interrupted else ""
        click.echo(f"\nPasses under the defaults and {passed} of {of} other choices of readings{so_far}.")
        if self.failed:
            click.echo("\nFails where\n")
        for each in self.failed:
            click.echo(wrapped(" ".join(each.unusual), "  "))
            if len(each.unusual) == 1:
                ((name, option),) = ((n, o) for n, o in each.chosen.items() if o != READINGS[n].default)
                click.echo(wrapped(f"{READINGS[name].question} {READINGS[name].options[option]}", "    "))
        if self._untried:
            names = ", ".join(self._untried)
            click.echo(wrapped(f"Not tried, because a client is built for one option: {names} (--all tries all).", ""))

    def _as_mapping(self, *, interrupted: bool) -> dict[str, Any]:
        return {
            "default": None if self._default is None else trial_fields(self._default, verbose=self._verbose),
            "swept": [
                {
                    "readings": {name.value: option for name, option in each.chosen.items()},
                    "passed": each.trial.passed,
                    **trial_fields(each.trial, verbose=self._verbose),
                }
                for each in self.swept
            ],
            "passed": len(self.swept) - len(self.failed),
            "of": len(self.swept),
            "interrupted": interrupted,
            "untried": [name.value for name in self._untried],
        }

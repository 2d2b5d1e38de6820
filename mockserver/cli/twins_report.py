"""How ``imin-mock twins`` tells what it found: line by line for people at eighty columns, or as one JSON document at the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import click

from mockserver.cli.trial_report import RunLines, pretty, trial_fields, wrapped
from mockserver.cli.tried_command import Trial
from mockserver.domain.twins import SeenBy, Twin, TwinDescription

_NAME_WIDTH = max(len(name) for name in Twin) + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A twin, and the command's run against it."""

    breach: TwinDescription
    trial: Trial

    @property
    def caught(self) -> bool:
        """Whether the command noticed: by any other end than a good one."""
        return not self.trial.passed


class Report:
    """What has been found so far. ``verbose``: with the output of every run that failed."""

    def __init__(self, *, as_json: bool, verbose: bool) -> None:
        self._as_json = as_json
        self._verbose = verbose
        self._lines = RunLines(as_json=as_json, verbose=verbose, name_width=_NAME_WIDTH, verdict_width=10)
        self._honest: Trial | None = None
        self.judged: list[Judged] = []

    @property
    def survivors(self) -> list[Judged]:
        """The twins that the command took for honest."""
        return [each for each in self.judged if not each.caught]

    def begin_plainly(self) -> None:
        """The run against honest worlds begins."""
        self._lines.begin("plain")

    def plain(self, trial: Trial) -> None:
        """The run against honest worlds."""
        self._honest = trial
        self._lines.end("passed" if trial.passed else "FAILED", trial, is_bad=not trial.passed, says_why=False)

    def begin(self, breach: TwinDescription) -> None:
        """The run against a twin begins."""
        self._lines.begin(breach.twin.value)

    def judge(self, judged: Judged) -> None:
        """A run against a twin."""
        self.judged.append(judged)
        self._lines.end("caught" if judged.caught else "SURVIVED", judged.trial, is_bad=not judged.caught)

    def show_output(self, trial: Trial) -> None:
        """What the command printed."""
        self._lines.show_output(trial)

    def break_off(self) -> None:
        """Nothing more comes of the run that has begun."""
        self._lines.break_off()

    def interrupted(self) -> None:
        """The trial was stopped before its end: the score so far."""
        self._lines.break_off()
        click.echo(f"Interrupted after {_count(len(self.judged), 'twin')}.", err=True)
        if self.judged or self._as_json:
            self.conclude(interrupted=True)

    def conclude(self, *, interrupted: bool = False) -> None:
        """The score, and for each survivor what to assert."""
        if self._as_json:
            click.echo(pretty(self._as_mapping(interrupted=interrupted)))
            return
        caught, of = len(self.judged) - len(self.survivors), len(self.judged)
        so_far = " so far" if interrupted else ""
        click.echo(f"\nKill score{so_far}: {caught} of {of} ({_percent(caught, of)} %).")
        if self.survivors:
            click.echo(f"\n{_count(len(self.survivors), 'twin')} survived: no test of yours asserts that\n")
        for each in self.survivors:
            click.echo(f"  {each.breach.twin.value}")
            click.echo(wrapped(each.breach.assert_that, "    "))

    def _as_mapping(self, *, interrupted: bool) -> dict[str, Any]:
        caught, of = len(self.judged) - len(self.survivors), len(self.judged)
        return {
            "plain": None if self._honest is None else trial_fields(self._honest, verbose=self._verbose),
            "twins": [
                {**_breach(each.breach), "caught": each.caught, **trial_fields(each.trial, verbose=self._verbose)}
                for each in self.judged
            ],
            "caught": caught,
            "of": of,
            "percent": _percent(caught, of),
            "interrupted": interrupted,
        }


def listed_as_json(breaches: Iterable[TwinDescription]) -> str:
    """The twins, for programs."""
    return pretty([_breach(breach) for breach in breaches])


def listed_for_people(breaches: Iterable[TwinDescription]) -> str:
    """The twins, each with the law that it breaks, what it does and what to assert."""
    paragraphs = []
    for breach in breaches:
        unseen = "" if breach.seen_by is SeenBy.CLIENT else "  (--all: unseen by a client)"
        head = f"{click.style(breach.twin.value, bold=True)}  breaks {breach.breaks.value}{unseen}"
        paragraphs += [head, wrapped(breach.does, "    "), wrapped(f"Assert that {breach.assert_that}.", "    ")]
    return "\n".join(paragraphs)


def _breach(breach: TwinDescription) -> dict[str, Any]:
    return {
        "name": breach.twin.value,
        "breaks": breach.breaks.value,
        "seen_by": breach.seen_by.value,
        "does": breach.does,
        "assert_that": breach.assert_that,
    }


def _percent(caught: int, of: int) -> int:
    return 100 * caught // of if of else 100


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

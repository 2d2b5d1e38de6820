"""How ``imin-mock twins`` tells what it found: line by line for people at eighty columns, or as one JSON document at the end."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import click
import msgspec

from mockserver.cli.tried_command import Trial
from mockserver.domain.law_breakers import Breach, LawBreaker, SeenBy

WIDTH = 80
_NAME_WIDTH = max(len(name) for name in LawBreaker) + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A twin, and the command's run against it."""

    breach: Breach
    trial: Trial

    @property
    def caught(self) -> bool:
        """Whether the command noticed: by any other end than a good one."""
        return not self.trial.passed


@dataclass(slots=True, kw_only=True)
class Report:
    """What has been found so far. ``verbose``: with the output of every run that failed."""

    as_json: bool
    verbose: bool
    honest: Trial | None = None
    judged: list[Judged] = field(default_factory=list)

    @property
    def survivors(self) -> list[Judged]:
        """The twins that the command took for honest."""
        return [each for each in self.judged if not each.caught]

    def plain(self, trial: Trial) -> None:
        """The run against honest worlds."""
        self.honest = trial
        self._line("plain", "passed" if trial.passed else "FAILED", trial)

    def judge(self, judged: Judged) -> None:
        """A run against a twin."""
        self.judged.append(judged)
        self._line(judged.breach.law_breaker.value, "caught" if judged.caught else "SURVIVED", judged.trial)
        if self.verbose and judged.caught:
            self.show_output(judged.trial)

    def show_output(self, trial: Trial) -> None:
        """What the command printed, on standard error."""
        click.echo(textwrap.indent(trial.output.rstrip() or "(no output)", "    | "), err=True)

    def interrupted(self) -> None:
        """The trial was stopped before its end."""
        click.echo(f"Interrupted after {_count(len(self.judged), 'twin')}.", err=True)

    def conclude(self) -> None:
        """The score, and for each survivor what to assert."""
        if self.as_json:
            click.echo(_pretty(self._as_mapping()))
            return
        caught, of = len(self.judged) - len(self.survivors), len(self.judged)
        click.echo(f"\nKill score: {caught} of {of} ({_percent(caught, of)} %).")
        if self.survivors:
            click.echo(f"\n{_count(len(self.survivors), 'twin')} survived: no test of yours asserts that\n")
        for each in self.survivors:
            click.echo(f"  {each.breach.law_breaker.value}")
            click.echo(_wrapped(each.breach.assert_that, "    "))

    def _line(self, name: str, verdict: str, trial: Trial) -> None:
        if self.as_json:
            return
        colour = {"SURVIVED": "red", "FAILED": "red"}.get(verdict, "green")
        ending = "" if trial.passed else trial.ending
        shown = click.style(f"{verdict:<10}", fg=colour, bold=colour == "red")
        click.echo(f"{name:<{_NAME_WIDTH}}{shown}{ending:<12}{trial.took:>8.2f} s")

    def _as_mapping(self) -> dict[str, Any]:
        caught, of = len(self.judged) - len(self.survivors), len(self.judged)
        return {
            "plain": None if self.honest is None else _trial(self.honest, verbose=self.verbose),
            "twins": [
                {**_breach(each.breach), "caught": each.caught, **_trial(each.trial, verbose=self.verbose)}
                for each in self.judged
            ],
            "caught": caught,
            "of": of,
            "percent": _percent(caught, of),
        }


def listed_as_json(breaches: Iterable[Breach]) -> str:
    """The law breakers, for programs."""
    return _pretty([_breach(breach) for breach in breaches])


def listed_for_people(breaches: Iterable[Breach]) -> str:
    """The law breakers, each with the law that it breaks, what it does and what to assert."""
    paragraphs = []
    for breach in breaches:
        unseen = "" if breach.seen_by is SeenBy.CLIENT else "  (--all: unseen by a client)"
        head = f"{click.style(breach.law_breaker.value, bold=True)}  breaks {breach.breaks.value}{unseen}"
        paragraphs += [head, _wrapped(breach.does, "    "), _wrapped(f"Assert that {breach.assert_that}.", "    ")]
    return "\n".join(paragraphs)


def _breach(breach: Breach) -> dict[str, Any]:
    return {
        "name": breach.law_breaker.value,
        "breaks": breach.breaks.value,
        "seen_by": breach.seen_by.value,
        "does": breach.does,
        "assert_that": breach.assert_that,
    }


def _trial(trial: Trial, *, verbose: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "exit_code": trial.exit_code,
        "timed_out": trial.exit_code is None,
        "seconds": round(trial.took, 3),
    }
    return {**told, "output": trial.output} if verbose and not trial.passed else told


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _percent(caught: int, of: int) -> int:
    return 100 * caught // of if of else 100


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _pretty(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()

"""``imin-mock sweep``: under which readings of what imin leaves open a test command passes.

The command runs once where every scenario has its own readings, and must pass there; then once for each choice, which holds in
every world, whatever its scenario says: each other option by itself, or few combinations in which any two options meet. Each run
has worlds of its own. The same question always has the same answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import click

from mockserver.cli.options import AS_JSON, COMMAND_LAST, FAILED_OUTPUT, TIMEOUT, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, print_json, stop
from mockserver.cli.trial import Trial
from mockserver.cli.trial_session import (
    INTERRUPTED,
    TrialLines,
    stopped_by_a_signal,
    trial_fields,
    try_once,
    try_plainly,
    wrapped,
)
from mockserver.client.in_process import InProcess
from mockserver.domain.readings import (
    DECLARED_READINGS,
    READINGS,
    ReadingName,
    UnknownReadingError,
    chosen_readings,
    reading_named,
)
from mockserver.settings import Settings

Chosen = Mapping[ReadingName, str]
"""Options that are imposed; the other readings are as a scenario has them."""

Choice = tuple[ReadingName, str]

_NAME_WIDTH = 2 + max(len(f"{r.name.value}={option}") for r in READINGS.values() for option in r.options)


@click.command(epilog=EPILOG, context_settings=COMMAND_LAST)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.option("--pairs", is_flag=True, help="Any two options together in some run, in few runs.")
@click.option("--only", multiple=True, metavar="READING", help="Only this reading; may be given several times.")
@click.option("--all", "everything", is_flag=True, help="Also those that a client is built for, such as patch-body.")
@click.option(
    "--readings",
    "fixed",
    multiple=True,
    metavar="NAME=OPTION",
    help="Hold this reading in every run, the first one too; may be given several times.",
)
@TIMEOUT
@FAILED_OUTPUT
@settings_options("scenarios")
@AS_JSON
def sweep(
    command: tuple[str, ...],
    pairs: bool,
    only: tuple[str, ...],
    everything: bool,
    fixed: tuple[str, ...],
    timeout: float | None,
    verbose: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Run your tests under each reading of what imin leaves open, and say under which they pass.

    COMMAND is run once under the default readings and once under each other option of each reading, which holds whatever a
    scenario says. It finds the mock at IMIN_MOCK_URL, and imin's API at IMIN_BASE_URL.

    A reading that a client is built for, such as which body it sends, is tried only where it is named or with --all.

    \b
      imin-mock sweep -- pytest tests/booking
      imin-mock sweep --only unknown-customer --only links -v -- ./check.sh
      imin-mock sweep --readings patch-body=identifiers -- npm test
    """
    if not command:
        stop(Exit.BAD_INPUT, "Say what to run: imin-mock sweep -- pytest tests/booking")
    wanted = SweepTrial(
        command=command,
        only=only,
        everything=everything,
        fixed=fixed,
        pairs=pairs,
        folders=settings_of(values).scenarios,
        timeout=timeout,
    )
    lines = TrialLines(as_json=as_json, verbose=verbose, name_width=_NAME_WIDTH, verdict_width=8)
    _sweep(wanted, SweepReport(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepTrial:
    """What is swept: the command, and which readings, one at a time or in pairs.

    None named: all but those that a client is built for, or with ``everything`` those too. ``fixed`` hold in every run.
    """

    command: Sequence[str]
    only: Sequence[str]
    everything: bool
    fixed: Sequence[str]
    pairs: bool
    folders: Sequence[Path]
    timeout: float | None


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


@dataclass(slots=True)
class SweepReport:
    """What has been found so far: told line by line for people, or as one JSON document at the end.

    ``untried`` are readings that are not tried, since a client is built for one of their options.
    """

    lines: TrialLines
    untried: Sequence[ReadingName] = ()
    swept: list[Swept] = field(default_factory=list)

    @property
    def failed(self) -> list[Swept]:
        """The choices under which the command was not content."""
        return [each for each in self.swept if not each.trial.passed]

    def begin(self, chosen: Chosen) -> None:
        """The run under a choice begins."""
        self.lines.begin(unusual_in(chosen)[0])

    def judge(self, swept: Swept) -> None:
        """A run under a choice."""
        self.swept.append(swept)
        passed = swept.trial.passed
        more = [" ".join(swept.unusual[1:])] if len(swept.unusual) > 1 else []
        self.lines.end("passed" if passed else "FAILED", swept.trial, is_bad=not passed, more=more)

    def interrupted(self) -> None:
        """The sweep was stopped before its end: what is known so far."""
        self.lines.break_off()
        click.echo(f"Interrupted after {len(self.swept)} of the runs.", err=True)
        if self.swept or self.lines.as_json:
            self.conclude(interrupted=True)

    def conclude(self, *, interrupted: bool = False) -> None:
        """The sum, and for each failure what the choice means."""
        passed, of = len(self.swept) - len(self.failed), len(self.swept)
        if self.lines.as_json:
            print_json(self._fields(interrupted=interrupted))
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
        if self.untried:
            names = ", ".join(self.untried)
            click.echo(wrapped(f"Not tried, because a client is built for one option: {names} (--all tries all).", ""))

    def _fields(self, *, interrupted: bool) -> dict[str, Any]:
        plain, verbose = self.lines.plain, self.lines.verbose
        return {
            "default": None if plain is None else trial_fields(plain, verbose=verbose),
            "swept": [
                {
                    "readings": {name.value: option for name, option in each.chosen.items()},
                    "passed": each.trial.passed,
                    **trial_fields(each.trial, verbose=verbose),
                }
                for each in self.swept
            ],
            "passed": len(self.swept) - len(self.failed),
            "of": len(self.swept),
            "interrupted": interrupted,
            "untried": [name.value for name in self.untried],
        }


def _sweep(wanted: SweepTrial, report: SweepReport) -> None:
    """Run the command under each choice; exits 1 if it fails under one, 2 if nothing can be said."""
    fixed = _fixed(wanted)
    names = _named(wanted, fixed)
    settings = Settings(scenarios=tuple(wanted.folders), readings=tuple(wanted.fixed))
    if not (wanted.only or wanted.everything):
        report.untried = [name for name in ReadingName if name in DECLARED_READINGS - fixed.keys()]
    try:
        with stopped_by_a_signal(), InProcess(settings) as mock:
            plainly = try_plainly(
                mock,
                settings,
                wanted.command,
                timeout=wanted.timeout,
                lines=report.lines,
                name="defaults",
                where="under the default readings",
            )
            for chosen in pairwise(names) if wanted.pairs else one_at_a_time(names):
                imposed = tuple(f"{name.value}={option}" for name, option in chosen.items())
                mock.renew(replace(settings, readings=(*wanted.fixed, *imposed)))
                report.begin(chosen)
                trial = try_once(mock, wanted.command, timeout=plainly.limit(wanted.timeout), lines=report.lines)
                report.judge(Swept(chosen=chosen, trial=trial))
    except KeyboardInterrupt:
        report.interrupted()
        raise SystemExit(INTERRUPTED) from None
    report.conclude()
    if report.failed:
        raise SystemExit(int(Exit.FINDINGS))


def _fixed(wanted: SweepTrial) -> Mapping[ReadingName, str]:
    """The readings that hold in every run. Exits 2 for what is none, and for one that is to be tried as well."""
    try:
        fixed = chosen_readings(wanted.fixed)
    except UnknownReadingError as error:
        stop(Exit.BAD_INPUT, f"--readings: {error}")
    both = [name for name in fixed if name in wanted.only]
    if both:
        stop(Exit.BAD_INPUT, f"{', '.join(both)} cannot be tried with --only and held with --readings at once.")
    return fixed


def _named(wanted: SweepTrial, fixed: Mapping[ReadingName, str]) -> list[ReadingName]:
    """The readings that are tried, in the table's order. Exits 2 for an unknown name."""
    found, wrong = set(), []
    for name in wanted.only:
        try:
            found.add(reading_named(name))
        except UnknownReadingError as error:
            wrong.append(str(error))
    if wrong:
        stop(Exit.BAD_INPUT, "\n".join(wrong))
    usual = found or (set(ReadingName) if wanted.everything else set(ReadingName) - DECLARED_READINGS)
    return [name for name in ReadingName if name in usual and name not in fixed]


def one_at_a_time(names: Iterable[ReadingName]) -> list[Chosen]:
    """Every option that is not the default, one by one."""
    return [{name: option} for name in names for option in READINGS[name].options if option != READINGS[name].default]


def pairwise(names: Sequence[ReadingName]) -> list[Chosen]:
    """Combinations of all these readings; any two options of two readings stand together in one of them at least.

    The combination of all defaults is left out where its pairs are: it says nothing new.
    """
    missing = {frozenset(pair) for pair in _pairs(names)}
    defaults = {name: READINGS[name].default for name in names}
    missing -= {frozenset(pair) for pair in combinations(defaults.items(), 2)}
    rows: list[Chosen] = []
    while missing:
        row = _fullest(names, missing)
        missing -= {frozenset(pair) for pair in combinations(row.items(), 2)}
        rows.append(row)
    return rows or one_at_a_time(names)


def _pairs(names: Sequence[ReadingName]) -> Iterator[tuple[Choice, Choice]]:
    for one, other in combinations(names, 2):
        for option in READINGS[one].options:
            for another in READINGS[other].options:
                yield (one, option), (other, another)


def _fullest(names: Sequence[ReadingName], missing: set[frozenset[Choice]]) -> Chosen:
    """A combination with many of the missing pairs: it starts from the first of them and adds what brings most."""
    first = min(missing, key=lambda pair: sorted((names.index(name), option) for name, option in pair))
    row = dict(sorted(first, key=lambda choice: names.index(choice[0])))
    for name in names:
        if name not in row:
            row[name] = max(
                READINGS[name].options,
                key=lambda option: sum(frozenset({(name, option), other}) in missing for other in row.items()),
            )
    return {name: row[name] for name in names}

"""``imin-mock sweep``: under which readings of what imin leaves open a test command passes.

The command runs once where every scenario has its own readings, and must pass there; then once for each choice, which holds in
every world, whatever its scenario says. Each run has worlds of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mockserver.cli.exits import Exit, stop
from mockserver.cli.sweep_report import Report, Swept
from mockserver.cli.sweeping import one_at_a_time, pairwise
from mockserver.cli.trying import INTERRUPTED, stopped_by_a_signal, try_once, try_plainly
from mockserver.client.in_process import InProcess
from mockserver.domain.readings import (
    DECLARED_READINGS,
    ReadingName,
    UnknownReadingError,
    chosen_readings,
    reading_named,
)
from mockserver.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
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


def sweep(wanted: Wanted, report: Report) -> None:
    """Run the command under each choice; exits 1 if it fails under one, 2 if nothing can be said."""
    fixed = _fixed(wanted)
    names = _named(wanted, fixed)
    settings = Settings(scenarios=tuple(wanted.folders), readings=tuple(wanted.fixed))
    if not (wanted.only or wanted.everything):
        report.left_out([name for name in ReadingName if name in DECLARED_READINGS - fixed.keys()])
    try:
        with stopped_by_a_signal(), InProcess(settings) as mock:
            where = "under the default readings"
            plainly = try_plainly(mock, settings, wanted.command, timeout=wanted.timeout, teller=report, where=where)
            for chosen in pairwise(names) if wanted.pairs else one_at_a_time(names):
                imposed = tuple(f"{name.value}={option}" for name, option in chosen.items())
                mock.renew(replace(settings, readings=(*wanted.fixed, *imposed)))
                report.begin(chosen)
                trial = try_once(mock, wanted.command, timeout=plainly.limit(wanted.timeout), teller=report)
                report.judge(Swept(chosen=chosen, trial=trial))
    except KeyboardInterrupt:
        report.interrupted()
        raise SystemExit(INTERRUPTED) from None
    report.conclude()
    if report.failed:
        raise SystemExit(int(Exit.FINDINGS))


def _fixed(wanted: Wanted) -> Mapping[ReadingName, str]:
    """The readings that hold in every run. Exits 2 for what is none, and for one that is to be tried as well."""
    try:
        fixed = chosen_readings(wanted.fixed)
    except UnknownReadingError as error:
        stop(Exit.BAD_INPUT, f"--readings: {error}")
    both = [name for name in fixed if name in wanted.only]
    if both:
        stop(Exit.BAD_INPUT, f"{', '.join(both)} cannot be tried with --only and held with --readings at once.")
    return fixed


def _named(wanted: Wanted, fixed: Mapping[ReadingName, str]) -> list[ReadingName]:
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

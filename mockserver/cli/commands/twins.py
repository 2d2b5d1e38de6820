"""``imin-mock twins``: the twins, and which of them a test command notices.

The command runs once against honest worlds, where it must pass, and once for each twin with every world an evil twin.
Nothing tells it so but a header: neither its keys nor its environment change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from mockserver.cli.options import AS_JSON, COMMAND_LAST, FAILED_OUTPUT, TIMEOUT, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, counted, print_json, stop
from mockserver.cli.trial import Trial
from mockserver.cli.trial_session import (
    INTERRUPTED,
    Plainly,
    TrialLines,
    stopped_by_a_signal,
    trial_fields,
    try_once,
    try_plainly,
    wrapped,
)
from mockserver.client.in_process import InProcess
from mockserver.domain.twins import TWINS, SeenBy, Twin, TwinDescription, explain_no_twin
from mockserver.engine.registry import UnknownScenarioError
from mockserver.foundation.suggestions import did_you_mean
from mockserver.scenario.scenario import Scenario
from mockserver.settings import Settings
from mockserver.storage.scenario_files import ScenarioFiles, bundled_folder

_NAME_WIDTH = max(len(name) for name in Twin) + 2


@click.command(epilog=EPILOG, context_settings=COMMAND_LAST)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@click.option("--list", "listing", is_flag=True, help="List the twins, as without a COMMAND.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this twin; may be given several times.")
@click.option("--all", "everything", is_flag=True, help="Also those that show in money, e-mails or the feed alone.")
@click.option(
    "--scenario", multiple=True, metavar="NAME", help="Only worlds of this scenario; may be given several times."
)
@TIMEOUT
@FAILED_OUTPUT
@settings_options("scenarios")
@AS_JSON
def twins(command: tuple[str, ...], listing: bool, as_json: bool, **options: Any) -> None:
    """Try your tests against worlds that each break one law on purpose, and say which they did not notice.

    COMMAND is run once against honest worlds and once against each twin. It finds the mock at IMIN_MOCK_URL, and imin's API at
    IMIN_BASE_URL. Its keys stay as they are. It has noticed a twin if it exits with anything but 0.

    \b
      imin-mock twins -- pytest tests/booking
      imin-mock twins --only refunds-twice -v -- ./check.sh
    """
    if listing or not command:
        _list_twins(_chosen(options["only"], everything=True), as_json=as_json)
        return
    wanted = TwinsTrial(
        command=command,
        only=options["only"],
        scenarios=options["scenario"],
        folders=settings_of(options).scenarios,
        everything=options["everything"],
        timeout=options["timeout"],
    )
    lines = TrialLines(as_json=as_json, verbose=options["verbose"], name_width=_NAME_WIDTH, verdict_width=10)
    _try_twins(wanted, TwinsReport(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinsTrial:
    """What is tried: the command, which twins, and in which scenarios' worlds (none named: in all)."""

    command: Sequence[str]
    only: Sequence[str]
    scenarios: Sequence[str]
    folders: Sequence[Path]
    everything: bool
    timeout: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTwin:
    """A twin, and the command's run against it."""

    twin: TwinDescription
    trial: Trial

    @property
    def caught(self) -> bool:
        """Whether the command noticed: by any other end than a good one."""
        return not self.trial.passed


@dataclass(slots=True)
class TwinsReport:
    """What has been found so far: told line by line for people, or as one JSON document at the end."""

    lines: TrialLines
    judged: list[JudgedTwin] = field(default_factory=list)

    @property
    def survivors(self) -> list[JudgedTwin]:
        """The twins that the command took for honest."""
        return [each for each in self.judged if not each.caught]

    def judge(self, judged: JudgedTwin) -> None:
        """A run against a twin."""
        self.judged.append(judged)
        self.lines.end("caught" if judged.caught else "SURVIVED", judged.trial, is_bad=not judged.caught)

    def interrupted(self) -> None:
        """The trial was stopped before its end: the score so far."""
        self.lines.break_off()
        click.echo(f"Interrupted after {counted(len(self.judged), 'twin')}.", err=True)
        if self.judged or self.lines.as_json:
            self.conclude(interrupted=True)

    def conclude(self, *, interrupted: bool = False) -> None:
        """The score, and for each survivor what to assert."""
        if self.lines.as_json:
            print_json(self._fields(interrupted=interrupted))
            return
        caught, of = len(self.judged) - len(self.survivors), len(self.judged)
        so_far = " so far" if interrupted else ""
        click.echo(f"\nKill score{so_far}: {caught} of {of} ({_percent(caught, of)} %).")
        if self.survivors:
            click.echo(f"\n{counted(len(self.survivors), 'twin')} survived: no test of yours asserts that\n")
        for each in self.survivors:
            click.echo(f"  {each.twin.twin.value}")
            click.echo(wrapped(each.twin.assert_that, "    "))

    def _fields(self, *, interrupted: bool) -> dict[str, Any]:
        caught, of = len(self.judged) - len(self.survivors), len(self.judged)
        plain, verbose = self.lines.plain, self.lines.verbose
        return {
            "plain": None if plain is None else trial_fields(plain, verbose=verbose),
            "twins": [
                {**_twin_fields(each.twin), "caught": each.caught, **trial_fields(each.trial, verbose=verbose)}
                for each in self.judged
            ],
            "caught": caught,
            "of": of,
            "percent": _percent(caught, of),
            "interrupted": interrupted,
        }


def _chosen(only: Sequence[str], *, everything: bool) -> list[TwinDescription]:
    """The named twins; where none is named, those that a client of imin can see, or all. Exits 2 for an unknown name."""
    unknown = [name for name in only if name not in set(Twin)]
    if unknown:
        stop(Exit.BAD_INPUT, "\n".join(f"{name}: {explain_no_twin(name)}" for name in unknown))
    if only:
        return [TWINS[Twin(name)] for name in dict.fromkeys(only)]
    return [twin for twin in TWINS.values() if everything or twin.seen_by is SeenBy.CLIENT]


def _try_twins(wanted: TwinsTrial, report: TwinsReport) -> None:
    """Run the command against honest worlds and against each twin; exits 1 if one survives, 2 if nothing can be said."""
    chosen = _chosen(wanted.only, everything=wanted.everything)
    settings = Settings(scenarios=tuple(wanted.folders))
    scenarios = _scenarios(settings, wanted.scenarios)
    try:
        with stopped_by_a_signal(), InProcess(settings) as mock:
            limit = _try_plainly(mock, wanted, settings, report.lines).limit(wanted.timeout)
            for each in chosen:
                if scenarios:
                    mock.renew(settings, [_as_twin(scenario, each.twin) for scenario in scenarios])
                else:
                    mock.renew(replace(settings, twin=each.twin.value))
                report.lines.begin(each.twin.value)
                trial = try_once(mock, wanted.command, timeout=limit, lines=report.lines)
                report.judge(JudgedTwin(twin=each, trial=trial))
    except KeyboardInterrupt:
        report.interrupted()
        raise SystemExit(INTERRUPTED) from None
    report.conclude()
    if report.survivors:
        raise SystemExit(int(Exit.FINDINGS))


def _try_plainly(mock: InProcess, wanted: TwinsTrial, settings: Settings, lines: TrialLines) -> Plainly:
    """Exits 2 if the command has nothing to do with the scenarios that are to be twins."""
    where = "in an honest world"
    plainly = try_plainly(
        mock, settings, wanted.command, timeout=wanted.timeout, lines=lines, name="plain", where=where
    )
    missed = [name for name in wanted.scenarios if name not in plainly.used]
    if missed:
        uses = ", ".join(sorted(plainly.used))
        stop(Exit.BAD_INPUT, f"The command uses no world of {', '.join(missed)}. It uses: {uses}.")
    return plainly


def _scenarios(settings: Settings, names: Sequence[str]) -> list[Scenario]:
    """The scenarios of these names. Exits 2 if there is none of a name."""
    files = ScenarioFiles([bundled_folder(), *settings.scenarios])
    found = []
    for name in names:
        try:
            found.append(files.find(name))
        except UnknownScenarioError:
            meant = did_you_mean(name, files.names()) or " imin-mock scenarios lists them."
            stop(Exit.BAD_INPUT, f"There is no scenario {name!r}.{meant}")
    return found


def _as_twin(scenario: Scenario, twin: Twin) -> Scenario:
    changed = replace(scenario, twin=twin)
    if scenario.epoch is not None:
        changed.seed(scenario.epoch)
    return changed


def _list_twins(listed: Iterable[TwinDescription], *, as_json: bool) -> None:
    """Print the twins: what each breaks, what it does, and what to assert."""
    if as_json:
        print_json([_twin_fields(each) for each in listed])
        return
    for each in listed:
        unseen = "" if each.seen_by is SeenBy.CLIENT else "  (--all: unseen by a client)"
        click.echo(f"{click.style(each.twin.value, bold=True)}  breaks {each.breaks.value}{unseen}")
        click.echo(wrapped(each.does, "    "))
        click.echo(wrapped(f"Assert that {each.assert_that}.", "    "))


def _twin_fields(described: TwinDescription) -> dict[str, Any]:
    return {
        "name": described.twin.value,
        "breaks": described.breaks.value,
        "seen_by": described.seen_by.value,
        "does": described.does,
        "assert_that": described.assert_that,
    }


def _percent(caught: int, of: int) -> int:
    return 100 * caught // of if of else 100

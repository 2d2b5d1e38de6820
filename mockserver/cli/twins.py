"""``imin-mock twins``: the twins, and which of them a test command notices.

The command runs once against honest worlds, where it must pass, and once for each twin with every world an evil twin.
Nothing tells it so but a header: neither its keys nor its environment change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from mockserver.cli.exits import Exit, stop
from mockserver.cli.trying import INTERRUPTED, Plainly, stopped_by_a_signal, try_once, try_plainly
from mockserver.cli.twins_report import Judged, Report
from mockserver.client.in_process import InProcess
from mockserver.domain.twins import TWINS, SeenBy, Twin, TwinDescription, explain_no_twin
from mockserver.engine.registry import UnknownScenarioError
from mockserver.scenario.scenario import Scenario
from mockserver.settings import Settings
from mockserver.spelling import did_you_mean
from mockserver.storage.scenario_files import ScenarioFiles, bundled_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is tried: the command, which twins, and in which scenarios' worlds (none named: in all)."""

    command: Sequence[str]
    only: Sequence[str]
    scenarios: Sequence[str]
    folders: Sequence[Path]
    everything: bool
    timeout: float | None


def chosen(only: Sequence[str], *, everything: bool) -> list[TwinDescription]:
    """The named twins; where none is named, those that a client of imin can see, or all. Exits 2 for an unknown name."""
    unknown = [name for name in only if name not in set(Twin)]
    if unknown:
        stop(Exit.BAD_INPUT, "\n".join(f"{name}: {explain_no_twin(name)}" for name in unknown))
    if only:
        return [TWINS[Twin(name)] for name in dict.fromkeys(only)]
    return [breach for breach in TWINS.values() if everything or breach.seen_by is SeenBy.CLIENT]


def try_twins(wanted: Wanted, report: Report) -> None:
    """Run the command against honest worlds and against each twin; exits 1 if one survives, 2 if nothing can be said."""
    breaches = chosen(wanted.only, everything=wanted.everything)
    settings = Settings(scenarios=tuple(wanted.folders))
    scenarios = _scenarios(settings, wanted.scenarios)
    try:
        with stopped_by_a_signal(), InProcess(settings) as mock:
            limit = _try_plainly(mock, wanted, settings, report).limit(wanted.timeout)
            for breach in breaches:
                twin = breach.twin
                if scenarios:
                    mock.renew(settings, [_as_twin(scenario, twin) for scenario in scenarios])
                else:
                    mock.renew(replace(settings, twin=twin.value))
                report.begin(breach)
                trial = try_once(mock, wanted.command, timeout=limit, teller=report)
                report.judge(Judged(breach=breach, trial=trial))
    except KeyboardInterrupt:
        report.interrupted()
        raise SystemExit(INTERRUPTED) from None
    report.conclude()
    if report.survivors:
        raise SystemExit(int(Exit.FINDINGS))


def _try_plainly(mock: InProcess, wanted: Wanted, settings: Settings, report: Report) -> Plainly:
    """Exits 2 if the command has nothing to do with the scenarios that are to be twins."""
    where = "in an honest world"
    plainly = try_plainly(mock, settings, wanted.command, timeout=wanted.timeout, teller=report, where=where)
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


def list_twins(only: Sequence[str], *, as_json: bool) -> None:
    """Print the named twins, or all: what each breaks, what it does, and what to assert."""
    from mockserver.cli.twins_report import listed_as_json, listed_for_people

    breaches = chosen(only, everything=True)
    click.echo(listed_as_json(breaches) if as_json else listed_for_people(breaches))

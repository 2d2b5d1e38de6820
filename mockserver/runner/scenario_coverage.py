"""Which shipped scenario exercises a point of behaviour coverage: found by running each one in this process and asking.

It knows the bundled scenarios and the stand-in client. It must never know what a point means.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mockserver.engine.coverage.points import Family, Point
from mockserver.engine.coverage.report import CoverageReport, merge
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.scenario import Scenario
from mockserver.storage.scenario_files import ScenarioFiles, bundled_folder

BY_HAND: Mapping[str, str] = MappingProxyType(
    {
        "rule:list.unknown-customer": "happy-path, by listing a customer whom it does not have",
        "cliff:start:patch:after": "no-cancellation-window, by cancelling after the start",
        "cliff:start:list:after": "no-cancellation-window, by listing after the start",
    }
)
"""How to meet the points that count and that no shipped scenario meets by its own steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercised:
    """What scenarios meet when they are run as self-tests: all of them together, and which of them meets a point."""

    report: CoverageReport
    by_point: Mapping[str, tuple[str, ...]]

    def hint(self, point: Point) -> str:
        """What would exercise the point, in words."""
        if point.family is Family.MACHINE:
            return point.id.split(":")[1]
        names = self.by_point.get(point.id, ())
        return ", ".join(names[:2]) or BY_HAND.get(point.id) or point.needs or "a scenario of your own"


def exercised(scenarios: Iterable[Scenario]) -> Exercised:
    """What each of the scenarios meets, each in a world of its own.

    Of a point's scenarios, those that meet least beside it come first.
    """
    runs = [run_scenario(scenario) for scenario in scenarios]
    by_point: dict[str, list[tuple[int, str]]] = {}
    for run in runs:
        for point in run.coverage.counts:
            by_point.setdefault(point, []).append((len(run.coverage.counts), run.scenario.name))
    return Exercised(
        report=merge(*(run.coverage for run in runs)),
        by_point={point: tuple(name for _, name in sorted(found)) for point, found in by_point.items()},
    )


def shipped_scenarios() -> list[Scenario]:
    """The scenarios that come with the mock."""
    files = ScenarioFiles([bundled_folder()])
    return [files.find(name) for name in files.names()]

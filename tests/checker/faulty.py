"""The folder of faulty scenarios, and what the check must say of each: the ids of the findings with their lines, no more."""

from functools import cache
from pathlib import Path

from mockserver.checker.checker import Report, check_scenario
from mockserver.engine.clock import elapsed_seconds
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.scenario import Scenario, read_with_places
from mockserver.scenario.source import Source, read_source
from mockserver.storage.scenario_files import read_text

FOLDER = Path(__file__).resolve().parent.parent / "faulty_scenarios"
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}

FAULTS: dict[str, list[tuple[str, int]]] = {
    "a-circle-of-events": [("endless-work", 18)],
    "a-circle-of-timers-without-delay": [("endless-work", 18)],
    "a-circle-that-a-request-begins": [("endless-work", 18)],
    "a-feed-that-never-recovers": [("pending-for-ever", 16)],
    "a-refusal-that-leaves-pending": [("pending-for-ever", 17)],
    "a-request-that-no-client-can-make": [("transition-never-fires", 24)],
    "a-state-that-nothing-enters": [("state-unreachable", 22)],
    "a-step-that-expects-another-answer": [("step-not-met", 19)],
    "a-timer-longer-than-any-stay": [("transition-never-fires", 24)],
    "a-transition-behind-a-broader-one": [("transition-ambiguous", 24), ("transition-never-fires", 24)],
    "a-transition-on-an-event-that-never-happens": [("transition-never-fires", 23), ("state-unreachable", 24)],
    "a-twin-that-cancels-too-late": [("law-flag-and-patch-disagree", 4)],
    "a-twin-that-refunds-twice": [("law-refunded-too-much", 4)],
    # What comes back is cancelled again, and of that second time imin never hears.
    "a-twin-that-reverses-cancellations": [
        ("law-cancellation-reversed", 4),
        ("law-total-rises", 4),
        ("pending-for-ever", 17),
    ],
    "an-action-on-what-is-cancelled": [("action-never-permitted", 20)],
    "an-answer-that-never-comes": [("pending-for-ever", 16)],
    "an-expectation-before-its-time": [("expectation-not-met", 22)],
    "an-expectation-that-no-run-meets": [("expectation-impossible", 22)],
    "an-instant-at-which-the-state-is-left": [("transition-never-fires", 23)],
    "more-money-than-was-paid": [("expectation-impossible", 22)],
    "more-refunds-than-items": [("expectation-impossible", 22)],
    "one-of-two-items-is-never-answered": [("pending-for-ever", 16)],
    "silence-after-the-first-cancellation": [("pending-for-ever", 16)],
    "two-timers-at-one-instant": [("transition-ambiguous", 23), ("transition-never-fires", 23)],
    "two-transitions-that-overlap": [("transition-ambiguous", 24)],
}


@cache
def checked(path: Path) -> Report:
    """The report on a file."""
    read = read_with_places(read_text(path), name=path.stem)
    return check_scenario(*read, elapsed=elapsed_seconds, run=run_scenario)


def places_of(scenario: Scenario) -> Source:
    """The text of a scenario that was made here, read for its places."""
    return read_source(scenario.text, file=f"{scenario.name}.yaml")

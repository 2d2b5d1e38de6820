"""The check as a whole: explore every part of a scenario, and say what is wrong with it, each with the shortest way to it."""

import gc
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from mockserver.checker.exploration import Budget, Explored, Explorer, Way
from mockserver.checker.findings import Finding, FindingId
from mockserver.checker.likeness import named_items, parts_of
from mockserver.checker.reporter import Reporter
from mockserver.checker.sightings import Circled
from mockserver.domain.catalogue import Catalogue, Order
from mockserver.domain.values import OrderId
from mockserver.foundation.limits import CHECKED_SECONDS, CHECKED_STATES
from mockserver.scenario.expectations import (
    EmailsExpected,
    EventsExpected,
    Expectation,
    FeedItemsExpected,
    ItemStatusExpected,
    ReceiptsExpected,
    RefundsExpected,
)
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.seed import Seed
from mockserver.scenario.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the check found, and how far it looked. *Units*: ``seconds`` of real time.

    ``cut_short`` says why not everything was explored; ``narrowed``, that of very many sets of items only some were tried.
    """

    scenario: Scenario
    source: Source
    findings: tuple[Finding, ...]
    states: int
    seconds: float
    cut_short: str | None
    narrowed: bool


class Failure(Protocol):
    """What the file's own run did not find as a line of the file says."""

    @property
    def line(self) -> int: ...
    @property
    def says(self) -> str: ...
    @property
    def found(self) -> str: ...


class OwnRun(Protocol):
    """A run of the file's own steps."""

    @property
    def failures(self) -> Sequence[Failure]: ...


def check_scenario(
    scenario: Scenario,
    source: Source,
    *,
    elapsed: Callable[[], float],
    run: Callable[[Scenario], OwnRun],
    max_states: int = CHECKED_STATES,
    max_seconds: float = CHECKED_SECONDS,
) -> Report:
    """The report on a scenario that was read from the source: what is wrong with its own run, and with all others.

    *Units*: seconds as ``elapsed`` counts them.
    """
    failures = run(scenario).failures
    unmet = {failure.line for failure in failures}
    was_enabled = gc.isenabled()
    gc.disable()  # states are kept and hold no circles: looking for some costs a sixth of the time
    try:
        report = explore(
            scenario, source, elapsed=elapsed, unmet_lines=unmet, max_states=max_states, max_seconds=max_seconds
        )
    finally:
        if was_enabled:
            gc.enable()
    steps = set(scenario.lines[0])
    wrong = [
        Finding(id=FindingId.STEP_NOT_MET, line=each.line, message=f"expected {each.says}, but {each.found}")
        for each in failures
        if each.line in steps
    ]
    return replace(report, findings=tuple(sorted((*report.findings, *wrong), key=lambda finding: finding.line)))


def explore(
    scenario: Scenario,
    source: Source,
    *,
    elapsed: Callable[[], float],
    unmet_lines: Collection[int] = (),
    max_states: int = CHECKED_STATES,
    max_seconds: float = CHECKED_SECONDS,
) -> Report:
    """The report on all runs but the file's own; ``unmet_lines`` are those of the expectations that its own steps do not meet."""
    seed = scenario.sample
    budget = Budget(states=max_states, seconds=max_seconds, elapsed=elapsed, started=elapsed())
    questions = [each for each in seed.expectations if each.line in unmet_lines]
    named = named_items(seed)
    explored: list[Explored] = []
    answers: list[tuple[Expectation, Explored, Way | None]] = []
    parts = parts_of(seed)
    everything = tuple(seed.catalogue.orders.values())
    asked = [(part, _questions_about(part, questions, seed, only_part=len(parts) == 1)) for part in parts]
    if rest := [each for each in questions if not any(each in mine for _, mine in asked)]:
        asked.append((everything, rest))
    for orders, mine in asked:
        found = Explorer(seed.world(scenario.twin), orders, budget, named=named, questions=mine).explore()
        explored.append(found)
        answers += ((question, found, found.met.get(place)) for place, question in enumerate(mine))
    narrowed = any(each.narrowed for each in explored)
    ends = not any(isinstance(sighting, Circled) for each in explored for sighting in each.seen)
    is_whole = budget.ran_out is None and not narrowed and ends
    reporter = Reporter(scenario, source, explored)
    findings = [*reporter.seen(), *reporter.stuck(), *(reporter.never_seen() if is_whole else ())]
    findings += (reporter.unmet(*answer, is_whole=is_whole) for answer in answers)
    return Report(
        scenario=scenario,
        source=source,
        findings=tuple(sorted(findings, key=lambda finding: (finding.line, finding.id, finding.message))),
        states=budget.spent,
        seconds=elapsed() - budget.started,
        cut_short=budget.ran_out,
        narrowed=narrowed,
    )


def _questions_about(
    orders: tuple[Order, ...], questions: Sequence[Expectation], seed: Seed, *, only_part: bool
) -> list[Expectation]:
    """The questions that this part can answer: all of them where it is the only one, else those about one of its orders."""
    mine = {order.id for order in orders}
    return [each for each in questions if only_part or _order_of(each, seed.catalogue) in mine]


def _order_of(expectation: Expectation, catalogue: Catalogue) -> OrderId | None:
    """The one order that the expectation is about, if it is about one alone."""
    match expectation:
        case ItemStatusExpected(item_id=item_id):
            item = catalogue.items.get(item_id)
            return None if item is None else item.order_id
        case RefundsExpected(order_id=order_id) | ReceiptsExpected(order_id=order_id):
            return order_id
        case EmailsExpected() | FeedItemsExpected() | EventsExpected():
            return None
        case _:
            assert_never(expectation)

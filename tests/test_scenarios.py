"""The shipped scenarios: each runs as it says, says nothing idle, and gives the same bytes everywhere."""

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from mockserver.domain.behaviour import Behaviour
from mockserver.domain.readings import DEFAULT_READINGS
from mockserver.domain.statuses import OrderItemStatus
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario import document as spec
from mockserver.scenario.notation import moment
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.seed import Frozen
from tests.library import NAMES, PAGE, ROOT, shipped
from tests.recording import record_all, recording_of
from tests.scenario_index import basis_of, shown_by, with_index

CASES = {
    "happy-path", "window-closed", "window-closes-between-listing-and-cancelling", "offer-without-refund",
    "no-cancellation-window", "free-item", "one-of-two-items-not-cancellable", "repeat-cancel-while-pending",
    "repeat-cancel-after-cancelled", "booking-system-refuses-late", "booking-system-never-answers",
    "seller-cancels", "seller-cancels-while-pending", "refund-fails-twice-then-succeeds",
    "refund-slower-than-a-minute", "attendance-is-noted", "facility-slot", "group-booking", "many-upcoming-items",
    "no-bookings", "feed-outage-then-recovery", "duplicated-feed-items", "service-unavailable-then-fine",
    "deadline-across-the-spring-clock-change", "one-order-two-sessions",
}  # fmt: skip

EXPECTING = {
    "absent", "amount", "cancellable", "drops", "emails", "expect", "feed_items", "pages", "receipts", "refunds", "status",
    "times", "total", "truncated",
}  # fmt: skip
"""The keys of a step or an expectation that say what must be; the others say when, of whom and what is asked."""


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_runs_as_it_says(name: str) -> None:
    run = run_scenario(shipped(name))
    assert run.ok, "\n\n".join(map(str, run.failures))
    assert run.quiet
    assert len(run.outcomes) == len(shipped(name).document.when) + len(shipped(name).document.then)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_asks_and_expects(name: str) -> None:
    assert shipped(name).document.when
    assert shipped(name).document.then


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_is_named_after_its_case_in_words(name: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", name), "words, and more than one"
    assert not re.search(r"\b(test|scenario|case|example)\b", name)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_teaches(name: str) -> None:
    scenario = shipped(name)
    assert len(scenario.title) >= 20
    assert not scenario.title.endswith(".")
    assert shown_by(scenario).endswith(".")
    assert basis_of(scenario), "about ends with Basis: documented (...); standard (...); assumed (...)"
    if scenario.title.startswith("The other reading"):
        assert scenario.document.readings
        assert "assumed" in basis_of(scenario)


def test_the_cases_that_every_integrator_meets_are_there() -> None:
    assert set(NAMES) >= CASES


def test_no_two_shipped_scenarios_have_one_title() -> None:
    titles = [shipped(name).title for name in NAMES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", NAMES)
def test_every_expectation_of_a_shipped_scenario_can_fail(name: str) -> None:
    scenario = shipped(name)
    idle = [
        change for change, changed in _contradictions(scenario.document) if run_scenario(_with(scenario, changed)).ok
    ]
    assert idle == []


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_fails_without_what_makes_it_special(name: str) -> None:
    scenario = shipped(name)
    idle = [what for what, ordinary in _made_ordinary(scenario) if run_scenario(ordinary).ok]
    assert idle == []


def test_the_index_of_scenarios_is_fresh() -> None:
    page = PAGE.read_text(encoding="utf-8")
    fresh = with_index(page, map(shipped, NAMES))
    if "UPDATE_SCENARIO_INDEX" in os.environ:
        PAGE.write_text(fresh, encoding="utf-8")
    else:
        assert page == fresh, "make it anew: UPDATE_SCENARIO_INDEX=1 python3 dev.py test -- tests/test_scenarios.py"


@pytest.fixture(scope="module")
def recording() -> bytes:
    return record_all()


def test_two_runs_of_a_scenario_give_the_same_bytes(recording: bytes) -> None:
    assert recording == record_all()


@pytest.mark.parametrize(
    ("hash_seed", "timezone"), [("0", "UTC"), ("1", "America/St_Johns"), ("4242", "Asia/Kathmandu")]
)
def test_a_scenario_gives_the_same_bytes_under_every_hash_seed_and_time_zone(
    recording: bytes, hash_seed: str, timezone: str
) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": timezone}
    command = [sys.executable, "-m", "tests.recording"]
    elsewhere = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout
    for ours, theirs in zip(recording.splitlines(), elsewhere.splitlines(), strict=True):
        assert ours == theirs


def test_the_recording_holds_what_the_client_saw_and_what_happened() -> None:
    name, answers, journal, outcomes = msgspec.json.decode(recording_of(run_scenario(shipped("happy-path"))))
    assert name == "happy-path"
    assert ["PATCH", 204] in [[answer[0], answer[3]] for answer in answers]
    assert "refund_completed" in {event["event"] for event in journal}
    assert all(passed for _, _, passed, _ in outcomes)


def _with(scenario: Scenario, document: spec.Document) -> Scenario:
    """The same scenario with another document behind it."""
    return dataclasses.replace(scenario, document=document)


def _contradictions(document: spec.Document) -> Iterator[tuple[str, spec.Document]]:
    """The document with one expectation turned into another, for every one of its expectations."""
    for part in ("when", "then"):
        told: tuple[Any, ...] = getattr(document, part)
        for position, each in enumerate(told):
            for field, contrary in _opposites(each):
                changed = (*told[:position], contrary, *told[position + 1 :])
                yield f"{part}[{position}].{field}", msgspec.structs.replace(document, **{part: changed})


def _opposites(told: Any) -> Iterator[tuple[str, Any]]:
    for field in EXPECTING & set(told.__struct_fields__):
        for wrong in _wrong(field, getattr(told, field), told):
            yield field, msgspec.structs.replace(told, **{field: wrong})


def _wrong(field: str, said: Any, told: Any) -> Iterator[Any]:
    """Everything that is not what the field says."""
    match said:
        case OrderItemStatus():
            yield OrderItemStatus.ABSENT
        case bool() if field == "drops" or not told.drops:
            yield not said
        case int() if field not in ("drops", "truncated"):
            yield said + 1
        case str():
            yield "9999.99 GBP"
        case dict():
            for item, value in said.items():
                yield {**said, item: not value if isinstance(value, bool) else OrderItemStatus.ABSENT}
        case (first, *_) if field == "expect":
            yield (*said, first)
            yield said[:-1]
        case tuple() if field == "absent":
            listed = told.expect if isinstance(told.expect, dict) else {}
            yield from ((*said, item) for item in (*listed, *told.cancellable))
        case spec.AnswerExpectedSpec():
            wrong = {"status": 499, "rule": "no.rule", "error": "NoError", "says": "no such words"}
            said_names = [name for name in wrong if getattr(said, name) is not None]
            yield from (msgspec.structs.replace(said, **{name: wrong[name]}) for name in said_names)


def _made_ordinary(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    """The scenario without its behaviour, its timeline, its readings or its clock, for each that it has."""
    document = scenario.document
    machine = scenario.seed(scenario.epoch or moment(spec.DEFAULT_EPOCH).to_instant()).machine
    if any(state.behaviour != Behaviour() or state.transitions for state in machine.states.values()):
        yield "behaviour", _with(scenario, msgspec.structs.replace(document, behaviour=spec.BehaviourSpec()))
    if document.timeline:
        yield "timeline", _with(scenario, msgspec.structs.replace(document, timeline=()))
    if scenario.readings != DEFAULT_READINGS:
        yield "readings", dataclasses.replace(scenario, readings=DEFAULT_READINGS)
    if scenario.clock != Frozen() and scenario.epoch is not None:
        yield "clock", dataclasses.replace(scenario, clock=Frozen())

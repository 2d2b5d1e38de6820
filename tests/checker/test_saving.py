"""The way to a finding, through faults of imin's API and odd instants, is a scenario that runs and shows it."""

from typing import Any

import pytest
from whenever import TimeDelta

from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.checking.checking import check
from mockserver.scenario.checking.findings import offset
from mockserver.scenario.checking.saving import scenario_of
from mockserver.scenario.scenario import parse_scenario
from tests.scenario.writing import make_scenario

SILENT = {"booking_system": {"answers": "never"}}
TO_SILENT = [{"event": "fault_used", "to": "silent"}]
HALF_A_SECOND = {"booking_system": {"after": "PT0.5S"}, "on": [{"event": "cancellation_confirmed", "to": "silent"}] * 2}


def after_a_fault(operation: str, fault: dict[str, Any]) -> dict[str, Any]:
    """States of which the second one never answers, and only a fault of this operation leads there."""
    return {"open": {"imin": {"api": {operation: {**fault, "times": 1}}}, "on": TO_SILENT}, "silent": SILENT}


@pytest.mark.parametrize(
    "states",
    [
        {"silent": SILENT},
        after_a_fault("cancel", {"respond": {"status": 503}}),
        after_a_fault("cancel", {"drop_connection": "before"}),
        after_a_fault("cancel", {"drop_connection": "after"}),
        after_a_fault("cancel", {"truncate_body": True}),
        after_a_fault("get_order", {"truncate_body": True}),
        after_a_fault("get_order", {"drop_connection": "before"}),
        after_a_fault("list_upcoming", {"respond": {"status": 503}}),
        after_a_fault("list_orders", {"drop_connection": "after"}),
        {"open": HALF_A_SECOND, "silent": SILENT},
    ],
)
def test_a_way_through_anything_can_be_walked_by_the_stand_in(states: dict[str, Any]) -> None:
    scenario = make_scenario(
        {
            "behaviour/states": states,
            "clock": {"step": "PT1S"},
            "customers/asha/identifier": "customer-77",
            "orders": {"booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "yoga"}}},
        }
    )
    findings = [each for each in check(scenario, elapsed=lambda: 0.0).findings if each.trace is not None]
    assert "pending-for-ever" in {each.id for each in findings}
    for finding in findings:
        run = run_scenario(parse_scenario(scenario_of(finding, scenario), name="saved"))
        assert run.failures == ()
        assert run.scenario.document.then


def test_an_answer_that_waits_for_looks_may_be_looked_for_in_either_way() -> None:
    watched = {"booking_system": {"answers": "confirm", "after": {"reads": 2}}}
    broken = {"respond": {"status": 500}}
    one_way = {"imin": {"api": {"get_order": broken}}}
    no_way = {"imin": {"api": {"get_order": broken, "list_upcoming": broken}}}
    orders = {"booking": {"customer": "asha", "items": {"seat-1": "yoga"}}}

    def found(state: dict[str, Any]) -> list[str]:
        scenario = make_scenario({"orders": orders, "behaviour/states": {"watched": {**watched, **state}}})
        return [finding.id for finding in check(scenario, elapsed=lambda: 0.0).findings]

    assert found({}) == []
    assert found(one_way) == []
    assert found(no_way) == ["pending-for-ever"]


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "+0s"), (0.5, "+0.5s"), (60, "+1m"), (90_000, "+25h"), (3_601, "+1h1s")]
)
def test_a_span_is_written_as_a_scenario_writes_it(seconds: float, written: str) -> None:
    assert offset(TimeDelta(seconds=seconds)) == written

"""The way to a finding, through faults of imin's API and odd instants, is a scenario that runs and shows it."""

from typing import Any

import pytest

from mockserver.checker.checker import explore
from mockserver.checker.saved_scenario import scenario_of
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.scenario import parse_scenario
from tests.checker.faulty import places_of
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
    findings = [
        each for each in explore(scenario, places_of(scenario), elapsed=lambda: 0.0).findings if each.trace is not None
    ]
    assert "pending-for-ever" in {each.id for each in findings}
    for finding in findings:
        run = run_scenario(parse_scenario(scenario_of(finding, scenario, places_of(scenario)), name="saved"))
        assert run.failures == ()
        assert run.scenario.document.then


LOOKS = ("get_order", "list_upcoming", "list_orders")


@pytest.mark.parametrize("open_to", [*LOOKS, None])
def test_an_answer_that_waits_for_looks_comes_by_whatever_look_the_mock_lets_through(open_to: str | None) -> None:
    api = {look: {"respond": {"status": 500}} for look in LOOKS if look != open_to}
    watched = {"booking_system": {"answers": "confirm", "after": {"reads": 2}}, "imin": {"api": api}}
    cancels = {"at": "+1s", "cancel": "seat-1", "of": "booking"}
    looks = [{"at": f"+{at}s", look: "booking" if look == "get_order" else "asha"} for look in LOOKS for at in (2, 3)]
    scenario = make_scenario(
        {
            "orders": {"booking": {"customer": "asha", "items": {"seat-1": "yoga"}}},
            "behaviour/states": {"watched": watched},
            "when": [cancels, *looks],
            "then": [{"item": "seat-1", "status": "CustomerCancelled"}],
        }
    )
    found = [finding.id for finding in explore(scenario, places_of(scenario), elapsed=lambda: 0.0).findings]
    assert found == ([] if open_to else ["pending-for-ever"])
    assert run_scenario(scenario).outcomes[-1].passed is (open_to is not None), "so it is in the mock"


@pytest.mark.parametrize(("receipts", "kind"), [(0, "expectation-not-met"), (1, "expectation-impossible")])
def test_a_free_order_has_as_many_receipts_in_the_check_as_in_the_mock(receipts: int, kind: str) -> None:
    """It has none; and so the first is met by the file itself, which is not asked here whether it is."""
    scenario = make_scenario(
        {"opportunities/yoga/offer": {"price": "0.00 GBP"}, "then": [{"receipts": receipts, "of": "booking"}]}
    )
    (expected,) = scenario.sample.expectations
    (finding,) = explore(scenario, places_of(scenario), elapsed=lambda: 0.0, unmet_lines=[expected.line]).findings
    assert finding.id == kind
    assert run_scenario(scenario).ok is (receipts == 0)

"""What a world's scenario expects, and whether it is so: each expectation at its own instant, the others now."""

from typing import Any

from mockserver.engine.rehearsal import Rehearsal
from mockserver.scenario.observing import Expectation
from mockserver.web.admin_api.control import Control
from mockserver.web.answers import Answer, json_answer
from mockserver.web.observing import observe
from mockserver.web.operation import Call


def list_expectations(control: Control, call: Call) -> Answer:
    """Every expectation under the scenario's ``then:``, in the order of the file."""
    rehearsal = control.rehearsal_of(call)
    return json_answer(
        {
            "scripted": bool(rehearsal.seed.steps),
            "quiet": rehearsal.next_due() is None,
            "expectations": [_expectation(each, rehearsal) for each in rehearsal.seed.expectations],
        }
    )


def _expectation(expectation: Expectation, rehearsal: Rehearsal) -> dict[str, Any]:
    now = rehearsal.present()
    at = now if expectation.at is None else expectation.at
    observed = observe(expectation, *rehearsal.as_of(at))
    is_to_come = at > now
    return {
        "line": expectation.line,
        "at": None if expectation.at is None else expectation.at.format_iso(),
        "expected": observed.expected,
        "found": None if is_to_come else observed.found,
        "state": "to come" if is_to_come else "met" if observed.expected == observed.found else "unmet",
    }

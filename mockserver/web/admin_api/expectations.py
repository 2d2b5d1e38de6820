"""What a world's scenario expects, and whether it is so: each expectation at its own instant, the others now."""

from typing import Any

from whenever import Instant

from mockserver.engine.observations import Observed, observe
from mockserver.foundation.limits import EXPECTED_TIMES_EVENTS
from mockserver.scenario.expectations import Expectation
from mockserver.web.admin_api.control import Control
from mockserver.web.answers import Answer, json_answer
from mockserver.web.operation import Call, RefusalError


def list_expectations(control: Control, call: Call) -> Answer:
    """Every expectation under the scenario's ``then:``, in the order of the file."""
    live_world = control.live_world_of(call)
    expected = live_world.seed.expectations
    if len(expected) * len(live_world.journal) > EXPECTED_TIMES_EVENTS:
        raise RefusalError(
            409,
            "Too much has happened",
            f"{len(expected):,} expectations about {len(live_world.journal):,} events are too many to look at in one answer"
            f" {EXPECTED_TIMES_EVENTS.told}. Reset the world, or expect less.",
        )
    now = live_world.present()
    at_once: dict[Instant, list[int]] = {}
    for number, each in enumerate(expected):
        at_once.setdefault(now if each.at is None else each.at, []).append(number)
    views: list[dict[str, Any]] = [{} for _ in expected]
    for at, world, happened in live_world.as_of(at_once):
        for number in at_once[at]:
            views[number] = _view(expected[number], observe(expected[number], world, happened), is_to_come=at > now)
    return json_answer(
        {"scripted": bool(live_world.seed.steps), "quiet": live_world.next_due() is None, "expectations": views}
    )


def _view(expectation: Expectation, observed: Observed, *, is_to_come: bool) -> dict[str, Any]:
    return {
        "line": expectation.line,
        "at": None if expectation.at is None else expectation.at.format_iso(),
        "expected": observed.expected,
        "found": None if is_to_come else observed.found,
        "state": "to come" if is_to_come else "met" if observed.expected == observed.found else "unmet",
    }

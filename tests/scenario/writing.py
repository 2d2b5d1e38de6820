"""Scenario texts for tests: one good document and changes to it by path."""

import json
from typing import Any

import pytest

from mockserver.scenario.faults import Fault, ScenarioFaults
from mockserver.scenario.scenario import Scenario, parse_scenario
from mockserver.scenario.seed import Seed

GONE = object()
"""Said of a key: leave it out."""


def make_document(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """A good document, changed: each key of ``changes`` is a path whose parts are parted by ``/``."""
    document: dict[str, Any] = {
        "version": 1,
        "title": "A scenario of the tests",
        "epoch": "2030-06-03T09:00:00+01:00",
        "sellers": {"riverside": {"name": "Riverside Leisure"}, "lakeside": {"name": "Lakeside Sports"}},
        "customers": {"asha": {"given_name": "Asha", "family_name": "Patel", "email": "asha@example.com"}},
        "opportunities": {
            "yoga": {"type": "ScheduledSession", "seller": "riverside", "name": "Evening Yoga", "starts": "+2d10h"},
            "court": {"type": "Slot", "seller": "lakeside", "name": "Court 1", "starts": "+3d"},
            "spin": {"type": "ScheduledSession", "seller": "riverside", "name": "Spin", "starts": "+4d"},
        },
        "orders": {
            "booking": {"customer": "asha", "placed": "-3d", "items": {"seat-1": "yoga", "seat-2": "yoga"}},
            "match": {"customer": "asha", "items": {"racket": "court"}},
        },
    }
    for path, value in (changes or {}).items():
        *above, last = path.split("/")
        place = document
        for key in above:
            place = place.setdefault(key, {})
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return document


def make_text(changes: dict[str, Any] | None = None) -> str:
    """The text of the changed document; JSON is YAML."""
    return json.dumps(make_document(changes), indent=1, ensure_ascii=False)


def make_scenario(changes: dict[str, Any] | None = None) -> Scenario:
    """The scenario of the changed document."""
    return parse_scenario(make_text(changes), name="made")


def make_seed(changes: dict[str, Any] | None = None) -> Seed:
    """What a world of the changed document starts from."""
    scenario = make_scenario(changes)
    assert scenario.epoch is not None
    return scenario.seed(scenario.epoch)


def faults_of(text: str) -> tuple[Fault, ...]:
    """The faults of a text that must have some."""
    with pytest.raises(ScenarioFaults) as caught:
        parse_scenario(text, name="made")
    assert caught.value.faults
    return caught.value.faults


def complaints(changes: dict[str, Any]) -> list[str]:
    """What the faults of the changed document say, without their place in the text."""
    return [str(fault).partition(" ")[2] for fault in faults_of(make_text(changes))]

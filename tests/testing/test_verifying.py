"""A test can say what its client must have asked of imin, and is told what it asked instead."""

import json
from typing import Any

import pytest

from mockserver.testing import Mock, MockError
from tests.testing.meeting import cancel, listed

HELD: list[dict[str, Any]] = [
    {"exchanges": {"method": "PATCH"}, "times": 1},
    {"exchanges": {"method": "GET"}, "at_least": 2},
    {"exchanges": {"status": "4xx"}, "times": 0},
    {"exchanges": {"order": "booking", "status": 204}},
    {"in_order": [{"method": "GET"}, {"method": "PATCH"}, {"method": "GET"}], "strictly": True},
]
NOT_HELD: list[tuple[dict[str, Any], str]] = [
    ({"exchanges": {"method": "PATCH"}, "times": 0}, "PATCH"),
    ({"exchanges": {"method": "PATCH"}, "times": 2}, "PATCH"),
    ({"exchanges": {"path": "/api/v2/orders"}}, "path is /api/v2/order-items, not /api/v2/orders"),
    ({"in_order": [{"method": "PATCH"}, {"method": "PATCH"}]}, "1 of 2 in this order"),
]


@pytest.mark.parametrize("expected", HELD)
def test_what_was_asked_is_given_back(mock: Mock, expected: dict[str, Any]) -> None:
    world = mock.world()
    assert (listed(world), cancel(world), listed(world)) == (200, 204, 200)
    found = world.verify(**expected)
    assert {each.number for each in found} <= {1, 2, 3}
    assert bool(found) == (expected.get("times") != 0)


@pytest.mark.parametrize(("expected", "words"), NOT_HELD)
def test_what_was_not_asked_fails_the_test_and_says_what_was(mock: Mock, expected: dict[str, Any], words: str) -> None:
    world = mock.world()
    assert (listed(world), cancel(world), listed(world)) == (200, 204, 200)
    with pytest.raises(AssertionError) as failure:
        world.verify(**expected)
    assert words in str(failure.value)


def test_exchanges_are_narrowed_down_exported_and_forgotten_without_a_change_to_the_world(mock: Mock) -> None:
    world = mock.world()
    assert (listed(world), cancel(world)) == (200, 204)
    assert [each.number for each in world.exchanges_where(method="PATCH")] == [2]
    assert world.exchanges_where(fault=True) == []
    assert len(json.loads(world.export("har"))["log"]["entries"]) == 2
    assert len(world.export("ndjson").splitlines()) == 3
    before = world.snapshot()
    world.forget_exchanges()
    assert world.exchanges == []
    assert world.verify(exchanges={}, times=0) == []
    assert world.snapshot() == before


@pytest.mark.parametrize(
    "wrong", [{}, {"exchanges": {"methd": "GET"}}, {"exchanges": {}, "times": -1}, {"in_order": []}]
)
def test_an_expectation_that_says_nothing_is_refused(mock: Mock, wrong: dict[str, Any]) -> None:
    with pytest.raises(MockError):
        mock.world().verify(**wrong)

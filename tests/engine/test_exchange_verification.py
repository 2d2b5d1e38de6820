"""Filters and expectations about exchanges, and what is said where the ring no longer holds what would decide them."""

import pytest

from mockserver.engine.exchange_queries import ExchangeFilter, NoLongerKeptError, verify_order, verify_times
from mockserver.engine.exchanges import Exchange, ExchangeRing
from tests.making import EPOCH

GET = ExchangeFilter(method="GET")
PATCH = ExchangeFilter(method="PATCH")


def exchange(number: int, method: str = "GET", target: str = "/api/v2/orders/a-1?x=/y", status: int = 200) -> Exchange:
    return Exchange(
        number=number, at=EPOCH, wall=EPOCH, took_us=1, method=method, target=target, request_headers=(), request_body=b"",
        status=status, rule=None, fault=None, response_headers=(), response_body=b"",
    )  # fmt: skip


def ring(methods: str, kept: int = 500) -> ExchangeRing:
    """``GPG``: a GET, a PATCH and a GET."""
    made = ExchangeRing(kept)
    for number, letter in enumerate(methods, start=1):
        made.add(exchange(number, {"G": "GET", "P": "PATCH"}[letter]))
    return made


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({}, True),
        ({"method": "GET"}, True),
        ({"method": "PATCH"}, False),
        ({"path": "/api/v2/orders/a-1"}, True),
        ({"path": "/api/v2/orders/{order}"}, True),
        ({"path": "/api/v2/orders/*"}, True),
        ({"path": "/api/v2/orders/a-*"}, True),
        ({"path": "/api/v2/{order}"}, False),
        ({"path": "/api/*"}, False),
        ({"path": "/api/**"}, True),
        ({"path": "/api/v2/orders/a.1"}, False),
        ({"status": "200"}, True),
        ({"status": "2xx"}, True),
        ({"status": "4xx"}, False),
        ({"rule": "key.missing"}, False),
        ({"fault": False}, True),
        ({"fault": True}, False),
        ({"order": "a-1"}, True),
        ({"order": "a"}, False),
        ({"after": 6}, True),
        ({"after": 7}, False),
        ({"method": "GET", "status": "4xx"}, False),
    ],
)
def test_all_that_is_given_must_fit(wanted: dict[str, object], fits: bool) -> None:
    assert ExchangeFilter(**wanted).fits(exchange(7)) is fits  # type: ignore[arg-type]


def test_a_dropped_request_has_a_status_of_no_class() -> None:
    assert ExchangeFilter(status="0").fits(exchange(1, status=0))
    assert not ExchangeFilter(status="2xx").fits(exchange(1, status=0))


@pytest.mark.parametrize(
    ("least", "most", "holds"),
    [(2, 2, True), (0, 1, False), (3, None, False), (1, None, True), (0, 0, False), (0, 2, True)],
)
def test_so_many_times(least: int, most: int | None, holds: bool) -> None:
    assert verify_times(ring("GPG"), GET, at_least=least, at_most=most).holds is holds


@pytest.mark.parametrize(
    ("methods", "wanted", "order", "strictly"),
    [
        ("GPG", [GET, PATCH, GET], True, True),
        ("GGPG", [GET, PATCH], True, True),
        ("PGGP", [PATCH, PATCH], True, False),
        ("GP", [PATCH, GET], False, False),
        ("G", [GET, GET], False, False),
    ],
)
def test_in_this_order(methods: str, wanted: list[ExchangeFilter], order: bool, strictly: bool) -> None:
    assert verify_order(ring(methods), wanted).holds is order
    assert verify_order(ring(methods), wanted, strictly=True).holds is strictly


def test_what_fails_says_what_was_there_instead_the_nearest_first() -> None:
    verdict = verify_times(ring("GPG"), ExchangeFilter(method="PATCH", status="4xx"), at_least=1)
    assert verdict.says == "never: PATCH, status 4xx; expected at least once."
    assert next((each.number, parts) for each, parts in verdict.near) == (2, ("status is 200, not 4xx",))
    order = verify_order(ring("GPG"), [PATCH, GET, PATCH])
    assert order.says == "2 of 3 in this order; then nothing after number 3 is: PATCH."
    assert [each.number for each in order.found] == [2, 3]


def test_no_answer_is_given_that_what_is_lost_could_change() -> None:
    full = ring("PGGG", kept=3)
    assert full.lost == 1
    for least, most in ((0, 0), (1, None), (0, 3)):
        with pytest.raises(NoLongerKeptError, match="up to number 1 "):
            verify_times(full, PATCH, at_least=least, at_most=most)
    with pytest.raises(NoLongerKeptError):
        verify_order(full, [PATCH, GET])
    assert verify_times(full, GET, at_least=3).holds
    assert not verify_times(full, GET, at_most=2).holds
    assert verify_order(full, [GET, GET]).holds
    assert not verify_times(full, ExchangeFilter(method="PATCH", after=1), at_least=1).holds


def test_what_was_forgotten_on_purpose_is_not_lost() -> None:
    full = ring("PPPP", kept=3)
    full.clear()
    full.add(exchange(5))
    assert full.lost == 0
    assert verify_times(full, PATCH, at_most=0).holds
    for number in (6, 7, 8):
        full.add(exchange(number))
    assert full.lost == 5

"""A transport gives a client what it would have had over the wire: answers, and trouble of the same kind."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from mockserver.testing import Mock, World
from tests.library import NAMES, ROOT
from tests.testing.clients import PLAYS, Call, Outcome, Play, as_patient_as_it_takes, no_new_sockets

FAULTY = [name for name in NAMES if re.search(r"\bapi:", (ROOT / "scenarios" / f"{name}.yaml").read_text("utf-8"))]
ODD_FAULTS = """
version: 1
title: Answers of odd forms
sellers: {lido: {name: Lido}}
customers: {asha: {given_name: Asha, family_name: Patel, email: asha@example.com}}
opportunities:
  swim: {type: Slot, seller: lido, name: Swim, starts: +2d, offer: {name: Adult, price: 6.50 GBP, cancellable: {until: PT1H}}}
orders: {booking: {customer: asha, placed: -1d, items: {seat-1: swim}}}
behaviour:
  states:
    odd:
      imin:
        api:
          list_upcoming:
            respond:
              status: 302
              headers: {Location: "/api/v2/orders?customerIdentifier=asha", Set-Cookie: "a=1; Path=/", X-Odd: "caf\\u00e9"}
              body: "na\\u00efve"
            times: 1
          list_orders: {latency: PT30S, drop_connection: before, times: 1}
          get_order: {latency: PT0.01S, truncate_body: true}
"""


def calls_of(world: World) -> list[Call]:
    """What a client of any world does: it lists, cancels everything, each twice, and lists again."""
    lists = []
    for customer in sorted({order.customer for order in world.orders}):
        lists += [Call(target=f"/api/v2/{what}?customerIdentifier={customer}") for what in ("order-items", "orders")]
    details = [Call(target=f"/api/v2/orders/{order.identifier}") for order in world.orders]
    cancels = [
        Call(
            method="PATCH",
            target=f"/api/v2/orders/{order.identifier}",
            json={"orderIdentifier": order.identifier, "orderItemIdentifier": item.identifier},
        )
        for order in world.orders
        for item in order.items
    ]
    return [*lists, *details, *cancels, *cancels, *cancels, *lists]


@pytest.fixture(scope="module")
def wire() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


def both_ways(play: Play, wire: Mock, scenario: str, calls: Sequence[Call]) -> tuple[list[Outcome], list[Outcome]]:
    """The outcomes in this process, and over a port."""
    with Mock() as here, no_new_sockets():
        near = play(here.world(scenario, label="same"), wire.url, True, calls)
    world = wire.world(scenario, label="same")
    try:
        return near, play(world, wire.url, False, as_patient_as_it_takes(calls, near))
    finally:
        world.drop()


@pytest.mark.parametrize("scenario", FAULTY)
@pytest.mark.parametrize("library", PLAYS)
def test_every_shipped_fault_looks_to_a_client_as_it_does_over_the_wire(
    library: str, scenario: str, wire: Mock
) -> None:
    with Mock() as mock:
        calls = calls_of(mock.world(scenario))
    near, far = both_ways(PLAYS[library], wire, scenario, calls)
    if scenario == "slow-answer":  # its clock runs
        near, far = [[without_date(each) for each in way] for way in (near, far)]
    assert near == far
    assert len({(each.status, each.trouble) for each in near}) > 1


def without_date(outcome: Outcome) -> Outcome:
    return replace(outcome, headers=[pair for pair in outcome.headers if pair[0] != "date"])


def test_the_shipped_faults_are_there_to_be_tried() -> None:
    assert {"truncated-body", "slow-answer", "connection-lost-before-the-effect"} <= set(FAULTY)


def undated(call: Call, outcome: Outcome) -> Outcome:
    """The outcome; without its ``Date`` where the answer belongs to no world: that is the machine's, and a second may pass."""
    if not call.target.startswith("/__admin/"):
        return outcome
    return replace(outcome, headers=tuple(each for each in outcome.headers if each[0] != "date"))


ODD_CALLS = [
    Call(target="/api/v2/order-items?customerIdentifier=asha", method="HEAD"),
    Call(target="/api/v2/order-items?customerIdentifier=ash%C3%A4&x=%2F%20+%26"),
    Call(target="/api/v2/orders/%e2%82%ac%2Fodd%25"),
    Call(target="/api/v2/order-items?customerIdentifier=naïve"),
    Call(target="/api/v2/nothing-there"),
    Call(target="/api/v2/order-items", method="DELETE"),
    Call(target="/__admin/health", method="HEAD"),
    Call(target="/__admin/health", headers={"X-Twice": "a, b", "x-CASED": b"caf\xe9"}),
    Call(target="/api/v2/orders/none", method="PATCH", content=b"{"),
    Call(target="/api/v2/orders/none", method="PATCH", content=[b'{"orderIdentifier"', b":", b'"x"}']),
    Call(target="/api/v2/orders/none", method="PATCH", json={"naïve": "\u20ac"}),
    Call(target="/api/v2/orders/none", method="PATCH", content=b" " * 1_000_000),
]


@pytest.mark.parametrize("library", PLAYS)
def test_odd_requests_are_answered_as_they_are_over_the_wire(library: str, wire: Mock) -> None:
    near, far = both_ways(PLAYS[library], wire, "happy-path", ODD_CALLS)
    assert [*map(undated, ODD_CALLS, near)] == [*map(undated, ODD_CALLS, far)]
    assert not [each for each in near if each.trouble]


@pytest.mark.parametrize("library", PLAYS)
def test_odd_answers_are_what_they_are_over_the_wire(library: str) -> None:
    calls = [
        Call(target="/api/v2/order-items?customerIdentifier=asha"),
        Call(target="/api/v2/orders?customerIdentifier=asha"),
        Call(target="/api/v2/orders/{booking}"),
        Call(target="/api/v2/orders/{booking}", method="HEAD"),
    ]
    with Mock() as wire, Mock() as here:
        for mock in (wire, here):
            mock.add_scenario("odd", ODD_FAULTS)
        worlds = [mock.world("odd", label="same") for mock in (here, wire)]
        number = worlds[0].order("booking").identifier
        calls = [replace(call, target=call.target.replace("{booking}", number)) for call in calls]
        near = PLAYS[library](worlds[0], wire.url, True, calls)
        far = PLAYS[library](worlds[1], wire.url, False, as_patient_as_it_takes(calls, near))
    assert near == far
    assert [bool(each.trouble) for each in near] == [False, True, True, False]

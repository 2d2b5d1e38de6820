"""A new world from a key: in the process (the registry makes it), and over HTTP (the first listing with a new label).

Over HTTP the figure holds the whole request; the second listing in the same world is beside it. A thousand worlds are then kept
at once: in each one a listing, a cancellation and its whole life until the world is quiet, and the server's memory is compared
with what it held when only a refused key had been answered.
"""

import gc
import json
import time

from benchmarks.findings import Finding, Limit, Side
from benchmarks.measuring import request, run_load
from benchmarks.serving import mock_command, serving
from mockserver.bootstrap import build_server
from mockserver.settings import Settings

TITLE = "Worlds"
SHIPPED = {"happy-path": ("asha", "booking"), "many-upcoming-items": ("winston", "day-1")}
"""Scenarios with a customer and an order of theirs: one item, and 137."""

WITHIN = Limit(side=Side.AT_MOST, promised=2.0)
MEMORY = Limit(side=Side.AT_MOST, promised=200.0)
WORLDS = 1_000


def measure(rounds: int) -> list[Finding]:
    """Milliseconds for a new world, and megabytes for a thousand of them that have lived."""
    found: list[Finding] = []
    for scenario in SHIPPED:
        found.append(
            Finding(
                what=f"{scenario}: made in the process", unit="ms", values=_in_process(scenario, rounds), limit=WITHIN
            )
        )
        found += _over_http(scenario, rounds)
    for scenario in SHIPPED:
        memory = _megabytes_of_a_thousand(scenario)
        found.append(Finding(what=f"{scenario}: 1,000 worlds", unit="MB", values=[memory], limit=MEMORY))
    return found


def _in_process(scenario: str, rounds: int) -> list[float]:
    """Milliseconds of each creation, of which the first one parses the scenario and does not count."""
    worlds = build_server(Settings(most_worlds=10_000)).worlds
    worlds.create(scenario)
    gc.collect()
    taken = []
    for number in range(200 * rounds):
        started = time.perf_counter()
        worlds.create(f"{scenario}@{number}")
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def _over_http(scenario: str, rounds: int) -> list[Finding]:
    customer, _ = SHIPPED[scenario]
    target = f"/api/v2/order-items?customerIdentifier={customer}"
    first, second = [], []
    with serving(mock_command()) as mock:
        mock.ask("GET", target, key=scenario)
        for number in range(rounds):
            keys = [f"{scenario}@{number}-{n}" for n in range(150)]
            requests = [request("GET", target, key=key) for key in keys]
            first.append(run_load(mock, requests, expect="200", connections=1).median_us / 1000)
            second.append(run_load(mock, requests, expect="200", connections=1).median_us / 1000)
    return [
        Finding(what=f"{scenario}: first listing over HTTP", unit="ms", values=first, limit=WITHIN),
        Finding(what=f"{scenario}: second listing over HTTP", unit="ms", values=second),
    ]


def _megabytes_of_a_thousand(scenario: str) -> float:
    """What the server holds beyond an empty one, after a listing, a cancellation and all that follows in every world."""
    customer, order = SHIPPED[scenario]
    listing = f"/api/v2/order-items?customerIdentifier={customer}"
    keys = [f"{scenario}@{number}" for number in range(WORLDS)]
    with serving(mock_command()) as mock:
        mock.ask("GET", listing, key="no key of ours")
        empty = mock.megabytes()
        body, order_id = _cancellation(scenario, order)
        for requests, expect in (
            ([request("GET", listing, key=key) for key in keys], "200"),
            ([request("PATCH", f"/api/v2/orders/{order_id}", key=key, body=body) for key in keys], "204"),
            ([_until_quiet(key) for key in keys], "200"),
            ([request("GET", listing, key=key) for key in keys], "200"),
        ):
            run_load(mock, requests, expect=expect)
        _, health = mock.ask("GET", "/__admin/health")
        if json.loads(health)["worlds"] != WORLDS:
            raise RuntimeError(f"There should be {WORLDS} worlds: {health!r}")
        return mock.megabytes() - empty


def _cancellation(scenario: str, name: str) -> tuple[bytes, str]:
    """The body that cancels the first item of the order that the scenario calls so, and the order's identifier."""
    catalogue = build_server(Settings()).scenarios.find(scenario).sample.catalogue
    order = catalogue.orders_by_name[name]
    body = {"orderIdentifier": order.id, "orderItemIdentifier": order.items[0].id}
    return json.dumps(body).encode(), order.id


def _until_quiet(key: str) -> bytes:
    return request("POST", f"/__admin/worlds/{key}/clock/advance", key=key, body=b'{"until_quiet": true}')

"""What this server holds, as values: its scenarios with what can be asked of them, and its living worlds with their clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote as shell_quote
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import mockserver
from mockserver.engine.registry import UnreadableScenarioError, Worlds
from mockserver.scenario.faults import ScenarioFaults
from mockserver.web.answers import to_json

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario

SHOWN = 5
"""How many customers and orders of a scenario are listed; of the others, only the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedScenario:
    """A scenario on the page. ``faults`` is empty for a sound one; a faulty one has nothing else."""

    name: str
    title: str = ""
    about: str = ""
    customers: tuple[dict[str, str], ...] = ()
    customers_in_all: int = 0
    orders: tuple[dict[str, Any], ...] = ()
    orders_in_all: int = 0
    curl: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWorld:
    """A living world on the page."""

    key: str
    scenario: str
    twin: str | None
    now: str
    clock: str
    events: int


def list_scenarios(worlds: Worlds, address: str) -> Iterator[ListedScenario]:
    """Every scenario, sorted by name. A faulty file is listed with its faults."""
    for name in worlds.scenarios.names():
        try:
            yield _listed(worlds.scenarios.find(name), address)
        except ScenarioFaults as faults:
            yield ListedScenario(name=name, faults=tuple(str(fault) for fault in faults.faults))
        except UnreadableScenarioError as error:
            yield ListedScenario(name=name, faults=(str(error),))


def _listed(scenario: "Scenario", address: str) -> ListedScenario:
    catalogue = scenario.sample.catalogue
    customers = [
        {"identifier": customer.id, "name": f"{customer.given_name} {customer.family_name}"}
        for customer in list(catalogue.customers.values())[:SHOWN]
    ]
    orders = [
        {
            "identifier": order.id,
            "name": order.name,
            "customer": order.customer_id,
            "items": [item.identifier for item in order.items[:SHOWN]],
        }
        for order in list(catalogue.orders.values())[:SHOWN]
    ]
    return ListedScenario(
        name=scenario.name,
        title=scenario.title,
        about=scenario.about,
        customers=tuple(customers),
        customers_in_all=len(catalogue.customers),
        orders=tuple(orders),
        orders_in_all=len(catalogue.orders),
        curl=tuple(_curl_lines(scenario.name, customers, orders, address)),
    )


def _curl_lines(key: str, customers: list[dict[str, str]], orders: list[dict[str, Any]], address: str) -> Iterator[str]:
    """Lines for a shell that ask about the first customer and cancel the first item."""
    ask = f"curl -sS -H {shell_quote(f'X-API-KEY: {key}')}"
    if customers:
        customer = quote(customers[0]["identifier"], safe="")
        yield f"{ask} {shell_quote(f'{address}/api/v2/order-items?customerIdentifier={customer}')}"
        yield f"{ask} {shell_quote(f'{address}/api/v2/orders?customerIdentifier={customer}')}"
    if orders:
        order = orders[0]
        url = shell_quote(f"{address}/api/v2/orders/{order['identifier']}")
        yield f"{ask} {url}"
        body = to_json({"orderIdentifier": order["identifier"], "orderItemIdentifier": order["items"][0]}).decode()
        yield f"{ask} -H 'Content-Type: application/json' -i -X PATCH {url} -d {shell_quote(body)}"
    advance = shell_quote(f"{address}/__admin/worlds/{quote(key)}/clock/advance")
    yield f"curl -sS -H 'Content-Type: application/json' -X POST {advance} -d '{{\"by\": \"PT5M\"}}'"


def list_worlds(worlds: Worlds) -> list[ListedWorld]:
    """Every living world, sorted by key, as its clock reads now; none of them is touched."""
    listed = [
        ListedWorld(
            key=live_world.key,
            scenario=live_world.scenario.name,
            twin=live_world.twin,
            now=live_world.present().format_iso(unit="second"),
            clock=live_world.clock.mode,
            events=len(live_world.journal),
        )
        for live_world in worlds
    ]
    return sorted(listed, key=lambda world: world.key)


def links(address: str) -> dict[str, str]:
    """Where everything is, by name."""
    paths = {
        "order items": "/api/v2/order-items",
        "orders": "/api/v2/orders",
        "reference": "/docs",
        "imin's OpenAPI document": "/openapi.json",
        "the Booking System's OrdersFeed": "/booking-system/orders-rpde",
        "the Booking System's OpenAPI document": "/booking-system/openapi.json",
        "the JSON Schema of scenario files": "/scenario.schema.json",
        "control: health": "/__admin/health",
        "control: worlds": "/__admin/worlds",
        "control: scenarios": "/__admin/scenarios",
        "control: rules": "/__admin/rules",
        "control: readings": "/__admin/readings",
        "control: OpenAPI document": "/__admin/openapi.json",
    }
    return {name: address + path for name, path in paths.items()}


def listing(worlds: Worlds, address: str) -> dict[str, Any]:
    """All of it, for a program."""
    return {
        "name": "imin-mock",
        "version": mockserver.__version__,
        "address": address,
        "links": links(address),
        "scenarios": list(list_scenarios(worlds, address)),
        "worlds": list_worlds(worlds),
    }

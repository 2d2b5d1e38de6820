"""The domain and the engine alone, without HTTP: for information, and to see which layer a change made slower."""

import time
from collections.abc import Callable

from benchmarks.bookings import NAME, orders_of, scenario_text, seeded
from benchmarks.findings import Finding
from mockserver.bootstrap import build_server
from mockserver.domain.commands import RequestCancellation
from mockserver.domain.execution import perform, perform_next_due
from mockserver.domain.world import WorldState
from mockserver.engine.queries import upcoming_items
from mockserver.settings import Settings

TITLE = "Inside, without HTTP"
LIVES = 2_000
LARGE = 100_000


def measure(rounds: int) -> list[Finding]:
    """Microseconds of a cancellation's whole life, of a page's query, and seconds to seed a large world."""
    text = scenario_text(LIVES)
    scenario = seeded(text)
    orders = orders_of(text)[100:]
    server = build_server(Settings(), also=[scenario])
    world = server.worlds.enter(NAME).world
    customer = orders[0].customer_id
    return [
        Finding(
            what="a cancellation's whole life: request, answer, feed, refund, e-mail",
            unit="us",
            values=[_micros(lambda: _lives(server.worlds.reset(NAME).world), len(orders)) for _ in range(rounds)],
        ),
        Finding(
            what="a page of ten upcoming items, as values",
            unit="us",
            values=[
                _micros(lambda: [upcoming_items(world, customer, 1, world.epoch) for _ in range(500)], 500)
                for _ in range(rounds)
            ],
        ),
        Finding(
            what=f"a scenario of {LARGE:,} orders: parsed, checked and seeded",
            unit="s",
            values=[_micros(lambda: seeded(scenario_text(LARGE)), 1) / 1e6 for _ in range(min(rounds, 3))],
        ),
    ]


def _lives(world: WorldState) -> None:
    """Every order but the first hundred is cancelled, one at a time, until nothing is due any more."""
    now = world.epoch
    for order in list(world.catalogue.orders.values())[100:]:
        perform(world, RequestCancellation(order_id=order.id, item_ids=(order.items[0].id,)), now)
        while world.agenda:
            now = world.agenda[0][0]
            perform_next_due(world, now)


def _micros(work: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) / count * 1e6

"""Worlds as large as a benchmark needs: a scenario's text, and the orders in it as imin's face names them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mockserver.domain.catalogue import Order
from mockserver.scenario.scenario import Scenario, parse_scenario

NAME = "benchmark"
"""The scenario's name, and so its key."""

CANCELLED = "https://openactive.io/CustomerCancelled"


def scenario_text(orders: int, customers: int = 1) -> str:
    """A scenario with that many orders of one item each, shared out evenly among the customers."""
    each = orders // customers
    lines = [
        "version: 1",
        f"title: {orders} orders of {customers} customers",
        "sellers: {lido: {name: Tooting Fields Lido}}",
        "customers:",
        *(f"  asha-{n}: {{given_name: Asha, family_name: Patel, email: asha@example.com}}" for n in range(customers)),
        "opportunities:",
        "  swim:",
        "    {type: ScheduledSession, seller: lido, name: Early Morning Swim, starts: +1d,",
        f"     repeats: {{times: {each}, every: PT5M}},",
        "     offer: {name: Adult, price: 6.50 GBP, cancellable: {until: PT2H}}}",
        "orders:",
        *(f"  day-{n}: {{customer: asha-{n}, placed: -10d, for_each: {{seat-{n}: swim}}}}" for n in range(customers)),
        "behaviour: {states: {obliging: {booking_system: {answers: confirm, after: PT30S}}}}",
    ]
    return "\n".join(lines) + "\n"


def seeded(text: str) -> Scenario:
    """The scenario of the text, which holds its own bookings: their identifiers follow from it."""
    return parse_scenario(text, name=NAME)


def orders_of(text: str) -> list[Order]:
    """All orders that the text describes."""
    return list(seeded(text).sample.catalogue.orders.values())


@contextmanager
def folder_of(text: str) -> Iterator[Path]:
    """A folder with the scenario's file, for the server to read."""
    with TemporaryDirectory() as folder:
        Path(folder, f"{NAME}.yaml").write_text(text, encoding="utf-8")
        yield Path(folder)


def patch_body(order: Order, *, form: str, address: str = "http://127.0.0.1:4646") -> bytes:
    """The body that cancels the order's only item; ``form`` is ``ordered-item`` or ``identifiers``."""
    item = order.items[0].id
    if form == "identifiers":
        return f'{{"orderIdentifier":"{order.id}","orderItemIdentifier":"{item}"}}'.encode()
    url = f"{address}/api/v2/orders/{order.id}/order-items/{item}"
    inner = f'{{"type":"OrderItem","id":"{url}","orderItemStatus":"{CANCELLED}"}}'
    return f'{{"type":"Order","orderedItem":[{inner}]}}'.encode()

"""The server's memory over 200,000 requests: listings and cancellations by turns.

One request in five is a cancellation, three repeat one listing, one lists another page of a hundred each time. What is promised
is for one world, all of whose 1,000 orders are cancelled in time, and again and again. For information the same number of
requests is shared out over forty worlds, in each of which every cancellation is fresh: that is 40,000 cancellations, whose whole
history is kept, and forty full rings of exchanges.
"""

from benchmarks.bookings import NAME, orders_of, patch_body, scenario_text
from benchmarks.findings import Finding, Limit, Side
from benchmarks.measuring import request, run_load
from benchmarks.side_by_side import FIRST_PAGE, mock_of
from mockserver.domain.catalogue import Order

TITLE = "Memory after 200,000 requests"
WORLDS = 40
ORDERS = 1_000
PER_WORLD = 5 * ORDERS
PROMISED = Limit(side=Side.AT_MOST, promised=80.0)


def measure(rounds: int) -> list[Finding]:
    """Megabytes before, on the way and after; how many rounds the other figures take does not matter here."""
    del rounds
    text = scenario_text(ORDERS)
    one, empty, seeded = _after(text, [NAME] * WORLDS)
    many, _, _ = _after(text, [f"{NAME}@{number}" for number in range(WORLDS)])
    total = f"{WORLDS * PER_WORLD:,}"
    return [
        Finding(what=f"one world, after {total} requests", unit="MB", values=[one], limit=PROMISED),
        Finding(what=f"{WORLDS} worlds, after {total} requests", unit="MB", values=[many]),
        Finding(what=f"with a scenario of {ORDERS:,} orders", unit="MB", values=[seeded]),
        Finding(what="empty", unit="MB", values=[empty]),
    ]


def _after(text: str, keys: list[str]) -> tuple[float, float, float]:
    """Megabytes after the whole turn with each key; before any world; and with the first one."""
    orders = orders_of(text)
    with mock_of(text) as mock:
        mock.ask("GET", FIRST_PAGE, key="no key of ours")
        empty = mock.megabytes()
        mock.ask("GET", FIRST_PAGE, key=NAME)
        seeded = mock.megabytes()
        for key in keys:
            run_load(mock, _turn(key, orders), expect="200 204")
        return mock.megabytes(), empty, seeded


def _turn(key: str, orders: list[Order]) -> list[bytes]:
    """Every order cancelled once, with four listings after each."""
    listing = request("GET", FIRST_PAGE, key=key)
    requests: list[bytes] = []
    for number, order in enumerate(orders):
        body = patch_body(order, form="ordered-item")
        page = f"/api/v2/order-items?customerIdentifier=asha-0&page={number % (ORDERS // 10) + 1}"
        requests += [
            request("PATCH", f"/api/v2/orders/{order.id}", key=key, body=body),
            *[listing] * 3,
            request("GET", page, key=key),
        ]
    return requests

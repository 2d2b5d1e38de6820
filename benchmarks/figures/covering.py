"""What behaviour coverage costs: the same load on two servers at once, of which one counts and the other does not.

The figure is processor time, which other work on the machine moves less than requests a second: a listing that is ready, one
that is made anew, and a fresh cancellation.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.bookings import NAME, orders_of, patch_body, scenario_text
from benchmarks.findings import Finding, Limit, Side
from benchmarks.measuring import Round, paired, request, run_load
from benchmarks.serving import Served
from benchmarks.side_by_side import FIRST_PAGE, mock_of, warm_up

TITLE = "Behaviour coverage, on and off"
ORDERS = 10_000
PROMISED = Limit(side=Side.AT_MOST, promised=1.05)


def measure(rounds: int) -> list[Finding]:
    """How much more processor time a request takes where it is counted."""
    text = scenario_text(ORDERS)
    orders = orders_of(text)[100:]
    ready = [request("GET", FIRST_PAGE, key=NAME)]
    pages = [
        request("GET", f"/api/v2/order-items?customerIdentifier=asha-0&page={number}", key=NAME)
        for number in range(1, ORDERS // 10 + 1)
    ]
    cancellations = [
        request("PATCH", f"/api/v2/orders/{each.id}", key=NAME, body=patch_body(each, form="ordered-item"))
        for each in orders
    ]

    @contextmanager
    def both() -> Iterator[tuple[Served, Served]]:
        with mock_of(text, "--coverage") as counting, mock_of(text, "--no-coverage") as silent:
            yield counting, silent

    def load(requests: list[bytes], expect: str, times: int) -> Callable[[Served], Round]:
        def run(server: Served) -> Round:
            warm_up(server)
            return run_load(server, requests, expect=expect, times=times)

        return run

    found = []
    for what, run in (
        ("a ready answer", load(ready, "200", 20_000)),
        ("a listing made anew", load(pages, "200", 8)),
        ("a fresh cancellation", load(cancellations, "204", 1)),
    ):
        pairs = paired(rounds, both, run)
        ratios = [counting.cpu_us / silent.cpu_us for counting, silent in pairs]
        found += [
            Finding(what=f"{what}: processor time, counted / not counted", unit="", values=ratios, limit=PROMISED),
            Finding(what="counted", unit="us", values=[counting.cpu_us for counting, _ in pairs]),
            Finding(what="not counted", unit="us", values=[silent.cpu_us for _, silent in pairs]),
        ]
    return found

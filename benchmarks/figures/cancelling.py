"""PATCH, beside a bare route that reads the body and says 204.

Every request of a round cancels another item of another order, in a world of the round's own: nothing is repeated. Both forms of
the body are sent, and the repeat of a request that is pending already.
"""

from contextlib import AbstractContextManager
from functools import partial

from benchmarks.bookings import NAME, orders_of, patch_body, scenario_text
from benchmarks.findings import Finding, Limit, Side
from benchmarks.measuring import Round, compared, paired, request, run_load
from benchmarks.serving import Served
from benchmarks.side_by_side import mock_and_ceiling, warm_up
from mockserver.domain.catalogue import Order

TITLE = "PATCH"
CANCELLATIONS = 15_000
PROMISED = Limit(side=Side.AT_LEAST, promised=0.55, aim=0.65)


def measure(rounds: int) -> list[Finding]:
    """The ratio to the ceiling for fresh cancellations in both forms, and for a repeated one."""
    text = scenario_text(CANCELLATIONS + 100)
    orders = orders_of(text)[100:]
    found: list[Finding] = []

    def both() -> AbstractContextManager[tuple[Served, Served]]:
        return mock_and_ceiling(text)

    for form in ("ordered-item", "identifiers"):
        cancellations = [_cancellation(order, form) for order in orders]
        found += compared(f"fresh, {form}", paired(rounds, both, partial(_patch, cancellations, times=1)), PROMISED)
    repeat = [_cancellation(orders[0], "ordered-item")]
    pairs = paired(rounds, both, partial(_patch, repeat, times=CANCELLATIONS))
    return [*found, *compared("repeated while pending", pairs, PROMISED)]


def _cancellation(order: Order, form: str) -> bytes:
    return request("PATCH", f"/api/v2/orders/{order.id}", key=NAME, body=patch_body(order, form=form))


def _patch(requests: list[bytes], server: Served, *, times: int) -> Round:
    warm_up(server)
    return run_load(server, requests, expect="204", times=times)

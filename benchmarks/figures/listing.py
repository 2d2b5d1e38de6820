"""Listing ten items, beside a bare route that returns the same bytes ready-made.

Three kinds of rounds: the same listing again and again (a ready answer); another page of 1,000 each time (never a ready answer,
for a world keeps 64); and a listing after a cancellation, by turns, where each listing must be made anew because the world has
changed in between (the ceiling does the same two requests by turns).
"""

from contextlib import AbstractContextManager
from itertools import chain

from benchmarks.bookings import NAME, orders_of, patch_body, scenario_text
from benchmarks.findings import Finding, Limit, Side
from benchmarks.measuring import Round, compared, paired, request, run_load
from benchmarks.serving import Served
from benchmarks.side_by_side import FIRST_PAGE, mock_and_ceiling, warm_up

TITLE = "Listing ten items"
PAGES = 1_000
PROMISED = Limit(side=Side.AT_LEAST, promised=0.55, aim=0.70)


def measure(rounds: int) -> list[Finding]:
    """The ratio to the ceiling for ready answers, for those that are made anew, and for those after a change."""
    text = scenario_text(PAGES * 10)
    orders = orders_of(text)
    ready = [request("GET", FIRST_PAGE, key=NAME)]
    pages = [
        request("GET", f"/api/v2/order-items?customerIdentifier=asha-0&page={number}", key=NAME)
        for number in range(1, PAGES + 1)
    ]
    cancellations = [
        request("PATCH", f"/api/v2/orders/{each.id}", key=NAME, body=patch_body(each, form="ordered-item"))
        for each in orders[100:3_100]
    ]
    turns = list(chain.from_iterable((cancellation, *ready) for cancellation in cancellations))

    def list_ready(server: Served) -> Round:
        warm_up(server)
        return run_load(server, ready, expect="200", times=20_000)

    def list_pages(server: Served) -> Round:
        warm_up(server)
        return run_load(server, pages, expect="200", times=4)

    def list_after_each_change(server: Served) -> Round:
        warm_up(server)
        # One connection keeps the turns: with more, a change may come between another change and its listing.
        return run_load(server, turns, expect="200 204", connections=1)

    def both() -> AbstractContextManager[tuple[Served, Served]]:
        return mock_and_ceiling(text)

    return [
        *compared("a ready answer", paired(rounds, both, list_ready), PROMISED),
        *compared("another page each time, made anew", paired(rounds, both, list_pages), None),
        *compared("after a cancellation, by turns", paired(rounds, both, list_after_each_change), None),
    ]

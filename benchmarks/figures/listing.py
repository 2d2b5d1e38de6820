"""Listing ten items, beside a bare route that returns the same bytes ready-made.

Three kinds of rounds: the same listing again and again (a ready answer); another page of 1,000 each time (never a ready answer,
for a world keeps 64); and a listing after a cancellation, by turns, where each listing must be made anew because the world has
changed in between (the ceiling does the same two requests by turns).
"""

from itertools import chain

from benchmarks.bookings import NAME, orders_of, patch_body, scenario_text
from benchmarks.findings import Finding, Limit, Side
from benchmarks.measuring import Round, compared, paired, request, run_load
from benchmarks.side_by_side import FIRST_PAGE, mock_and_ceiling

TITLE = "Listing ten items"
PAGES = 1_000
PROMISED = Limit(side=Side.AT_LEAST, promised=0.55, aim=0.70)


def measure(rounds: int) -> list[Finding]:
    """The ratio to the ceiling for ready answers, for those that are made anew, and for those after a change."""
    text = scenario_text(PAGES * 10)
    orders = orders_of(text)
    with mock_and_ceiling(text) as (mock, ceiling):
        ready = [request("GET", FIRST_PAGE, key=NAME)]
        pages = [
            request("GET", f"/api/v2/order-items?customerIdentifier=asha-0&page={number}", key=NAME)
            for number in range(1, PAGES + 1)
        ]

        def by_turns(number: int) -> list[bytes]:
            """A cancellation of another order each time, and a listing after each; every round in a world of its own."""
            key = f"{NAME}@listing-{number}"
            listing = request("GET", FIRST_PAGE, key=key)
            cancel = (
                request("PATCH", f"/api/v2/orders/{each.id}", key=key, body=patch_body(each, form="ordered-item"))
                for each in orders[100:3_100]
            )
            return list(chain.from_iterable((patch, listing) for patch in cancel))

        hits = paired(
            rounds,
            lambda _: run_load(mock, ready, expect="200", times=20_000),
            lambda _: run_load(ceiling, ready, expect="200", times=20_000),
        )
        misses = paired(
            rounds,
            lambda _: run_load(mock, pages, expect="200", times=3),
            lambda _: run_load(ceiling, pages, expect="200", times=10),
        )

        # One connection keeps the turns: with more, a change may come between another change and its listing.
        def turns_at(number: int, *, bare: bool) -> Round:
            return run_load(ceiling if bare else mock, by_turns(number), expect="200 204", connections=1)

        turns = paired(rounds, lambda number: turns_at(number, bare=False), lambda number: turns_at(number, bare=True))
    return [
        *compared("a ready answer", hits, PROMISED),
        *compared("another page each time, made anew", misses, None),
        *compared("after a cancellation, by turns", turns, None),
    ]

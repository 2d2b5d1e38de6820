"""PATCH, beside a bare route that reads the body and says 204.

Every request of a round cancels another item of another order, in a world of the round's own: nothing is repeated. Both forms of
the body are sent, and the repeat of a request that is pending already.
"""

from benchmarks.bookings import NAME, orders_of, patch_body, scenario_text
from benchmarks.findings import Finding, Limit, Side
from benchmarks.measuring import Round, compared, paired, request, run_load
from benchmarks.serving import Served
from benchmarks.side_by_side import FIRST_PAGE, mock_and_ceiling

TITLE = "PATCH"
CANCELLATIONS = 15_000
PROMISED = Limit(side=Side.AT_LEAST, promised=0.50, aim=0.60)


def measure(rounds: int) -> list[Finding]:
    """The ratio to the ceiling for fresh cancellations in both forms, and for a repeated one."""
    text = scenario_text(CANCELLATIONS + 100)
    orders = orders_of(text)[100:]
    found: list[Finding] = []
    with mock_and_ceiling(text) as (mock, ceiling):
        for form in ("ordered-item", "identifiers"):

            def cancel_all(server: Served, number: int, form: str = form) -> Round:
                key = f"{NAME}@{form}-{number}"
                requests = [
                    request("PATCH", f"/api/v2/orders/{each.id}", key=key, body=patch_body(each, form=form))
                    for each in orders
                ]
                if server is mock:
                    server.ask("GET", FIRST_PAGE, key=key)
                return run_load(server, requests, expect="204")

            pairs = paired(rounds, lambda n: cancel_all(mock, n), lambda n: cancel_all(ceiling, n))
            found += compared(f"fresh, {form}", pairs, PROMISED)
        body = patch_body(orders[0], form="ordered-item")
        repeat = [request("PATCH", f"/api/v2/orders/{orders[0].id}", key=f"{NAME}@repeats", body=body)]
        pairs = paired(
            rounds,
            lambda _: run_load(mock, repeat, expect="204", times=CANCELLATIONS),
            lambda _: run_load(ceiling, repeat, expect="204", times=CANCELLATIONS),
        )
        return [*found, *compared("repeated while pending", pairs, PROMISED)]

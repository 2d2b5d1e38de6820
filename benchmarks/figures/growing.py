"""Listing in worlds of 10 to 100,000 orders: one customer has them all, or customers have a hundred each.

All sizes are up in turn in every round, so that a disturbance meets them all. A hit is the same listing again and again; a miss
differs in its Host header each time, which no ready answer fits, so that each size makes the same page of ten anew. The
figure is processor time per request, of the slowest size against the quickest.
"""

import statistics
from contextlib import ExitStack

from benchmarks.bookings import NAME, scenario_text
from benchmarks.findings import Finding, Limit, Side
from benchmarks.measuring import request, run_load
from benchmarks.side_by_side import FIRST_PAGE, mock_of

TITLE = "Listing as a world grows"
SIZES = (10, 100, 1_000, 10_000, 100_000)
PROMISED = Limit(side=Side.AT_MOST, promised=1.20)
ORDERS_OF_ONE = 100


def measure(rounds: int) -> list[Finding]:
    """How much slower the slowest size is than the quickest, for hits and misses, and the costs of each size."""
    hit = [request("GET", FIRST_PAGE, key=NAME)]
    misses = [request("GET", FIRST_PAGE, key=NAME, host=f"host-{n}.example") for n in range(2_000)]
    found: list[Finding] = []
    for shape in ("one customer", "spread"):
        costs: dict[tuple[str, int], list[float]] = {(kind, size): [] for kind in ("hit", "miss") for size in SIZES}
        with ExitStack() as stack:
            servers = {}
            for size in SIZES:
                customers = 1 if shape == "one customer" else max(1, size // ORDERS_OF_ONE)
                servers[size] = stack.enter_context(mock_of(scenario_text(size, customers)))
                run_load(servers[size], [*hit, *misses[:500]], expect="200")
            for number in range(rounds):
                order = SIZES if number % 2 else SIZES[::-1]
                for size in order:
                    costs["hit", size].append(run_load(servers[size], hit, expect="200", times=12_000).cpu_us)
                    costs["miss", size].append(run_load(servers[size], misses, expect="200").cpu_us)
        for kind in ("hit", "miss"):
            per_round = [[costs[kind, size][number] for size in SIZES] for number in range(rounds)]
            found.append(
                Finding(
                    what=f"{shape}, {kind}: slowest size against quickest",
                    unit="x",
                    values=[_ratio_of_medians(per_round)],
                    limit=PROMISED,
                )
            )
            found += [
                Finding(what=f"{shape}, {kind}, {size:,} orders", unit="us", values=costs[kind, size]) for size in SIZES
            ]
    return found


def _ratio_of_medians(per_round: list[list[float]]) -> float:
    """The greatest against the least of the sizes' medians: of single rounds, chance alone would spread five values."""
    medians: list[float] = [statistics.median(column) for column in zip(*per_round, strict=True)]
    return max(medians) / min(medians)

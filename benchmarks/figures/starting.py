"""From the start of the process to the first answered listing, with a key of a shipped scenario, beside the bare application.

Both are started by turns, with compiled modules (the first pair compiles them and is not counted). Both say their address once
they listen; the request is sent at once and waits for the server. Reading and parsing the scenario's file is part of it.
"""

import time
from collections.abc import Sequence

from benchmarks.findings import Finding, Limit, Side
from benchmarks.serving import ceiling_command, mock_command, serving
from benchmarks.side_by_side import page_file

TITLE = "Start to first answer"
KEY, PATH = "happy-path", "/api/v2/order-items?customerIdentifier=asha"
PROMISED = Limit(side=Side.AT_MOST, promised=2.0, aim=1.5)


def measure(rounds: int) -> list[Finding]:
    """The ratio of the times, and of the processor time that both had used by then."""
    with serving(mock_command()) as mock, page_file(mock, PATH, KEY) as page:
        pairs = []
        for number in range(2 * rounds + 2):
            if number % 2:
                ours, bare = _first_answer(mock_command()), _first_answer(ceiling_command(page))
            else:
                bare, ours = _first_answer(ceiling_command(page)), _first_answer(mock_command())
            pairs.append((ours, bare))
    pairs = pairs[1:]
    return [
        Finding(
            what="time, of the bare application's", unit="x", values=[o[0] / b[0] for o, b in pairs], limit=PROMISED
        ),
        Finding(what="the same by processor time", unit="x", values=[o[1] / b[1] for o, b in pairs]),
        Finding(what="mock", unit="ms", values=[ours[0] for ours, _ in pairs]),
        Finding(what="bare application", unit="ms", values=[bare[0] for _, bare in pairs]),
        Finding(what="mock, processor time", unit="ms", values=[ours[1] for ours, _ in pairs]),
        Finding(what="bare application, processor time", unit="ms", values=[bare[1] for _, bare in pairs]),
    ]


def _first_answer(command: Sequence[str]) -> tuple[float, float]:
    """Milliseconds until the first answer, and of processor time."""
    with serving(command) as server:
        status, _ = server.ask("GET", PATH, key=KEY)
        elapsed = time.perf_counter() - server.started
        if status != 200:
            raise RuntimeError(f"The first answer was {status}.")
        return elapsed * 1000, server.cpu_seconds() * 1000

"""One round of load on one server: what it answered, how fast, and what it cost the server's processor."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.findings import Finding, Limit
from benchmarks.load import SEPARATOR
from benchmarks.serving import ROOT, Served

CONNECTIONS = 16


class WrongAnswersError(Exception):
    """A server did not answer as the benchmark expects, so that its figure would mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round of load showed. ``cpu_us``: the server's processor time for one request."""

    per_second: float
    cpu_us: float
    busy: float
    median_us: float
    p99_us: float


def run_load(
    server: Served, requests: Sequence[bytes], *, expect: str, times: int = 1, connections: int = CONNECTIONS
) -> Round:
    """Send the requests, ``times`` times over; every answer must have the status that is expected."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requests"
        file.write_bytes(SEPARATOR.join(requests))
        arguments = [str(server.port), str(connections), str(times), str(file)]
        before = server.cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load", *arguments],
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=300,
        )
        used = server.cpu_seconds() - before
    tally = json.loads(done.stdout)
    sent = len(requests) * times
    wrong = {status: count for status, count in tally["statuses"].items() if status not in expect.split()}
    if wrong or sum(tally["statuses"].values()) != sent:
        raise WrongAnswersError(
            f"{sent} requests were to be answered with {expect}, and were with {tally['statuses']}."
        )
    return Round(
        per_second=sent / tally["seconds"],
        cpu_us=used / sent * 1e6,
        busy=used / tally["seconds"],
        median_us=tally["median_us"],
        p99_us=tally["p99_us"],
    )


def request(method: str, target: str, *, key: str, body: bytes | None = None, host: str = "127.0.0.1:4646") -> bytes:
    """A request as bytes, with the headers of a plain client."""
    head = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nX-API-KEY: {key}\r\nAccept: application/json\r\n"
    if body is None:
        return f"{head}\r\n".encode()
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def paired(
    rounds: int, both: Callable[[], AbstractContextManager[tuple[Served, Served]]], load: Callable[[Served], Round]
) -> list[tuple[Round, Round]]:
    """The same load on both, side by side, each going first in every other pair.

    Every pair is two new processes: how well one happens to lie in memory changes its speed by a tenth, for all of its life.
    """
    pairs = []
    for number in range(rounds):
        with both() as (mock, ceiling):
            first = load(mock) if number % 2 else None
            bare = load(ceiling)
            pairs.append((first or load(mock), bare))
    return pairs


def compared(what: str, pairs: Sequence[tuple[Round, Round]], limit: Limit | None) -> list[Finding]:
    """The ratio to the ceiling by requests a second and by processor time, and what both are made of."""
    return [
        Finding(
            what=f"{what}: of the ceiling's requests/s",
            unit="",
            values=[ours.per_second / bare.per_second for ours, bare in pairs],
            limit=limit,
        ),
        Finding(
            what=f"{what}: the same by processor time",
            unit="",
            values=[bare.cpu_us / ours.cpu_us for ours, bare in pairs],
        ),
        Finding(what="mock, requests/s", unit="/s", values=[ours.per_second for ours, _ in pairs]),
        Finding(what="ceiling, requests/s", unit="/s", values=[bare.per_second for _, bare in pairs]),
        Finding(what="mock, processor time of a request", unit="us", values=[ours.cpu_us for ours, _ in pairs]),
        Finding(what="ceiling, processor time of a request", unit="us", values=[bare.cpu_us for _, bare in pairs]),
        Finding(what="mock, how busy its core was", unit="", values=[ours.busy for ours, _ in pairs]),
        Finding(what="ceiling, how busy its core was", unit="", values=[bare.busy for _, bare in pairs]),
    ]


def load_average() -> float:
    """How many processes wanted a core in the last minute; more than there are cores, and the figures are noisy."""
    return os.getloadavg()[0]

"""Servers as processes of their own: how they are started and ended, and what the kernel says that they cost."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANNOUNCED = "IMIN_MOCK_URL="
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MEGABYTE = 1_000_000
_NOT_FOR_SERVERS = ("IMIN_MOCK_", "PYTHONDONTWRITEBYTECODE")
"""Beginnings of variables that would make it another server: its settings, and what would have it compiled at each start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that answers. ``started``: when it was asked for, on the clock of ``time.perf_counter``."""

    pid: int
    port: int
    started: float

    def cpu_seconds(self) -> float:
        """The processor time that its threads have used, their own and the kernel's for them.

        To the nanosecond, as the scheduler counts it: the ticks of ``/proc/*/stat`` are a hundredth of a round.
        """
        of_threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in of_threads) / 1e9

    def megabytes(self) -> float:
        """The memory that it holds (its resident set), in millions of bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE / _MEGABYTE

    def ask(self, method: str, path: str, key: str = "", body: bytes | None = None) -> tuple[int, bytes]:
        """One request outside the measuring: its status and body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {**({"X-API-KEY": key} if key else {}), **({"Content-Type": "application/json"} if body else {})}
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def mock_command(*flags: str) -> list[str]:
    """The command that starts the mock on a free port."""
    return [sys.executable, "-m", "mockserver", "serve", "--port", "0", *flags]


def ceiling_command(page: Path) -> list[str]:
    """The command that starts the bare application on a free port."""
    return [sys.executable, "-m", "benchmarks.ceiling", str(page)]


@contextmanager
def serving(command: Sequence[str]) -> Iterator[Served]:
    """A server while the block runs, from the moment at which it has said its address."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_FOR_SERVERS)}
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line.startswith(ANNOUNCED):
            raise RuntimeError(f"{' '.join(command)} did not say its address; its first line is {line!r}.")
        yield Served(pid=process.pid, port=int(line.rpartition(":")[2]), started=started)
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()

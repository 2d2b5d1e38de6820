"""A real server in a process of its own, on a free loopback port, ended when the test is done."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running server: its process and its address."""

    process: subprocess.Popen[str]
    url: str


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without the mock's own variables; the commands of this environment come first on the path."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("IMIN_MOCK_")}
    own["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), own.get("PATH", "")])
    own["PYTHONPATH"] = str(ROOT)
    return {**own, **(more or {})}


@contextmanager
def serving(*flags: str, variables: Mapping[str, str] | None = None) -> Iterator[Served]:
    """A server with these flags."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "serve", "--port", "0", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(variables),
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("IMIN_MOCK_URL="), line or (process.stderr.read() if process.stderr else "")
        yield Served(process=process, url=line.partition("=")[2].strip())
    finally:
        process.terminate()
        process.communicate(timeout=10)

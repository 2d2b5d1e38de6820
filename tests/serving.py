"""A real server in a process of its own, on a free loopback port, ended when the test is done."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.request import HTTPHandler, OpenerDirector, Request

ROOT = Path(__file__).resolve().parent.parent

PATIENCE = 120
"""Units: seconds. How long a test waits for what comes at once on a machine with nothing else to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running server: its process and its address."""

    process: subprocess.Popen[str]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, refusals among them."""

    status: int
    headers: Message
    body: bytes


def ask(url: str, key: str | None = None, *, method: str = "GET", body: bytes | None = None) -> Answer:
    """The answer, read and closed. A refusal is no exception here, which would keep its connection open."""
    headers = {} if key is None else {"X-API-KEY": key}
    request = Request(url, headers={**headers, "Content-Type": "application/json"}, method=method, data=body)
    opener = OpenerDirector()
    opener.add_handler(HTTPHandler())
    with opener.open(request, timeout=PATIENCE) as response:
        return Answer(status=response.status, headers=response.headers, body=response.read())


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
        process.communicate(timeout=PATIENCE)

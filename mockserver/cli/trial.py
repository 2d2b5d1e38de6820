"""A command of somebody else's, run once with an environment: how it ended, how long it took, what it printed, and which tests
failed in it, as far as the usual test runners say so.

Nothing of it is left when it is over, whatever it has started, and however it was ended.
"""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mockserver.engine.clock import elapsed_seconds
from mockserver.foundation.outgoing_text import without_controls
from mockserver.runner import trial_notes

OUTPUT_KEPT = 65_536
"""How many bytes of the end of an output are kept."""

GRACE_SECONDS = 2.0
"""How long a command that is told to stop may take."""

LONGEST_LINE = 200

_SAYS = (
    re.compile(r"(?:FAILED|ERROR) (?P<name>\S+::.+?)(?: - .*)?"),  # pytest
    re.compile(r"(?:FAIL|ERROR): (?P<name>\w+ \([\w.]+\))"),  # unittest
    re.compile(r"\s*--- FAIL: (?P<name>\S+) \(.*"),  # go test
    re.compile(r"test (?P<name>\S+) \.\.\. FAILED"),  # cargo test
    re.compile(r"\s*not ok \d+ (?:- )?(?P<name>[^#]+?)(?: #.*)?"),  # TAP, so node --test in a pipe
    re.compile(r"\s*\u2716 (?P<name>.+?)(?: \([\d.]+m?s\))?"),  # node --test
    re.compile(r"\s*\u25cf (?P<name>.+ \u203a .+)"),  # Jest
    re.compile(r"\[ERROR\] +(?P<name>[\w.$]+:\d+) .*"),  # Maven
    re.compile(r"(?P<name>[\w.$]+(?: > .+)+) FAILED"),  # Gradle
)
"""A line of each runner that names a test that failed."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run. *Units*: ``took`` in seconds. ``exit_code`` is ``None`` where it took too long and was ended.

    ``failed`` are the tests that failed, ``under_way`` those that it was in when it ended, as far as anything says which.
    """

    exit_code: int | None
    took: float
    output: str
    failed: Sequence[str] = ()
    under_way: Sequence[str] = ()

    @property
    def passed(self) -> bool:
        """Whether the command was content."""
        return self.exit_code == 0

    @property
    def ending(self) -> str:
        """How it ended, in a word or two."""
        return "timed out" if self.exit_code is None else f"exit {self.exit_code}"


def try_command(command: Sequence[str], variables: Mapping[str, str], *, timeout: float) -> Trial:
    """The command's run. *Raises* ``OSError`` if it cannot be started."""
    started = elapsed_seconds()
    # A file, not a pipe: what the command leaves running would keep a pipe open.
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryDirectory(prefix="imin-mock-") as folder:
        notes = Path(folder) / "notes"
        running: subprocess.Popen[bytes] | None = None
        try:
            with _undisturbed():
                running = subprocess.Popen(  # noqa: S603 - the caller's own command is what this is for
                    command,
                    env={**os.environ, **variables, **trial_notes.variables(notes)},
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            exit_code = running.wait(timeout)
        except subprocess.TimeoutExpired:
            exit_code = None
        finally:
            if running is not None:
                with _undisturbed():
                    _end(running)
        size = printed.seek(0, os.SEEK_END)
        printed.seek(max(size - OUTPUT_KEPT, 0))
        output = printed.read().decode("utf-8", "replace")
        noted = trial_notes.read(notes)
    return Trial(
        exit_code=exit_code,
        took=elapsed_seconds() - started,
        output=output,
        failed=noted.failed or named_in(output),
        under_way=noted.under_way,
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals to stop wait until the end: a command that is half started, or half ended, could not be ended any more."""
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for held_back in came[:1]:
            signal.raise_signal(held_back)


_STOPPING = (signal.SIGINT, signal.SIGTERM)


def _end(running: "subprocess.Popen[bytes]") -> None:
    """End the command and all that it has started in its session: politely, then not."""
    _signal(running, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(GRACE_SECONDS)
    _signal(running, getattr(signal, "SIGKILL", signal.SIGTERM))
    running.wait()


def _signal(running: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    if os.name != "posix":
        running.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, number)


def named_in(output: str) -> tuple[str, ...]:
    """The tests that the output says failed, in its order, each once."""
    found: dict[str, None] = {}
    for line in _plain_lines(output):
        for pattern in _SAYS:
            said = pattern.fullmatch(line[:LONGEST_LINE])
            if said is not None:
                found[said["name"]] = None
                break
    return tuple(found)


def last_lines(output: str, number: int = 3) -> list[str]:
    """The last lines of an output that say something."""
    return [line for line in _plain_lines(output) if line][-number:]


def _plain_lines(output: str) -> Iterator[str]:
    return (without_controls(line).rstrip() for line in _COLOURS.sub("", output).splitlines())

"""Which tests failed, read from what a test runner prints. It knows the usual ones; of another, nothing."""

import re
from collections.abc import Iterator

from mockserver.outgoing_text import without_controls

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


def named_in(output: str) -> tuple[str, ...]:
    """The tests that the output says failed, in its order, each once."""
    found: dict[str, None] = {}
    for line in _lines(output):
        for pattern in _SAYS:
            said = pattern.fullmatch(line[:LONGEST_LINE])
            if said is not None:
                found[said["name"]] = None
                break
    return tuple(found)


def last_lines(output: str, number: int = 3) -> list[str]:
    """The last lines of an output that say something."""
    return [line for line in _lines(output) if line][-number:]


def _lines(output: str) -> Iterator[str]:
    return (without_controls(line).rstrip() for line in _COLOURS.sub("", output).splitlines())

"""How the commands that read recordings tell what they could not use: every reason with its count, for people and programs."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from mockserver.cli.output import counted

Counts = Mapping[str, int]


class Limited(Protocol):
    """An outcome that takes from a recording how it is written, and may not cover all of it."""

    @property
    def notation(self) -> Mapping[str, str]: ...
    @property
    def by_status_alone(self) -> Counts: ...
    @property
    def not_compared(self) -> Counts: ...


def limits(outcome: Limited, skipped: Counts) -> Iterator[str]:
    """A line for what was read off the recording, and for each reason why something was not compared."""
    if outcome.notation:
        yield "read off the recording: " + " ".join(f"{name}={option}" for name, option in outcome.notation.items())
    for why, count in outcome.by_status_alone.items():
        yield f"compared by status alone: {counted(count, 'answer')} {why}"
    for why, count in outcome.not_compared.items():
        yield f"not compared: {counted(count, 'answer')} {why}"
    for why, count in skipped.items():
        yield f"skipped: {count} that {why}"


def limit_fields(outcome: Limited, skipped: Counts) -> dict[str, Any]:
    """The same for programs."""
    return {
        "notation": dict(outcome.notation),
        "by_status_alone": dict(outcome.by_status_alone),
        "not_compared": dict(outcome.not_compared),
        "skipped": dict(skipped),
    }

"""What is wrong with a scenario's text, and where. This module must never decide what is wrong; it only says it well."""

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where something stands in a document: keys and positions from the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """Something wrong at a path, not yet located in the text. ``of_key``: it is the key itself that is wrong."""

    path: Path
    message: str
    hint: str | None = None
    of_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in a scenario's text, with its place and, where there is one, a hint. *Units*: lines and columns from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        path = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}{path}{self.message}{hint}"


class ScenarioFaults(Exception):  # noqa: N818  # many faults, not one error
    """A scenario's text cannot be used: all of its faults at once, in the order of its lines."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class MisfitError(ValueError):
    """A well-formed value that does not fit where it stands, found while the world was being built."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def spell(path: Path) -> str:
    """The path as a reader writes it: ``timeline[0].order``."""
    spelled = "".join(f"[{part}]" if isinstance(part, int) else f".{_on_one_line(part)}" for part in path)
    return spelled.removeprefix(".")


def show(value: object) -> str:
    """A value as it can stand in a message: short, on one line, text in double quotes."""
    if isinstance(value, str):
        return f'"{_on_one_line(value)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "nothing" if value is None else str(value)


def _on_one_line(text: str) -> str:
    escaped = text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
    return escaped if len(escaped) <= 60 else f"{escaped[:57]}..."

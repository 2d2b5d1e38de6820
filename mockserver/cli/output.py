"""How the commands end and what they print alike: exit codes, JSON, counts."""

from enum import IntEnum
from typing import Any, NoReturn

import click
import msgspec


class Exit(IntEnum):
    """What the command found."""

    FINE = 0
    FINDINGS = 1
    BAD_INPUT = 2
    CANNOT_BIND = 3


EPILOG = "Exit codes: 0 fine, 1 findings, 2 bad scenario or settings, 3 cannot bind."
"""What the help of every command ends with."""


def stop(code: Exit, message: str) -> NoReturn:
    """End the command: the message on standard error, the code for the caller."""
    click.echo(message, err=True)
    raise SystemExit(int(code))


def print_json(value: Any) -> None:
    """Print a value as JSON that people can read, too."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def counted(number: int, noun: str) -> str:
    """``1 entry``, ``2 entries``."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"

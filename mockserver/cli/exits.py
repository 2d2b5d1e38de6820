"""The exit codes, and how a command ends with one and a word about it."""

from enum import IntEnum
from typing import NoReturn

import click


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

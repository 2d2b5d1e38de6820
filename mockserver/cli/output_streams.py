"""The one way out of the command line: whatever a command, a log or a traceback prints passes here.

It cannot steer a terminal, and tells no live key.
It must never know who prints. What scenarios, recordings and clients say reaches people as it was said, its control characters as
escapes; the colours of our own are let through.
"""

import io
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO, cast

import click

from mockserver.cli.output import Exit
from mockserver.foundation.outgoing_text import without_controls, without_live_keys

_COLOUR = re.compile(r"(\x1b\[(?:[012]|22|3[0-79]|9[0-7])m)")
"""Colour, weight, and the end of both. All that a text from outside could do with it is to be coloured."""


def harmless(text: str) -> str:
    """The text without anything that steers a terminal, but for colours, and without what looks like a live key."""
    text = without_live_keys(text)
    if "\x1b" not in text:
        return without_controls(text.replace("\r\n", "\n"))
    parts = _COLOUR.split(text)
    parts[::2] = [without_controls(part.replace("\r\n", "\n")) for part in parts[::2]]
    return "".join(parts)


class UnwritableTextError(click.ClickException):
    """The stream's encoding has no such character; an escape instead would make another file of what is kept in one."""

    exit_code = Exit.BAD_INPUT

    def __init__(self, encoding: str, character: str) -> None:
        super().__init__(f"The output's encoding, {encoding}, has no {character!a}. With PYTHONUTF8=1 it is UTF-8.")


class UnwritableOutputError(click.ClickException):
    """The output takes no more: its disk is full, or gone."""

    exit_code = Exit.BAD_INPUT

    def __init__(self, error: OSError) -> None:
        super().__init__(f"The output cannot be written: {error.strerror}.")


class Nowhere(io.TextIOBase):
    """What stands for a standard stream that was closed before the start, as a service or a window without a console has it."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Drop the text."""
        return len(text)


class OutgoingStream(io.TextIOBase):
    """A standard stream that lets harmless text out. It has no ``buffer``, so that nothing can go round it."""

    def __init__(self, stream: TextIO, *, coloured: bool = True, last_word: bool = False) -> None:
        super().__init__()
        self._stream = stream
        self._coloured = coloured
        self._last_word = last_word
        self._failed: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has an attribute
        """The stream's own."""
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]  # typeshed has an attribute
        """The stream's own."""
        return self._stream.errors

    def write(self, text: str | bytes) -> int:
        """Let the text out; bytes, in which click writes a shell's completions, are UTF-8.

        *Raises* :class:`UnwritableTextError`, with nothing written, and :class:`UnwritableOutputError`.
        """
        told = harmless(text.decode() if isinstance(text, bytes) else text)
        try:
            self._send(lambda: self._stream.write(told if self._coloured else _COLOUR.sub("", told)))
        except UnicodeEncodeError as error:
            raise UnwritableTextError(self.encoding, error.object[error.start]) from error
        return len(text)

    def flush(self) -> None:
        """Send what was written; nothing where the stream beneath was closed before, as at this one's own end.

        *Raises* :class:`UnwritableOutputError`.
        """
        if not self._stream.closed:
            self._send(self._stream.flush)

    def _send(self, sending: Callable[[], object]) -> None:
        """Do it, or tell that nothing more can be written, if that can still be told. A reader who has left is click's matter."""
        if self._failed is None:
            try:
                sending()
            except BrokenPipeError:
                raise
            except OSError as error:
                self._failed = error
                # What is still in the buffer would fail once more at the interpreter's end, with another exit code.
                with suppress(OSError, ValueError):
                    nowhere = os.open(os.devnull, os.O_WRONLY)
                    os.dup2(nowhere, self._stream.fileno())
                    os.close(nowhere)
        if self._failed is not None and not self._last_word:
            raise UnwritableOutputError(self._failed)

    def isatty(self) -> bool:
        """Whether somebody sees it."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor, for those who ask how wide the terminal is."""
        return self._stream.fileno()

    def writable(self) -> bool:
        """Yes."""
        return True


class OutgoingGroup(click.Group):
    """A group of commands that print through such streams, from the parsing of arguments to the traceback of a bug."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        own = sys.stdout, sys.stderr
        coloured = not os.environ.get("NO_COLOR")  # https://no-color.org
        out, err = (each or cast(TextIO, Nowhere()) for each in own)
        sys.stdout = OutgoingStream(out, coloured=coloured)
        sys.stderr = OutgoingStream(err, coloured=coloured, last_word=True)
        try:
            return super().main(*arguments, **options)
        except SystemExit:
            sys.stdout, sys.stderr = own
            raise

"""A page as its reader follows it: the files that it shows are written, its commands are run, what they print is compared.

A block of any language whose first line is ``# file: NAME`` (or ``// file: NAME``) is that file. In a ``console`` block, a ``$``
begins a command; below it stands what it prints, where ``...`` stands for anything.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.serving import PATIENCE, environment

_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"(?:#|//|<!--) file: (?P<name>[\w./-]+)(?: -->)?\n")


@dataclass(frozen=True, slots=True)
class File:
    """A file that the page shows."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command that the page shows, and what it prints."""

    line: str
    prints: str


def steps_of(page: Path) -> Iterator[File | Command]:
    """What the page shows, from top to bottom."""
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        named = _FILE.match(block["body"])
        if named:
            yield File(named["name"], block["body"][named.end() :])
        elif block["language"] == "console":
            for piece in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:]:
                line, _, prints = piece.partition("\n")
                yield Command(line, prints)


def follow(page: Path, folder: Path, *, url: str = "http://127.0.0.1:4646", **variables: str) -> int:
    """Do in the folder what the page shows, with the mock at ``url``; how many steps it has. A difference fails the test."""
    steps = list(steps_of(page))
    for step in steps:
        if isinstance(step, File):
            (folder / step.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.name).write_text(step.text, encoding="utf-8")
        else:
            printed = _printed(step.line.replace("http://127.0.0.1:4646", url), folder, variables)
            assert re.fullmatch(_pattern(step.prints), printed, re.DOTALL), f"$ {step.line}\n{printed}"
    return len(steps)


def _printed(command: str, folder: Path, variables: dict[str, str]) -> str:
    run = subprocess.run(
        ["bash", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=environment(variables),
        timeout=PATIENCE,
        check=False,
    )
    return run.stdout


def _pattern(prints: str) -> str:
    """Lines of ``...`` alone stand for any lines, ``...`` within a line for anything in it."""
    whole_lines = re.sub(r"(?m)^\.\.\.\n", "\0", prints)
    return re.escape(whole_lines).replace("\0", r"(?:[^\n]*\n)*").replace(r"\.\.\.", r"[^\n]*")

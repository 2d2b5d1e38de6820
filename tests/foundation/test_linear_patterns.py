"""Every pattern of the mock takes time in proportion to the text, whatever the text is made to be."""

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import mockserver

PACKAGE = Path(mockserver.__file__).parent
LOOKS = {"sub": "findall", "finditer": "findall", "split": "findall"}
"""The uses of a pattern that take as long as another."""

SHORT, LONG = 4_000, 16_000
QUADRATIC = 8
"""Four times the text takes four times as long where it is linear, and sixteen times where it is not."""
NOTICED = 0.02
"""*Units*: seconds of processor time. What takes less for the long text is not worth a doubt about the clock."""

TURNS = [
    *(
        "a",
        "f",
        "1",
        "A",
        " ",
        "\n",
        "%",
        "%4",
        "@",
        "a@",
        "?",
        "&a",
        ";",
        ";a",
        "=",
        ":",
        "://",
        "http://",
        "/",
        "/a",
        ".",
        "-",
    ),
    *("{", "{a", "`", "*", "*a", "\\", "\\ud8", "\x1b[", "P1", "+1", "/order-items/", "orders/a", "> ", '{ "'),
]
ENDS = ["", "\x00"]


def compiled() -> Iterator[tuple[str, str, str]]:
    """Module, name and use of every pattern that the package compiles."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("re.compile(")
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        uses = {
            (node.value.id, LOOKS.get(node.attr, node.attr))
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names
        }
        uses |= {(name, "search") for name in names - {name for name, _ in uses}}
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        yield from ((module, name, use) for name, use in sorted(uses))


def seconds(look: Callable[[Any], object], text: Any) -> float:
    taken = []
    for _ in range(2):
        began = time.process_time()
        look(text)
        taken.append(time.process_time() - began)
    return min(taken)


def slow_on(pattern: re.Pattern[Any], use: str) -> str | None:
    """A turn of which a text takes the pattern more than its share; ``None`` if there is none."""
    look = getattr(pattern, use)
    for turn in TURNS:
        for end in ENDS:
            short, long = (turn * (size // len(turn)) + end for size in (SHORT, LONG))
            texts = (short.encode(), long.encode()) if isinstance(pattern.pattern, bytes) else (short, long)
            taken = seconds(look, texts[1])
            if taken > NOTICED and taken > QUADRATIC * seconds(look, texts[0]):
                return turn + end
    return None


def test_the_patterns_are_found() -> None:
    found = list(compiled())
    assert ("mockserver.recordings.scrubber", "_EMAIL", "findall") in found
    assert ("mockserver.scenario.source", "_WHOLE", "fullmatch") in found
    assert len(found) > 30


def test_a_pattern_that_is_not_linear_is_seen() -> None:
    assert slow_on(re.compile("[^@]+@"), "findall") == "a"


@pytest.mark.parametrize(("module", "name", "use"), list(compiled()))
def test_no_pattern_takes_longer_than_in_proportion_to_the_text(module: str, name: str, use: str) -> None:
    pattern = getattr(importlib.import_module(module), name)
    assert slow_on(pattern, use) is None

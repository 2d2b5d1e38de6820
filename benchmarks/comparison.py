"""Two checkouts in one run: the figures of both, by turns, and how much worse this one is than the other.

Each checkout measures itself, with its own benchmarks, and both with this interpreter. A figure is compared with the one that
says the same; what only one of them measures is left out.
"""

import json
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.findings import Finding, Limit, Side
from benchmarks.serving import ROOT

NO_WORSE = Limit(side=Side.AT_MOST, promised=1.02)
"""How many times worse than before a figure may be: two in a hundred are what a quiet machine leaves to chance."""

_LESS_IS_BETTER = {"us", "ms", "s", "MB", "x"}
_OF_THE_MACHINE = ("ceiling,", "bare application", "mock, how busy")
"""What begins a finding that is not about the mock."""

Measured = dict[tuple[str, int], dict[str, Any]]
"""The findings of one run, by what they say and how often that was said before."""


def compared_with(other: Path, figure: str, rounds: int) -> list[Finding]:
    """How many times worse each finding of the figure is here than in the other checkout, pair by pair."""
    pairs = []
    for number in range(rounds):
        first, second = (ROOT, other) if number % 2 else (other, ROOT)
        found = {tree: _measure(tree, figure) for tree in (first, second)}
        pairs.append((found[ROOT], found[other]))
    alike = [key for key in pairs[0][0] if all(key in there for _, there in pairs)]
    return [_worse(key, pairs) for key in alike if not key[0].startswith(_OF_THE_MACHINE)]


def _worse(key: tuple[str, int], pairs: list[tuple[Measured, Measured]]) -> Finding:
    here, there = ([each[key]["median"] for each in side] for side in zip(*pairs, strict=True))
    example = pairs[0][0][key]
    side = example["limit"] and example["limit"]["side"]
    less_is_better = side == Side.AT_MOST if side else example["unit"] in _LESS_IS_BETTER
    ratios = [ours / theirs if less_is_better else theirs / ours for ours, theirs in zip(here, there, strict=True)]
    medians = " against ".join(f"{statistics.median(values):,.4g}" for values in (here, there))
    return Finding(what=f"{key[0]}: {medians} {example['unit']}".strip(), unit="", values=ratios, limit=NO_WORSE)


def _measure(tree: Path, figure: str) -> Measured:
    """One round of the figure, as the checkout itself measures it."""
    command = [sys.executable, "-m", "benchmarks", figure, "--rounds", "1", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        command, check=False, cwd=tree, env=environment, capture_output=True, text=True, timeout=1_800
    )
    if done.returncode not in (0, 1):  # 1: a promise is missed, which is not the question here
        raise RuntimeError(f"{tree}: {done.stderr}")
    return dict(_numbered(json.loads(done.stdout)[figure]["findings"]))


def _numbered(findings: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    seen: Counter[str] = Counter()
    for each in findings:
        yield (each["what"], seen[each["what"]]), each
        seen[each["what"]] += 1

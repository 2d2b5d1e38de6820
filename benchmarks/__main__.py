"""``python -m benchmarks [FIGURE ...]``: measures the figures and says which promises hold. Exit code 1 if one does not.

With ``--beside PATH``, whether any figure is worse than another checkout's.
"""

import argparse
import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.comparison import compared_with
from benchmarks.findings import Finding, table
from benchmarks.measuring import load_average

FIGURES = ("listing", "cancelling", "starting", "growing", "worlds", "enduring", "covering", "inside", "in_process")


def main() -> int:
    """Run the chosen figures, one after the other."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the mock beside a bare Starlette application."
    )
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"{', '.join(FIGURES)}; all of them by default")
    parser.add_argument("--rounds", type=int, default=7, help="paired rounds of each figure (default: %(default)s)")
    parser.add_argument(
        "--beside",
        metavar="PATH",
        type=Path,
        help="another checkout: say how many times worse each figure is here, measured by turns in one run",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args()
    unknown = sorted(set(options.figures) - set(FIGURES))
    if unknown or options.rounds < 1:
        parser.error(f"there is no figure {', '.join(unknown)}" if unknown else "--rounds is at least 1")
    found: list[Finding] = []
    report: dict[str, object] = {"machine": _machine(), "rounds": options.rounds}
    if not options.json:
        print(f"{_machine()}, {options.rounds} rounds\n", flush=True)
    for name in options.figures or FIGURES:
        figure = import_module(f"benchmarks.figures.{name}")
        before = load_average()
        if options.beside is None:
            findings = figure.measure(options.rounds)
        else:
            findings = compared_with(options.beside.resolve(), name, options.rounds)
        load = f"load average {before:.1f} before, {load_average():.1f} after"
        found += findings
        report[name] = {"load": load, "findings": [each.as_json() for each in findings]}
        if not options.json:
            print(table(figure.TITLE, findings), f"({load})\n", sep="\n", flush=True)
    if options.json:
        print(json.dumps(report, indent=2))
    missed = [each.what for each in found if each.verdict == "MISSED"]
    for what in missed:
        print(f"missed: {what}", file=sys.stderr)
    return 1 if missed else 0


def _machine() -> str:
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


if __name__ == "__main__":
    sys.exit(main())

"""The shipped scenarios, parsed once for all tests, and the page that lists them."""

from functools import cache
from pathlib import Path

from mockserver.scenario.scenario import Scenario
from mockserver.storage.scenario_files import read_scenario

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "scenarios").glob("*.yaml"))
NAMES = [path.stem for path in FILES]
PAGE = ROOT / "docs" / "reference" / "scenarios.md"


@cache
def shipped(name: str) -> Scenario:
    """The shipped scenario of this name."""
    return read_scenario(ROOT / "scenarios" / f"{name}.yaml")

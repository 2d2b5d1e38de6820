"""Names that users have written down in tests, settings and scenario files, and that must therefore not change unnoticed.

``python -m tests.public_names`` writes the list anew; whoever does so has changed or added a public name on purpose.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from mockserver.cli.main import main
from mockserver.domain.events import EVENT_NAMES
from mockserver.domain.readings import READINGS
from mockserver.domain.rules import Rule
from mockserver.domain.twins import Twin
from mockserver.engine.coverage.points import Family, universe
from mockserver.settings import SETTINGS

KIT = (
    "mockserver.testing",
    "mockserver.testing.interception",
    "mockserver.testing.properties",
    "mockserver.testing.transports.httpx",
    "mockserver.testing.transports.requests",
)
"""The modules that users import; of each, what its ``__all__`` names."""

LOADED_BY_NAME = ("mockserver.pytest_plugin", "mockserver.testing.schemathesis_hooks")
"""The modules that users name to pytest and to Schemathesis. Every module that is neither here nor in the kit is private, and may
be moved, renamed or gone in any version; the command line is known by its commands and their options."""

LIST = Path(__file__).with_suffix(".txt")


def public_names() -> Iterator[str]:
    """Every such name with its kind."""
    yield from (f"command {name}" for name in main.commands)
    yield from (f"event {name}" for name in EVENT_NAMES)
    yield from (f"family-of-points {family.value}" for family in Family)
    yield from (f"kit {module}.{name}" for module in KIT for name in import_module(module).__all__)
    yield from (f"law-breaker {name.value}" for name in Twin)
    yield from (f"point {point}" for point in universe())
    yield from (f"reading {name.value}={option}" for name, reading in READINGS.items() for option in reading.options)
    yield from (f"rule {rule.value}" for rule in Rule)
    yield from (f"variable {setting.variable}" for setting in SETTINGS)


if __name__ == "__main__":
    LIST.write_text("".join(f"{name}\n" for name in sorted(set(public_names()))), encoding="utf-8")

"""The marker ``@pytest.mark.imin(...)``: what a test wants of its world, or why that cannot be."""

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

import pytest

from mockserver.foundation.suggestions import did_you_mean

NAME = "imin"
MARKER = "imin(scenario='happy-path', *, ...): the world that the imin fixture begins; choices: docs/reference/kit.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedWorld:
    """What a test wants of its world.

    ``intercept``: calls of unchanged code to imin's own address reach it. ``virtual_sleep``: code that sleeps moves its clock
    instead, and does not wait. ``allow_faults``: answers that imin would never give
    are meant. ``then``: whether the scenario's expectations are judged when the test ends; by default they are where the scenario
    makes no steps of its own.
    """

    scenario: str = "happy-path"
    twin: str | None = None
    step: str | None = None
    rate: float | None = None
    epoch: datetime | str | None = None
    readings: Mapping[str, str] | None = None
    intercept: bool = False
    virtual_sleep: bool = False
    allow_faults: bool = False
    then: bool | None = None


def wanted_by(node: pytest.Item | pytest.Collector) -> MarkedWorld:
    """What the marker that is closest to the test, class or module says.

    A wrong argument fails the test, and the message names what there is.
    """
    marker = node.get_closest_marker(NAME)
    if marker is None:
        return MarkedWorld()
    known = list(inspect.signature(MarkedWorld).parameters)
    for name in marker.kwargs:
        if name not in known:
            meant = did_you_mean(name, known)
            pytest.fail(f"@pytest.mark.imin takes no {name!r}.{meant} It takes {', '.join(known)}.", pytrace=False)
    if len(marker.args) > 1 or (marker.args and "scenario" in marker.kwargs):
        pytest.fail("@pytest.mark.imin takes one scenario; a second world is imin.world(...).", pytrace=False)
    if marker.args and not isinstance(marker.args[0], str):
        pytest.fail(f"@pytest.mark.imin takes a scenario's name, not {marker.args[0]!r}.", pytrace=False)
    return MarkedWorld(**dict(zip(["scenario"], marker.args, strict=False)), **marker.kwargs)


def without_near_misses(items: Iterable[pytest.Item]) -> None:
    """*Raises* ``pytest.UsageError`` where a marker looks like ours and is not."""
    for item in items:
        for marker in item.iter_markers():
            name = marker.name
            if name != NAME and get_close_matches(name, [NAME], n=1, cutoff=0.75):
                raise pytest.UsageError(f"{item.nodeid} is marked {name!r}; did you mean @pytest.mark.{NAME}?")

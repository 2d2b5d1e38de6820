"""Pieces of imin's JSON that look the same on every page: an item as a view holds it, encoded once however often it is shown.

Whatever a piece shows is among the values that it is made of, so that none is ever too old. It is remembered by the identity of
those frozen values, never by their equality: the same instant in two time zones is equal, and looks different. It knows nothing
of worlds, which share what was booked.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Raw

from mockserver.foundation.limits import JSON_PIECES
from mockserver.web.answers import to_json

_kept: dict[tuple[int, ...], tuple[Raw, tuple[object, ...]]] = {}
"""The pieces, each with the values it is made of: as long as these are held, nothing else can have their identity."""


def fragment(show: Callable[..., Any], *values: object) -> Raw:
    """What ``show`` makes of frozen values, as JSON."""
    made_of = (show, *values)
    key = tuple(map(id, made_of))
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= JSON_PIECES:
            _kept.clear()
        found = _kept[key] = (Raw(to_json(show(*values))), made_of)
    return found[0]

"""What an ``X-API-KEY`` means: ``<scenario>``, perhaps ``~<twin>``, perhaps ``@<label>``. The key names a world.

The twin makes the world an evil twin, the label isolates it. A label is free of what would change its meaning in a URL's
path, so that a key can stand there as it is. Keys of any other form are refused, so that a live imin key cannot be used by
mistake; a refused key is never repeated.
"""

import re

from mockserver.domain.twins import Twin, explain_no_twin
from mockserver.domain.values import Value
from mockserver.foundation.outgoing_text import looks_like_live_key

SCENARIO_PATTERN = "[a-z0-9]+(?:-[a-z0-9]+)*"
LABEL_PATTERN = r"[!$&-.0-;=@-\[\]-~]{1,200}"
"""Visible ASCII without ``/ ? # % \\ " < >``."""
KEY_PATTERN = f"{SCENARIO_PATTERN}(?:~(?:{'|'.join(Twin)}))?(?:@{LABEL_PATTERN})?"
_KEY = re.compile(rf"(?P<scenario>{SCENARIO_PATTERN})(?:~(?P<twin>[a-z0-9-]+))?(?:@(?P<label>{LABEL_PATTERN}))?")


class KeyRefusedError(Exception):
    """The key names no world. The message says what a good key looks like, and never the key."""


class WorldKey(Value, frozen=True, kw_only=True):
    """A key in its parts."""

    scenario: str
    twin: Twin | None = None
    label: str | None

    def __str__(self) -> str:
        twin = "" if self.twin is None else f"~{self.twin.value}"
        label = "" if self.label is None else f"@{self.label}"
        return f"{self.scenario}{twin}{label}"


def parse_key(text: str) -> WorldKey:
    """The parts of a key. *Raises* :class:`KeyRefusedError`."""
    match = None if looks_like_live_key(text) else _KEY.fullmatch(text)
    if match is None:
        raise KeyRefusedError(
            "A key is <scenario> or <scenario>@<label>, such as happy-path or happy-path@test-1:"
            " the scenario in lower-case letters, digits and hyphens, the label in 1 to 200 visible ASCII characters"
            ' other than / ? # % \\ " < and >. For an evil twin, ~<twin> goes before the @.'
            " Nothing of the form of a live imin key, 32 hexadecimal digits, stands in it."
        )
    name = match["twin"]
    try:
        twin = None if name is None else Twin(name)
    except ValueError:
        raise KeyRefusedError(explain_no_twin(name)) from None
    return WorldKey(scenario=match["scenario"], twin=twin, label=match["label"])

"""Text with ``{placeholders}``: what they stand for in a sentence, and what a value is once they are filled.

It must never know what the sentences are about. Matching looks for each piece of text once and never goes back, so that no
sentence, however hostile, takes longer than its length.
"""

import re
from collections.abc import Mapping
from typing import Any

_PIECES = re.compile(r"\{([A-Za-z_]\w{0,63})\}", re.ASCII)


class PlaceholderError(Exception):
    """A placeholder is badly written, or nothing fills it."""


def placeholders_of(pattern: str) -> list[str]:
    """The names of the placeholders, in order. *Raises* :class:`PlaceholderError` where they cannot be told apart."""
    pieces = _PIECES.split(pattern)
    names = pieces[1::2]
    if any("{" in text or "}" in text for text in pieces[::2]):
        raise PlaceholderError("a brace that belongs to no placeholder; one is written {name}")
    if "" in pieces[2:-1:2]:
        raise PlaceholderError("two placeholders stand side by side; put a word between them")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise PlaceholderError(f"the placeholder {{{twice}}} stands there twice")
    return names


def matched(pattern: str, text: str) -> dict[str, str] | None:
    """What each placeholder stands for in the text, at least one character; ``None`` if the text is not of this pattern."""
    first, *rest = _PIECES.split(pattern)
    names, literals = rest[::2], rest[1::2]
    if not text.startswith(first):
        return None
    if not names:
        return {} if text == first else None
    found: dict[str, str] = {}
    at = len(first)
    for name, literal in zip(names[:-1], literals[:-1], strict=True):
        end = text.find(literal, at + 1)
        if end < 0:
            return None
        found[name] = text[at:end]
        at = end + len(literal)
    end = len(text) - len(literals[-1])
    if end <= at or not text.endswith(literals[-1]):
        return None
    return {**found, names[-1]: text[at:end]}


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """The value, every placeholder in its text filled. *Raises* :class:`PlaceholderError` with the name of one that is not."""
    if isinstance(value, str):
        return _PIECES.sub(lambda found: _text(found[1], values), value)
    if isinstance(value, Mapping):
        return {key: filled(each, values) for key, each in value.items()}
    return [filled(each, values) for each in value] if isinstance(value, list) else value


def _text(name: str, values: Mapping[str, Any]) -> str:
    try:
        value = values[name]
    except KeyError:
        raise PlaceholderError(repr(name)) from None
    if isinstance(value, (dict, list)) or value is None:
        raise PlaceholderError(f"{name!r} as text or a number")
    return str(value)

"""HTML from values: whatever is not markup already is escaped, so that no text can become a tag or steer its reader.

Descriptions of an OpenAPI document use a little Markdown: paragraphs, lists, ``code``, *emphasis*. Nothing else.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from mockserver.foundation.outgoing_text import without_controls

_VOID = frozenset({"br", "hr", "input", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: str | bool | None) -> Markup:
    """An element. A trailing underscore of an attribute goes (``class_``), others become hyphens; None and False drop it."""
    opening = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{opening}>")
    return Markup(f"<{name}{opening}>{joined(children)}</{name}>")


def joined(children: Iterable[object]) -> Markup:
    """The children one after another; lists within are flattened, ``None`` is nothing."""
    return Markup("".join(map(_text, children)))


def _text(child: object) -> str:
    if isinstance(child, Markup):
        return child
    if child is None:
        return ""
    if isinstance(child, str):
        return escape(without_controls(child))
    if isinstance(child, Iterable):
        return joined(child)
    return escape(without_controls(str(child)))


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(without_controls(value))}"'


_SPAN = re.compile(r"`(?P<code>[^`]+)`|\*(?P<em>[^*\s][^*]*)\*")


def prose(text: str) -> Markup:
    """The text as HTML."""
    return joined(_block(block) for block in re.split(r"\n{2,}", text.strip()) if block)


def _block(block: str) -> Iterator[Markup]:
    for is_list, lines in groupby(block.splitlines(), key=lambda line: line.startswith("- ")):
        if is_list:
            yield tag("ul", [tag("li", spans(line[2:])) for line in lines])
        else:
            yield tag("p", spans("\n".join(lines)))


def spans(text: str) -> list[object]:
    """One line's worth of text, with its code and emphasis."""
    parts: list[object] = []
    position = 0
    for match in _SPAN.finditer(text):
        parts.append(text[position : match.start()])
        parts.append(tag("code", match["code"]) if match["code"] else tag("em", match["em"]))
        position = match.end()
    return [*parts, text[position:]]

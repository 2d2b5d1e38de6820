"""The little Markdown that descriptions of an OpenAPI document use: paragraphs, lists, ``code``, *emphasis*. Nothing else."""

import re
from collections.abc import Iterator
from itertools import groupby

from mockserver.web.pages.markup import Markup, joined, tag

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

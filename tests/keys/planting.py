"""The value that may leave nowhere, the forms in which a client can send it, and how it is looked for."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

LIVE = "0a1B2c3D4e5F60718293A4b5C6d7E8f9"
"""Of the form of a live imin key: 32 hexadecimal digits."""

ESCAPED = "".join(f"%{ord(digit):02X}" for digit in LIVE)


def is_found_in(content: bytes | str) -> bool:
    """Whether the key stands in the content, however it is cased or escaped for a URL."""
    text = content.decode("latin-1") if isinstance(content, bytes) else content
    return any(LIVE.lower() in each.lower() for each in (text, unquote(text)))


def planted(value: Any) -> Iterator[Any]:
    """The value with the key in place of each text in it, one at a time; and with the key as one more member's name and text."""
    if isinstance(value, str):
        yield LIVE
        yield f"{value}@{LIVE}"
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from ({**value, name: other} for other in planted(part))
        yield {**value, LIVE: LIVE}
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in planted(part))


def in_path(template: str, form: str) -> Iterator[str]:
    """The path with the key in place of each of its parameters, one at a time, and behind it."""
    names = re.findall(r"\{\w+\}", template)
    for name in names:
        others = {other: "stage" if other == "{key}" else "booking" for other in names if other != name}
        path = template.replace(name, form)
        for other, value in others.items():
            path = path.replace(other, value)
        yield path
        yield path.replace(form, f"stage@{form}")
    plain = re.sub(r"\{\w+\}", "stage", template)
    yield from (
        f"{plain}/{form}",
        f"{plain}?{form}={form}",
        f"{plain}?after={form}&at={form}&path={form}&customer={form}",
    )

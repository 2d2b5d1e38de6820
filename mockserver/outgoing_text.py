"""What may leave the mock in a text: never what looks like a live imin key, and never what would steer a terminal.

It knows characters. It must never know where a text goes.
"""

import re

KEY_REMOVED = "[looks like a live key]"
"""What stands in the place of a value that looks like a live imin key."""

_LIVE_KEY = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32}(?![0-9A-Za-z])")
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in {0x09, 0x0A}}
_CONTROLS |= {code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))}


def without_live_keys(text: str) -> str:
    """The text with each value of 32 hexadecimal digits, which is what a live imin key looks like, taken out."""
    return _LIVE_KEY.sub(KEY_REMOVED, text)


def looks_like_live_key(text: str) -> bool:
    """Whether a live imin key could stand in the text."""
    return _LIVE_KEY.search(text) is not None


def without_controls(text: str) -> str:
    r"""The text with each character that could steer a terminal written as an escape (``\\x1b``); tabs and line ends stay."""
    return text.translate(_CONTROLS)

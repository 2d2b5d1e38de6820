"""What may leave the mock in a text: never what looks like a live imin key, and never what would steer a terminal.

It knows characters. It must never know where a text goes.
"""

import re

KEY_REMOVED = "[looks like a live key]"
"""What stands in the place of a value that looks like a live imin key."""

_DIGITS_OF_A_KEY = 32
_RUN = re.compile("[0-9A-Fa-f%]{32,}")
"""Hexadecimal digits in a row, as they are or as a URL may escape them."""

_ROW = re.compile("[0-9A-Fa-f]{32,}")
_ESCAPED_DIGITS = tuple((f"%{ord(digit):x}", digit) for digit in "abcdefABCDEF0123456789")
"""Letters first: what they leave is no escape, as none has a letter of its own. To replace each is quicker than a pattern."""
_ESCAPED_IN_JSON = tuple((f"\\u00{ord(digit):x}".encode(), digit.encode()) for digit in "abcdefABCDEF0123456789")
_AS_ZERO = bytes.maketrans(b"0123456789abcdefABCDEF%", b"0" * 23)
"""Makes such a row one of zeros, which is found a hundred times as fast as a pattern."""

_ESCAPES = {"%": 2, "\\": 1, "\\x": 2, "\\u": 4}
"""What begins an escape, in URLs, JSON and Python, and how many hexadecimal digits of a run are its own."""

_CONTROLS = {code: f"\\x{code:02x}" for code in range(0x20) if code not in {0x09, 0x0A}}
# Those that may stand in JSON as they are become escapes of JSON's.
_IN_JSON = (*range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
_CONTROLS |= {code: f"\\u{code:04x}" for code in _IN_JSON}


def without_live_keys(text: str) -> str:
    """The text with each value of 32 hexadecimal digits, which is what a live imin key looks like, taken out."""
    if not may_hold_live_key(text.encode("latin-1", "replace")):
        return text  # as nearly always
    return _RUN.sub(_without_key, text)


def bytes_without_live_keys(content: bytes) -> bytes:
    """The same for text in bytes, of whatever encoding that writes digits as ASCII does."""
    return without_live_keys(content.decode("latin-1")).encode("latin-1") if may_hold_live_key(content) else content


def looks_like_live_key(text: str) -> bool:
    """Whether a live imin key could stand in the text."""
    return without_live_keys(text) != text


def body_holds_live_key(body: bytes) -> bool:
    """Whether what a body of JSON stands for could hold one: a digit may be written there as an escape."""
    if b"\\u00" in body:
        for escape, digit in _ESCAPED_IN_JSON:
            body = body.replace(escape, digit)
    return bytes_without_live_keys(body) != body


def place_of_live_key(text: str) -> int | None:
    """Where in the text something begins that looks like a live imin key; ``None`` if nothing does."""
    told = without_live_keys(text)
    return next((at for at, (was, is_) in enumerate(zip(text, told, strict=False)) if was != is_), None)


def has_controls(text: str) -> bool:
    """Whether a character of the text could steer a terminal."""
    return not _CONTROLS.keys().isdisjoint(map(ord, text))


def without_controls(text: str) -> str:
    r"""The text with each character that could steer a terminal written as an escape (``\\x1b``); tabs and line ends stay."""
    return text.translate(_CONTROLS)


def may_hold_live_key(content: bytes) -> bool:
    """Whether it is worth while to look for a live key in the text: it takes a microsecond for each kilobyte."""
    return _ZEROS in content.translate(_AS_ZERO)


_ZEROS = b"0" * _DIGITS_OF_A_KEY


def _without_key(found: re.Match[str]) -> str:
    """The run without the keys in it."""
    run = found[0]
    before = found.string[max(found.start() - 2, 0) : found.start()]
    digits = before + _unescaped(run)
    told = _ROW.sub(_without_one, digits)
    return run if told == digits else told[len(before) :]


def _unescaped(run: str) -> str:
    """The run with each escaped hexadecimal digit as the digit."""
    if "%" in run:
        for escape, digit in _ESCAPED_DIGITS:
            run = run.replace(escape, digit)
    return run


def _without_one(found: re.Match[str]) -> str:
    """A row of digits without the key that it is, if it is one: exactly so many, behind those of an escape perhaps."""
    row, before = found[0], found.string[max(found.start() - 2, 0) : found.start()]
    if len(row) == _DIGITS_OF_A_KEY:
        return KEY_REMOVED
    for begins, own in _ESCAPES.items():
        if len(row) == _DIGITS_OF_A_KEY + own and before.endswith(begins):
            return row[:own] + KEY_REMOVED
    return row

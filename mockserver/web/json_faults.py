"""What keeps a body from being JSON, in words that lead to it. Loaded only for a body that is known to be none."""

import re

_FIRST, _SECOND = rb"[dD][89abAB][0-9a-fA-F]{2}", rb"[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF_PAIR = re.compile(rb"\\u(?:%b(?!\\u%b)|(?<!\\u%b\\u)%b)" % (_FIRST, _SECOND, _FIRST, _SECOND))
_ESCAPED_BACKSLASH = re.compile(rb"\\\\")


def why_not_json(body: bytes, error: Exception) -> str:
    """The decoder's words, or plainer ones where those would mislead: they call half a surrogate pair the end of the data."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is UTF-16; JSON is sent as UTF-8"
    if body.startswith(b"\xef\xbb\xbf"):
        return "it begins with a byte order mark, which JSON has none of"
    half = _HALF_PAIR.search(_ESCAPED_BACKSLASH.sub(b"  ", body))
    if half is not None:
        return f"{half[0].decode()} at byte {half.start()} is half a surrogate pair, which is not a Unicode character"
    return str(error)

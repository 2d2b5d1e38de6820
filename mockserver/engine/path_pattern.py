"""Paths that a pattern means, in which ``*`` and ``{name}`` stand for a part of a segment and ``**`` for anything.

``{name}`` is at least one character. Matching looks for each piece of text once in each segment and never goes back beyond it, so
that no pattern, however hostile, takes longer than the path is long for each of its pieces.

It must never know what paths are for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WILDCARD = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}|\*")


@dataclass(frozen=True, slots=True)
class _Piece:
    """At least ``gap`` characters of one segment, then a text; ``gap`` is ``None`` where the text follows at once."""

    gap: int | None
    text: str


_Pieces = Sequence[_Piece]


class PathPattern:
    """A pattern, read once. Parts between two ``**`` are found one after the other, each at its first place."""

    __slots__ = ("_first", "_last", "_middle")

    def __init__(self, pattern: str) -> None:
        first, *rest = pattern.split("**")
        self._first = _pieces(first)
        self._middle = [_pieces(part) for part in rest[:-1] if part]
        # Read backwards, the last part is one at whose beginning there is nothing before it.
        self._last = _pieces(rest[-1], backwards=True) if rest else None

    def fits(self, path: str) -> bool:
        """Whether the pattern means the path."""
        at = _end_at(self._first, path, 0)
        if self._last is None:
            return _fits_whole(self._first, path)
        if at is None:
            return False
        for part in self._middle:
            at = _end_from(part, path, at)
            if at is None:
                return False
        taken = _end_at(self._last, path[: at - 1 if at else None : -1], 0)
        return taken is not None


def _pieces(part: str, *, backwards: bool = False) -> _Pieces:
    """The texts of a part with what stands before each; wildcards side by side are one."""
    gaps: list[int | None] = [None]
    texts = [""]
    at = 0
    for found in _WILDCARD.finditer(part):
        text, least = part[at : found.start()], int(found[0] != "*")
        texts[-1] += text
        if texts[-1] or gaps[-1] is None:
            gaps.append(least)
            texts.append("")
        else:
            gaps[-1] += least
        at = found.end()
    texts[-1] += part[at:]
    if not backwards:
        return [_Piece(gap, text) for gap, text in zip(gaps, texts, strict=True)]
    around = [*gaps[1:][::-1]]
    return [_Piece(gap, text[::-1]) for gap, text in zip([None, *around], texts[::-1], strict=True)]


def _end_at(pieces: _Pieces, path: str, at: int) -> int | None:
    """Where the pieces end at the earliest, if they begin there."""
    for piece in pieces:
        if piece.gap is None:
            if not path.startswith(piece.text, at):
                return None
            at += len(piece.text)
            continue
        segment_ends = path.find("/", at)
        last = len(path) if segment_ends < 0 else segment_ends
        found = path.find(piece.text, at + piece.gap, last + len(piece.text))
        if found < 0 or at + piece.gap > last:
            return None
        at = found + len(piece.text)
    return at


def _end_from(pieces: _Pieces, path: str, at: int) -> int | None:
    """Where the pieces end at the earliest, if they begin there or later.

    Where they do not fit from one place, they do not from any later one in the same segment.
    """
    text = pieces[0].text
    while (start := path.find(text, at)) >= 0:
        end = _end_at(pieces, path, start)
        if end is not None:
            return end
        slash = path.find("/", start)
        if slash < 0:
            return None
        at = slash + 1
    return None


def _fits_whole(pieces: _Pieces, path: str) -> bool:
    """Whether the pieces are the path from its first character to its last."""
    *leading, final = pieces
    at = _end_at(leading, path, 0)
    if at is None or not path.endswith(final.text):
        return False
    if final.gap is None:
        return path[at:] == final.text
    between = path[at : len(path) - len(final.text)]
    return len(path) - len(final.text) - at >= final.gap and "/" not in between

"""How much room text takes, without a font at hand: generous for every common sans-serif, so that no label is ever cut.

*Units*: pixels of the drawing. It must never know what the text is about.
"""

from dataclasses import dataclass

TITLE_SIZE, TEXT_SIZE = 14, 12
LINE_HEIGHT = 17
WIDEST_LINE = 250.0
"""A line of text in a box is broken where it would be wider than this."""

_NARROW = frozenset("ijlftrI.,:;'|!()[]/ -")
_WIDE = frozenset("mwMW@%")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line of text, at the most, in the widest of the fonts that may show it."""
    ems = sum(
        0.42 if char in _NARROW else 0.98 if char in _WIDE else 0.64 if char.islower() or char.isdigit() else 0.78
        for char in text
    )
    return ems * size * (1.09 if bold else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A width and a height."""

    width: float
    height: float


def broken(text: str, widest: float = WIDEST_LINE, size: float = TEXT_SIZE, *, bold: bool = False) -> list[str]:
    """The text in lines that are not wider than ``widest``, unless a single word is."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold=bold) <= widest:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]

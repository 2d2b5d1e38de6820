"""What somebody meant who wrote a name that is not there. It knows words alone, and must never know what they name."""

from collections.abc import Iterable

LONGEST = 64
"""So many characters of a word are looked at: no name is longer, and to compare takes the square of the length."""
MOST = 2_000
"""So many names are looked through."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The name that is most like the word, or that begins or goes on like it; ``None`` where none is."""
    from difflib import SequenceMatcher, get_close_matches  # only a wrong name needs it

    wanted = word.lower()[:LONGEST]
    names = {name.lower(): name for name in [*known][:MOST]}
    names.pop(wanted, None)
    close = get_close_matches(wanted, names, n=1)
    if close:
        return names[close[0]]
    if len(wanted) < _SHORTEST:
        return None
    # Somebody who stops in the middle of a long name means it none the less.
    compared = SequenceMatcher(b=wanted)
    found: list[tuple[float, str]] = []
    for name in names:
        for begins in {0, *(at + 1 for at, letter in enumerate(name) if letter in "-. ")}:
            compared.set_seq1(name[begins : begins + len(wanted) + 1])
            found.append((-compared.ratio(), name))
    best = min(found, default=(0.0, ""))
    return names[best[1]] if -best[0] >= _ALIKE else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean 'NAME'?``, with the blank before it; nothing where no name is like the word."""
    close = nearest(word, known)
    return "" if close is None else f" Did you mean {close!r}?"


_SHORTEST, _ALIKE = 3, 0.75

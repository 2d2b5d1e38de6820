"""What somebody meant who wrote a name that is not there. It knows words alone, and must never know what they name."""

import re
from collections.abc import Iterable

from mockserver.foundation.limits import NAMES_COMPARED, WORD_COMPARED


def most_alike(word: str, known: Iterable[str]) -> str | None:
    """The name that is most like the word as a whole; ``None`` where none is, or where the word is a name itself."""
    from difflib import get_close_matches  # only a wrong name needs it

    by_lower = {name.lower(): name for name in [*known][:NAMES_COMPARED][::-1]}
    close = get_close_matches(word.lower()[:WORD_COMPARED], by_lower, n=3, cutoff=_ALIKE)
    found = next((by_lower[each] for each in close if not _are_opposites(word[:WORD_COMPARED], by_lower[each])), None)
    return None if found == word else found


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The name that is most like the word, or that begins or goes on like it; ``None`` where none is."""
    from difflib import SequenceMatcher

    names = [*known][:NAMES_COMPARED]
    close = most_alike(word, names)
    wanted = word.lower()[:WORD_COMPARED]
    if close is not None or len(wanted) < _SHORTEST:
        return close
    # Somebody who stops in the middle of a long name means it none the less.
    compared = SequenceMatcher(b=wanted)
    found: list[tuple[float, str]] = []
    for name in names:
        if name == word or _are_opposites(word[:WORD_COMPARED], name):
            continue
        for begins in {0, *(at + 1 for at, letter in enumerate(name) if letter in "-. ")}:
            compared.set_seq1(name.lower()[begins : begins + len(wanted) + 1])
            found.append((-compared.ratio(), name))
    best = min(found, default=(0.0, ""))
    return best[1] if -best[0] >= _BEGINS_ALIKE else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean 'NAME'?``, with the blank before it; nothing where no name is like the word."""
    close = nearest(word, known)
    return "" if close is None else f" Did you mean {close!r}?"


def _are_opposites(word: str, name: str) -> bool:
    """Whether a part of the word is unlike its counterpart in the name, as in CustomerAbsent and CustomerAttended."""
    from difflib import get_close_matches

    parts = [part.lower() for part in _PARTS.findall(word)]
    there = [part.lower() for part in _PARTS.findall(name)]
    return len(parts) == len(there) and not all(get_close_matches(part, there, n=1, cutoff=_ALIKE) for part in parts)


_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_ALIKE, _SHORTEST, _BEGINS_ALIKE = 0.6, 3, 0.75

"""Which readings a sweep tries: each other option by itself, or few combinations in which any two options meet.

It knows the table of readings alone; the same question always has the same answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from mockserver.domain.readings import READINGS, ReadingName

Chosen = Mapping[ReadingName, str]
"""Options that are imposed; the other readings are as a scenario has them."""

Choice = tuple[ReadingName, str]


def one_at_a_time(names: Iterable[ReadingName]) -> list[Chosen]:
    """Every option that is not the default, one by one."""
    return [{name: option} for name in names for option in READINGS[name].options if option != READINGS[name].default]


def pairwise(names: Sequence[ReadingName]) -> list[Chosen]:
    """Combinations of all these readings; any two options of two readings stand together in one of them at least.

    The combination of all defaults is left out where its pairs are: it says nothing new.
    """
    missing = {frozenset(pair) for pair in _pairs(names)}
    defaults = {name: READINGS[name].default for name in names}
    missing -= {frozenset(pair) for pair in combinations(defaults.items(), 2)}
    rows: list[Chosen] = []
    while missing:
        row = _fullest(names, missing)
        missing -= {frozenset(pair) for pair in combinations(row.items(), 2)}
        rows.append(row)
    return rows or one_at_a_time(names)


def _pairs(names: Sequence[ReadingName]) -> Iterator[tuple[Choice, Choice]]:
    for one, other in combinations(names, 2):
        for option in READINGS[one].options:
            for another in READINGS[other].options:
                yield (one, option), (other, another)


def _fullest(names: Sequence[ReadingName], missing: set[frozenset[Choice]]) -> Chosen:
    """A combination with many of the missing pairs: it starts from the first of them and adds what brings most."""
    first = min(missing, key=lambda pair: sorted((names.index(name), option) for name, option in pair))
    row = dict(sorted(first, key=lambda choice: names.index(choice[0])))
    for name in names:
        if name not in row:
            row[name] = max(
                READINGS[name].options,
                key=lambda option: sum(frozenset({(name, option), other}) in missing for other in row.items()),
            )
    return {name: row[name] for name in names}

"""Which box stands left of which, so that few arrows cross. It must never know sizes."""

import itertools
from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence

from mockserver.drawing.layering import Layered

SWEEPS = 12

Layers = Sequence[Sequence[str]]


def ordered(found: Layered) -> list[list[str]]:
    """The layers, each in the best order that was found."""
    links = found.links()
    above: dict[str, list[str]] = {key: [] for key in found.places}
    below: dict[str, list[str]] = {key: [] for key in found.places}
    for upper, lower in links:
        below[upper].append(lower)
        above[lower].append(upper)
    layers = [list(layer) for layer in found.layers]
    best, fewest = layers, crossings(layers, below)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        layers = _swept(layers, above if downwards else below, downwards=downwards)
        count = crossings(layers, below)
        if count < fewest:
            best, fewest = layers, count
    return best


def crossings(layers: Layers, below: Mapping[str, Sequence[str]]) -> int:
    """How many pairs of links cross."""
    count = 0
    for upper, lower in itertools.pairwise(layers):
        position = {key: place for place, key in enumerate(lower)}
        seen: list[int] = []
        for key in upper:
            ends = sorted(position[target] for target in below[key])
            count += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return count


def _swept(layers: Layers, towards: Mapping[str, Sequence[str]], *, downwards: bool) -> list[list[str]]:
    """Each layer ordered by where its neighbours in the layer before stand, on average; the others keep their places."""
    made = [list(layer) for layer in layers]
    indices = range(1, len(made)) if downwards else range(len(made) - 2, -1, -1)
    for index in indices:
        before = made[index - 1 if downwards else index + 1]
        position = {key: place for place, key in enumerate(before)}
        own = {key: place for place, key in enumerate(made[index])}
        wanted = {
            key: sum(position[n] for n in towards[key]) / len(towards[key]) if towards[key] else own[key]
            for key in made[index]
        }
        made[index].sort(key=lambda key: (wanted[key], own[key]))
    return made

"""A graph in layers: which box is above which and left of which, and through which layers each arrow goes.

The theory is Sugiyama's: arrows that would go back up are turned for the while, every box comes below all that lead to it,
and an arrow that skips layers gets a bend in each. An arrow that says something goes through a box of its own for what it
says, so that no label can lie on another. Within a layer boxes are ordered so that few arrows cross. It must never know
coordinates or sizes.
"""

import itertools
from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mockserver.drawing.graph import Edge, Graph, Kind, Node


class Role(StrEnum):
    """What stands at a place in a layer."""

    NODE = "node"
    LABEL = "label"
    BEND = "bend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Something that takes room in a layer: a box, what an arrow says, or a bend of an arrow."""

    key: str
    role: Role
    node: Node | None = None
    edge: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """An arrow through the layers, from top to bottom; ``turned``: its head is at the top."""

    edge: Edge
    keys: tuple[str, ...]
    turned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layered:
    """The layers from top to bottom, each from left to right, and the strands between them."""

    places: Mapping[str, Position]
    layers: Sequence[Sequence[str]]
    strands: Sequence[Strand]

    def links(self) -> list[tuple[str, str]]:
        """Every step of every strand, from a layer to the one below it."""
        return [link for strand in self.strands for link in zip(strand.keys, strand.keys[1:], strict=False)]


def layered(graph: Graph) -> Layered:
    """The graph in layers; within a layer in the graph's own order."""
    places = {node.id: Position(key=node.id, role=Role.NODE, node=node) for node in graph.nodes}
    turned = _turned(graph)
    ways: list[tuple[Edge, bool, list[str]]] = []
    for number, edge in enumerate(graph.edges):
        ends = [edge.source, edge.target]
        if number in turned:
            ends.reverse()
        if edge.says:
            key = f"label {number}"
            places[key] = Position(key=key, role=Role.LABEL, edge=edge)
            ends.insert(1, key)
        ways.append((edge, number in turned, ends))
    depths = _depths(list(places), [link for _, _, ends in ways for link in itertools.pairwise(ends)])
    notes = [node.id for node in graph.nodes if node.kind is Kind.NOTE]
    bottom = max((depth for key, depth in depths.items() if key not in notes), default=-1) + 1
    depths |= dict.fromkeys(notes, bottom)
    strands = []
    for number, (edge, is_turned, ends) in enumerate(ways):
        keys: list[str] = [ends[0]]
        for above, below in itertools.pairwise(ends):
            for depth in range(depths[above] + 1, depths[below]):
                bend = f"bend {number}.{depth}"
                places[bend] = Position(key=bend, role=Role.BEND, edge=edge)
                depths[bend] = depth
                keys.append(bend)
            keys.append(below)
        strands.append(Strand(edge=edge, keys=tuple(keys), turned=is_turned))
    layers: list[list[str]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    for key, depth in depths.items():
        layers[depth].append(key)
    return Layered(places=places, layers=layers, strands=strands)


def _turned(graph: Graph) -> set[int]:
    """The arrows that lead back to a box on the way to their own source, by number."""
    leaving: dict[str, list[tuple[int, str]]] = {node.id: [] for node in graph.nodes}
    for number, edge in enumerate(graph.edges):
        leaving[edge.source].append((number, edge.target))
    turned: set[int] = set()
    done: set[str] = set()
    for node in graph.nodes:
        if node.id in done:
            continue
        on_the_way = {node.id}
        stack = [(node.id, iter(leaving[node.id]))]
        while stack:
            key, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                on_the_way.discard(key)
                done.add(key)
            elif step[1] in on_the_way:
                turned.add(step[0])
            elif step[1] not in done:
                on_the_way.add(step[1])
                stack.append((step[1], iter(leaving[step[1]])))
    return turned


def _depths(keys: Sequence[str], links: Sequence[tuple[str, str]]) -> dict[str, int]:
    """How deep each key lies: one below the deepest that leads to it. The links have no circle."""
    depths = dict.fromkeys(keys, 0)
    above: dict[str, int] = dict.fromkeys(keys, 0)
    below: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in links:
        above[target] += 1
        below[source].append(target)
    ready = [key for key in keys if not above[key]]
    for key in ready:  # it grows while it is read
        for target in below[key]:
            depths[target] = max(depths[target], depths[key] + 1)
            above[target] -= 1
            if not above[target]:
                ready.append(target)
    return depths


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

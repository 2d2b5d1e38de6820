"""A graph in layers: which box is above which, and through which layers each arrow goes. It must never know coordinates.

The theory is Sugiyama's: arrows that would go back up are turned for the while, every box comes below all that lead to it, and an
arrow that skips layers gets a bend in each. An arrow that says something goes through a box of its own for what it says, so
that no label can lie on another.
"""

import itertools
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
class Place:
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

    places: Mapping[str, Place]
    layers: Sequence[Sequence[str]]
    strands: Sequence[Strand]

    def links(self) -> list[tuple[str, str]]:
        """Every step of every strand, from a layer to the one below it."""
        return [link for strand in self.strands for link in zip(strand.keys, strand.keys[1:], strict=False)]


def layered(graph: Graph) -> Layered:
    """The graph in layers; within a layer in the graph's own order."""
    places = {node.id: Place(key=node.id, role=Role.NODE, node=node) for node in graph.nodes}
    turned = _turned(graph)
    ways: list[tuple[Edge, bool, list[str]]] = []
    for number, edge in enumerate(graph.edges):
        ends = [edge.source, edge.target]
        if number in turned:
            ends.reverse()
        if edge.says:
            key = f"label {number}"
            places[key] = Place(key=key, role=Role.LABEL, edge=edge)
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
                places[bend] = Place(key=bend, role=Role.BEND, edge=edge)
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

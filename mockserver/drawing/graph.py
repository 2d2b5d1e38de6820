"""A diagram before it is laid out: boxes with lines of text, and arrows between them. It must never know what they stand for.

A *mark* names what a box, a line or an arrow stands for, so that a coverage report can say how often it was met; there is
one function for each thing that can be met.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import StateName

Coverage = Mapping[str, int]
"""How often each mark was met. Of what it does not name, it says nothing."""


class Kind(StrEnum):
    """What a box is."""

    STATE = "state"
    FINAL = "final"
    """A state that nothing leaves."""
    START = "start"
    """The dot at which the first arrow begins."""
    NOTE = "note"
    """Something that holds for the whole diagram; no arrow leads to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text in a box."""

    text: str
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A box."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    kind: Kind = Kind.STATE
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An arrow, with what it says on it."""

    source: str
    target: str
    says: tuple[str, ...] = ()
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Boxes and arrows under one heading. Every arrow's ends are boxes of the graph."""

    heading: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def marks(self) -> Iterator[str]:
        """Everything in it that can be met, once each."""
        found = [node.mark for node in self.nodes]
        found += [line.mark for node in self.nodes for line in node.lines]
        found += [edge.mark for edge in self.edges]
        yield from dict.fromkeys(mark for mark in found if mark is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One or more graphs with a title, and a description for those who cannot see them."""

    title: str
    description: str
    graphs: tuple[Graph, ...]


class Met(StrEnum):
    """What a coverage report says about a mark; the value is the word in the drawing."""

    MET = "met"
    UNMET = "unmet"
    UNASKED = "unasked"
    """There is no report, or it says nothing of this."""


def met(mark: str | None, coverage: Coverage | None) -> Met:
    """Whether what bears the mark was met."""
    if mark is None or coverage is None or mark not in coverage:
        return Met.UNASKED
    return Met.MET if coverage[mark] > 0 else Met.UNMET


def summary_of(picture: Picture, coverage: Coverage) -> str:
    """How much of the picture was met, in words."""
    marks = [
        mark for mark in dict.fromkeys(mark for graph in picture.graphs for mark in graph.marks()) if mark in coverage
    ]
    return f"{sum(coverage[mark] > 0 for mark in marks)} of {len(marks)} met"


def state_mark(state: StateName) -> str:
    """The machine was in the state: ``state:obliging``."""
    return f"state:{state}"


def transition_mark(state: StateName, index: int) -> str:
    """The state's transition fired, counted from 0 in the order of the machine: ``transition:obliging#0``."""
    return f"transition:{state}#{index}"


def timeline_mark(index: int) -> str:
    """The timeline's entry was due, counted from 0: ``timeline#0``."""
    return f"timeline#{index}"


def status_mark(view: str, status: OrderItemStatus) -> str:
    """An order item had the status in a view (``imin`` or ``booking_system``): ``imin:CustomerCancelled``."""
    return f"{view}:{status.value}"


def move_mark(view: str, before: OrderItemStatus, after: OrderItemStatus) -> str:
    """An order item went from one status to another in a view: ``imin:OrderItemConfirmed->CustomerCancelled``."""
    return f"{view}:{before.value}->{after.value}"

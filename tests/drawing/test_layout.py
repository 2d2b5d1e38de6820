"""Layouts: nothing lies on anything else, all of it is on the canvas, and no arrow cuts a box that it does not belong to."""

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.drawing.graph import Edge, Graph, Kind, Line, Node
from mockserver.drawing.layout import (
    GAP,
    TEXT_SIZE,
    TITLE_SIZE,
    TURN,
    Box,
    Layout,
    Route,
    broken,
    lay_out,
    spread,
    width_of,
)
from mockserver.drawing.life import life_of_an_order_item
from tests.drawing.pictures import MOODY, machine_picture
from tests.library import NAMES, shipped

STEPS = 24
"""How many points of a curve are looked at."""


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def points(route: Route) -> Iterator[tuple[float, float]]:
    """Points along the arrow as it is drawn: straight within layers, a curve between them."""
    for (x0, _, y0), (x1, y1, _) in pairwise(route.pieces):
        turn = (y1 - y0) * TURN
        for step in range(STEPS + 1):
            t = step / STEPS
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            yield (a + b) * x0 + (c + d) * x1, a * y0 + b * (y0 + turn) + c * (y1 - turn) + d * y1
    for x, start, end in route.pieces:
        for step in range(STEPS + 1):
            yield x, start + (end - start) * step / STEPS


def is_in(box: Box, x: float, y: float) -> bool:
    return box.x < x < box.x + box.width and box.y < y < box.y + box.height


def assert_is_clean(layout: Layout) -> None:
    for one, other in combinations(layout.boxes, 2):
        assert not overlap(one, other), (one, other)
    for box in layout.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height
        for line in box.lines:
            assert width_of(line.text, TITLE_SIZE if line.bold else TEXT_SIZE, bold=line.bold) <= box.width
    for route in layout.routes:
        for x, y in points(route):
            assert 0 <= x <= layout.width
            assert 0 <= y <= layout.height
            cut = [box for box in layout.boxes if box.kind is not None and is_in(box, x, y)]
            assert cut == [], (route, cut)
        # What another arrow says is cut as little as a box is.
        for box in layout.boxes:
            if box.kind is None and tuple(line.text for line in box.lines) != route_label(route):
                assert not any(is_in(box, x, y) for x, y in points(route)), (route, box)


def route_label(route: Route) -> tuple[str, ...]:
    return tuple(part for said in route.edge.says for part in broken(said))


@pytest.mark.parametrize("name", NAMES)
def test_no_label_of_a_shipped_machine_lies_on_another(name: str) -> None:
    for graph in machine_picture(shipped(name)).graphs:
        assert_is_clean(lay_out(graph))


def test_no_label_of_an_order_items_life_lies_on_another() -> None:
    for graph in life_of_an_order_item().graphs:
        assert_is_clean(lay_out(graph))


def test_a_big_machine_with_circles_and_long_ways_is_clean() -> None:
    (graph,) = machine_picture(MOODY).graphs
    assert len(graph.edges) > 10
    assert_is_clean(lay_out(graph))


NAMES_OF_NODES = st.sampled_from("abcdefg")
SAYINGS = st.lists(st.text("abc mMiW", min_size=1, max_size=60), max_size=2).map(tuple)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    ids = draw(st.lists(NAMES_OF_NODES, min_size=1, unique=True))
    nodes = tuple(
        Node(id=each, title=each * draw(st.integers(1, 30)), lines=tuple(Line(text=t) for t in draw(SAYINGS)))
        for each in ids
    )
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda pair: pair[0] != pair[1])
    edges = draw(st.lists(ends, max_size=12)) if len(ids) > 1 else []
    says = [draw(SAYINGS) for _ in edges]
    note = (Node(id="note", title="Note", kind=Kind.NOTE),) if draw(st.booleans()) else ()
    return Graph(
        heading="Any",
        nodes=(*nodes, *note),
        edges=tuple(Edge(source=a, target=b, says=said) for (a, b), said in zip(edges, says, strict=True)),
    )


@given(graphs())
def test_any_graph_is_laid_out_clean_and_always_in_the_same_way(graph: Graph) -> None:
    layout = lay_out(graph)
    assert_is_clean(layout)
    assert lay_out(graph) == layout
    assert sorted((route.edge.source, route.edge.target) for route in layout.routes) == sorted(
        (edge.source, edge.target) for edge in graph.edges
    )


@given(graphs())
def test_every_arrow_goes_from_its_source_to_its_target(graph: Graph) -> None:
    layout = lay_out(graph)
    nodes = dict(zip((node.id for node in graph.nodes), layout.boxes, strict=False))
    for route in layout.routes:
        source, target = nodes[route.edge.source], nodes[route.edge.target]
        (x0, y0, _), (x1, _, y1) = route.pieces[0], route.pieces[-1]
        assert source.x <= x0 <= source.x + source.width
        assert target.x <= x1 <= target.x + target.width
        assert min(abs(y0 - source.y), abs(y0 - source.y - source.height)) < 0.2
        assert min(abs(y1 - target.y), abs(y1 - target.y - target.height)) < 0.2


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(5, 100), st.floats(1, 8)), min_size=1, max_size=8))
def test_neighbours_keep_their_order_and_their_distance(wishes: list[tuple[float, float, float]]) -> None:
    layer = [str(number) for number in range(len(wishes))]
    widths = {key: width for key, (_, width, _) in zip(layer, wishes, strict=True)}
    weights = {key: weight for key, (_, _, weight) in zip(layer, wishes, strict=True)}
    placed = spread(layer, [want for want, _, _ in wishes], widths, weights)
    for left, right in pairwise(layer):
        assert placed[right] - placed[left] >= (widths[left] + widths[right]) / 2 + GAP - 1e-6


def test_who_has_room_stands_where_it_wants() -> None:
    placed = spread(["a", "b"], [0.0, 100.0], {"a": 20, "b": 20}, {"a": 1, "b": 1})
    assert placed == {"a": 0.0, "b": 100.0}


def test_a_text_is_broken_between_words_and_never_cut() -> None:
    assert broken("one two", widest=1) == ["one", "two"]
    assert " ".join(broken("a " * 200)) == " ".join("a" * 200)
    assert broken("x" * 200) == ["x" * 200]
    assert broken("") == [""]

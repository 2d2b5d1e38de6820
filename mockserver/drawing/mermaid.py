"""A picture as Mermaid text (``stateDiagram-v2``), for pages that draw it themselves. It must never know what it is about."""

from collections.abc import Iterator

from mockserver.drawing.graph import Coverage, Edge, Graph, Kind, Node, Picture, summary_of
from mockserver.drawing.svg import how_often

_ESCAPED = {"#": "#35;", ";": "#59;", ":": "#58;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "{": "#123;", "}": "#125;"}


def mermaid(picture: Picture, coverage: Coverage | None = None) -> str:
    """The picture as Mermaid text; with a coverage report, everything that can be met says how often it was."""
    lines = [
        "stateDiagram-v2",
        f"    accTitle: {_plain(picture.title)}",
        f"    accDescr: {_plain(picture.description)}",
    ]
    if coverage is not None:
        lines.append(f"    %% {summary_of(picture, coverage)}")
    for number, graph in enumerate(picture.graphs):
        if len(picture.graphs) == 1:
            lines += [f"    {line}" for line in _graph(graph, "s", coverage)]
        else:
            lines.append(f'    state "{_escaped(graph.heading)}" as g{number} {{')
            lines += [f"        {line}" for line in _graph(graph, f"g{number}s", coverage)]
            lines.append("    }")
    return "\n".join(lines) + "\n"


def _graph(graph: Graph, prefix: str, coverage: Coverage | None) -> Iterator[str]:
    names = {
        node.id: "[*]" if node.kind is Kind.START else f"{prefix}{number}" for number, node in enumerate(graph.nodes)
    }
    for node in graph.nodes:
        yield from _node(node, names[node.id], coverage)
    for edge in graph.edges:
        yield _edge(edge, names, coverage)
    for node in graph.nodes:
        if node.kind is Kind.FINAL:
            yield f"{names[node.id]} --> [*]"


def _node(node: Node, name: str, coverage: Coverage | None) -> Iterator[str]:
    if node.kind is Kind.START:
        return
    yield f'state "{_escaped(node.title)}{_count(node.mark, coverage)}" as {name}'
    for line in node.lines:
        yield f"{name} : {_escaped(line.text)}{_count(line.mark, coverage)}"


def _edge(edge: Edge, names: dict[str, str], coverage: Coverage | None) -> str:
    said = [_escaped(text) for text in edge.says]
    count = _count(edge.mark, coverage).strip()
    label = "<br/>".join([*said, count] if count else said)
    return f"{names[edge.source]} --> {names[edge.target]}" + (f" : {label}" if label else "")


def _count(mark: str | None, coverage: Coverage | None) -> str:
    if mark is None or coverage is None or mark not in coverage:
        return ""
    return f" ({how_often(coverage[mark])})"


def _escaped(text: str) -> str:
    """The text with what Mermaid would read as its own written as its entities."""
    return "".join(_ESCAPED.get(char, char) for char in " ".join(text.split()))


def _plain(text: str) -> str:
    """A text for one of Mermaid's accessibility lines, which know no entities."""
    return " ".join(text.replace(";", ",").split())

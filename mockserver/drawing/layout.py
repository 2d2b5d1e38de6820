"""A graph laid out: every box with its place and its lines, every arrow with the points that it goes through.

Text is measured without a font at hand, generously for every common sans-serif, so that no label is ever cut. Each thing of
a layer stands near what it is linked to, and never on its neighbour. *Units*: pixels from the top left corner. It must
never know colours or file formats.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mockserver.drawing.graph import Edge, Graph, Kind, Node
from mockserver.drawing.layers import Layered, Position, Role, layered, ordered

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


SWEEPS = 24
GAP = 26.0
"""Room between two neighbours."""


def centres(
    layers: Sequence[Sequence[str]],
    links: Sequence[tuple[str, str]],
    widths: Mapping[str, float],
    straight: Mapping[str, float],
) -> dict[str, float]:
    """The horizontal centre of everything; ``straight`` says how much each pulls its neighbours into line."""
    near: dict[str, list[str]] = {key: [] for layer in layers for key in layer}
    for upper, lower in links:
        near[upper].append(lower)
        near[lower].append(upper)
    depth = {key: number for number, layer in enumerate(layers) for key in layer}
    placed: dict[str, float] = {}
    for layer in layers:
        placed |= spread(layer, [0.0] * len(layer), widths, straight)
    for sweep in range(SWEEPS):
        step = 1 if sweep % 2 == 0 else -1
        for layer in layers[::step]:
            wanted = []
            for key in layer:
                those = [n for n in near[key] if (depth[n] - depth[key]) * step < 0] or near[key]
                weight = sum(straight[n] for n in those)
                wanted.append(sum(placed[n] * straight[n] for n in those) / weight if those else placed[key])
            placed |= spread(layer, wanted, widths, straight)
    linked = [centre for key, centre in placed.items() if near[key]]
    middle = (min(linked) + max(linked)) / 2 if linked else 0.0
    for layer in layers:
        if not any(near[key] for key in layer):
            placed |= spread(layer, [middle] * len(layer), widths, straight)
    return placed


def spread(
    layer: Sequence[str], wanted: Sequence[float], widths: Mapping[str, float], weights: Mapping[str, float]
) -> dict[str, float]:
    """The places nearest to the wanted ones (least squares) at which neighbours keep their order and their distance.

    Without the distances this is isotonic regression, which merging neighbours that are out of order solves exactly.
    """
    offsets: list[float] = []
    for index, key in enumerate(layer):
        before = 0.0 if index == 0 else offsets[-1] + (widths[layer[index - 1]] + widths[key]) / 2 + GAP
        offsets.append(before)
    blocks: list[tuple[float, float, int]] = []
    for key, want, offset in zip(layer, wanted, offsets, strict=True):
        mean, weight, count = want - offset, weights[key], 1
        while blocks and blocks[-1][0] > mean:
            other, other_weight, other_count = blocks.pop()
            mean = (mean * weight + other * other_weight) / (weight + other_weight)
            weight, count = weight + other_weight, count + other_count
        blocks.append((mean, weight, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return {key: mean + offset for key, mean, offset in zip(layer, means, offsets, strict=True)}


MARGIN = 16.0
LAYER_GAP, WIDEST_LAYER_GAP = 36.0, 96.0
PADDING = 11.0
DOT = 14.0
TURN = 0.35
"""The part of a curve's height after which it turns to the side, and before which it has turned down again."""
_PULL = {Role.NODE: 1.0, Role.LABEL: 1.2, Role.BEND: 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One printed line of a box; ``mark`` is what it can be met by."""

    text: str
    bold: bool = False
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box, or what an arrow says, with the corner at its top left."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[TextLine, ...]
    kind: Kind | None
    mark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An arrow: vertical pieces ``(x, top, bottom)``, joined by curves, in the order from its tail to its head."""

    edge: Edge
    pieces: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A graph laid out."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]


def lay_out(graph: Graph) -> Layout:
    """The graph with a place for everything."""
    found = layered(graph)
    layers = ordered(found)
    texts = {key: _lines(place) for key, place in found.places.items()}
    sizes = {key: _size(place, texts[key]) for key, place in found.places.items()}
    x = centres(
        layers,
        found.links(),
        {key: size.width for key, size in sizes.items()},
        {key: _PULL[place.role] for key, place in found.places.items()},
    )
    left = min((x[key] - sizes[key].width / 2 for key in x), default=0.0) - MARGIN
    x = {key: round(centre - left, 1) for key, centre in x.items()}
    bands = _bands(layers, sizes, _shifts(found, x))
    middle = {key: (top + bottom) / 2 for layer, (top, bottom) in zip(layers, bands, strict=True) for key in layer}
    boxes = tuple(
        _box(place, texts[key], sizes[key], x[key], middle[key])
        for key, place in found.places.items()
        if place.role is not Role.BEND
    )
    band_of = {key: band for layer, band in zip(layers, bands, strict=True) for key in layer}
    return Layout(
        width=max((x[key] + sizes[key].width / 2 for key in x), default=0.0) + MARGIN,
        height=(bands[-1][1] if bands else 0.0) + MARGIN,
        boxes=boxes,
        routes=tuple(_routes(found, x, sizes, band_of)),
    )


def _lines(place: Position) -> tuple[TextLine, ...]:
    if place.role is Role.LABEL and place.edge is not None:
        return tuple(TextLine(text=part, mark=place.edge.mark) for said in place.edge.says for part in broken(said))
    if place.node is None or place.node.kind is Kind.START:
        return ()
    own: list[TextLine] = [TextLine(text=part, bold=True) for part in broken(place.node.title)]
    own += [TextLine(text=part, mark=line.mark) for line in place.node.lines for part in broken(line.text)]
    return tuple(own)


def _size(place: Position, lines: Sequence[TextLine]) -> Size:
    if place.role is Role.BEND:
        return Size(width=6.0, height=0.0)
    if place.node is not None and place.node.kind is Kind.START:
        return Size(width=DOT, height=DOT)
    padding = PADDING if place.role is Role.NODE else PADDING / 2
    widest = max(width_of(line.text, TITLE_SIZE if line.bold else TEXT_SIZE, bold=line.bold) for line in lines)
    return Size(width=round(widest + 2 * padding, 1), height=LINE_HEIGHT * len(lines) + 2 * padding - 3)


def _shifts(found: Layered, x: Mapping[str, float]) -> dict[str, float]:
    """How far to the side the widest step goes that leaves each place downwards."""
    shifts: dict[str, float] = {}
    for upper, lower in found.links():
        shifts[upper] = max(shifts.get(upper, 0.0), abs(x[upper] - x[lower]))
    return shifts


def _bands(
    layers: Sequence[Sequence[str]], sizes: Mapping[str, Size], shifts: Mapping[str, float]
) -> list[tuple[float, float]]:
    """Top and bottom of each layer; the further arrows go to the side, the more room they have below it."""
    bands: list[tuple[float, float]] = []
    top = MARGIN
    for layer in layers:
        bottom = top + max(sizes[key].height for key in layer)
        bands.append((top, bottom))
        top = bottom + round(min(LAYER_GAP + max(shifts.get(key, 0.0) for key in layer) / 6, WIDEST_LAYER_GAP))
    return bands


def _box(place: Position, lines: tuple[TextLine, ...], size: Size, x: float, y: float) -> Box:
    bearer: Node | Edge | None = place.node or place.edge
    return Box(
        x=round(x - size.width / 2, 1),
        y=round(y - size.height / 2, 1),
        width=size.width,
        height=size.height,
        lines=lines,
        kind=None if place.node is None else place.node.kind,
        mark=None if bearer is None else bearer.mark,
    )


def _routes(
    found: Layered, x: Mapping[str, float], sizes: Mapping[str, Size], bands: Mapping[str, tuple[float, float]]
) -> Iterator[Route]:
    """Each strand as an arrow. Within a layer it goes straight down, so that only the gaps have curves, and no box is cut."""
    down, up = _ports(found, x, sizes, lower=False), _ports(found, x, sizes, lower=True)
    for number, strand in enumerate(found.strands):
        pieces: list[tuple[float, float, float]] = []
        for place, key in enumerate(strand.keys):
            top, bottom = bands[key]
            half = sizes[key].height / 2
            if place == 0:
                pieces.append((down[number, key], (top + bottom) / 2 + half, bottom))
            elif place == len(strand.keys) - 1:
                pieces.append((up[number, key], top, (top + bottom) / 2 - half))
            else:
                pieces.append((x[key], top, bottom))
        if strand.turned:
            pieces = [(at, bottom, top) for at, top, bottom in reversed(pieces)]
        yield Route(edge=strand.edge, pieces=tuple(pieces))


def _ports(
    found: Layered, x: Mapping[str, float], sizes: Mapping[str, Size], *, lower: bool
) -> dict[tuple[int, str], float]:
    """Where strands leave a box downwards, or meet it from above: side by side, in the order of where they lead."""
    sharing: dict[str, list[tuple[float, int]]] = {}
    for number, strand in enumerate(found.strands):
        end, next_to_it = (strand.keys[-1], strand.keys[-2]) if lower else (strand.keys[0], strand.keys[1])
        sharing.setdefault(end, []).append((x[next_to_it], number))
    ports: dict[tuple[int, str], float] = {}
    for key, ends in sharing.items():
        step = min(sizes[key].width * 0.7 / len(ends), 40.0)
        for place, (_, number) in enumerate(sorted(ends)):
            ports[number, key] = round(x[key] + (place - (len(ends) - 1) / 2) * step, 1)
    return ports

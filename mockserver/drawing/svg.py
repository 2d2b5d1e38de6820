"""A picture as one SVG file that needs nothing else: no network, no font, light and dark by the viewer's own choice.

It must never know what the picture is about.
"""

import re
from collections.abc import Iterator
from html import escape

from mockserver.drawing.graph import Coverage, Kind, Met, Picture, met, summary_of
from mockserver.drawing.layout import (
    LINE_HEIGHT,
    MARGIN,
    TEXT_SIZE,
    TITLE_SIZE,
    TURN,
    Box,
    Layout,
    Route,
    TextLine,
    broken,
    lay_out,
    width_of,
)

NARROWEST = 480.0
"""The width that a heading has, however small its graph is."""

_HEADING_LINE = 21
_CORNER = 7

STYLE = """
svg{--paper:#fff;--ink:#1c2330;--soft:#5b6577;--line:#6b7688;--box:#f2f5fa;--edge:#9aa6b8;--note:#fdf6dd;
--met:#12703a;--unmet:#b3261e;font:12px system-ui,"Segoe UI",Helvetica,Arial,sans-serif}
@media(prefers-color-scheme:dark){svg{--paper:#12161d;--ink:#e6eaf1;--soft:#a3adbd;--line:#93a0b4;--box:#1d2430;
--edge:#5b6880;--note:#2e2a17;--met:#5fd08c;--unmet:#ff8f85}}
.paper,.says rect{fill:var(--paper)}
.says rect{stroke:none}
text{fill:var(--ink)}
.heading{font-size:14px;font-weight:600}
.name{font-size:14px;font-weight:600}
.says text,.legend{fill:var(--soft)}
.state rect,.final rect{fill:var(--box);stroke:var(--edge);stroke-width:1.2}
.final .inner{fill:none}
.note rect{fill:var(--note);stroke:var(--edge);stroke-dasharray:2 3}
.start circle{fill:var(--ink)}
.arrow{fill:none;stroke:var(--line);stroke-width:1.4}
.head{fill:var(--line)}
.met>rect,.arrow.met{stroke:var(--met);stroke-width:2.2}
.unmet>rect,.arrow.unmet{stroke:var(--unmet);stroke-width:1.8;stroke-dasharray:6 4}
.head.met,text.met,tspan.met{fill:var(--met)}
.head.unmet,text.unmet,tspan.unmet{fill:var(--unmet)}
"""


def svg(picture: Picture, coverage: Coverage | None = None) -> str:
    """The picture as SVG; with a coverage report, what was met and what was not is told apart by colour, dash and title."""
    layouts = [lay_out(graph) for graph in picture.graphs]
    legend = "" if coverage is None else f"{summary_of(picture, coverage)}; dashed: never met"
    width = max([NARROWEST, width_of(legend, TEXT_SIZE) + 2 * MARGIN, *(layout.width for layout in layouts)])
    parts: list[str] = []
    y = MARGIN
    for graph, layout in zip(picture.graphs, layouts, strict=True):
        for line in broken(graph.heading, width - 2 * MARGIN, TITLE_SIZE, bold=True):
            y += _HEADING_LINE
            parts.append(f'<text class="heading" x="{MARGIN:g}" y="{y - 6:g}">{escape(line)}</text>')
        shift = round((width - layout.width) / 2, 1)
        parts.append(f'<g transform="translate({shift:g} {y:g})">{"".join(_graph(layout, coverage))}</g>')
        y += layout.height + MARGIN / 2
    if legend:
        parts.append(f'<text class="legend" x="{MARGIN:g}" y="{y:g}">{escape(legend)}</text>')
        y += MARGIN
    name = re.sub(r"[^a-z0-9]+", "-", picture.title.lower()).strip("-")
    width, y = round(width), round(y)
    frame = f'width="{width}" height="{y}" viewBox="0 0 {width} {y}" role="img"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {frame} aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{escape(picture.title)}</title>',
            f'<desc id="{name}-desc">{escape(picture.description)}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{width}" height="{y}"/>',
            *parts,
            "</svg>\n",
        )
    )


def _graph(layout: Layout, coverage: Coverage | None) -> Iterator[str]:
    for route in layout.routes:
        yield from _arrow(route, coverage)
    for box in layout.boxes:
        yield from _box(box, coverage)


def _arrow(route: Route, coverage: Coverage | None) -> Iterator[str]:
    """The curve, ending where its head begins, so that its point stays sharp."""
    path: list[str] = []
    *_, (_, last_start, last_end) = route.pieces
    first, tip = route.pieces[0], route.pieces[-1]
    is_down = _goes_down(route)
    head = 8 if is_down else -8
    path.append(f"M{first[0]:g} {first[1]:g}V{first[2]:g}")
    for before, after in zip(route.pieces, route.pieces[1:], strict=False):
        is_last = after is tip
        end = after[1] if not is_last or last_start != last_end else after[1] - head
        turn = (end - before[2]) * TURN
        path.append(f"C{before[0]:g} {before[2] + turn:g} {after[0]:g} {end - turn:g} {after[0]:g} {end:g}")
        if not is_last:
            path.append(f"V{after[2]:g}")
        elif last_start != last_end:
            path.append(f"V{last_end - head:g}")
    state = met(route.edge.mark, coverage)
    told = _told(route.edge.mark, coverage)
    yield f'<path class="arrow {state.value}" d="{"".join(path)}">{told}</path>'
    x, y = tip[0], tip[2]
    yield f'<path class="head {state.value}" d="M{x:g} {y:g}l-4.5 {-head - head / 8:g}h9z"/>'


def _goes_down(route: Route) -> bool:
    return route.pieces[-1][2] > route.pieces[0][1]


def _box(box: Box, coverage: Coverage | None) -> Iterator[str]:
    state, told = met(box.mark, coverage), _told(box.mark, coverage)
    if box.kind is Kind.START:
        radius = box.width / 2
        yield f'<g class="start"><circle cx="{box.x + radius:g}" cy="{box.y + radius:g}" r="{radius:g}"/></g>'
        return
    kind = "says" if box.kind is None else box.kind.value
    frame = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{_CORNER}"'
    yield f'<g class="{kind}{"" if box.kind is None else " " + state.value}">{told}<rect {frame}/>'
    if box.kind is Kind.FINAL:
        inner = f'x="{box.x + 3:g}" y="{box.y + 3:g}" width="{box.width - 6:g}" height="{box.height - 6:g}" rx="5"'
        yield f'<rect class="inner" {inner}/>'
    top = box.y + (box.height - LINE_HEIGHT * len(box.lines)) / 2
    for number, line in enumerate(box.lines):
        yield _text(line, box.x + box.width / 2, top + LINE_HEIGHT * (number + 1) - 5, coverage)
    yield "</g>"


def _text(line: TextLine, x: float, y: float, coverage: Coverage | None) -> str:
    state = met(line.mark, coverage)
    classes = " ".join(filter(None, ("name" if line.bold else "", "" if state is Met.UNASKED else state.value)))
    styled = f' class="{classes}"' if classes else ""
    return f'<text{styled} x="{x:g}" y="{y:g}" text-anchor="middle">{escape(line.text)}</text>'


def _told(mark: str | None, coverage: Coverage | None) -> str:
    """A title that says how often, for whoever cannot tell the colours apart."""
    if mark is None or coverage is None or mark not in coverage:
        return ""
    return f"<title>{escape(how_often(coverage[mark]))}</title>"


def how_often(count: int) -> str:
    """A count in words."""
    return "never met" if count <= 0 else "met once" if count == 1 else f"met {count} times"

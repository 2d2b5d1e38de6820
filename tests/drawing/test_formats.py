"""SVG that needs nothing else and speaks to screen readers; Mermaid text that means the same; both coloured by coverage."""

import re
import xml.etree.ElementTree as ET

import pytest

from mockserver.drawing.graph import Edge, Graph, Kind, Line, Node, Picture
from mockserver.drawing.life import life_of_an_order_item
from mockserver.drawing.mermaid import mermaid
from mockserver.drawing.svg import svg
from tests.drawing.pictures import MOODY, machine_picture
from tests.library import NAMES, shipped

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<&>\"'; : # {x}"
ODD = Picture(
    title=f"T {NASTY}",
    description=f"D {NASTY}",
    graphs=(
        Graph(
            heading=f"H {NASTY}",
            nodes=(
                Node(id="start", title="", kind=Kind.START),
                Node(id="a", title=f"A {NASTY}", lines=(Line(text=f"L {NASTY}", mark="line"),), mark="a"),
                Node(id="b", title="B", kind=Kind.FINAL, mark="b"),
            ),
            edges=(
                Edge(source="start", target="a"),
                Edge(source="a", target="b", says=(f"E {NASTY}", "/ deed"), mark="a-b"),
                Edge(source="b", target="a", mark="b-a"),
            ),
        ),
    ),
)
PICTURES = {
    "odd": ODD,
    "life": life_of_an_order_item(),
    "moody": machine_picture(MOODY),
    **{name: machine_picture(shipped(name)) for name in NAMES},
}


@pytest.mark.parametrize("name", PICTURES)
def test_an_svg_stands_alone_and_has_a_title_and_a_description(name: str) -> None:
    picture = PICTURES[name]
    text = svg(picture)
    root = ET.fromstring(text)
    labels = (root.get("aria-labelledby") or "").split()
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (title.text, desc.text) == (picture.title, picture.description)
    assert labels == [title.get("id"), desc.get("id")]
    assert root.get("role") == "img"
    assert set(re.findall(r"https?://[^\"]*", text)) == {"http://www.w3.org/2000/svg"}
    for fetching in ("url(", "@import", "@font-face", "href", "<script", "<image", "<foreignObject"):
        assert fetching not in text
    assert "@media(prefers-color-scheme:dark)" in text
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


@pytest.mark.parametrize("name", PICTURES)
def test_an_svg_shows_every_text_whole(name: str) -> None:
    picture = PICTURES[name]
    texts = [each.text or "" for each in ET.fromstring(svg(picture)).iter(f"{SVG}text")]
    shown = " ".join(texts)
    for graph in picture.graphs:
        wanted = [graph.heading, *(node.title for node in graph.nodes)]
        wanted += [line.text for node in graph.nodes for line in node.lines]
        wanted += [said for edge in graph.edges for said in edge.says]
        assert [text for text in wanted if " ".join(text.split()) not in shown] == []


def classes(text: str, tag: str) -> list[str]:
    """The words of the class of every element of this kind."""
    return [word for each in ET.fromstring(text).iter(f"{SVG}{tag}") for word in (each.get("class") or "").split()]


def test_without_a_report_nothing_is_coloured() -> None:
    text = svg(ODD)
    assert {"met", "unmet"} & {*classes(text, "path"), *classes(text, "g"), *classes(text, "text")} == set()
    assert "never met" not in text


REPORTED = {mark: 0 for graph in ODD.graphs for mark in graph.marks()} | {"a": 3, "a-b": 1}


def test_a_report_colours_what_was_met_and_dashes_what_was_not() -> None:
    text = svg(ODD, REPORTED)
    arrows = [
        each.get("class") for each in ET.fromstring(text).iter(f"{SVG}path") if "arrow" in (each.get("class") or "")
    ]
    assert arrows == ["arrow unasked", "arrow met", "arrow unmet"]
    boxes = [each.get("class") for each in ET.fromstring(text).iter(f"{SVG}g") if each.get("class")]
    assert boxes == ["start", "state met", "final unmet", "says"]
    assert "<title>met 3 times</title>" in text
    assert text.count("<title>met once</title>") == 2
    assert "2 of 5 met; dashed: never met" in text
    assert re.search(r"\.unmet>rect,\.arrow\.unmet\{[^}]*stroke-dasharray", text), "not by colour alone"


def test_what_a_report_says_nothing_of_is_left_uncoloured() -> None:
    text = svg(ODD, {"a": 3})
    assert "1 of 1 met" in text
    assert "never met</title>" not in text
    assert "unmet" not in {name for each in ET.fromstring(text).iter() for name in (each.get("class") or "").split()}
    assert "never met" not in mermaid(ODD, {"a": 3})


def test_mermaid_has_every_state_and_every_arrow() -> None:
    lines = mermaid(ODD).splitlines()
    escaped = "#lt;&#gt;#quot;'#59; #58; #35; #123;x#125;"
    assert lines[0] == "stateDiagram-v2"
    assert [line.strip() for line in lines[3:]] == [
        f'state "A {escaped}" as s1',
        f"s1 : L {escaped}",
        'state "B" as s2',
        "[*] --> s1",
        f"s1 --> s2 : E {escaped}<br/>/ deed",
        "s2 --> s1",
        "s2 --> [*]",
    ]


def test_mermaid_says_how_often_each_was_met() -> None:
    text = mermaid(ODD, REPORTED)
    assert "%% 2 of 5 met" in text
    assert text.count("(met 3 times)") == 1
    assert "/ deed<br/>(met once)" in text
    assert "s2 --> s1 : (never met)" in text
    assert 'state "B (never met)" as s2' in text


def test_mermaid_puts_two_views_into_boxes_of_their_own() -> None:
    text = mermaid(life_of_an_order_item())
    assert text.count("{\n") == text.count("    }\n") == 2
    assert text.count("[*] --> ") == 2
    names = re.findall(r" as (g\ds\d+)$", text, re.MULTILINE)
    assert len(names) == len(set(names)) == 11


@pytest.mark.parametrize("name", PICTURES)
def test_a_line_of_mermaid_holds_one_statement(name: str) -> None:
    for line in mermaid(PICTURES[name]).splitlines():
        if "accTitle" not in line and "accDescr" not in line:
            assert ";" not in re.sub(r"#\w+;", "", line)
            assert re.sub(r"#\w+;", "", line).count(" : ") <= 1

"""``imin-mock diagram``, and the pictures of the docs, which must not be stale."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockserver.cli.commands.diagram import PAGE, SHOWN, drawn, machine_of, pages, write_pages
from mockserver.cli.main import main
from tests.library import NAMES, ROOT, shipped

LATE = "booking-system-refuses-late"


def diagram(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["diagram", *map(str, arguments)])


def test_the_machine_is_mermaid_text_by_default() -> None:
    result = diagram(LATE)
    assert result.exit_code == 0
    assert result.output.startswith("stateDiagram-v2\n")
    assert 'state "stubborn" as s2' in result.output


def test_the_same_file_gives_the_same_picture_by_path_and_by_name() -> None:
    assert diagram(LATE, "--format", "svg").output == diagram(shipped_path(LATE), "--format", "svg").output


def test_the_life_of_an_order_item_has_both_views() -> None:
    output = diagram(LATE, "--of", "order-item").output
    assert "imin's copy" in output
    assert "The truth at the Seller" in output


def test_a_file_is_written_in_the_format_that_its_name_says(tmp_path: Path) -> None:
    picture, text = tmp_path / "machine.svg", tmp_path / "machine.mmd"
    assert diagram(LATE, "--output", picture).stdout == ""
    assert diagram(LATE, "--output", text).stdout == ""
    assert picture.read_text().startswith("<svg ")
    assert text.read_text().startswith("stateDiagram-v2")
    assert diagram(LATE, "--output", text, "--format", "svg").exit_code == 0
    assert text.read_text() == picture.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_machine_can_be_drawn(name: str) -> None:
    assert diagram(name, "--format", "svg").exit_code == 0


def test_a_coverage_report_colours_either_format() -> None:
    picture = machine_of(shipped(LATE))
    coverage = {"state:obliging": 4, "transition:obliging#0": 1}
    assert 'class="state met"' in drawn(picture, "svg", coverage)
    assert "(met 4 times)" in drawn(picture, "mermaid", coverage)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([f"{LATE}r"], f"Did you mean '{LATE}'?"),
        (["no-such.yaml"], "no-such.yaml: No such file or directory."),
        ([LATE, "--format", "png"], "'png' is not one of 'mermaid', 'svg'"),
        ([LATE, "--of", "order"], "'order' is not one of 'machine', 'order-item'"),
        ([LATE, "--output", "no/such/folder/x.svg"], "no/such/folder/x.svg: No such file or directory."),
    ],
)
def test_a_mistake_exits_2_with_a_word_on_what_was_meant(arguments: list[str], says: str) -> None:
    result = diagram(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def shipped_path(name: str) -> Path:
    return ROOT / "scenarios" / f"{name}.yaml"


@pytest.mark.parametrize("name", pages())
def test_a_picture_of_the_docs_is_not_stale(name: str) -> None:
    stale = f"{name} is stale: run `python -m mockserver.cli.commands.diagram`"
    assert (ROOT / name).read_text(encoding="utf-8") == pages()[name], stale


def test_there_is_no_picture_that_nobody_makes() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/reference/diagrams").iterdir()}
    assert there == {name for name in pages() if name != PAGE}
    assert len(SHOWN) >= 2


def test_making_the_pictures_tells_which_ones_changed(tmp_path: Path) -> None:
    assert write_pages(tmp_path) == list(pages())
    assert write_pages(tmp_path) == []
    (tmp_path / PAGE).write_text("old")
    assert write_pages(tmp_path) == [PAGE]

"""The page on recordings says what happens: it is followed from top to bottom."""

from pathlib import Path

from tests.pages import follow
from tests.serving import ROOT, serving


def test_every_command_of_the_page_gives_the_output_it_shows(tmp_path: Path) -> None:
    with serving() as served:
        assert follow(ROOT / "docs" / "howto" / "recordings.md", tmp_path, url=served.url) > 15

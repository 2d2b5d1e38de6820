"""The page on evil twins says what is true: its commands give what it shows; its table is made, and checked with the others."""

from tests.pages import follow
from tests.serving import ROOT, serving


def test_every_command_of_the_page_gives_the_output_it_shows() -> None:
    with serving() as served:
        assert follow(ROOT / "docs" / "howto" / "twins.md", ROOT, url=served.url) == 3

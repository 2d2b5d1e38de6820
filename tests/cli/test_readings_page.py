"""The page on readings says what is true: its command gives what it shows."""

from tests.pages import follow
from tests.serving import ROOT


def test_every_command_of_the_page_gives_the_output_it_shows() -> None:
    assert follow(ROOT / "docs" / "howto" / "readings.md", ROOT) == 1

"""The page on pacts says what happens: its files are written, its commands are run."""

from pathlib import Path

from tests.pages import follow
from tests.serving import ROOT, serving

PAGE = ROOT / "docs" / "howto" / "pact.md"


def test_every_step_of_the_page_is_as_it_says(tmp_path: Path) -> None:
    with serving() as served:
        assert follow(PAGE, tmp_path, url=served.url, IMIN_MOCK_URL=served.url) == 10

"""The page that leads from nothing to a client that one trusts is followed as it stands."""

from pathlib import Path

from tests.pages import follow
from tests.serving import ROOT


def test_every_step_of_the_way_is_as_the_page_says(tmp_path: Path) -> None:
    assert follow(ROOT / "docs" / "tutorial" / "testing.md", tmp_path) > 6

"""The page about properties is followed as it stands."""

import runpy
from pathlib import Path

from hypothesis.strategies import SearchStrategy

from tests.pages import follow
from tests.serving import ROOT


def test_every_step_of_the_page_is_as_it_says(tmp_path: Path) -> None:
    assert follow(ROOT / "docs" / "howto" / "properties.md", tmp_path) == 6
    assert isinstance(runpy.run_path(str(tmp_path / "worlds.py"))["worlds"], SearchStrategy)

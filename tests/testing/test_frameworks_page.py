"""The page on web frameworks does what it says, with the frameworks that it speaks of."""

from pathlib import Path

from tests.pages import follow
from tests.serving import ROOT


def test_every_step_in_a_framework_is_as_the_page_says(tmp_path: Path) -> None:
    assert follow(ROOT / "docs" / "howto" / "frameworks.md", tmp_path) == 12

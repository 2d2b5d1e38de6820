"""The page on other languages says what happens: the walk-through prints what it shows."""

import shutil
from pathlib import Path

from tests.examples.test_other_languages import needs_shell
from tests.pages import follow
from tests.serving import ROOT, serving


@needs_shell
def test_the_walkthrough_prints_what_the_page_shows(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "shell", tmp_path / "examples" / "shell")
    with serving() as served:
        assert follow(ROOT / "docs" / "howto" / "other-languages.md", tmp_path, url=served.url) == 1

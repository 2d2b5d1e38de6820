"""The page on behaviour coverage says what happens: its console blocks are run as they stand, its tables are complete."""

import re
from pathlib import Path

from mockserver.cli.exits import Exit
from mockserver.engine.coverage.points import Family
from tests.pages import follow
from tests.serving import ROOT, serving

PAGE = ROOT / "docs" / "howto" / "coverage.md"


def test_every_command_of_the_page_gives_the_output_it_shows(tmp_path: Path) -> None:
    with serving() as served:
        assert follow(PAGE, tmp_path, url=served.url) == 6


def test_the_page_explains_every_family_and_every_exit_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = "\n".join(line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([\w-]+)`", rows)) == {family.value for family in Family}
    codes = text.partition("Exit codes: ")[2]
    assert all(f"{int(code)} " in codes.split(".")[0] for code in (Exit.FINE, Exit.FINDINGS, Exit.BAD_INPUT))

"""The README says what happens: its console blocks are run as they stand, and its made parts are fresh."""

import re
from pathlib import Path

import pytest

from mockserver.cli.documents import PARTS, with_parts
from tests.pages import follow
from tests.serving import ROOT, serving

LINK = re.compile(r"\]\((?!https?:|#)(?P<target>[^)#]+)")


def test_every_command_of_the_readme_gives_the_output_it_shows() -> None:
    with serving() as served:
        assert follow(ROOT / "README.md", ROOT, url=served.url) > 12


def test_the_test_of_the_readme_passes(pytester: pytest.Pytester) -> None:
    [test] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    pytester.makepyfile(test)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.parametrize("name", sorted(PARTS))
def test_the_made_parts_of_a_page_are_fresh(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert with_parts(page, (part() for part in PARTS[name])) == page, "run: python -m mockserver.cli.documents"


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
)
def test_a_page_links_only_to_what_is_there(page: str) -> None:
    path = ROOT / page
    for match in LINK.finditer(path.read_text(encoding="utf-8")):
        assert (path.parent / Path(match["target"])).exists(), match["target"]

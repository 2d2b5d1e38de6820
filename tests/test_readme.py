"""The README says what happens: its console blocks are run as they stand, and its test passes."""

import re

import pytest

from tests.pages import follow
from tests.serving import ROOT, serving


def test_every_command_of_the_readme_gives_the_output_it_shows() -> None:
    with serving() as served:
        assert follow(ROOT / "README.md", ROOT, url=served.url) > 12


def test_the_test_of_the_readme_passes(pytester: pytest.Pytester) -> None:
    [test] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    pytester.makepyfile(test)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)

"""Every page does what it says: its files are written, its commands are run, and what they print is what stands below them."""

import re
import runpy
import shutil
from pathlib import Path

import pytest
from hypothesis.strategies import SearchStrategy

from mockserver.cli.output import Exit
from mockserver.engine.coverage.points import Family
from tests.examples.test_other_languages import needs_shell
from tests.pages import follow, steps_of
from tests.schemathesis.test_kit import proxy_of
from tests.serving import ROOT, serving
from tests.test_documents import PAGES
from tests.web.serving import served

ALONE = {"docs/tutorial/testing.md", "docs/howto/frameworks.md", "docs/howto/properties.md"}
"""The pages whose commands start what they need themselves."""

BESIDE_A_MOCK = {
    "docs/howto/coverage.md", "docs/howto/pact.md", "docs/howto/readings.md", "docs/howto/recordings.md", "docs/howto/twins.md",
    "docs/tutorial/rehearsal.md", "docs/tutorial/scenario.md",
}  # fmt: skip
"""The pages that say what a mock answers which runs already."""


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", sorted(ALONE))
def test_every_step_of_a_page_is_as_it_says(name: str, tmp_path: Path) -> None:
    assert follow(ROOT / name, tmp_path)
    if name == "docs/howto/properties.md":
        assert isinstance(runpy.run_path(str(tmp_path / "worlds.py"))["worlds"], SearchStrategy)


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", sorted(BESIDE_A_MOCK))
def test_every_step_of_a_page_beside_a_mock_is_as_it_says(name: str, tmp_path: Path) -> None:
    with serving() as mock:
        assert follow(ROOT / name, tmp_path, url=mock.url, IMIN_MOCK_URL=mock.url)


def test_every_command_of_the_readme_gives_the_output_it_shows() -> None:
    with serving() as mock:
        assert follow(ROOT / "README.md", ROOT, url=mock.url)


@needs_shell
def test_the_walkthrough_in_a_shell_prints_what_its_page_shows(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "shell", tmp_path / "examples" / "shell")
    with serving() as mock:
        assert follow(ROOT / "docs/howto/other-languages.md", tmp_path, url=mock.url)


@pytest.mark.exhaustive
@pytest.mark.timeout(900)
def test_schemathesis_over_a_server_that_passes_everything_on_prints_what_its_page_shows(tmp_path: Path) -> None:
    with serving() as mock, served(proxy_of(mock.url), lifespan=True) as server:
        assert follow(ROOT / "docs/howto/schemathesis.md", tmp_path, url=mock.url, YOUR_SERVER=server)


def test_no_page_has_steps_that_nobody_follows() -> None:
    followed = {*ALONE, *BESIDE_A_MOCK, "README.md", "docs/howto/other-languages.md", "docs/howto/schemathesis.md"}
    assert {name for name in PAGES if [*steps_of(ROOT / name)]} == followed


def test_the_test_of_the_readme_passes(pytester: pytest.Pytester) -> None:
    [test] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    pytester.makepyfile(test)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_the_pages_on_coverage_explain_every_family_and_every_exit_code() -> None:
    counted = (ROOT / "docs/reference/coverage.md").read_text(encoding="utf-8")
    rows = "\n".join(line.split(" | ")[0] for line in counted.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`([\w-]+)`", rows)) == {family.value for family in Family}
    codes = (ROOT / "docs/howto/coverage.md").read_text(encoding="utf-8").partition("Exit codes: ")[2]
    assert all(f"{int(code)} " in codes.split(".")[0] for code in (Exit.FINE, Exit.FINDINGS, Exit.BAD_INPUT))


def test_the_page_on_the_kit_names_every_option_of_the_pytest_plugin() -> None:
    options = (ROOT / "mockserver/pytest_plugin/options.py").read_text(encoding="utf-8")
    there = set(re.findall(r'add(?:option|ini)\(\s*"([\w-]+)"', options))
    page = (ROOT / "docs/reference/kit.md").read_text(encoding="utf-8")
    assert len(there) > 7
    assert there == set(
        re.findall(r"--imin-[a-z-]+|\bimin_(?:scenarios|readings|fail_under)\b", page.partition("## unittest")[0])
    )

"""The README says what happens: its console blocks are run as they stand, and its made parts are fresh."""

import re
import subprocess
from pathlib import Path

import pytest

from mockserver.cli.documents import PARTS, with_parts
from tests.serving import ROOT, environment, serving

CONSOLE = re.compile(r"```console\n(?P<block>.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)(?P<target>[^)#]+)")


def console_steps(text: str) -> list[tuple[str, str]]:
    """The commands of all console blocks with the output that is shown for each."""
    steps: list[tuple[str, str]] = []
    for match in CONSOLE.finditer(text):
        for piece in re.split(r"^\$ ", match["block"], flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            steps.append((command, output))
    return steps


def test_every_command_of_the_readme_gives_the_output_it_shows() -> None:
    steps = console_steps((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(steps) > 12
    with serving() as served:
        for command, expected in steps:
            run = subprocess.run(
                ["bash", "-c", command.replace("http://127.0.0.1:4646", served.url)],
                capture_output=True,
                text=True,
                cwd=ROOT,
                env=environment(),
                timeout=30,
                check=False,
            )
            assert run.stdout == expected, f"$ {command}\n{run.stdout}{run.stderr}"


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

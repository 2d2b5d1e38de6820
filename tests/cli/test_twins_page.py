"""The page on evil twins says what is true: its commands give what it shows; its table is made, and checked with the others."""

import subprocess

import pytest

from tests.serving import ROOT, environment, serving
from tests.test_readme import console_steps

PAGE = (ROOT / "docs" / "twins.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("command", "expected"), console_steps(PAGE))
def test_every_command_of_the_page_gives_the_output_it_shows(command: str, expected: str) -> None:
    with serving() as served:
        run = subprocess.run(
            ["bash", "-c", command.replace("http://127.0.0.1:4646", served.url)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment(),
            timeout=30,
            check=False,
        )
    assert run.stdout == expected, run.stdout + run.stderr


def test_the_page_has_commands_to_check() -> None:
    assert len(console_steps(PAGE)) == 3

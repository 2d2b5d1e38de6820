"""The page on readings says what is true: its commands give what it shows."""

import subprocess

import pytest

from tests.serving import ROOT, environment
from tests.test_readme import console_steps

STEPS = console_steps((ROOT / "docs" / "readings.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("command", "expected"), STEPS)
def test_every_command_of_the_page_gives_the_output_it_shows(command: str, expected: str) -> None:
    run = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, env=environment(), timeout=30, check=False
    )
    assert run.stdout == expected, run.stdout + run.stderr


def test_the_page_has_a_command_to_check() -> None:
    assert len(STEPS) == 1

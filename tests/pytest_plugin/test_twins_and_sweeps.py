"""Tests that use the fixture can be tried against evil twins and under other readings, as they are."""

import subprocess
import sys

import pytest

from tests.pytest_plugin.running import CANCEL
from tests.serving import PATIENCE, environment

NOTICES = """
def test_a_cancellation_is_pending_and_then_cancelled(imin):
    assert cancel(imin) == 204
    imin.until_quiet()
    assert imin.order_item("seat-1").imin.status == "CustomerCancelled"
"""


def tried(pytester: pytest.Pytester, *command: str) -> subprocess.CompletedProcess[str]:
    pytester.makepyfile(test_it=CANCEL + NOTICES)
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "mockserver",
            *command,
            "--",
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
        ],
        cwd=pytester.path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.exhaustive
def test_twins_are_noticed_by_tests_that_drop_their_worlds(pytester: pytest.Pytester) -> None:
    done = tried(pytester, "twins", "--only", "never-cancels", "--only", "page-repeats-item")
    assert "never-cancels" in done.stdout
    assert "1 of 2" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1


@pytest.mark.exhaustive
def test_a_sweep_runs_them_under_other_readings(pytester: pytest.Pytester) -> None:
    done = tried(pytester, "sweep", "--only", "links", "--only", "patch-body")
    assert "links=imin " in done.stdout
    assert "Passes under the defaults and 2 of 4 other choices of readings." in done.stdout, done.stdout + done.stderr
    assert "    failed: test_it.py::test_a_cancellation_is_pending_and_then_cancelled\n" in done.stdout

"""Which tests failed is read from what the usual runners print, and from pytest's notes where there are any."""

import sys
from pathlib import Path

import pytest

from mockserver.cli.trial import Trial, last_lines, named_in, try_command
from mockserver.runner import trial_notes
from tests.serving import environment

PRINTED = {
    "pytest": (
        "=== short test summary info ===\nFAILED tests/test_a.py::test_b[x-1] - assert 1 == 2\nERROR tests/test_a.py::test_c\n",
        ("tests/test_a.py::test_b[x-1]", "tests/test_a.py::test_c"),
    ),
    "unittest": ("FAIL: test_b (test_a.Bookings.test_b)\n----\n", ("test_b (test_a.Bookings.test_b)",)),
    "go": ("    --- FAIL: TestBookings/late (0.00s)\nFAIL\n", ("TestBookings/late",)),
    "cargo": ("test bookings::late ... FAILED\ntest bookings::fine ... ok\n", ("bookings::late",)),
    "tap": ("ok 1 - fine\nnot ok 2 - a refusal is told # time=3ms\n", ("a refusal is told",)),
    "node": ("\u2714 fine (1.2ms)\n\x1b[31m\u2716 a refusal is told (3.4ms)\x1b[39m\n", ("a refusal is told",)),
    "jest": ("  \u25cf bookings \u203a a refusal is told\n", ("bookings \u203a a refusal is told",)),
    "maven": ("[ERROR]   BookingsTest.late:42 expected: <204>\n", ("BookingsTest.late:42",)),
    "gradle": ("BookingsTest > late() FAILED\n", ("BookingsTest > late()",)),
    "another": ("something went wrong\n", ()),
}


@pytest.mark.parametrize("runner", PRINTED)
def test_a_failed_test_is_named_as_its_runner_names_it(runner: str) -> None:
    printed, names = PRINTED[runner]
    assert named_in(printed + printed) == names


def test_of_an_output_the_last_lines_that_say_something_are_shown_without_what_steers_a_terminal() -> None:
    assert last_lines("a\nb\n\n\x1b[1mc\x1b[0m\n\x1b]52;c;x\x07d\n\n", 3) == ["b", "c", "\\x1b]52;c;x\\x07d"]


TESTS = """
import os, pytest

@pytest.fixture
def broken():
    raise OSError("no fixture")

def test_fine(): pass
def test_wrong(): assert False
def test_without(broken): pass
def test_dies(): os._exit(7)
"""


def tried(folder: Path, *arguments: str) -> Trial:
    """The tests, with the plugins that they need and no others."""
    (folder / "test_it.py").write_text(TESTS)
    (folder / "test_broken.py").write_text("import nothing_of_this_name\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mockserver.pytest_plugin", "--rootdir", str(folder)]
    variables = environment({"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    return try_command([*command, "--no-summary", *arguments, str(folder)], variables, timeout=50)


def test_pytest_notes_down_what_failed_and_what_it_was_in_when_it_ended(tmp_path: Path) -> None:
    trial = tried(tmp_path, "--continue-on-collection-errors")
    assert trial.exit_code == 7, trial.output
    assert trial.failed == ("test_broken.py", "test_it.py::test_wrong", "test_it.py::test_without")
    assert trial.under_way == ("test_it.py::test_dies",)


def test_of_tests_that_run_in_workers_each_is_noted_down_once(tmp_path: Path) -> None:
    trial = tried(
        tmp_path, "-p", "xdist", "-n", "1", "-k", "fine or wrong", "--ignore", str(tmp_path / "test_broken.py")
    )
    assert trial.exit_code == 1, trial.output
    assert (trial.failed, trial.under_way) == (("test_it.py::test_wrong",), ())


def test_the_test_that_a_run_was_in_when_it_took_too_long_is_named() -> None:
    hangs = f'echo "begun test_a.py::test_b" > "${trial_notes.VARIABLE}"; sleep 60'
    trial = try_command(["sh", "-c", hangs], {}, timeout=0.5)
    assert (trial.exit_code, trial.failed, trial.under_way) == (None, (), ("test_a.py::test_b",))


def test_what_the_tests_start_notes_nothing_down(tmp_path: Path) -> None:
    environ = {trial_notes.VARIABLE: str(tmp_path / "notes")}
    notes = trial_notes.Notes.asked_for(environ)
    assert notes is not None
    assert environ == {}
    notes.note(trial_notes.FAILED, "test_a.py::test_b[one\ntwo]")
    assert trial_notes.read(tmp_path / "notes").failed == ("test_a.py::test_b[one two]",)


def test_notes_that_cannot_be_kept_disturb_no_test(tmp_path: Path) -> None:
    trial_notes.Notes(str(tmp_path / "no" / "folder")).note(trial_notes.BEGUN, "x")
    assert trial_notes.read(tmp_path / "no" / "folder") == trial_notes.Noted()

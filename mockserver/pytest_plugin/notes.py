"""Notes about the tests of a session, for a command that tries them and waits for some."""

import pytest

from mockserver.runner.trial_notes import BEGUN, FAILED, OVER, Notes


class NotingDown:
    """A plugin that notes down which test has begun, has failed, is over."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self._notes.note(BEGUN, nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A part of a test is over, its set-up perhaps."""
        if report.failed:
            self._notes.note(FAILED, report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tests were looked for."""
        if report.failed:
            self._notes.note(FAILED, report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test is over."""
        self._notes.note(OVER, nodeid)

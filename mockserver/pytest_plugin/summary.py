"""What the tests of a session have met: gathered from this process and from workers, told, saved and judged at the end.

What was met in a worker of pytest-xdist travels to the process that judges it.
"""

from typing import Any

import msgspec
import pytest

from mockserver.client.errors import MockError
from mockserver.engine.coverage.report import (
    CoverageReport,
    ForeignReportError,
    family_lines,
    headline,
    merge,
    percent_of,
    plain,
    report_of,
)
from mockserver.pytest_plugin.options import fail_under, url_of
from mockserver.storage.written_files import write_whole
from mockserver.testing.mock import Mock

ELSEWHERE = "elsewhere"
"""What stands for a report that a mock elsewhere keeps: it is asked once, at the end, not by every worker."""


class Summary:
    """The reports so far."""

    def __init__(self) -> None:
        self.report = CoverageReport()
        self.remarks: list[str] = []
        self._is_elsewhere = False

    def take(self, mock: Mock) -> None:
        """The tests are done: what they have met in this mock."""
        if mock.is_here:
            self.report = merge(self.report, report_of(msgspec.json.encode(mock.coverage())))
        else:
            self._is_elsewhere = True

    def add(self, text: str) -> None:
        """What a worker hands over."""
        if text == ELSEWHERE:
            self._is_elsewhere = True
        else:
            self.report = merge(self.report, report_of(text.encode()))

    def finish(self, session: pytest.Session) -> None:
        """Hand it on, or save and judge it."""
        config = session.config
        written = ELSEWHERE if self._is_elsewhere else msgspec.json.encode(plain(self.report)).decode()
        if hand_over(config, written):
            return
        if self._is_elsewhere:
            self._ask(url_of(config))
        file = config.getoption("--imin-coverage")
        if file:
            self._save(session, file)
        least = fail_under(config)
        if least is not None and self.report.percent < least:
            self._fail(session, f"{percent_of(self.report)} is under {least:g} %.")

    def _fail(self, session: pytest.Session, why: str) -> None:
        self.remarks.append(f"FAILED: {why}")
        if session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def tell(self, reporter: pytest.TerminalReporter) -> None:
        """Write it below pytest's own summary."""
        reporter.section("imin-mock", sep="-")
        reporter.line(headline(self.report))
        if reporter.verbosity > 0:
            for line in family_lines(self.report):
                reporter.line(line)
        for remark in self.remarks:
            reporter.line(remark, red=remark.startswith("FAILED"))

    def _ask(self, url: str | None) -> None:
        try:
            with Mock.at(url or "") as mock:
                self.report = merge(self.report, report_of(msgspec.json.encode(mock.coverage())))
                self.remarks.append(f"That is all that the mock at {url} has met so far.")
        except (MockError, ForeignReportError) as error:
            self.remarks.append(f"The mock at {url} cannot say what was met: {error}")

    def _save(self, session: pytest.Session, name: str) -> None:
        file = session.config.invocation_params.dir / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, msgspec.json.format(msgspec.json.encode(plain(self.report)), indent=2) + b"\n")
            self.remarks.append(f"Written to {name}; `imin-mock coverage {name}` names what is missing.")
        except OSError as error:
            self._fail(session, f"{name} cannot be written: {error.strerror or error}.")


_OUTPUT = "imin_coverage"


def hand_over(config: Any, report: str) -> bool:
    """Give the report to the process that has started this one; False if there is none."""
    if not hasattr(config, "workeroutput"):
        return False
    config.workeroutput[_OUTPUT] = report
    return True


def handed_over(node: Any) -> list[str]:
    """The report that a worker has given, if its tests have met anything."""
    output = getattr(node, "workeroutput", {})
    return [output[_OUTPUT]] if _OUTPUT in output else []

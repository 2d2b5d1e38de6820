"""The folder of faulty scenarios: each is caught for its fault, and what ships is not accused."""

import re
from pathlib import Path

import pytest

from mockserver.checker.findings import FindingId, Severity
from mockserver.checker.laws import Law
from mockserver.checker.saved_scenario import scenario_of
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.scenario import parse_scenario
from tests.checker.faulty import FAULTS, FILES, checked
from tests.library import FILES as SHIPPED
from tests.library import ROOT

# No run shows what never happens, and what a step expects is shown by the file itself.
WITHOUT_A_WAY = {
    FindingId.STATE_UNREACHABLE,
    FindingId.TRANSITION_NEVER_FIRES,
    FindingId.ACTION_NEVER_PERMITTED,
    FindingId.EXPECTATION_IMPOSSIBLE,
    FindingId.STEP_NOT_MET,
}


def test_every_faulty_file_has_its_row_and_every_row_its_file() -> None:
    assert FAULTS.keys() == FILES.keys()
    assert len(FILES) >= 15


def test_the_folder_has_a_fault_of_every_kind() -> None:
    found = {finding_id for faults in FAULTS.values() for finding_id, _ in faults}
    assert found >= {kind.value for kind in FindingId}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_fault_is_found_at_its_place_and_nothing_else(name: str) -> None:
    report = checked(FILES[name])
    assert [(finding.id, finding.line) for finding in report.findings] == FAULTS[name]
    assert report.cut_short is None
    assert report.seconds < 2


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_way_to_a_finding_is_a_scenario_that_runs_and_shows_it(name: str) -> None:
    report = checked(FILES[name])
    for finding in report.findings:
        assert (finding.trace is None) is (finding.id in WITHOUT_A_WAY)
        if finding.trace is None:
            with pytest.raises(ValueError, match="never happens"):
                scenario_of(finding, report.scenario, report.source)
            continue
        run = run_scenario(parse_scenario(scenario_of(finding, report.scenario, report.source), name="saved"))
        if finding.id == FindingId.ENDLESS_WORK:
            assert "circle" in run.failures[-1].found
        else:
            assert run.failures == ()
            assert run.scenario.document.then, "it shows nothing"


def test_what_is_allowed_and_probably_not_meant_is_a_warning() -> None:
    for path in FILES.values():
        for finding in checked(path).findings:
            is_warning = finding.id in {"transition-ambiguous", "action-never-permitted"}
            assert (finding.severity is Severity.WARNING) is is_warning


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_is_explored_whole_and_nothing_is_wrong_with_it(path: Path) -> None:
    report = checked(path)
    assert report.findings == ()
    assert (report.cut_short, report.narrowed) == (None, False)


def test_the_page_claims_what_a_faulty_file_proves_and_nothing_else() -> None:
    rows = [
        line
        for line in (ROOT / "docs" / "reference" / "checking.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    claimed: dict[str, set[str]] = {}
    for row in rows:
        ids, _, files = row.strip("| ").split(" | ")
        for finding_id in re.findall(r"`([a-z-]+)`", ids):
            claimed[finding_id] = set(re.findall(r"`([a-z0-9-]+)`", files))
    proved = {finding_id for faults in FAULTS.values() for finding_id, _ in faults}
    assert claimed.keys() == proved
    assert set().union(*claimed.values()) == FILES.keys()
    for finding_id, names in claimed.items():
        assert all(finding_id in {found for found, _ in FAULTS[name]} for name in names)


def test_the_page_names_every_law() -> None:
    page = (ROOT / "docs" / "reference" / "checking.md").read_text()
    assert [law for law in Law if f"`{law}`" not in page] == []

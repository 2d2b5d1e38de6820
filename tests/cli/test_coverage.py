"""``imin-mock coverage``: what it tells in every form, and the code it exits with."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from click.testing import CliRunner, Result

from mockserver.cli.main import main
from mockserver.engine.coverage.report import CoverageReport, merge, plain, report_of
from mockserver.runner.scenario_coverage import BY_HAND, exercised
from tests.library import NAMES, shipped
from tests.serving import ask, serving

ALL = exercised([shipped(name) for name in NAMES]).report
HAPPY = exercised([shipped("happy-path")]).report


def coverage(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["coverage", *map(str, arguments)])


def written(path: Path, report: CoverageReport) -> Path:
    path.write_bytes(msgspec.json.encode(plain(report)))
    return path


@pytest.fixture
def happy(tmp_path: Path) -> Path:
    """What the happy path alone meets."""
    return written(tmp_path / "happy.json", HAPPY)


def test_the_text_fits_eighty_columns_and_names_every_missing_point_with_a_scenario(happy: Path) -> None:
    result = coverage(happy)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    words = " ".join(result.stdout.split())
    assert len(HAPPY.missing) > 40
    for point in HAPPY.missing:
        assert f" {point.id} " in words
    assert "-> feed-outage-then-recovery" in words
    assert "-> no-cancellation-window, by cancelling after the start" in words


def test_a_scenario_that_is_named_for_a_point_does_exercise_it(happy: Path) -> None:
    report = json.loads(coverage(happy, "--format", "json").stdout)
    missing = [point for point in report["points"] if not point["count"] and point["needs"] is None]
    told = {point["id"]: point["exercised_by"] for point in missing if point["id"] not in BY_HAND}
    named = [(point, name) for point, names in told.items() for name in names.split(", ") if name in NAMES]
    assert len(named) > 40
    met = {name: exercised([shipped(name)]).report.counts for name in {name for _, name in named}}
    assert [(point, name) for point, name in named if not met[name].get(point)] == []


@pytest.mark.parametrize(("threshold", "code"), [("0", 0), ("10", 0), ("99.9", 1), ("100", 1)])
def test_a_report_under_the_threshold_exits_1(happy: Path, threshold: str, code: int) -> None:
    result = coverage(happy, "--fail-under", threshold)
    assert result.exit_code == code
    assert (f"is under {threshold} %." in result.stderr) == bool(code)


def test_what_fails_a_threshold_does_not_look_as_if_it_met_it(tmp_path: Path) -> None:
    share = len(ALL.missing) / len(ALL.counted)
    threshold = 100 * (1 - share) + 0.0001
    result = coverage(written(tmp_path / "all.json", ALL), "--fail-under", threshold)
    assert result.exit_code == 1
    shown = float(result.stdout.split(" %")[0])
    assert threshold - 0.1 < shown < threshold


def test_shards_are_merged_in_any_order(tmp_path: Path) -> None:
    shards = [
        written(tmp_path / f"{name}.json", exercised([shipped(name)]).report)
        for name in ("window-closed", "happy-path", "stubborn-after-the-first-cancellation")
    ]
    forward, backward = coverage(*shards, "--format", "json"), coverage(*reversed(shards), "--format", "json")
    assert forward.exit_code == 0
    assert forward.stdout == backward.stdout
    assert report_of(forward.stdout.encode()) == merge(*(report_of(shard.read_bytes()) for shard in shards))


def test_a_file_that_is_named_twice_counts_once(happy: Path) -> None:
    assert report_of(coverage(happy, happy, "--format", "json").stdout.encode()) == HAPPY


def test_a_merged_report_can_be_saved_and_merged_again(happy: Path, tmp_path: Path) -> None:
    saved = tmp_path / "merged.json"
    assert coverage(happy, "--save", saved).exit_code == 0
    assert report_of(saved.read_bytes()) == HAPPY


def test_a_running_server_is_asked_and_merged_with_files(happy: Path) -> None:
    with serving() as served:
        address = f"{served.url}/api/v2/order-items?customerIdentifier=nobody"
        assert ask(address, "happy-path").status == 200
        alone = report_of(coverage("--url", served.url, "--format", "json").stdout.encode())
        both = report_of(coverage(happy, "--url", f"{served.url}/", "--format", "json").stdout.encode())
    assert alone.counts["rule:list.unknown-customer"] == 1
    assert both == merge(alone, HAPPY)


def test_markdown_is_a_summary_with_what_is_missing_folded_away(happy: Path) -> None:
    lines = coverage(happy, "--format", "markdown").stdout.splitlines()
    assert lines[0].startswith("### ")
    assert f"<details><summary>{len(HAPPY.missing)} missing</summary>" in lines
    rows = [line for line in lines if line.startswith("| `")]
    assert len(rows) == len(HAPPY.missing)
    assert all(row.count(" | ") == 2 for row in rows)


def test_junit_has_a_test_case_for_each_point_that_counts_and_a_failure_for_each_that_is_missing(happy: Path) -> None:
    root = ET.fromstring(coverage(happy, "--format", "junit").stdout)
    assert len(root.findall(".//testcase")) == len(HAPPY.counted) == int(root.attrib["tests"])
    failed = {case.attrib["name"] for case in root.iter("testcase") if case.find("failure") is not None}
    assert failed == {point.id for point in HAPPY.missing}
    assert sum(int(suite.attrib["failures"]) for suite in root) == len(failed) == int(root.attrib["failures"])


def test_a_complete_report_misses_nothing(tmp_path: Path) -> None:
    complete = CoverageReport(counts={point.id: 1 for point in ALL.points}, machines=ALL.machines)
    result = coverage(written(tmp_path / "all.json", complete), "--fail-under", "100")
    assert result.exit_code == 0
    assert result.stdout.startswith("100 % of behaviours met")
    assert "Missing" not in result.stdout
    assert "Met as well, and not counted" in result.stdout


def test_without_a_report_it_says_where_to_get_one_and_exits_2() -> None:
    result = coverage()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "GET /__admin/coverage" in result.stderr
    assert "--url http://127.0.0.1:4646" in result.stderr


def test_everything_that_cannot_be_used_is_told_at_once_and_exits_2(happy: Path, tmp_path: Path) -> None:
    empty, foreign, binary = tmp_path / "empty.json", tmp_path / "foreign.json", tmp_path / "binary.json"
    empty.write_bytes(b"")
    foreign.write_text('{"totals": {"percent_covered": 91}}')
    binary.write_bytes(bytes(range(256)))
    result = coverage(happy, tmp_path / "hapy.json", empty, foreign, binary, tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    told = result.stderr.splitlines()
    assert len(told) == 5
    assert f"Did you mean '{happy}'?" in told[0]
    assert told[1] == f"{empty} is empty."
    assert "is no report of behaviour coverage" in told[2]
    assert "is not JSON" in told[3]
    assert "Is a directory" in told[4]


@pytest.mark.parametrize(
    "url", ["127.0.0.1:4646", "https://127.0.0.1", "ftp://x", "http://", "http://h/__admin", "http://[", "http://h:x"]
)
def test_what_is_no_address_of_a_server_is_refused_with_a_good_one(url: str) -> None:
    result = coverage("--url", url)
    assert result.exit_code == 2
    assert "such as http://127.0.0.1:4646" in result.stderr


def test_a_server_that_does_not_answer_exits_2() -> None:
    result = coverage("--url", "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert "http://127.0.0.1:9: Connection refused." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--fail-under", "101"), "0<=x<=100"), (("--format", "xml"), "'junit'"), (("--sav", "x"), "--save")],
)
def test_a_wrong_option_exits_2_with_what_it_takes(arguments: tuple[str, ...], words: str, happy: Path) -> None:
    result = coverage(happy, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_file_that_cannot_be_written_exits_2(happy: Path, tmp_path: Path) -> None:
    result = coverage(happy, "--save", tmp_path / "no" / "such" / "folder.json")
    assert result.exit_code == 2
    assert "cannot be written: No such file or directory." in result.stderr

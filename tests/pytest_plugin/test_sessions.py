"""What is chosen for a session, and what it tells at its end."""

import json
from pathlib import Path

import pytest

from mockserver.engine.coverage.report import report_of
from mockserver.testing import Mock
from tests.pytest_plugin.running import run

CANCELS = "def test_cancels(imin):\n    cancel(imin)\n    imin.until_quiet()\n"
LISTS = 'def test_lists(imin):\n    ask(imin, "GET", "/api/v2/order-items?customerIdentifier=asha")\n'

TWO_WORKERS = pytest.param(("-n", "2"), marks=pytest.mark.exhaustive)


def percent(result: pytest.RunResult) -> float:
    """What the summary says."""
    [line] = [line for line in result.outlines if "of behaviours met" in line]
    return float(line.split()[0])


def test_the_summary_says_how_many_behaviours_were_met(pytester: pytest.Pytester) -> None:
    few, many = run(pytester, LISTS), run(pytester, LISTS + CANCELS)
    assert 0 < percent(few) < percent(many) < 100


def test_a_session_without_worlds_says_nothing_and_loads_nothing(pytester: pytest.Pytester) -> None:
    suite = """
def test_plain():
    import sys
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert "mockserver.testing" not in sys.modules and "mockserver.engine" not in sys.modules
    assert not {"msgspec", "whenever", "starlette", "uvicorn", "jsonschema", "yaml"} & loaded
"""
    pytester.makepyfile(suite)
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:schemathesis")
    result.assert_outcomes(passed=1)
    assert "of behaviours met" not in result.stdout.str()


@pytest.mark.exhaustive
def test_the_plugin_can_be_left_out(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(LISTS)
    result = pytester.runpytest_subprocess("-p", "no:imin_mock")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'imin' not found*"])


@pytest.mark.parametrize(("least", "code"), [("1", 0), ("99", 1), ("100", 1)])
def test_a_run_that_meets_too_little_fails(pytester: pytest.Pytester, least: str, code: int) -> None:
    result = run(pytester, LISTS, "--imin-fail-under", least)
    assert result.ret == code
    assert ("FAILED" in result.stdout.str()) == bool(code)


def test_a_run_without_a_world_meets_nothing(pytester: pytest.Pytester) -> None:
    assert run(pytester, "def test_plain(): pass", "--imin-fail-under", "1").ret == 1


def test_a_threshold_that_is_none_stops_the_run_before_any_test(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(): print('a test ran')", "-s", "--imin-fail-under", "much")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "a test ran" not in result.stdout.str()


def test_a_shard_without_a_world_writes_its_file_too(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_plain(): pass", "--imin-coverage", "out/met.json")
    assert result.ret == 0
    assert report_of((pytester.path / "out" / "met.json").read_bytes()).percent == 0
    result.stdout.fnmatch_lines(["Written to out/met.json; `imin-mock coverage out/met.json` names what is missing."])


def test_a_file_that_cannot_be_written_fails_the_run(pytester: pytest.Pytester) -> None:
    result = run(pytester, LISTS, "--imin-coverage", str(pytester.mkdir("a-folder")))
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAILED: *a-folder cannot be written: *"])


def test_the_threshold_can_stand_in_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nimin_fail_under = 99")
    assert run(pytester, LISTS).ret == 1
    assert run(pytester, LISTS, "--imin-fail-under", "1").ret == 0


@pytest.mark.parametrize("workers", [(), TWO_WORKERS], ids=["one process", "two workers"])
def test_what_was_met_is_saved_and_is_the_same_with_workers(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    result = run(pytester, LISTS + CANCELS, "--imin-coverage", "out/met.json", *workers)
    result.assert_outcomes(passed=2)
    report = report_of((pytester.path / "out" / "met.json").read_bytes())
    assert report.counts["rule:cancel.passed-on"] == 1
    assert report.counts["refund:first-try"] == 1
    assert f"{percent(result):g}" == f"{int(report.percent * 10) / 10:g}"


@pytest.mark.exhaustive
def test_a_threshold_is_judged_over_all_workers(pytester: pytest.Pytester) -> None:
    met = percent(run(pytester, LISTS + CANCELS))
    assert run(pytester, LISTS + CANCELS, "-n", "2", "--imin-fail-under", str(met)).ret == 0
    assert run(pytester, LISTS + CANCELS, "-n", "2", "--imin-fail-under", str(met + 1)).ret == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--imin-fail-under", "much"], "a percentage from 0 to 100, not 'much'"),
        (["--imin-fail-under", "101"], "a percentage from 0 to 100"),
        (["--imin-fail-under", "nan"], "a percentage from 0 to 100"),
        (["--imin-scenarios", "nowhere"], "is no folder"),
        (["--imin-reading", "links"], "is not NAME=OPTION"),
        (["--imin-reading", "links=mine"], "It takes"),
        (["--imin-url", "localhost:4646"], "is no address of a mock"),
        (["--imin-url", "http://127.0.0.1:9"], "No mock answers at http://127.0.0.1:9"),
    ],
)
def test_a_wrong_choice_is_told_in_words(pytester: pytest.Pytester, arguments: list[str], words: str) -> None:
    result = run(pytester, LISTS, *arguments)
    assert result.ret not in {0, pytest.ExitCode.INTERNAL_ERROR}
    assert words in result.stdout.str() + result.stderr.str()


def test_readings_and_folders_can_stand_in_the_configuration(pytester: pytest.Pytester) -> None:
    from tests.pytest_plugin.test_failing import OWN

    (pytester.mkdir("own") / "own.yaml").write_text(OWN)
    pytester.makeini("[pytest]\nimin_scenarios = own\nimin_readings =\n    links=imin\n    error-keys=unprefixed\n")
    suite = """
@pytest.mark.imin("own", then=False)
def test_it(imin):
    ask(imin, "GET", "/api/v2/order-items?customerIdentifier=asha")
    assert "https://book.imin.co/" in imin.exchanges[0].response.body
"""
    run(pytester, suite).assert_outcomes(passed=1)


@pytest.mark.parametrize("how", ["--imin-url", "IMIN_MOCK_URL"])
@pytest.mark.parametrize("workers", [(), TWO_WORKERS], ids=["one process", "two workers"])
def test_a_session_can_use_a_mock_that_runs_elsewhere(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, how: str, workers: tuple[str, ...]
) -> None:
    with Mock() as mock:
        arguments = ["--imin-url", mock.url] if how == "--imin-url" else []
        if not arguments:
            monkeypatch.setenv(how, mock.url)
        (pytester.mkdir("own") / "mine.yaml").write_text("version: 1\ntitle: Mine\n")
        suite = (
            LISTS
            + CANCELS
            + f'\n@pytest.mark.imin("mine")\ndef test_mine(imin):\n    assert imin.base_url == {mock.url!r}\n'
        )
        suite += '\ndef test_fault(imin):\n    ask(imin, "GET", "/api/v2/nowhere")\n'
        result = run(pytester, suite, "--imin-scenarios", "own", "--imin-coverage", "met.json", *arguments, *workers)
        result.assert_outcomes(passed=4, errors=1)
        assert report_of(json.dumps(mock.coverage()).encode()).counts["rule:cancel.passed-on"] == 1
        assert report_of(Path(pytester.path / "met.json").read_bytes()).counts["rule:cancel.passed-on"] == 1
        result.stdout.fnmatch_lines([f"That is all that the mock at {mock.url} has met so far."])
        assert json.loads(mock.send("GET", "/__admin/worlds").body)["worlds"] == []

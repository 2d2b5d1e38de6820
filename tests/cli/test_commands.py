"""The commands that need no server of their own: what they print and the code they exit with."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockserver.cli.main import COMMANDS, load_command, main
from mockserver.domain.readings import READINGS
from mockserver.domain.rules import RULES
from tests.serving import ROOT, serving

HAPPY = ROOT / "scenarios" / "happy-path.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


@pytest.fixture
def unmet(tmp_path: Path) -> Path:
    """A scenario that expects what does not happen."""
    path = tmp_path / "unmet.yaml"
    path.write_text(HAPPY.read_text().replace("{refunds: 1, of: booking, amount: 6.50 GBP}", "{refunds: 2}"))
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A scenario with two mistakes."""
    path = tmp_path / "faulty.yaml"
    path.write_text(HAPPY.read_text().replace("seller: riverside", "seller: rivrside") + "extra: 1\n")
    return path


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_teaches_every_command_and_its_exit_codes(command: str) -> None:
    result = run(*filter(None, [command]), "--help")
    assert result.exit_code == 0
    assert "Exit codes: 0 fine, 1 findings, 2 bad scenario or settings, 3 cannot bind." in " ".join(
        result.output.split()
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_help_of_each_begins_with(name: str) -> None:
    assert COMMANDS[name] == " ".join((load_command(name).help or "").partition("\n\n")[0].split())


def test_every_command_is_a_file_of_its_name_and_every_file_a_command() -> None:
    files = (ROOT / "mockserver" / "cli" / "commands").glob("*.py")
    assert sorted(COMMANDS) == sorted(path.stem for path in files if path.stem != "__init__")


def test_validate_is_content_with_a_shipped_scenario() -> None:
    result = run("validate", str(HAPPY))
    assert (result.exit_code, result.output) == (0, f"{HAPPY}: fine\n")


def test_validate_tells_every_mistake_with_its_place_and_exits_2(faulty: Path) -> None:
    result = run("validate", str(HAPPY), str(faulty))
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{faulty}:") for line in lines)
    assert 'did you mean "riverside"' in lines[0]


def test_validate_as_json_tells_the_same(faulty: Path) -> None:
    result = run("validate", "--json", str(HAPPY), str(faulty))
    assert result.exit_code == 2
    fine, wrong = json.loads(result.stdout)
    assert (fine["ok"], wrong["ok"]) == (True, False)
    assert wrong["faults"][0]["hint"] == 'did you mean "riverside"?'
    assert all({"file", "line", "column", "path", "message", "hint"} == set(fault) for fault in wrong["faults"])


@pytest.mark.parametrize("command", ["validate", "run"])
def test_a_file_that_is_not_there_exits_2(command: str, tmp_path: Path) -> None:
    result = run(command, str(tmp_path / "missing.yaml"))
    assert result.exit_code == 2
    assert "missing.yaml: No such file or directory." in result.stderr


def test_a_file_name_that_no_key_can_have_is_refused_with_a_good_one(tmp_path: Path) -> None:
    path = tmp_path / "My Case.yaml"
    path.write_text(HAPPY.read_text())
    result = run("validate", str(path))
    assert result.exit_code == 2
    assert "such as my-case.yaml" in result.stderr


def test_run_passes_a_shipped_scenario() -> None:
    result = run("run", str(HAPPY))
    assert (result.exit_code, result.output) == (0, f"passed  {HAPPY}  (13 checks)\n")


def test_run_exits_1_and_says_what_was_expected_and_found(unmet: Path) -> None:
    result = run("run", str(unmet))
    assert result.exit_code == 1
    assert f"FAILED  {unmet}" in result.output
    assert "expected 2 refunds" in result.output
    assert "1 refund" in result.output


def test_run_as_json_tells_outcomes_and_timeline(unmet: Path) -> None:
    result = run("run", "--json", str(unmet))
    assert result.exit_code == 1
    (report,) = json.loads(result.stdout)
    assert [outcome["passed"] for outcome in report["outcomes"]].count(False) == 1
    assert any("[refund.new-receipt]" in line for line in report["timeline"])


def test_run_verbose_tells_every_check_and_the_story() -> None:
    result = run("run", "-v", str(HAPPY))
    assert "cancelling seat-1 of booking to give 204" in result.output
    assert "imin e-mails Asha" in result.output


def test_run_of_a_faulty_file_exits_2_and_runs_nothing(faulty: Path) -> None:
    result = run("run", str(HAPPY), str(faulty))
    assert (result.exit_code, result.stdout) == (2, "")


def test_scenarios_as_json_is_a_list_of_objects_with_name_title_customers_and_orders() -> None:
    result = run("scenarios", "--json")
    assert result.exit_code == 0
    listed = json.loads(result.stdout)
    assert len(listed) >= 24
    happy = next(each for each in listed if each["name"] == "happy-path")
    assert happy["customers"] == ["asha"]
    assert [(order["name"], order["customer"], order["items"]) for order in happy["orders"]] == [
        ("booking", "asha", ["seat-1"])
    ]
    assert all({"name", "title", "customers", "orders"} <= set(each) for each in listed)


def test_scenarios_for_people_lists_every_key() -> None:
    listed = run("scenarios").output
    assert all(path.stem in listed for path in (ROOT / "scenarios").glob("*.yaml"))


def test_scenarios_of_a_folder_with_a_faulty_file_exits_2(faulty: Path) -> None:
    result = run("scenarios", "--scenarios", str(faulty.parent))
    assert result.exit_code == 2
    assert f"{faulty}:" in result.stderr


def test_every_rule_can_be_asked_for_by_its_id() -> None:
    for rule, text in RULES.items():
        result = run("rules", rule.value)
        assert result.exit_code == 0
        assert text.says in result.output
    assert len(json.loads(run("rules", "--json").stdout)) == len(RULES)


def test_a_mistyped_rule_exits_2_with_a_suggestion() -> None:
    result = run("rules", "cancel.windw-closed")
    assert result.exit_code == 2
    assert "Did you mean 'cancel.window-closed'?" in result.stderr


def test_readings_tells_every_option_and_marks_the_default() -> None:
    output = run("readings").output
    for reading in READINGS.values():
        assert f"* {reading.default}: " in output
        assert all(f"{option}: " in output for option in reading.options)
    assert [each["name"] for each in json.loads(run("readings", "--json").stdout)] == [name.value for name in READINGS]


@pytest.mark.parametrize(
    ("face", "path"),
    [("imin", "/openapi.json"), ("booking-system", "/booking-system/openapi.json"), ("admin", "/__admin/openapi.json")],
)
def test_openapi_prints_the_document_of_a_face(face: str, path: str) -> None:
    assert path
    document = json.loads(run("openapi", face).stdout)
    assert document["openapi"].startswith("3.1")
    assert document["paths"]


def test_healthcheck_finds_a_running_server_well() -> None:
    with serving() as served:
        result = run("healthcheck", "--url", served.url)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["status"] == "ok"


def test_healthcheck_exits_1_where_nothing_answers() -> None:
    result = run("healthcheck", "--url", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "No mock answers at http://127.0.0.1:9" in result.stderr


def test_healthcheck_exits_2_for_what_is_no_address() -> None:
    assert run("healthcheck", "--url", "mock").exit_code == 2


@pytest.mark.parametrize(("number", "ends"), [(1, 128 + signal.SIGTERM), (2, None)])
def test_the_first_process_of_a_container_can_be_stopped_while_a_command_is_being_loaded(
    number: int, ends: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[int, Any] = {}
    monkeypatch.setattr("os.getpid", lambda: number)
    monkeypatch.setattr("signal.signal", asked.__setitem__)
    assert run("rules", "cancel.window-closed").exit_code == 0
    assert set(asked) == ({signal.SIGTERM} if ends else set())
    for handler in asked.values():
        with pytest.raises(SystemExit) as ended:
            handler(signal.SIGTERM, None)
        assert ended.value.code == ends

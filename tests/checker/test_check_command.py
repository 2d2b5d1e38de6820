"""``imin-mock check`` as a person or a CI job meets it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from mockserver.checker.moves import LOOKS
from mockserver.cli.commands.check import _ASKS
from mockserver.cli.main import main
from mockserver.domain.behaviour import ApiOperation
from tests.checker.faulty import FILES
from tests.library import ROOT

HAPPY = ROOT / "scenarios" / "happy-path.yaml"
GROUP = ROOT / "scenarios" / "group-booking.yaml"
SILENT = FILES["an-answer-that-never-comes"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_a_fine_file_exits_0_and_tells_how_far_the_search_went() -> None:
    result = run("check", HAPPY)
    assert result.exit_code == 0
    assert result.output.startswith(f"{HAPPY}: fine; 14 states in ")


def test_a_finding_exits_1_with_its_place_and_the_steps_that_lead_to_it() -> None:
    result = run("check", HAPPY, SILENT)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert f"{SILENT}:16: error pending-for-ever: seat-1 can stay pending for ever" in lines[1]
    assert "         +0s  the client cancels seat-1 of booking" in "\n".join(lines)
    assert lines[-1].startswith(f"{SILENT}: 1 finding; ")


def test_a_file_is_read_once_whatever_is_found_in_it_and_saved_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    parse = yaml.parse

    def counting(text: str, **options: Any) -> Any:
        texts.append(text)
        return parse(text, **options)

    monkeypatch.setattr(yaml, "parse", counting)
    assert run("check", "--save", tmp_path, SILENT).exit_code == 1
    assert texts == [SILENT.read_text(encoding="utf-8")]


def test_a_warning_is_a_finding_too() -> None:
    result = run("check", FILES["two-transitions-that-overlap"])
    assert result.exit_code == 1
    assert ": warning transition-ambiguous: " in result.output


def test_a_file_that_is_no_scenario_exits_2_before_anything_is_explored(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("version: 1\n")
    result = run("check", HAPPY, broken)
    assert result.exit_code == 2
    assert "broken.yaml:1:1" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(("option", "value"), [("--max-states", "0"), ("--max-time", "0"), ("--max-time", "-1")])
def test_a_limit_that_lets_nothing_be_explored_is_refused(option: str, value: str) -> None:
    assert run("check", option, value, HAPPY).exit_code == 2


def test_a_search_that_is_cut_short_says_so() -> None:
    result = run("check", "--max-states", "100", GROUP)
    assert result.exit_code == 0
    assert f"{GROUP}: nothing found so far; 1" in result.output
    assert "CUT SHORT after 100 states" in result.output


def test_as_json_it_tells_the_same() -> None:
    result = run("check", "--json", "--max-states", "7", HAPPY, SILENT)
    assert result.exit_code == 1
    happy, silent = json.loads(result.stdout)
    assert (happy["ok"], happy["cut_short"], happy["findings"]) == (True, "after 7 states", [])
    assert (silent["ok"], silent["narrowed"], silent["states"]) == (False, False, 7)
    (finding,) = silent["findings"]
    assert (finding["id"], finding["severity"], finding["line"]) == ("pending-for-ever", "error", 16)
    assert finding["trace"][-1] == "+0s  this is where it shows"
    assert finding["saved"] is None


def test_what_is_saved_can_be_run_and_checked_again(tmp_path: Path) -> None:
    folder = tmp_path / "ways"
    result = run("check", "--save", folder, SILENT, FILES["silence-after-the-first-cancellation"])
    assert result.exit_code == 1
    saved = sorted(folder.iterdir())
    assert [path.name for path in saved] == [
        "an-answer-that-never-comes-pending-for-ever-1.yaml",
        "silence-after-the-first-cancellation-pending-for-ever-1.yaml",
    ]
    assert all(f"saved as {path}" in result.output for path in saved)
    assert run("run", *saved).exit_code == 0
    again = run("check", *saved)
    assert (again.exit_code, "finding" in again.output) == (0, False), "a way says what it shows, and so it is meant"


def test_a_folder_that_cannot_be_written_exits_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("check", "--save", tmp_path / "file" / "below", SILENT)
    assert result.exit_code == 2
    assert "Not a directory" in result.stderr


def test_every_operation_that_only_reads_is_tried_and_told() -> None:
    assert set(LOOKS) == set(_ASKS) == set(ApiOperation) - {ApiOperation.CANCEL}

"""Every command that takes a scenario takes a name, a file, a folder or standard input, and guesses what was meant."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockserver.cli.main import COMMANDS, load_command, main
from mockserver.foundation.suggestions import did_you_mean, nearest
from tests.serving import ROOT

SHIPPED = ROOT / "scenarios"
HAPPY = (SHIPPED / "happy-path.yaml").read_text(encoding="utf-8")


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments], input=given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two scenarios and a file that is none."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(HAPPY)
    (tmp_path / "notes.txt").write_text("not a scenario")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["validate"], "{}: fine\n"),
        (["run"], "passed  {}  (13 checks)\n"),
        (["check", "--max-states", "20"], "{}: "),
        (["show"], "title: The customer cancels in time"),
        (["diagram"], "happy-path"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_scenario_that_ships_is_meant_by_its_name(command: list[str], says: str) -> None:
    result = run(*command, "happy-path")
    assert result.exit_code == 0, result.output
    assert says.format("happy-path") in result.stdout


@pytest.mark.parametrize("command", ["validate", "run", "show", "diagram"])
def test_a_dash_is_standard_input(command: str) -> None:
    result = run(command, "-", given=HAPPY)
    assert result.exit_code == 0, result.output
    assert run("validate", "-", given="version: 1\n").stderr.startswith("<standard input>:1:1: ")
    assert "is not UTF-8 text" in CliRunner().invoke(main, [command, "-"], input=b"\xff\xfe").stderr


def test_a_folder_is_all_scenarios_in_it(folder: Path) -> None:
    assert run("validate", str(folder)).stdout == f"{folder / 'one.yaml'}: fine\n{folder / 'two.yaml'}: fine\n"
    assert run("run", str(folder), "happy-path").stdout.count("passed") == 3
    assert "holds no scenario files" in run("run", str(folder / "..")).stderr


def test_what_takes_one_scenario_says_which_a_folder_has(folder: Path) -> None:
    result = run("diagram", str(folder))
    assert (result.exit_code, "is a folder of 2 scenarios; name one, such as" in result.stderr) == (2, True)


@pytest.mark.parametrize("command", ["validate", "run", "check", "show"])
def test_a_scenario_of_a_folder_of_ones_own_is_meant_by_its_name_too(command: str, folder: Path) -> None:
    assert run(command, "two", "--scenarios", str(folder)).exit_code == 0


@pytest.mark.parametrize("command", ["validate", "run", "check", "show", "diagram"])
@pytest.mark.parametrize(
    ("written", "meant"),
    [("hapy", "happy-path"), ("happy-pth", "happy-path"), ("refuses-late", "booking-system-refuses-late")],
)
def test_a_name_that_is_none_is_answered_with_the_one_that_was_meant(command: str, written: str, meant: str) -> None:
    result = run(command, written)
    assert result.exit_code == 2
    assert f"{written!r}: There is no scenario of this name. Did you mean {meant!r}?" in result.stderr


def test_a_live_key_in_place_of_a_name_is_not_repeated() -> None:
    key = "0123456789abcdef" * 2
    result = run("run", key)
    assert (result.exit_code, key in result.output) == (2, False)


@pytest.mark.parametrize(("written", "meant"), [("valdate", "validate"), ("serv", "serve"), ("scenario", "scenarios")])
def test_a_command_that_is_none_is_answered_with_the_one_that_was_meant(written: str, meant: str) -> None:
    result = run(written)
    assert (result.exit_code, f"There is no command {written!r}. Did you mean {meant!r}?" in result.stderr) == (2, True)
    assert "imin-mock --help lists them." in run("xyzzy").stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_that_is_none_is_answered_with_the_nearest(command: str) -> None:
    options = [each.opts[-1] for each in load_command(command).params if each.opts[-1].startswith("--")]
    for option in options[:3]:
        result = run(command, f"{option[:-2]}x{option[-2:]}", "happy-path")
        assert result.exit_code == 2
        assert f"{option}" in result.stderr


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("bookin", "booking"),
        ("BOOKING", "booking"),
        ("booking", None),
        ("seller-attends", None),
        ("Bookings", "booking"),
        ("xyz", None),
        ("", None),
        ("refund", "refund-fails-twice"),
        ("x" * 10**6, None),
    ],
)
def test_the_nearest_name_is_like_the_word_or_begins_like_it(word: str, meant: str | None) -> None:
    assert nearest(word, ["booking", "refund-fails-twice", "seller-cancels"]) == meant
    assert did_you_mean(word, []) == ""

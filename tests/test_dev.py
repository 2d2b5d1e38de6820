"""The one command of a checkout: what it says when it cannot work, and when it leaves an environment alone."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Checkout:
    """A copy of what dev.py reads, with every installation recorded and none done."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("dev.py", "pyproject.toml", *(path.name for path in ROOT.glob("requirements*.txt"))):
            shutil.copy(ROOT / name, directory)
        (directory / "mockserver").mkdir()
        shutil.copy(ROOT / "mockserver" / "__init__.py", directory / "mockserver")
        self.directory = directory
        self.dev = _load(directory / "dev.py", monkeypatch)
        self.installed: list[str] = []
        monkeypatch.setattr(self.dev, "_make_venv", self._make_venv)
        monkeypatch.setattr(self.dev, "_pip", lambda *arguments: self.installed.append(arguments[-1]))
        monkeypatch.setattr(self.dev, "_check_that_packages_fit", lambda: None)

    def _make_venv(self) -> None:
        self.installed.append("venv")
        self.dev.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        self.dev.PYTHON.touch()

    def prepare_for(self, purpose: str) -> list[str]:
        """What one more call installs: the last word of each installation."""
        self.installed.clear()
        self.dev.prepare({"serve": self.dev.SERVE_LOCKS, "test": self.dev.TEST_LOCKS}[purpose])
        return list(self.installed)


def _load(path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    specification = importlib.util.spec_from_file_location("dev_of_a_copy", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "dev_of_a_copy", module)  # its dataclass looks its own module up by name
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    return Checkout(tmp_path, monkeypatch)


def test_a_bare_checkout_gets_an_environment_and_the_second_call_finds_it_made(checkout: Checkout) -> None:
    assert checkout.prepare_for("serve") == ["venv", "requirements-build.txt", "."]
    assert checkout.prepare_for("serve") == []


def test_an_environment_for_tests_serves_too(checkout: Checkout) -> None:
    checkout.prepare_for("test")
    assert checkout.prepare_for("serve") == []


def test_an_environment_for_serving_is_filled_up_for_tests(checkout: Checkout) -> None:
    checkout.prepare_for("serve")
    assert checkout.prepare_for("test") == ["requirements-dev.txt", "."]


def test_a_changed_lock_makes_the_environment_anew_so_that_nothing_of_the_old_one_is_left(checkout: Checkout) -> None:
    checkout.prepare_for("test")
    with (checkout.directory / "requirements-dev.txt").open("a") as lock:
        lock.write("# changed\n")
    assert checkout.prepare_for("test") == ["venv", "requirements-dev.txt", "."]


def test_an_environment_that_was_filled_up_for_tests_is_made_anew_too_where_a_lock_for_serving_changes(
    checkout: Checkout,
) -> None:
    checkout.prepare_for("serve")
    checkout.prepare_for("test")
    with (checkout.directory / "requirements.txt").open("a") as lock:
        lock.write("# changed\n")
    assert checkout.prepare_for("serve") == ["venv", "requirements-build.txt", "."]


def test_a_changed_version_installs_the_project_anew_and_a_tool_setting_does_not(checkout: Checkout) -> None:
    checkout.prepare_for("test")
    pyproject = checkout.directory / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("line-length = 120", "line-length = 100"))
    assert checkout.prepare_for("test") == []
    (checkout.directory / "mockserver" / "__init__.py").write_text('__version__ = "9.9"\n')
    assert checkout.prepare_for("test") == ["."]


def test_what_an_interruption_left_half_made_is_made_again(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(checkout.dev, "_pip", interrupt)
        with pytest.raises(KeyboardInterrupt):
            checkout.prepare_for("serve")
    assert checkout.prepare_for("serve") == ["venv", "requirements-build.txt", "."]


def test_an_environment_of_another_python_or_another_place_is_made_anew(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.prepare_for("serve")
    monkeypatch.setattr(checkout.dev, "_home", lambda: "elsewhere")
    assert checkout.prepare_for("serve") == ["venv", "requirements-build.txt", "."]


def test_a_python_that_cannot_make_environments_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Checkout(tmp_path, monkeypatch)
    as_it_is = _load(tmp_path / "dev.py", monkeypatch)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    assert as_it_is.main(["serve"]) == 2
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"apt install python{version}-venv" in capsys.readouterr().err


def test_what_is_meant_for_pytest_goes_after_two_dashes(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        checkout.dev.main(["test", "-k", "refund"])
    assert refused.value.code == 2
    assert "goes after --" in capsys.readouterr().err
    assert checkout.installed == []


@pytest.mark.parametrize(
    ("arguments", "installed", "runs"),
    [
        (["run", "--", "imin-mock", "--help"], "requirements-dev.txt", ["imin-mock", "--help"]),
        (
            ["run", "--runtime", "--", "imin-mock", "run", "a.yaml"],
            "requirements-build.txt",
            ["imin-mock", "run", "a.yaml"],
        ),
        (["run", "--", "pytest", "--runtime"], "requirements-dev.txt", ["pytest", "--runtime"]),
        (["run", "pytest", "--r"], "requirements-dev.txt", ["pytest", "--r"]),
    ],
)
def test_a_command_of_the_mock_needs_no_more_than_the_mock(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, arguments: list[str], installed: str, runs: list[str]
) -> None:
    ran: list[list[str]] = []

    def become(command: list[str]) -> int:
        ran.append(command)
        return 0

    monkeypatch.setattr(checkout.dev, "become", become)
    assert checkout.dev.main(arguments) == 0
    assert checkout.installed == ["venv", installed, "."]
    assert ran == [runs]


@pytest.mark.parametrize("nothing", [[], ["--runtime"], ["--help"], ["--"], ["--", "--version"]])
def test_what_to_run_is_asked_for_before_anything_is_installed(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], nothing: list[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        checkout.dev.main(["run", *nothing])
    assert refused.value.code == 2
    assert "say what to run" in capsys.readouterr().err
    assert checkout.installed == []


def test_a_wheel_is_built_in_an_environment_that_has_the_backend(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str | Path, ...]] = []

    def call(*command: str | Path) -> int:
        called.append(command)
        return 0

    monkeypatch.setattr(checkout.dev, "_call", call)
    assert checkout.dev.main(["build"]) == 0
    assert checkout.installed == ["venv", "requirements-build.txt", "."]
    assert [command[1:] for command in called] == [
        ("-m", "hatchling", "build", "--target", "wheel", "--directory", "dist")
    ]
    with pytest.raises(SystemExit):
        checkout.dev.main(["build", "sdist"])


def test_the_first_check_that_fails_is_named_and_ends_the_run(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called: list[str] = []

    def call(*command: str | Path) -> int:
        called.append(" ".join(map(str, command[1:4])))
        return 3 if "check" in command else 0

    monkeypatch.setattr(checkout.dev, "_call", call)
    assert checkout.dev.main(["test"]) == 3
    assert called == ["-m ruff format", "-m ruff check"]
    assert "`lint` failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "selections"),
    [
        (["test"], ["not mutants and not exhaustive"]),
        (["test", "--all"], ["mutants", "not mutants"]),
        (["test", "--", "-k", "refund"], []),
    ],
)
def test_the_short_gear_leaves_out_what_is_exhaustive_and_the_long_one_leaves_out_nothing(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, arguments: list[str], selections: list[str]
) -> None:
    called: list[tuple[str, ...]] = []

    def call(*command: str) -> int:
        called.append(command[1:])
        return 0

    monkeypatch.setattr(checkout.dev, "_call", call)
    assert checkout.dev.main(arguments) == 0
    of_pytest = [command[2:] for command in called if command[:2] == ("-m", "pytest")]
    assert [command[command.index("-m") + 1] for command in of_pytest if "-m" in command] == selections
    assert of_pytest

"""What a user installs: the wheel alone, without a checkout, a network or a compiler."""

import email
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import pytest

import mockserver

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel as a release builds it, without a network: the backend comes from the locked environment."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert built.returncode == 0, built.stderr
    (path,) = directory.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    return email.message_from_bytes(wheel.read(f"imin_mock-{mockserver.__version__}.dist-info/METADATA"))


def test_the_wheel_holds_every_module_and_tells_type_checkers_so(wheel: zipfile.ZipFile) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "mockserver").rglob("*.py")}
    assert modules <= set(wheel.namelist())
    assert "mockserver/py.typed" in wheel.namelist()


def test_the_wheel_carries_every_scenario_as_it_is(wheel: zipfile.ZipFile) -> None:
    scenarios = [path for path in (ROOT / "scenarios").rglob("*") if path.is_file()]
    assert scenarios
    for path in scenarios:
        bundled = "mockserver/bundled_scenarios/" + path.relative_to(ROOT / "scenarios").as_posix()
        assert wheel.read(bundled) == path.read_bytes()


def test_the_wheel_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {name.partition("/")[0] for name in wheel.namelist()} == {
        "mockserver",
        f"imin_mock-{mockserver.__version__}.dist-info",
    }
    assert [name for name in wheel.namelist() if "__pycache__" in name or name.endswith(".pyc")] == []


def test_the_wheel_is_pure_python_for_every_supported_one(wheel: zipfile.ZipFile, metadata: Message) -> None:
    assert str(wheel.filename).endswith("-py3-none-any.whl")
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_wheel_says_its_licence_and_version(wheel: zipfile.ZipFile, metadata: Message) -> None:
    assert metadata["License-Expression"] == "MIT"
    licence = wheel.read(f"imin_mock-{mockserver.__version__}.dist-info/licenses/LICENSE")
    assert licence == (ROOT / "LICENSE").read_bytes()
    assert metadata["Version"] == mockserver.__version__


def test_the_wheel_installs_the_command(wheel: zipfile.ZipFile) -> None:
    entry_points = wheel.read(f"imin_mock-{mockserver.__version__}.dist-info/entry_points.txt").decode()
    assert "imin-mock = mockserver.cli.main:main" in entry_points


def test_a_user_installs_no_testing_or_building_tool(metadata: Message) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert len(metadata.get_all("Requires-Dist", [])) == len(project["project"]["dependencies"])
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    tools = ("hatchling", "hypothesis", "mypy", "pydantic", "pytest", "ruff", "schemathesis")
    assert [tool for tool in tools if f"\n{tool}==" in locked] == []


def test_the_changelog_tells_of_this_version_or_of_what_is_coming() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog

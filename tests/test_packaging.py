"""What a user installs: the wheel alone, without a checkout, a network or a compiler."""

import email
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from email.message import Message
from importlib.metadata import distribution, packages_distributions
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from referencing import Registry
from referencing.jsonschema import DRAFT7

import mockserver
from tests import sbom
from tests.pages import Command, File, steps_of

ROOT = Path(__file__).resolve().parent.parent


def _built(source: Path, directory: Path, **variables: str) -> Path:
    """The wheel as a release builds it, without a network: the backend comes from the locked environment."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"} | variables
    built = subprocess.run(command, cwd=source, env=environment, capture_output=True, check=False, text=True)
    assert built.returncode == 0, built.stderr
    (path,) = directory.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(_built(ROOT, tmp_path_factory.mktemp("wheel")))


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    return email.message_from_bytes(wheel.read(f"imin_mock-{mockserver.__version__}.dist-info/METADATA"))


def test_the_wheel_holds_every_file_of_the_package_and_tells_type_checkers_of_its_types(wheel: zipfile.ZipFile) -> None:
    files = {path for path in (ROOT / "mockserver").rglob("*") if path.is_file() and path.parent.name != "__pycache__"}
    assert {path.relative_to(ROOT).as_posix() for path in files} <= set(wheel.namelist())
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


def test_a_wheel_built_elsewhere_at_another_time_by_somebody_else_has_the_same_bytes(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    source = tmp_path / "elsewhere"
    source.mkdir()
    for name in _context():  # what the image is built from, and no more: no repository, no list of what to ignore
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    for path in source.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)  # as under the strictest umask
        os.utime(path, (1_000_000_000, 1_000_000_000))
    again = _built(source, tmp_path / "dist", TZ="Asia/Kathmandu", PYTHONHASHSEED="7", LC_ALL="C")
    assert again.read_bytes() == Path(str(wheel.filename)).read_bytes()


def test_the_wheel_carries_its_bill_of_materials_where_tools_look_for_it(wheel: zipfile.ZipFile) -> None:
    carried = wheel.read(f"imin_mock-{mockserver.__version__}.dist-info/sboms/{sbom.FILE.name}")
    assert carried == sbom.FILE.read_bytes()


def test_the_bill_of_materials_names_all_that_is_needed_at_run_time_with_its_version_and_licence() -> None:
    text = sbom.FILE.read_text(encoding="utf-8")
    assert sbom.made(text) == text, "make it anew: python3 dev.py run -- python -m tests.sbom"
    bill = json.loads(text)
    assert {each["name"]: each["version"] for each in bill["components"]} == _locked("requirements.txt")
    assert [each["name"] for each in bill["components"] if not each["licenses"]] == []
    assert bill["metadata"]["component"]["version"] == mockserver.__version__


def test_the_bill_of_materials_says_what_needs_what() -> None:
    bill = json.loads(sbom.FILE.read_text(encoding="utf-8"))
    needs = {each["ref"]: set(each.get("dependsOn", ())) for each in bill["dependencies"]}
    names = {each["bom-ref"]: each["name"] for each in bill["components"]}
    direct = {names[ref] for ref in needs[bill["metadata"]["component"]["bom-ref"]]}
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert direct == {canonicalize_name(Requirement(each).name) for each in pyproject["project"]["dependencies"]}
    assert set().union(*needs.values()) == set(names)


def test_the_bill_of_materials_is_valid_cyclonedx() -> None:
    folder = files("cyclonedx.schema._res")  # they name each other by their files, beside one address
    schemas = {
        each.name: json.loads(each.read_text("utf-8")) for each in folder.iterdir() if each.name.endswith(".json")
    }
    resources = {f"http://cyclonedx.org/schema/{name}": DRAFT7.create_resource(each) for name, each in schemas.items()}
    bill = json.loads(sbom.FILE.read_text(encoding="utf-8"))
    assert bill["$schema"] == schemas["bom-1.6.SNAPSHOT.schema.json"]["$id"]
    validator = Draft7Validator(
        schemas["bom-1.6.SNAPSHOT.schema.json"], registry=Registry().with_resources(resources.items())
    )
    assert [*validator.iter_errors(bill)] == []
    unknown = {"type": "library", "name": "x", "licenses": [{"license": {"id": "no licence of SPDX"}}]}
    assert [*validator.iter_errors(bill | {"components": [unknown]})]


def test_the_wheel_installs_the_command(wheel: zipfile.ZipFile) -> None:
    entry_points = wheel.read(f"imin_mock-{mockserver.__version__}.dist-info/entry_points.txt").decode()
    assert "imin-mock = mockserver.cli.main:main" in entry_points


def test_the_wheel_brings_the_pytest_plugin(wheel: zipfile.ZipFile) -> None:
    entry_points = wheel.read(f"imin_mock-{mockserver.__version__}.dist-info/entry_points.txt").decode()
    assert "[pytest11]\nimin_mock = mockserver.pytest_plugin" in entry_points
    assert {"mockserver/pytest_plugin/__init__.py", "mockserver/testing/__init__.py", "mockserver/py.typed"} <= set(
        wheel.namelist()
    )


def test_a_user_installs_no_testing_or_building_tool(metadata: Message) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    always = [each for each in metadata.get_all("Requires-Dist", []) if "extra ==" not in each]
    assert len(always) == len(project["project"]["dependencies"])
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    tools = ("hatchling", "hypothesis", "mypy", "pydantic", "pytest", "ruff", "schemathesis")
    assert [tool for tool in tools if f"\n{tool}==" in locked] == []


def _locked(name: str) -> dict[str, str]:
    """The version that a lock says of each package."""
    lines = re.findall(r"^(\S+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in lines}


def _needed(roots: Iterable[str], locked: Mapping[str, str]) -> set[str]:
    """Every package that these need here, extras of extras too; what the lock has of each is what they want."""
    unread, read = [Requirement(root) for root in roots], set[tuple[str, str]]()
    while unread:
        wanted = unread.pop()
        name = canonicalize_name(wanted.name)
        assert wanted.specifier.contains(locked[name], prereleases=True), wanted
        for extra in {"", *wanted.extras}:
            if (name, extra) in read:
                continue
            read.add((name, extra))
            each = map(Requirement, distribution(name).requires or ())
            unread += [one for one in each if one.marker is None or one.marker.evaluate({"extra": extra})]
    return {name for name, _ in read}


def test_the_locks_hold_all_that_is_needed_since_nothing_is_resolved_while_installing() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    always, groups = pyproject["project"]["dependencies"], pyproject["dependency-groups"]
    here = [each for each in always if (marker := Requirement(each).marker) is None or marker.evaluate()]
    development = [*here, *groups["build"], *(each for each in groups["dev"] if isinstance(each, str))]
    assert _needed(development, _locked("requirements-dev.txt")) > _needed(here, _locked("requirements.txt"))
    assert _needed(groups["build"], _locked("requirements-build.txt"))


FLAGS_OF_PLUGINS = {"-n": "pytest-xdist", "--cov": "pytest-cov", "--timeout": "pytest-timeout"}


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial/testing.md"])
def test_the_extra_for_testing_brings_what_the_page_imports_and_the_flags_that_it_gives(page: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    brought = {canonicalize_name(Requirement(each).name) for each in extras["testing"]}
    steps = list(steps_of(ROOT / page))
    own = (
        {Path(step.name).stem for step in steps if isinstance(step, File)}
        | {"mockserver"}
        | set(sys.stdlib_module_names)
    )
    code = "\n".join(re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL))
    imported = set(re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)) - own
    assert imported
    assert {canonicalize_name(packages_distributions()[name][0]) for name in imported} <= brought
    flags = {
        word for step in steps if isinstance(step, Command) and "pytest" in step.line for word in step.line.split()
    }
    assert {plugin for flag, plugin in FLAGS_OF_PLUGINS.items() if flag in flags} <= brought


def test_the_first_screen_of_the_readme_says_how_to_get_the_mock_with_a_checkout_and_without() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert [
        way for way in ("dev.py serve", "dev.py build", "uvx", "pip install", "docker build") if way not in first_screen
    ] == []
    assert f"imin_mock-{mockserver.__version__}-py3-none-any.whl" in first_screen


CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def test_the_changelog_begins_with_what_is_coming_and_tells_of_this_version() -> None:
    unreleased, *versions = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert unreleased == "[Unreleased]"
    dated = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", version) for version in versions]
    told = [(Version(each[1]), each[2]) for each in dated if each]
    assert len(told) == len(versions)
    assert told == sorted(told, reverse=True)
    assert told[0][0] == Version(mockserver.__version__)


def test_each_version_has_each_kind_of_change_once_in_the_usual_order() -> None:
    for version in re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert kinds == [kind for kind in KINDS if kind in kinds], version[:40]


def test_no_change_is_told_twice() -> None:
    changes = [" ".join(each.split()) for each in re.findall(r"^- (.+(?:\n  .+)*)", CHANGELOG, re.MULTILINE)]
    assert len(changes) > 50
    assert sorted(set(changes)) == sorted(changes)
    beginnings = [change[:40] for change in changes]
    assert sorted(set(beginnings)) == sorted(beginnings)


def _instructions(keyword: str) -> list[str]:
    """The arguments of every such instruction of the Dockerfile, with continued lines joined."""
    joined = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(rf"^{keyword} +(.+)$", joined, re.MULTILINE)


def _context() -> set[str]:
    """What reaches the builder of the image."""
    return set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_image_is_built_from_files_that_exist_and_reach_the_builder() -> None:
    context = _context()
    copied = {name for line in _instructions("COPY") if not line.startswith("--from") for name in line.split()[:-1]}
    assert copied == context
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_says_which_version_it_is() -> None:
    (labels,) = _instructions("LABEL")
    assert f'org.opencontainers.image.version="{mockserver.__version__}"' in labels


def test_the_container_runs_the_installed_command_without_root_or_shell() -> None:
    (command,) = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert _instructions("ENTRYPOINT") == [f'["{command}"]']
    assert _instructions("CMD") == ['["serve"]']
    assert [line.partition(" CMD ")[2] for line in _instructions("HEALTHCHECK")] == [f'["{command}", "healthcheck"]']
    (user,) = _instructions("USER")
    assert int(user.partition(":")[0]) > 0


@pytest.mark.parametrize("name", [".ci/run", ".github/workflows/ci.yml", "README.md", "CONTRIBUTING.md"])
def test_one_command_runs_every_check_wherever_checks_run(name: str) -> None:
    assert re.search(r"python3? dev\.py test\b", (ROOT / name).read_text(encoding="utf-8"))


def test_every_action_is_named_by_its_commit_with_the_version_beside_it_and_each_by_one_alone() -> None:
    used = {
        (action, version)
        for name in (".github/workflows/ci.yml", "examples/github-actions/bookings.yml", "docs/howto/ci.md")
        for action, version in re.findall(r"uses: ([^\s#]+)(.*)", (ROOT / name).read_text(encoding="utf-8"))
    }
    assert [
        each for each in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", "".join(each))
    ] == []
    assert len({action.partition("@")[0] for action, _ in used}) == len(used) > 3


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no executable bit")
@pytest.mark.parametrize("name", [".ci/run", "dev.py"])
def test_what_is_run_by_name_is_executable(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)

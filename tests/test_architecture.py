"""The shape of the code base: what a reader may rely on in any file of it, whoever wrote the file."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mockserver"
MODULES = sorted(PACKAGE.rglob("*.py"))
PYTHON_FILES = [ROOT / "dev.py", *MODULES, *sorted((ROOT / "tests").rglob("*.py"))]

LONGEST_FILE = 450
# Tables and documents grow with what they list; to cut them in two would make neither half clearer.
TABLES = {"mockserver/scenario/document.py"}

# A drawing is a picture, and testing the field's word for a kit for tests. Anything else in -ing says what its author was doing.
NOUNS_IN_ING = {"drawing", "testing"}

# What costs start-up time, or belongs to tests alone. `yaml` and `jsonschema` load where a scenario is parsed.
NOT_AT_START_UP = {
    "coverage", "hypothesis", "httpx", "httpx2", "jsonschema", "mypy", "pydantic", "pytest", "requests", "rich", "schemathesis",
    "typer", "urllib3", "websockets",
}  # fmt: skip
HEAVY_FOR_THE_CORE = {"asyncio", "click", "starlette", "uvicorn", "yaml"}

REGISTRIES = re.compile(r"pythonhosted|pypi\.org/simple|index-url\s*=?\s*http|--trusted-host|find-links", re.IGNORECASE)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work/|root/|home/\w+/|Users/\w+/|tmp/)")


def _tracked() -> list[Path]:
    """Every file that a clone would hold, with those about to be added."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def _loaded_by(*modules: str) -> set[str]:
    """The top-level names of all that a fresh interpreter loads to import ``modules``."""
    program = f"import sys; before = set(sys.modules); import {', '.join(modules)}; print(*(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    return {name.partition(".")[0] for name in ran.stdout.split()}


def test_the_layers_and_the_other_import_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    # Without its cache: a contract must hold for the code as it is.
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("path", PYTHON_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea_and_seldom_more_than_450_lines(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE or str(path.relative_to(ROOT)) in TABLES


def test_no_file_is_excused_for_its_length_in_vain() -> None:
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in TABLES}
    assert [name for name, lines in lengths.items() if lines <= LONGEST_FILE] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_what_it_knows(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_name_says_that_it_has_no_idea_of_its_own(path: Path) -> None:
    forbidden = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "data", "process"}
    assert not forbidden & set(path.relative_to(PACKAGE).with_suffix("").parts)


def test_a_module_is_called_by_what_it_holds_and_not_by_what_it_does() -> None:
    parts = {part for path in MODULES for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert {part for part in parts if part.endswith("ing")} == NOUNS_IN_ING


def test_no_two_classes_that_others_may_use_have_one_name() -> None:
    where: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_request_passes_through_a_middleware_that_wraps_its_stream(path: Path) -> None:
    # Each BaseHTTPMiddleware costs every request more than the whole of a listing does.
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    sources = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert "starlette.middleware.base" not in sources | modules
    assert "BaseHTTPMiddleware" not in {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_importing_the_domain_loads_no_server_and_no_parser() -> None:
    modules = [
        f"mockserver.domain.{path.stem}" for path in (PACKAGE / "domain").glob("*.py") if path.stem != "__init__"
    ]
    assert not _loaded_by(*modules) & (HEAVY_FOR_THE_CORE | NOT_AT_START_UP)


@pytest.mark.parametrize("entry", ["mockserver.bootstrap", "mockserver.cli.main"])
def test_starting_up_loads_only_what_the_first_request_needs(entry: str) -> None:
    assert not _loaded_by(entry) & (NOT_AT_START_UP | {"yaml"})


@pytest.mark.parametrize("asked", ["main(['--help'])", "main(complete_var='COMPLETED')"], ids=["help", "completion"])
def test_a_list_of_all_commands_loads_none_of_them(asked: str) -> None:
    program = (
        f"import sys; from mockserver.cli.main import main\ntry: {asked}\n"
        "except SystemExit: print(*[name for name in sys.modules if name.startswith('mockserver')])"
    )
    variables = {"COMPLETED": "zsh_complete", "COMP_WORDS": "imin-mock", "COMP_CWORD": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        check=True,
        text=True,
    )
    told, _, loaded = ran.stdout.rstrip().rpartition("\n")
    assert "Check scenarios: every mistake of every" in told
    assert [name for name in loaded.split() if name.startswith("mockserver.cli.commands")] == []
    assert not set(loaded.split()) & {"mockserver.settings", "mockserver.web", "mockserver.engine"}


@pytest.mark.parametrize("module", ["client.in_process", "client.over_http", "recordings.mocks", "runner.scenario_run"])
def test_a_mock_that_is_called_without_a_port_loads_no_server(module: str) -> None:
    assert "uvicorn" not in _loaded_by(f"mockserver.{module}")


def test_the_committed_files_name_no_registry_and_no_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _tracked()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if REGISTRIES.search(line) or MACHINE_PATHS.search(line)
    ]
    assert named == []


def test_the_locks_are_requirements_files_in_which_every_package_has_its_hashes() -> None:
    assert "uv.lock" not in {path.name for path in _tracked()}
    for lock in sorted(ROOT.glob("requirements*.txt")):
        logical_lines = lock.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
        requirements = [line for line in logical_lines if line.strip() and not line.lstrip().startswith("#")]
        assert len(requirements) > 3
        assert [line for line in requirements if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []

"""ARCHITECTURE.md says what is true: its drawing is the layers', its "never" are contracts, and what it names is there."""

import re
import tomllib
from typing import Any

import pytest

from tests.serving import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
IMPORTLINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
CONTRACTS: dict[str, dict[str, Any]] = {contract["id"]: contract for contract in IMPORTLINTER["contracts"]}
ROWS = [
    (re.findall(r"`(\w+)`", packages), set(never.split(", ")), re.findall(r"`([\w-]+)`", held))
    for packages, _, never, held in re.findall(r"^\| (`.+?) \| (.+?) \| (.+?) \| (`.+?) \|$", PAGE, re.MULTILINE)
]

HTTP = {"http", "httptools", "starlette", "uvicorn"}
FILES = {"os", "pathlib"}
TESTS = {"hypothesis", "pytest", "unittest"}
MEANS: dict[str, set[str]] = {
    "HTTP": HTTP,
    "I/O": {"asyncio", "io", "socket", "subprocess", "threading"},
    "JSON": {"json", "jsonschema", "msgspec"},
    "SQL": {"sqlite3"},
    "YAML": {"yaml"},
    "chance": {"random", "secrets"},
    "clock": {"datetime", "time"},
    "files": FILES,
    "files but its own": FILES | {"shutil", "tempfile"},
    "pytest": {"pytest"},
    "test frameworks": TESTS,
    "the command line": {"click"},
    "the server that carries it": {"h11", "httptools", "socket", "uvicorn"},
    "what runs the tests": {"pytest", "subprocess", "unittest"},
    "which application it serves": {
        f"mockserver.web.{face}" for face in ("admin_api", "app", "booking_system_api", "imin_api", "pages")
    },
}
"""The words of the table, as modules that a contract can forbid."""


def layers() -> list[list[str]]:
    """The packages from the lowest to the highest, beside each other where they may not know each other."""
    return [re.findall(r"\w+", layer) for layer in reversed(CONTRACTS["layers"]["layers"])]


def test_the_drawing_is_that_of_the_layers() -> None:
    (floors,) = re.findall(r"\n\n((?:    .+\n)+    foundation\n)", PAGE)
    drawn = [sorted(re.findall(r"\w+", each)) for each in reversed(floors.splitlines())]
    assert drawn == [sorted(each) for each in layers() if each != ["__main__"]]


def test_every_package_has_a_row_and_no_row_is_about_another() -> None:
    named = [package for packages, _, _ in ROWS for package in packages]
    there = {
        path.stem for path in (ROOT / "mockserver").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(named) == sorted(there - {"__init__", "__main__"})


@pytest.mark.parametrize(("packages", "never", "held"), ROWS, ids=[" ".join(row[0]) for row in ROWS])
def test_every_never_of_a_row_is_a_contract(packages: list[str], never: set[str], held: list[str]) -> None:
    if held == ["layers"]:  # beside each other in one layer, neither may import the other
        assert never == {"each other"}
        assert sorted(packages) in [sorted(layer) for layer in layers()]
        return
    (contract,) = (CONTRACTS[each] for each in held)
    assert {f"mockserver.{package}" for package in packages} <= set(contract["source_modules"])
    assert {module for word in never for module in MEANS[word]} <= set(contract["forbidden_modules"])


def test_every_contract_is_told_of() -> None:
    assert [each for each in CONTRACTS if f"`{each}`" not in PAGE] == []


def test_what_the_page_draws_of_the_package_is_there() -> None:
    named = set(re.findall(r"(?<![\w/`])((?:client|domain|engine|sockets|web)/[\w/]+)", PAGE))
    assert len(named) > 12
    package = ROOT / "mockserver"
    assert [name for name in named if not (package / name).is_dir() and not (package / f"{name}.py").is_file()] == []

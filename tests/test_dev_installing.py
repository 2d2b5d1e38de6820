"""dev.py as it really installs: an environment of its own, filled from an index whose every package has a newer release."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.packages import Index

ROOT = Path(__file__).resolve().parent.parent

BACKEND = """
from pathlib import Path
from packages import write_wheel

def build_editable(directory, config_settings=None, metadata_directory=None):
    return write_wheel(Path(directory), "imin-mock", "1.0", ["planner>=1"]).name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "imin-mock"
version = "1.0"

[tool.hatch]
"""


@dataclass(kw_only=True)
class Checkout:
    """A checkout of a tiny project, which dev.py installs as it installs this one, on a machine with settings of its own."""

    folder: Path
    lines: dict[str, str]
    variables: dict[str, str] = field(default_factory=dict)

    def lock(self, *lines: str) -> None:
        (self.folder / "requirements-dev.txt").write_text("".join(lines), encoding="utf-8")

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """What ``dev.py run`` made of it."""
        machine = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "COV"))}
        return subprocess.run(
            [sys.executable, "dev.py", "run", "--", *command],
            cwd=self.folder,
            env={**machine, **self.variables, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def installed(self) -> list[str]:
        """What is installed, beside what the environment was made with."""
        ran = self.run("python", "-m", "pip", "list", "--format=freeze", "--exclude=pip", "--exclude=setuptools")
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.split()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The environment is made once, for the first test; each brings a lock, which dev.py then installs."""
    folder, index = tmp_path_factory.mktemp("checkout"), Index(tmp_path_factory.mktemp("index"))
    lines = {
        "planner": index.offer("planner", "1.0", "venues[more]>=1"),
        "venues": index.offer("venues", "1.0", 'clocks>=1; extra == "more"'),
        "clocks": index.offer("clocks", "1.0"),
    }
    index.offer("planner", "1.1", "venues[more]>=1")
    index.offer("venues", "1.1", 'clocks>=1; extra == "more"')
    index.offer("clocks", "1.1")
    (folder / "mockserver").mkdir()
    (folder / "mockserver" / "__init__.py").write_text("")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "backend.py").write_text(BACKEND)
    for name in ("dev.py", "tests/packages.py"):
        shutil.copy(ROOT / name, folder)
    return Checkout(
        folder=folder,
        lines=lines,
        variables={"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": index.folder.as_uri(), "PIP_NO_CACHE_DIR": "1"},
    )


@pytest.mark.exhaustive
def test_what_the_lock_says_is_installed_though_the_index_offers_newer_releases_of_everything(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.lock(*checkout.lines.values())
    newest = tmp_path / "constraints.txt"
    newest.write_text("clocks>1.0\n", encoding="utf-8")
    # What a person may have told pip of other environments does not concern this one.
    told = {"PIP_USER": "1", "PIP_TARGET": str(tmp_path / "elsewhere"), "PIP_CONSTRAINT": str(newest)}
    ran = checkout.run("python", "-c", "pass", **told)
    assert ran.returncode == 0, ran.stderr
    assert checkout.installed() == ["clocks==1.0", "imin-mock==1.0", "planner==1.0", "venues==1.0"]


@pytest.mark.exhaustive
def test_a_lock_that_lacks_what_is_needed_is_refused_by_name_also_where_an_earlier_lock_had_it(
    checkout: Checkout,
) -> None:
    checkout.lock(checkout.lines["venues"], checkout.lines["clocks"])
    ran = checkout.run("python", "-c", "print('ran')")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "imin-mock 1.0 requires planner, which is not installed." in ran.stderr
    assert "dev.py: the locked packages do not fit together" in ran.stderr
    assert "`python3 dev.py lock` writes the locks anew" in ran.stderr


@pytest.mark.exhaustive
def test_a_package_of_another_hash_is_refused(checkout: Checkout) -> None:
    line, _, digest = checkout.lines["clocks"].partition("sha256:")
    checkout.lock(f"{line}sha256:{digest[::-1].strip()}\n")
    ran = checkout.run("python", "-c", "print('ran')")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "DO NOT MATCH THE HASHES" in ran.stderr
    assert "dev.py: the packages could not be installed" in ran.stderr

"""Each mutant is put into a copy of the package, and the tests named for it must fail there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.table import MUTANTS, Mutant
from tests.serving import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mockserver"
SUBSETS = sorted({mutant.tests for mutant in MUTANTS})
PLUGINS = "pytest_timeout,mockserver.pytest_plugin"
Verdict = subprocess.CompletedProcess[str]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.why}")
def test_what_a_mutant_changes_still_stands_in_its_file_once(mutant: Mutant) -> None:
    assert (PACKAGE / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.new != mutant.old


def judge(folder: Path, tests: tuple[str, ...], mutant: Mutant | None) -> Verdict:
    """What the tests say of a copy of the package with the mutant in it."""
    copy = folder / "mockserver"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")  # a checkout's scenarios are beside its package
    if mutant is not None:
        file = copy / mutant.file
        file.write_text(file.read_text(encoding="utf-8").replace(mutant.old, mutant.new), encoding="utf-8")
    # The copy comes first on the path (and -P keeps the checkout's own folder off it); no measuring of the copies.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    environment |= {"PYTHONPATH": str(folder), "CI": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    # Most of a start is plugins that these tests do not need; a session within a test has the same ones.
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": PLUGINS}
    command = [sys.executable, "-P", "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider", *tests]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=3 * PATIENCE, check=False
    )
    shutil.rmtree(folder)
    return ran


Key = tuple[tuple[str, ...], Mutant | None]


def _key_of(parameters: dict[str, Any]) -> Key:
    mutant: Mutant | None = parameters.get("mutant")
    return (mutant.tests if mutant else parameters["tests"]), mutant


@pytest.fixture(scope="module")
def verdicts(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Key, Future[Verdict]]]:
    """A verdict for each selected test, worked out by as many processes as there are cores."""
    selected = [item for item in request.session.items if isinstance(item, pytest.Function)]
    keys = [_key_of(item.callspec.params) for item in selected if "verdicts" in item.fixturenames]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield {key: pool.submit(judge, tmp_path_factory.mktemp("mutant"), *key) for key in keys}


@pytest.mark.mutants
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("tests", SUBSETS, ids=lambda tests: tests[0])
def test_the_tests_pass_on_a_copy_without_a_mutant(
    tests: tuple[str, ...], verdicts: dict[Key, Future[Verdict]]
) -> None:
    verdict = verdicts[tests, None].result()
    assert verdict.returncode == pytest.ExitCode.OK, verdict.stdout[-3000:]


@pytest.mark.mutants
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.why}")
def test_the_suite_sees(mutant: Mutant, verdicts: dict[Key, Future[Verdict]]) -> None:
    verdict = verdicts[mutant.tests, mutant].result()
    assert verdict.returncode == pytest.ExitCode.TESTS_FAILED, f"survived: {mutant}\n{verdict.stdout[-2000:]}"

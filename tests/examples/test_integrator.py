"""The reference integrator passes honestly, notices every twin that a client can see, and relies on no reading.

The two long trials run at the same time.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockserver.domain.readings import READINGS
from mockserver.domain.twins import TWINS, SeenBy
from tests.serving import PATIENCE, ROOT, environment, serving

SUITE = [sys.executable, "-m", "pytest", "-q", "-x", "examples/integrator/tests"]
MOCK = [sys.executable, "-m", "mockserver"]
LEAST_COVERED = 90

pytestmark = pytest.mark.timeout(900)  # a guard against a hang, not a promise


@contextmanager
def trying(*command: str) -> Iterator[subprocess.Popen[str]]:
    """The suite under ``imin-mock <command>``, as it runs."""
    with subprocess.Popen(
        [*MOCK, *command, "--json", "-v", "--timeout", "30", "--", *SUITE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=ROOT,
    ) as running:
        try:
            yield running
        finally:
            running.terminate()


def told(running: "subprocess.Popen[str]") -> Any:
    """What the trial says at its end."""
    out, err = running.communicate()
    assert out, err
    return json.loads(out)


@pytest.mark.exhaustive
def test_the_integrator_notices_every_twin_that_a_client_can_see_and_passes_under_every_reading() -> None:
    with trying("twins") as against_twins, trying("sweep", "--all") as under_readings:
        twins, sweep = told(against_twins), told(under_readings)
    survivors = [twin["name"] for twin in twins["twins"] if not twin["caught"]]
    assert survivors == []
    assert twins["of"] == sum(breach.seen_by is SeenBy.CLIENT for breach in TWINS.values())
    # Found by an assertion, not by a hang or by an accident of pytest's.
    assert {(twin["name"], twin["exit_code"]) for twin in twins["twins"]} == {(t["name"], 1) for t in twins["twins"]}
    failed = [(each["readings"], each.get("output")) for each in sweep["swept"] if not each["passed"]]
    assert failed == []
    assert sweep["of"] == sum(len(reading.options) - 1 for reading in READINGS.values())


@pytest.mark.exhaustive
def test_the_integrator_meets_nearly_every_behaviour() -> None:
    with serving() as served:
        variables = {"IMIN_MOCK_URL": served.url, "IMIN_BASE_URL": f"{served.url}/api/v2"}
        ran = subprocess.run(
            SUITE, capture_output=True, text=True, env=environment(variables), cwd=ROOT, timeout=PATIENCE, check=False
        )
        assert ran.returncode == 0, ran.stdout
        judged = subprocess.run(
            [*MOCK, "coverage", "--url", served.url, "--fail-under", str(LEAST_COVERED)],
            capture_output=True,
            text=True,
            env=environment(),
            cwd=ROOT,
            timeout=PATIENCE,
            check=False,
        )
        assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_client_itself_knows_nothing_of_the_mock() -> None:
    for path in (ROOT / "examples" / "integrator" / "bookings").glob("*.py"):
        text = path.read_text(encoding="utf-8").lower()
        assert "mock" not in text
        assert "__admin" not in text


@pytest.mark.exhaustive
def test_without_an_address_the_suite_says_what_it_needs() -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("IMIN_")}
    ran = subprocess.run(
        [*SUITE, "-k", "test_a_notice_is_shown"],
        capture_output=True,
        text=True,
        env=variables,
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 1
    assert "Set IMIN_BASE_URL and IMIN_MOCK_URL" in ran.stdout

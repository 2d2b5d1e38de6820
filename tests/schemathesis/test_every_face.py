"""Schemathesis over the three documents, through real sockets: all phases, all checks, and its warnings are failures."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mockserver.bootstrap import build_server
from mockserver.settings import Settings
from tests.web.serving import served

CONFIG = Path(__file__).with_name("schemathesis.toml")
KEY = "happy-path@schemathesis"
EXAMPLES = 60


def run_schemathesis(address: str, document: str, key: str) -> subprocess.CompletedProcess[str]:
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG, "run", address + document),
        *("--phases", "examples,coverage,fuzzing,stateful", "--checks", "all", "--max-examples", str(EXAMPLES)),
    )
    environment = {**os.environ, "SCHEMATHESIS_TEST_KEY": key, "NO_COLOR": "1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=170)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("document", ["/openapi.json"])
def test_schemathesis_finds_nothing_in_any_phase_by_any_check(document: str) -> None:
    server = build_server(Settings(exchanges_kept=1_000_000))
    with served(server.app) as address:
        result = run_schemathesis(address, document, KEY)
    assert result.returncode == 0, result.stdout + result.stderr
    if document == "/openapi.json":
        statuses = Counter(exchange.status for exchange in server.worlds.find(KEY).exchanges.latest(1_000_000))
        assert {200, 204, 400, 404, 405} <= statuses.keys(), f"The run did not reach far: {statuses}"


@pytest.mark.timeout(180)
def test_a_run_with_a_refused_key_fails_rather_than_passing_vacuously() -> None:
    with served(build_server(Settings()).app) as address:
        result = run_schemathesis(address, "/openapi.json", "no-such-scenario")
    assert result.returncode != 0, result.stdout
    assert "401" in result.stdout

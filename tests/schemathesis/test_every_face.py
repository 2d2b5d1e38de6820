"""Schemathesis over the three documents, through real sockets: all phases, all checks, and its warnings are failures."""

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from mockserver.bootstrap import build_server
from mockserver.engine.clock import wall_now
from mockserver.settings import Settings
from tests.schemathesis.running import HERE, run_schemathesis
from tests.web.serving import served

KEY = "happy-path@schemathesis"
EXAMPLES = 60
DOCUMENTS = {
    "imin": "/openapi.json",
    "booking-system": "/booking-system/openapi.json",
    "admin": "/__admin/openapi.json",
}
STATEFUL = {"imin", "admin"}
"""The faces whose documents have links. Nothing leads from the OrdersFeed or to it."""


def run(
    address: str, face: str, key: str, directory: Path, *, seed: int | None = None
) -> subprocess.CompletedProcess[str]:
    # A link's chain takes long: the deterministic run alone follows them.
    phases = "examples,coverage,fuzzing" + (",stateful" if face in STATEFUL and seed is None else "")
    seeded = ("--seed", str(seed)) if seed is not None else ()
    flags = ("--phases", phases, "--max-examples", str(EXAMPLES if seed is None else EXAMPLES // 6), *seeded)
    generation = "deterministic.toml" if seed is None else "seeded.toml"
    configurations = [name for name in ("every-face.toml", generation, f"{face}.toml") if (HERE / name).is_file()]
    document = address + DOCUMENTS[face]
    return run_schemathesis(document, directory, *flags, configurations=configurations, IMIN_API_KEY=key)


@pytest.mark.exhaustive
@pytest.mark.timeout(900)
@pytest.mark.parametrize("face", DOCUMENTS)
def test_schemathesis_finds_nothing_in_any_phase_by_any_check(face: str, tmp_path: Path) -> None:
    server = build_server(Settings(exchanges_kept=1_000_000))
    server.worlds.create(KEY)
    with served(server.app) as address:
        result = run(address, face, KEY, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert not re.search(r"\b0 passed", result.stdout)
    if face == "imin":
        statuses = Counter(exchange.status for exchange in server.worlds.find(KEY).exchanges.latest(1_000_000))
        assert {200, 204, 400, 404, 405} <= statuses.keys(), f"The run did not reach far: {statuses}"


@pytest.mark.exhaustive
@pytest.mark.parametrize("face", DOCUMENTS)
def test_schemathesis_finds_nothing_with_the_seed_of_the_day(face: str, tmp_path: Path) -> None:
    # Each day tries others, so that what the deterministic run never meets is met once; the seed is told where it fails.
    seed = int(os.environ.get("IMIN_TEST_SEED") or wall_now().format_iso()[:10].replace("-", ""))
    server = build_server(Settings(exchanges_kept=1_000_000))
    server.worlds.create(KEY)
    with served(server.app) as address:
        result = run(address, face, KEY, tmp_path, seed=seed)
    assert result.returncode == 0, f"IMIN_TEST_SEED={seed}\n{result.stdout}{result.stderr}"


@pytest.mark.exhaustive
@pytest.mark.timeout(900)
def test_a_run_with_a_refused_key_fails_rather_than_passing_vacuously(tmp_path: Path) -> None:
    with served(build_server(Settings()).app) as address:
        result = run(address, "imin", "no-such-scenario", tmp_path)
    assert result.returncode != 0, result.stdout
    assert "401" in result.stdout

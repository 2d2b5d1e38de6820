"""The examples in other languages work as they stand, and notice a mock that breaks a law. What is not installed is skipped."""

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.bootstrap import Server, build_server
from mockserver.settings import Settings
from tests.serving import PATIENCE, ROOT, environment
from tests.web.serving import served

EXAMPLES = ROOT / "examples"
WORKFLOW = EXAMPLES / "github-actions" / "bookings.yml"
OLDEST_NODE = 20
OLDEST_JDK = 17
WIDTH = 80


def _node_is_here() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.removeprefix("v").partition(".")[0]) >= OLDEST_NODE


needs_node = pytest.mark.skipif(not _node_is_here(), reason=f"there is no Node {OLDEST_NODE} or newer with npm")
needs_shell = pytest.mark.skipif(
    os.name == "nt" or shutil.which("curl") is None, reason="there is no POSIX shell, or no curl"
)


def _jdk_is_here() -> bool:
    java = shutil.which("java")
    if java is None:
        return False
    said = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False).stdout
    compiler = re.search(r"^jdk\.compiler@(\d+)", said, re.MULTILINE)
    return compiler is not None and int(compiler[1]) >= OLDEST_JDK


needs_jdk = pytest.mark.skipif(not _jdk_is_here(), reason=f"there is no JDK {OLDEST_JDK} or newer")


def run(
    *command: str, server: Server, directory: Path, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command beside a mock, whose address it finds in IMIN_MOCK_URL."""
    with served(server.app) as address:
        own = environment({"NO_COLOR": "1", **(variables or {}), "IMIN_MOCK_URL": address})
        return subprocess.run(
            command, cwd=directory, env=own, capture_output=True, text=True, check=False, timeout=PATIENCE
        )


@needs_node
def test_the_node_tests_pass_and_leave_no_world_behind() -> None:
    server = build_server(Settings())
    ran = run("npm", "test", server=server, directory=EXAMPLES / "node")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"pass 3\b", ran.stdout)
    assert list(server.worlds) == []


@needs_node
@pytest.mark.parametrize(
    "twin", ["cancel-after-deadline", "refund-without-cancellation", "emails-twice", "flag-stuck-true"]
)
def test_the_node_tests_notice_a_mock_that_breaks_a_law(twin: str) -> None:
    ran = run("npm", "test", server=build_server(Settings(twin=twin)), directory=EXAMPLES / "node")
    assert ran.returncode == 1, ran.stdout


@needs_jdk
def test_the_java_tests_pass_with_a_client_that_offers_http_2_and_leave_no_world_behind() -> None:
    server = build_server(Settings())
    ran = run("java", "BookingsTest.java", server=server, directory=EXAMPLES / "java")
    assert (ran.returncode, ran.stdout) == (0, "3 tests passed\n"), ran.stderr
    assert list(server.worlds) == []


@needs_jdk
def test_the_java_tests_notice_a_mock_that_breaks_a_law() -> None:
    server = build_server(Settings(twin="cancel-after-deadline"))
    ran = run("java", "BookingsTest.java", server=server, directory=EXAMPLES / "java")
    assert (ran.returncode, "AssertionError" in ran.stderr) == (1, True), ran.stdout


@needs_shell
def test_curl_may_offer_http_2_with_a_body(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"key": "happy-path@curl"}', encoding="utf-8")
    sent = ["--http2", "-sS", "-w", "%{http_code}", "-o", os.devnull, "-H", "Content-Type: application/json"]
    server = build_server(Settings())
    with served(server.app) as address:
        for how in (["--data-binary", f"@{body}"], ["-T", str(body), "-X", "POST", "-H", "Transfer-Encoding: chunked"]):
            asked = ["curl", *sent, *how, f"{address}/__admin/worlds"]
            ran = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=PATIENCE)
            assert (ran.returncode, ran.stdout) == (0, "201"), ran.stderr
            server.worlds.drop("happy-path@curl")


@needs_shell
def test_the_walkthrough_ends_well_leaves_no_world_behind_and_fits_a_terminal() -> None:
    server = build_server(Settings())
    ran = run("sh", "walkthrough.sh", server=server, directory=EXAMPLES / "shell")
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert ran.stdout.splitlines()[-1] == "  it went to: asha@example.com"
    assert max(map(len, ran.stdout.splitlines())) <= WIDTH
    assert list(server.worlds) == []


@needs_shell
@pytest.mark.parametrize("twin", ["never-cancels", "pending-for-ever", "refunds-half", "flag-stuck-true"])
def test_the_walkthrough_stops_at_the_first_surprise(twin: str) -> None:
    server = build_server(Settings(twin=twin))
    ran = run("sh", "walkthrough.sh", server=server, directory=EXAMPLES / "shell")
    assert ran.returncode != 0
    assert "SURPRISE" in ran.stderr, ran.stdout
    assert list(server.worlds) == []


@needs_shell
def test_the_walkthrough_says_that_nobody_answers() -> None:
    ran = subprocess.run(
        ["sh", EXAMPLES / "shell" / "walkthrough.sh"],
        env=environment({"IMIN_MOCK_URL": "http://127.0.0.1:9"}),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert ran.returncode != 0
    assert "curl" in ran.stderr


def workflow() -> dict[str, Any]:
    job: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["test"]
    return job


def test_the_workflow_opens_the_port_of_the_mock() -> None:
    port = Settings().port
    assert workflow()["services"]["imin"]["ports"] == [f"{port}:{port}"]
    assert workflow()["env"]["IMIN_MOCK_URL"] == f"http://127.0.0.1:{port}"


@needs_node
@needs_shell
def test_the_commands_of_the_workflow_run_as_they_stand_where_the_node_example_is(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(EXAMPLES / "node", checkout)
    commands = [step["run"] for step in workflow()["steps"] if "run" in step]
    assert len(commands) == 3
    script = "\n".join(commands)
    ran = run("bash", "-e", "-c", script, server=build_server(Settings()), directory=checkout)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    judged = subprocess.run(
        ["imin-mock", "coverage", "imin-coverage.json"],
        cwd=checkout,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (judged.returncode, judged.stdout.startswith("0.0 %")) == (0, False), judged.stdout + judged.stderr


def test_the_testcontainers_examples_are_well_formed_but_have_no_docker_to_run_in() -> None:
    ast.parse((EXAMPLES / "testcontainers" / "test_bookings.py").read_text(encoding="utf-8"))


@needs_node
def test_the_testcontainers_example_in_node_is_well_formed_too() -> None:
    text = (EXAMPLES / "testcontainers" / "bookings.test.js").read_text(encoding="utf-8")
    checked = subprocess.run(
        ["node", "--check", "--input-type=module", "-"], input=text, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr

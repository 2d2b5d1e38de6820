import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import httpx2
import pytest
from click.testing import CliRunner

from mockserver.cli.main import COMMANDS, load_command, main
from mockserver.settings import SETTINGS
from mockserver.testing import Mock
from mockserver.testing.failure_report import faults_met, told
from mockserver.testing.transports.httpx import Transport
from tests.keys.planting import LIVE, is_found_in
from tests.serving import ROOT, ask, serving
from tests.web.calling import scenario

HAPPY = str(ROOT / "scenarios" / "happy-path.yaml")


def entry(url: str, **more: object) -> dict[str, object]:
    """An entry of a HAR, asked for with the key in every header."""
    headers = [{"name": name, "value": LIVE} for name in ("X-API-KEY", "Authorization", "Cookie", LIVE)]
    content = {"size": 1, "mimeType": "application/json", "text": json.dumps({"imin:item": [], "error": LIVE})}
    request = {
        "method": "GET",
        "url": url,
        "httpVersion": "HTTP/1.1",
        "headers": headers,
        "queryString": [],
        "cookies": [],
    }
    return {
        "startedDateTime": "2030-06-03T09:00:00Z",
        "time": 1,
        "request": request | more,
        "response": {
            "status": 200,
            "statusText": LIVE,
            "httpVersion": "HTTP/1.1",
            "headers": headers,
            "content": content,
        },
    }


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files with the key in them, and the name of one that is the key; the working directory holds nothing else."""
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "given"
    given.mkdir()
    paths = (f"orders/{LIVE}", f"order-items?customerIdentifier={LIVE}&page=1", LIVE)
    urls = [f"https://book.imin.co/api/v2/{path}" for path in paths]
    urls += [
        f"https://{LIVE}.example/api/v2/orders",
        f"https://a:{LIVE}@book.imin.co/api/v2/orders?customerIdentifier=asha",
    ]
    recording = {"version": "1.2", "creator": {"name": LIVE}, "entries": [entry(url) for url in urls]}
    exchange = {"number": 1, "at": LIVE, "method": "GET", "target": f"/api/v2/orders/{LIVE}", "status": 200}
    lines = ({"world": {"key": LIVE, "scenario": LIVE}}, exchange, LIVE)
    journal = {"version": 2, "scenario": LIVE, "journal": [{"event": LIVE, "at": LIVE}], "epoch": LIVE, "now": LIVE}
    report = {"format": 1, "version": LIVE, "universe": LIVE, LIVE: LIVE, "points": [{"id": LIVE, "count": LIVE}]}
    texts = {
        "titled.yaml": scenario(title=LIVE),
        "unquoted.yaml": scenario().replace('"A stage for a test"', LIVE),
        "named.yaml": scenario(orders={LIVE: {"customer": LIVE, "placed": LIVE, "items": {LIVE: LIVE}}}),
        "broken.yaml": f"title: [{LIVE}\n{LIVE}: {{",
        f"{LIVE}.yaml": scenario(),
        "recording.har": json.dumps({"log": recording}),
        "odd.har": json.dumps({"log": {"version": LIVE, "entries": [entry(LIVE, method=LIVE, headers=LIVE), LIVE]}}),
        "recording.ndjson": "".join(json.dumps(line) + "\n" for line in lines),
        "journal.json": json.dumps(journal),
        "coverage.json": json.dumps(report),
    }
    for name, text in texts.items():
        (given / name).write_text(text)
    return [str(given / name) for name in texts] + [str(given / "nothing" / LIVE), LIVE, f"happy-path@{LIVE}"]


def calls(command: click.Command, files: list[str]) -> Iterator[list[str]]:
    """The command with the key in each of its arguments and options, and with each of the files."""
    options = [each for each in command.params if isinstance(each, click.Option)]
    valued = [each.opts[0] for each in options if not each.is_flag]
    as_json = ["--json"] if any("--json" in each.opts for each in options) else []
    yield from ([LIVE], [f"--{LIVE}"], [LIVE, LIVE], ["--", LIVE], [HAPPY, LIVE])
    for file in files:
        yield from ([file], [*as_json, file], [file, LIVE], [HAPPY, file])
    for option in valued:
        yield from (
            [option, LIVE],
            [option, LIVE, HAPPY],
            [option, files[0], files[5]],
            [f"{option}={LIVE}", LIVE, LIVE],
        )


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("serve", "twins", "sweep")])
def test_no_command_prints_or_saves_a_live_key(name: str, files: list[str], tmp_path: Path) -> None:
    command = load_command(name)
    runner = CliRunner(env={setting.variable: None for setting in SETTINGS})
    for arguments in calls(command, files):
        result = runner.invoke(main, [name, *arguments])
        assert not is_found_in(result.stdout), (name, arguments, result.stdout)
        assert not is_found_in(result.stderr), (name, arguments, result.stderr)
        assert isinstance(result.exception, SystemExit | None), (name, arguments, result.exception)
    saved = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "given"]
    assert [path for path in saved if is_found_in(path.read_bytes())] == []


@pytest.mark.parametrize("name", ["twins", "sweep"])
def test_what_a_tried_command_says_is_told_without_a_live_key(name: str) -> None:
    script = f"import sys; print('{LIVE}'); print('FAILED test_{LIVE}', file=sys.stderr); sys.exit(1)"
    result = CliRunner().invoke(main, [name, "--", sys.executable, "-c", script])
    assert result.exit_code != 0
    assert not is_found_in(result.stdout + result.stderr)


def test_a_command_that_is_none_is_not_repeated() -> None:
    result = CliRunner().invoke(main, [LIVE])
    assert result.exit_code == 2
    assert not is_found_in(result.stdout + result.stderr)


def test_a_server_that_does_not_start_says_why_without_a_live_key(tmp_path: Path) -> None:
    (tmp_path / f"{LIVE}.yaml").write_text(scenario())
    starts = [
        [f"--scenarios={tmp_path}"],
        ["--port", LIVE],
        ["--host", LIVE, "--port", "0"],
        ["--twin", LIVE],
        ["--log", LIVE],
    ]
    starts += [
        ["--readings", LIVE],
        ["--pact-states", LIVE],
        ["--scenario-yaml", f"title: {LIVE}"],
        ["--body-limit", LIVE],
    ]
    for start in starts:
        result = CliRunner().invoke(main, ["serve", *start], env={f"IMIN_MOCK_{LIVE}": LIVE})
        assert result.exit_code != 0
        assert not is_found_in(result.stdout + result.stderr), start


def test_an_access_log_and_a_live_one_hold_no_live_key() -> None:
    with serving("--access-log", "--live", variables={f"IMIN_MOCK_{LIVE}": LIVE}) as server:
        for path in (f"/__admin/worlds/{LIVE}", f"/{LIVE}?{LIVE}={LIVE}", f"/api/v2/orders/{LIVE}", "/docs"):
            assert not is_found_in(ask(server.url + path, LIVE).body)
        body = json.dumps({"key": f"happy-path@{LIVE}"}).encode()
        ask(f"{server.url}/__admin/worlds", method="POST", body=body)
        ask(f"{server.url}/api/v2/orders/{LIVE}", "happy-path")
        server.process.terminate()
        said = "".join(server.process.communicate(timeout=60))
    assert "/__admin/worlds/[looks like a live key]" in said
    assert not is_found_in(said)


def test_the_report_of_a_failed_test_holds_no_live_key() -> None:
    with Mock() as mock:
        world = mock.world("happy-path")
        with httpx2.Client(
            transport=Transport(world), base_url="https://book.imin.co", headers=world.headers
        ) as client:
            for path in (f"/api/v2/{LIVE}", f"/api/v2/orders/{LIVE}", f"/api/v2/orders?customerIdentifier={LIVE}"):
                client.get(path, headers={"X-Trace": LIVE, "Authorization": LIVE})
        reported = told(world) + "".join(faults_met([world], mock.channel, 0))
    assert "[looks like a live key]" in reported
    assert not is_found_in(reported)

"""``serve`` as a user starts it: what it prints, how it ends, and what it refuses to start with."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.serving import PATIENCE, ROOT, ask, environment, serving

HAPPY = (ROOT / "scenarios" / "happy-path.yaml").read_text(encoding="utf-8")
LIST = "/api/v2/order-items?customerIdentifier=asha"


def serve_in_vain(*flags: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mockserver", "serve", *flags],
        capture_output=True,
        text=True,
        env=environment(variables),
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_server_says_so_and_exits_0_without_a_traceback(number: signal.Signals) -> None:
    with serving() as served:
        assert ask(served.url + LIST, "happy-path").status == 200
        served.process.send_signal(number)
        _, log = served.process.communicate(timeout=PATIENCE)
        assert served.process.returncode == 0
    assert [json.loads(line)["event"] for line in log.splitlines()] == ["listening", "stopped"]


def test_a_second_server_on_one_port_exits_3_and_says_what_to_do() -> None:
    with serving() as served:
        port = served.url.rpartition(":")[2]
        second = serve_in_vain("--port", port)
    assert second.returncode == 3
    assert second.stderr == (
        f"Cannot listen on 127.0.0.1:{port}: something listens there already."
        " Stop it, or take another port: --port 0 takes a free one.\n"
    )
    assert second.stdout == ""


def test_an_address_that_is_not_ours_exits_3() -> None:
    refused = serve_in_vain("--host", "192.0.2.1", "--port", "0")
    assert refused.returncode == 3
    assert "Cannot listen on 192.0.2.1:0" in refused.stderr


def test_a_faulty_scenario_of_the_user_s_own_stops_the_start_with_every_mistake(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(HAPPY.replace("customer: asha", "customer: ash") + "wrong: 1\n")
    (tmp_path / "also-mine.yaml").write_text("title: 1\n")
    refused = serve_in_vain("--port", "0", "--scenarios", str(tmp_path))
    assert refused.returncode == 2
    assert 'did you mean "asha"' in refused.stderr
    assert str(tmp_path / "also-mine.yaml") in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_scenario_given_as_text_has_the_key_given() -> None:
    with serving(variables={"IMIN_MOCK_SCENARIO_YAML": HAPPY}) as served:
        assert ask(served.url + LIST, "given@1").status == 200


def test_a_faulty_scenario_given_as_text_stops_the_start() -> None:
    refused = serve_in_vain("--port", "0", variables={"IMIN_MOCK_SCENARIO_YAML": "title: x\nversion: 3\n"})
    assert refused.returncode == 2
    assert "IMIN_MOCK_SCENARIO_YAML:" in refused.stderr


def test_a_folder_of_one_s_own_adds_its_scenarios(tmp_path: Path) -> None:
    (tmp_path / "my-case.yaml").write_text(HAPPY)
    with serving("--scenarios", str(tmp_path)) as served:
        assert ask(served.url + LIST, "my-case").status == 200
        assert ask(served.url + LIST, "happy-path").status == 200


def test_a_refused_key_never_appears_in_the_log() -> None:
    key = "9f86d081884c7d659a2feaa0c55ad015"
    with serving("--access-log") as served:
        assert ask(served.url + LIST, key).status == 401
        assert ask(served.url + LIST, "happy-path@" + key[:8]).status == 200
        served.process.send_signal(signal.SIGINT)
        out, log = served.process.communicate(timeout=PATIENCE)
    assert key not in out + log
    assert '"logger":"uvicorn.access"' in log


def test_a_misspelt_variable_is_warned_of() -> None:
    with serving(variables={"IMIN_MOCK_PROT": "1"}) as served:
        served.process.send_signal(signal.SIGINT)
        _, log = served.process.communicate(timeout=PATIENCE)
    warning = json.loads(log.splitlines()[0])
    assert (warning["level"], warning["event"]) == ("warning", "unknown-variable")
    assert warning["message"] == "The variable IMIN_MOCK_PROT means nothing here. Did you mean 'IMIN_MOCK_PORT'?"


def test_ids_and_links_carry_the_public_url() -> None:
    with serving("--public-url", "https://imin.example:8443") as served:
        listed = json.loads(ask(served.url + LIST, "happy-path").body)
    assert listed["id"].startswith("https://imin.example:8443/api/v2/order-items?")


def test_live_tells_the_story_as_it_happens_without_being_asked(tmp_path: Path) -> None:
    quick = HAPPY.replace("PT30S", "PT0.2S").replace("PT60S", "PT0.1S").replace("PT5S", "PT0.1S")
    (tmp_path / "quick.yaml").write_text(quick)
    order = "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
    body = json.dumps({"orderIdentifier": order, "orderItemIdentifier": "seat-1"}).encode()
    with serving("--live", "--scenarios", str(tmp_path)) as served:
        assert ask(f"{served.url}/api/v2/orders/{order}", "quick", method="PATCH", body=body).status == 204
        assert served.process.stderr is not None
        told: list[dict[str, str]] = []
        while not told or told[-1]["rule"] != "email.after-refund":
            entry = json.loads(served.process.stderr.readline())
            told += [entry] if entry["event"] == "story" else []
    assert [entry["rule"] for entry in told] == [
        "behaviour.state",
        "cancel.passed-on",
        "answer.confirmed",
        "feed.one-item-per-change",
        "feed.moves-imin",
        "refund.only-from-the-feed",
        "feed.read-at-interval",
        "refund.new-receipt",
        "email.after-refund",
    ]
    assert all(entry["world"] == "quick" and entry["at"].startswith("20") for entry in told)

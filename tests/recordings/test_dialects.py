"""One session in the words of each recorder: the verdict is the same, and what could not be compared is counted and named."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from mockserver.cli.main import main
from mockserver.domain.twins import Twin
from tests.recordings.dialects import DIALECTS
from tests.recordings.test_drift import drift, of_imin

SCENARIOS = ("happy-path", "window-closed", "two-orders-number-their-items-from-one")


def verdict(content: bytes, folder: Path) -> tuple[int, Any, Any]:
    """The exit code, the places that differ, and all that the report says was not compared."""
    result = drift(folder, content, "--json")
    assert result.exit_code in {0, 1, 2}, result.exception
    told = msgspec.json.decode(result.stdout) if result.exit_code != 2 else {}
    places = sorted((each["place"], each["imin"], each["mock"]) for each in told.get("drifts", ()))
    left = {name: told.get(name) for name in ("by_status_alone", "not_compared", "skipped")}
    return result.exit_code, places, left


@pytest.mark.parametrize("twin", [None, Twin.FLAG_STUCK_TRUE])
@pytest.mark.parametrize("dialect", [name for name, each in DIALECTS.items() if each.keeps])
def test_the_same_session_has_the_same_verdict_in_every_dialect(
    dialect: str, twin: Twin | None, tmp_path: Path
) -> None:
    scenario = "happy-path" if twin is not None else SCENARIOS[len(dialect) % len(SCENARIOS)]
    plain = of_imin(scenario, twin=twin)
    expected = verdict(plain, tmp_path)[:2]
    assert expected[0] == (0 if twin is None else 1)
    assert verdict(DIALECTS[dialect].told(plain), tmp_path)[:2] == expected


@pytest.mark.parametrize("dialect", [name for name, each in DIALECTS.items() if not each.keeps])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_bodies_that_are_not_kept_are_never_drift_and_are_counted(scenario: str, dialect: str, tmp_path: Path) -> None:
    code, places, left = verdict(DIALECTS[dialect].told(of_imin(scenario)), tmp_path)
    assert code in {0, 2}
    assert not places
    if code == 0:
        (why,) = left["by_status_alone"]
        assert why in {"whose body the recording left out", "whose body is encoded in a way that cannot be read here"}


ADDED = {
    "Chrome, with preflights": "questions before a request (OPTIONS)",
    "a browser with a cache": "from a cache",
    "a browser that was sent on": "sent on to another address",
    "Fiddler": "web sockets, files, data",
    "Playwright": "answered by the recording test itself",
    "a proxy that notes everything twice": "in the recording twice",
    "odd neighbours": "with other hosts",
}


@pytest.mark.parametrize("dialect", ADDED)
def test_what_a_recorder_adds_is_counted_and_named(dialect: str, tmp_path: Path) -> None:
    content = DIALECTS[dialect].told(of_imin("happy-path"))
    _, _, left = verdict(content, tmp_path)
    assert any(ADDED[dialect] in why for why in left["skipped"]), left
    assert ADDED[dialect] in drift(tmp_path, content).stdout
    path = tmp_path / "again.har"
    path.write_bytes(content)
    replayed = CliRunner().invoke(main, ["replay", str(path), "--scenario", "happy-path"])
    assert replayed.exit_code == 0, replayed.output


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_cancellation_whose_body_alone_was_left_out_is_known_by_what_changed_after_it(
    scenario: str, tmp_path: Path
) -> None:
    har = msgspec.json.decode(of_imin(scenario))
    cancellations = [each for each in har["log"]["entries"] if each["request"]["method"] == "PATCH"]
    for each in cancellations:
        del each["request"]["postData"]["text"]
    code, places, left = verdict(msgspec.json.encode(har), tmp_path)
    assert (code, places) == (0, [])
    assert left["not_compared"] == {"to a request whose body the recording left out": len(cancellations)}


def test_the_secrets_of_an_address_are_never_told(tmp_path: Path) -> None:
    content = DIALECTS["Proxyman"].told(of_imin("happy-path", twin=Twin.FLAG_STUCK_TRUE))
    assert b"jo:pw@" in content
    kept = tmp_path / "kept.har"
    assert "jo:pw" not in drift(tmp_path, content, "--scrub-to", str(kept)).output + kept.read_text()


@pytest.mark.parametrize(
    "started", [None, "", "soon", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0, "2030-06-03T09:00:00"]
)
def test_without_a_time_of_its_own_an_entry_has_that_of_its_answer(started: Any, tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("happy-path"))
    for each in har["log"]["entries"]:
        each["startedDateTime"] = started
    assert verdict(msgspec.json.encode(har), tmp_path)[:2] == (0, [])
    for each in har["log"]["entries"]:
        each["response"]["headers"] = [h for h in each["response"]["headers"] if h["name"] != "Date"]
    result = drift(tmp_path, msgspec.json.encode(har))
    assert (result.exit_code, "startedDateTime" in result.stderr) == (2, True)


def test_a_recorders_clock_may_be_wrong_where_some_answers_have_no_date(tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("happy-path"))
    for number, each in enumerate(har["log"]["entries"]):
        each["startedDateTime"] = each["startedDateTime"].replace("2030", "2033")
        if number % 2:
            each["response"]["headers"] = [h for h in each["response"]["headers"] if h["name"] != "Date"]
    assert verdict(msgspec.json.encode(har), tmp_path)[:2] == (0, [])


def test_a_cancellation_of_an_item_that_no_answer_shows_is_not_compared(tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("happy-path"))
    cancellation = next(each for each in har["log"]["entries"] if each["request"]["method"] == "PATCH")
    unseen = msgspec.json.decode(msgspec.json.encode(cancellation))
    unseen["request"]["postData"]["text"] = unseen["request"]["postData"]["text"].replace("seat-1", "seat-9")
    har["log"]["entries"].append(unseen)
    code, places, left = verdict(msgspec.json.encode(har), tmp_path)
    assert (code, places, left["not_compared"]) == (0, [], {"about an order item that no answer shows": 1})


def test_a_recording_of_which_nothing_can_be_compared_is_refused_with_the_reasons(tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("happy-path"))
    for number, each in enumerate(har["log"]["entries"]):
        each["response"]["status"] = 502 if number else 0
    result = drift(tmp_path, msgspec.json.encode(har))
    assert result.exit_code == 2
    assert "1 that never came, 5 that say nothing of what is behind imin's API" in result.stderr

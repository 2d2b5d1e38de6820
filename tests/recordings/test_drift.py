"""A recording of imin is held against the mock: none drifts that the mock itself could have made, and what drifts is named."""

import gzip
from base64 import b64encode
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from mockserver.cli.main import main
from mockserver.domain.twins import Twin
from mockserver.recordings.drift_rules import RULES, SHAPE, How, rule_for
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.scenario import parse_scenario
from tests.library import NAMES, shipped
from tests.recordings.foreign import as_of_imin, with_more
from tests.recordings.recorded import recorded

UNDER_A_READING = {
    "cancelled-items-leave-the-list": "cancelled-items-in-upcoming=dropped",
    "repeat-cancel-while-pending-refused": "repeat-cancel-while-pending=refused",
}
BEYOND = {"stubborn-after-the-first-cancellation": "a Booking System that changes its mind about one item"}
"""What no derived scenario holds, and why."""
NOTHING_SHOWN = {"deadline-counted-in-hours"}
"""Scenarios whose steps cancel and never look."""


def drift(folder: Path, content: bytes, *flags: str) -> Result:
    path = folder / "recording.har"
    path.write_bytes(content)
    return CliRunner().invoke(main, ["drift", str(path), *flags])


def of_imin(name: str, **more: Any) -> bytes:
    return as_of_imin(recorded(shipped(name), **more))


def found(result: Result) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(result.stdout)
    return told


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BEYOND])
def test_what_the_mock_itself_answered_is_no_drift(name: str, tmp_path: Path) -> None:
    if not shipped(name).sample.steps:
        pytest.skip("it has no steps to record")
    result = drift(tmp_path, of_imin(name))
    if name in NOTHING_SHOWN:
        assert (result.exit_code, "no answer that can be compared" in result.output) == (2, True)
    elif name in UNDER_A_READING:
        assert result.exit_code == 1
        assert f"under the reading {UNDER_A_READING[name]} this recording agrees with the mock" in result.output
    else:
        assert (result.exit_code, result.output[:9]) == (0, "no drift:"), result.output


@pytest.mark.parametrize("name", BEYOND)
def test_what_no_derived_scenario_holds_is_drift_and_none_in_a_scenario_of_ones_own(name: str, tmp_path: Path) -> None:
    assert drift(tmp_path, of_imin(name)).exit_code == 1


TWO_CUSTOMERS = """\
version: 1
title: Questions on which readings differ
sellers: {s: {name: Seller}}
customers: {asha: {given_name: Asha, family_name: Patel, email: asha@example.com}}
opportunities:
  yoga: {type: ScheduledSession, seller: s, name: Yoga, starts: +2d, offer: {cancellable: {until: P1D}}}
  swim: {type: ScheduledSession, seller: s, name: Swim, starts: "2030-06-04T09:00:00+01:00", offer: {cancellable: {until: P1D}}}
orders:
  one: {customer: asha, items: {seat-1: yoga}}
  two: {customer: asha, items: {lane-1: swim}}
when:
  - {at: +0s, list_upcoming: asha}
  - {at: +0s, list_orders: asha}
  - {at: +1m, cancel: seat-1, of: one}
  - {at: +2m, cancel: seat-1, of: one}
  - {at: +2m, cancel: lane-1, of: two}
  - {at: +5m, list_upcoming: asha}
  - {at: +6m, list_upcoming: asha, page: 7}
"""

VISIBLE = {
    "patch-body": ("identifiers", None),
    "repeat-cancel-while-pending": ("refused", "repeat-cancel-while-pending-refused"),
    "cancelled-items-in-upcoming": ("dropped", "happy-path"),
    "empty-collection": ("empty-array", None),
    "page-past-the-end": ("not-found", None),
    "deadline-instant": ("allowed", None),
    "error-keys": ("unprefixed", None),
    "free-receipt": ("given", "order-without-a-receipt"),
    "window-arithmetic": ("elapsed", "deadline-across-the-spring-clock-change"),
}


@pytest.mark.parametrize("reading", VISIBLE)
def test_a_reading_that_shows_is_named(reading: str, tmp_path: Path) -> None:
    option, name = VISIBLE[reading]
    scenario = parse_scenario(TWO_CUSTOMERS, name="questions") if name is None else shipped(name)
    content = recorded(scenario, readings={reading: option})
    if reading == "patch-body":
        har = msgspec.json.decode(content)
        refused = next(each for each in har["log"]["entries"] if each["request"]["method"] == "PATCH")
        refused["response"] |= {"status": 400, "content": {"text": '{"@type":"OpenBookingError","description":"x"}'}}
        refused["request"]["postData"]["text"] = (
            '{"type":"Order","orderedItem":[{"type":"OrderItem","id":"https://book.imin.co/api/v2/orders/'
            + refused["request"]["url"].rpartition("/")[2]
            + '/order-items/seat-1","orderItemStatus":"https://openactive.io/CustomerCancelled"}]}'
        )
        content = msgspec.json.encode(har)
    told = found(drift(tmp_path, as_of_imin(content), "--json"))
    assert told["drifts"]
    assert reading in told["under"]["readings"] if reading != "patch-body" else told["under"]["readings"]
    assert len(told["under"]["left"]) < len(told["drifts"])


NOTATION = {"seller-name": "shown", "receipt-date": "seconds", "list-id": "with-page"}


@pytest.mark.parametrize("reading", NOTATION)
def test_how_imin_writes_is_read_off_the_recording_and_told(reading: str, tmp_path: Path) -> None:
    content = as_of_imin(recorded(shipped("happy-path"), readings={reading: NOTATION[reading]}))
    told = found(drift(tmp_path, content, "--json"))
    assert told["drifts"] == []
    assert told["notation"] == {reading: NOTATION[reading]}
    assert f"read off the recording: {reading}={NOTATION[reading]}" in drift(tmp_path, content).output


def test_a_recording_that_is_written_as_the_mock_writes_says_nothing_of_it(tmp_path: Path) -> None:
    told = found(drift(tmp_path, of_imin("happy-path"), "--json"))
    assert told["notation"] == {}


def test_links_that_begin_with_imins_address_although_another_was_called_are_a_reading(tmp_path: Path) -> None:
    content = as_of_imin(recorded(shipped("happy-path"), readings={"links": "imin"}), host="proxy.test")
    told = found(drift(tmp_path, content, "--json", "--host", "proxy.test"))
    assert told["under"] == {"readings": {"links": "imin"}, "left": []}


BREACHES = {
    Twin.NEVER_CANCELS: ("happy-path", "cancel.passed-on"),
    Twin.CANCELLED_BEFORE_THE_FEED: ("happy-path", "feed.moves-imin"),
    Twin.FLAG_STUCK_TRUE: ("happy-path", "cancel.presently-cancellable"),
    Twin.WRONG_STATUS_NAMESPACE: ("happy-path", "cancel.passed-on"),
    Twin.REFUSALS_LOOK_ACCEPTED: ("window-closed", "cancel.window-closed"),
    Twin.CANCEL_AFTER_DEADLINE: ("window-closed", "cancel.window-closed"),
    Twin.ERROR_WITHOUT_BODY: ("window-closed", "cancel.window-closed"),
    Twin.ITEMS_IN_RANDOM_ORDER: ("many-upcoming-items", "list.upcoming-earliest-first"),
    Twin.PAGE_REPEATS_ITEM: ("many-upcoming-items", "list.ten-a-page"),
    Twin.PAGES_NEVER_END: ("happy-path", "list.ten-a-page"),
    Twin.DUPLICATE_IDENTIFIERS: ("one-order-two-sessions", "body.item-id"),
    Twin.ONE_OF_TWO_CANCELLED: ("one-confirmed-one-refused", "cancel.passed-on"),
}


@pytest.mark.parametrize("breaker", BREACHES)
def test_a_broken_law_that_shows_is_drift_and_its_rule_is_named(breaker: Twin, tmp_path: Path) -> None:
    name, rule = BREACHES[breaker]
    result = drift(tmp_path, of_imin(name, twin=breaker), "--json")
    assert result.exit_code == 1, result.output
    assert rule in {each for one in found(result)["drifts"] for each in one["rules"]}


@pytest.mark.parametrize("first", range(6))
def test_a_recording_that_begins_in_the_middle_is_no_drift(first: int, tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("happy-path"))
    har["log"]["entries"] = har["log"]["entries"][first:]
    result = drift(tmp_path, msgspec.json.encode(har))
    assert result.exit_code == 0, result.output


def test_the_derived_scenario_is_a_scenario_of_its_own(tmp_path: Path) -> None:
    saved = tmp_path / "from-imin.yaml"
    assert drift(tmp_path, of_imin("happy-path"), "--save-scenario", str(saved)).exit_code == 0
    assert run_scenario(parse_scenario(saved.read_text(), name="from-imin")).ok
    assert drift(tmp_path, of_imin("happy-path"), "--scenario", str(saved)).exit_code == 0


def test_entries_of_other_hosts_and_kinds_are_skipped_and_counted(tmp_path: Path) -> None:
    def entry(url: str, status: int = 200) -> dict[str, Any]:
        return {"request": {"method": "GET", "url": url}, "response": {"status": status}}

    others = [
        entry("https://tracker.example/api/v2/orders"),
        entry("https://book.imin.co/healthz"),
        entry("wss://book.imin.co/socket", 101),
        {"request": 3},
    ]
    result = drift(tmp_path, with_more(of_imin("happy-path"), entries=others))
    assert result.exit_code == 0, result.output
    for line in (
        "skipped: 1 that are with other hosts",
        "skipped: 1 that are not with the part",
        "web sockets",
        "lack a request",
    ):
        assert line in result.output


def test_trouble_in_front_of_imin_is_not_compared(tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("happy-path"))
    har["log"]["entries"][0]["response"] |= {"status": 502, "content": {"text": "<html>"}}
    result = drift(tmp_path, msgspec.json.encode(har))
    assert (result.exit_code, "not compared: 1 answer" in result.output) == (0, True)


@pytest.mark.parametrize("packed", [False, True])
def test_bodies_in_base64_and_compressed_ones_are_read(packed: bool, tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("happy-path", twin=Twin.FLAG_STUCK_TRUE))
    for entry in har["log"]["entries"]:
        content = entry["response"]["content"]
        body = content.get("text", "").encode()
        if packed and body:
            body = gzip.compress(body)
            entry["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
        content |= {"text": b64encode(body).decode(), "encoding": "base64"}
    plain = drift(tmp_path, of_imin("happy-path", twin=Twin.FLAG_STUCK_TRUE))
    assert drift(tmp_path, msgspec.json.encode(har)).output == plain.output


def test_a_shape_that_the_mock_does_not_have_is_drift_until_a_rule_of_ones_own_ignores_it(tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("happy-path"))
    first = har["log"]["entries"][0]["response"]["content"]
    first["text"] = first["text"].replace('"price":6.5', '"price":"6.50","vat":1')
    content = msgspec.json.encode(har)
    told = found(drift(tmp_path, content, "--json"))
    assert {(each["place"], each["imin"], each["mock"]) for each in told["drifts"]} == {
        ("imin:item[].acceptedOffer.price", "a text", "a number"),
        ("imin:item[].acceptedOffer.vat", "there", "missing"),
    }
    rules = tmp_path / "rules.yaml"
    rules.write_text("- {path: 'imin:item[].acceptedOffer.*', compare: ignore, says: taxes are not modelled}\n")
    assert drift(tmp_path, content, "--rules", str(rules)).exit_code == 0
    listed = CliRunner().invoke(main, ["drift", "--list-rules", "--rules", str(rules)]).output
    assert "rules.yaml:1" in listed
    assert all(each.id in listed for each in (*RULES, SHAPE))


@pytest.mark.parametrize(
    "text", ["- {path: x}", "- {path: x, compare: perhaps}", "[", "3", "- {path: x, compare: same, y: 1}"]
)
def test_rules_of_another_form_are_refused_in_words(text: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(text)
    result = drift(tmp_path, of_imin("happy-path"), "--rules", str(rules))
    assert (result.exit_code, "is no list of rules" in result.stderr) == (2, True)


def test_a_recording_without_imin_is_refused_and_names_its_hosts(tmp_path: Path) -> None:
    content = b'{"log": {"entries": [{"request": {"method": "GET", "url": "https://a.example/"}, "response": {"status": 200}}]}}'
    result = drift(tmp_path, content)
    assert (result.exit_code, "a.example" in result.stderr, "--host" in result.stderr) == (2, True, True)
    assert drift(tmp_path, recorded(shipped("happy-path"), "snapshot")).exit_code == 2
    assert CliRunner().invoke(main, ["drift"]).exit_code == 2


@pytest.mark.parametrize("mutation", range(40))
def test_no_damaged_answer_breaks_the_comparison(mutation: int, tmp_path: Path) -> None:
    har = msgspec.json.decode(of_imin("one-order-two-sessions"))
    odd: list[Any] = [None, 3, "x", [], {}, [3], True, "9999-99-99T00:00:00Z", -1, 1e300]
    places = [
        "imin:item",
        "imin:totalItems",
        "identifier",
        "orderItemStatus",
        "orderedItem",
        "acceptedOffer",
        "startDate",
        "price",
    ]

    def bend(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {k: odd[mutation % 10] if k == name else bend(v, name) for k, v in value.items()}
        return [bend(each, name) for each in value] if isinstance(value, list) else value

    for entry in har["log"]["entries"]:
        content = entry["response"]["content"]
        if "text" in content:
            bent = bend(msgspec.json.decode(content["text"]), places[mutation % 8])
            content["text"] = msgspec.json.encode(bent).decode()
    result = drift(tmp_path, msgspec.json.encode(har))
    assert result.exit_code in {0, 1, 2}, result.output
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception


@pytest.mark.parametrize(
    ("place", "how"),
    [
        ("imin:item[].orderItemStatus", How.SAME),
        ("orderedItem[].orderItemStatus", How.SAME),
        ("imin:item[].orderedItem.startDate", How.SHAPE),
        ("imin:item[].attendee.name", How.IGNORE),
        ("imin:item", How.SAME),
        ("imin:item[].orderedItem", How.SAME),
        ("@type", How.SAME),
        ("view.id", How.ORIGIN),
        ("view.next", How.SHAPE),
    ],
)
def test_the_first_rule_that_fits_a_place_decides(place: str, how: How) -> None:
    assert rule_for(place, ()).how is how

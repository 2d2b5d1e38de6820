"""A recorded session gives the same answers again; where it does not, the first that differs is told with its state."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from mockserver.cli.main import main
from mockserver.domain.commands import CancelBySeller, EnterState
from mockserver.domain.twins import Twin
from mockserver.domain.values import OrderId, StateName
from mockserver.scenario.scenario import parse_scenario
from tests.library import NAMES, shipped
from tests.recordings.recorded import recorded
from tests.serving import serving


def replay(path: Path, content: bytes, *flags: str) -> Result:
    path.write_bytes(content)
    return CliRunner().invoke(main, ["replay", str(path), *flags])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "session"


@pytest.mark.parametrize("form", ["har", "ndjson", "snapshot"])
@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_scenario_replays_as_it_was_recorded(name: str, form: str, file: Path) -> None:
    if not shipped(name).sample.steps:
        pytest.skip("it has no steps to record")
    result = replay(file, recorded(shipped(name), form))
    assert (result.exit_code, result.output[:14]) == (0, "no divergence:"), result.output


@pytest.mark.parametrize("form", ["har", "snapshot"])
def test_readings_and_a_twin_are_those_of_the_recording(form: str, file: Path) -> None:
    content = recorded(
        shipped("happy-path"),
        form,
        readings={"links": "imin", "error-keys": "unprefixed"},
        twin=Twin.REFUNDS_TWICE,
    )
    assert replay(file, content).exit_code == 0


@pytest.mark.parametrize("form", ["har", "ndjson"])
def test_what_sellers_and_the_author_did_is_done_again_in_its_place(form: str, file: Path) -> None:
    scenario = shipped("happy-path")
    order = next(iter(scenario.sample.catalogue.orders))
    for doing in (CancelBySeller(order_id=OrderId(order)), EnterState(state=StateName("obliging"))):
        content = recorded(scenario, form, doing=doing)
        assert b'"after"' in content
        assert replay(file, content).exit_code == 0


def test_an_empty_list_is_replayed_under_the_reading_of_the_recording(file: Path) -> None:
    content = recorded(shipped("no-bookings"), readings={"empty-collection": "empty-array"})
    assert replay(file, content).exit_code == 0
    assert replay(file, content.replace(b'"empty-array"', b'"key-omitted"')).exit_code == 1


TWO_STATES = """\
version: 1
title: A state that somebody enters shows at once
customers: {asha: {given_name: Asha, family_name: Patel, email: asha@example.com}}
behaviour:
  initial: fine
  states: {fine: {}, broken: {imin: {api: {list_upcoming: {respond: {status: 503}}}}}}
when:
  - {at: +0s, list_upcoming: asha}
  - {at: +0s, list_upcoming: asha}
"""


def test_what_was_done_between_two_requests_of_one_instant_is_done_between_them(file: Path) -> None:
    scenario = parse_scenario(TWO_STATES, name="two-states")
    (file.parent / "two-states.yaml").write_text(TWO_STATES)
    content = recorded(scenario, doing=EnterState(state=StateName("broken")))
    statuses = [each["response"]["status"] for each in msgspec.json.decode(content)["log"]["entries"]]
    assert statuses == [200, 503]
    assert replay(file, content, "--scenario", str(file.parent / "two-states.yaml")).exit_code == 0


def test_a_state_that_was_entered_is_entered_in_a_running_mock_too(file: Path) -> None:
    scenario = parse_scenario(TWO_STATES, name="two-states")
    (file.parent / "two-states.yaml").write_text(TWO_STATES)
    content = recorded(scenario, doing=EnterState(state=StateName("broken")))
    with serving("--scenarios", str(file.parent)) as served:
        result = replay(file, content, "--url", served.url, "--scenario", str(file.parent / "two-states.yaml"))
    assert (result.exit_code, result.stdout) == (0, "no divergence: 2 requests answered as recorded\n"), result.output


def test_another_status_alone_is_a_divergence(file: Path) -> None:
    result = replay(file, recorded(shipped("happy-path")).replace(b'"status":204', b'"status":202'))
    assert (result.exit_code, "status: 202, now 204" in result.stdout) == (1, True)


def test_a_changed_scenario_diverges_at_the_first_other_answer_and_tells_the_state(file: Path) -> None:
    text = shipped("happy-path").text.replace("until: P1D", "until: P3D")
    (file.parent / "happy-path.yaml").write_text(text)
    result = replay(file, recorded(shipped("happy-path")), "--scenario", str(file.parent / "happy-path.yaml"))
    assert result.exit_code == 1
    assert "The scenario happy-path has changed since this was recorded." in result.stderr
    assert "request 1 of 6 diverges: GET /api/v2/order-items?customerIdentifier=asha" in result.stdout
    assert "imin:isPresentlyCancellable: true, now false" in result.stdout
    assert "behaviour: obliging" in result.stdout
    assert "seat-1 of booking: OrderItemConfirmed at imin, OrderItemConfirmed at the Seller" in result.stdout
    assert "[cancel.window-closed]" in result.stdout


def test_the_state_is_the_one_before_the_request_that_diverges(file: Path) -> None:
    content = recorded(shipped("happy-path")).replace(b"CustomerCancellationPending", b"CustomerCancelled", 1)
    result = replay(file, content, "--json")
    told = msgspec.json.decode(result.stdout)["divergence"]
    assert result.exit_code == 1
    assert told["exchange"] == 3
    assert told["state"]["items"][0]["imin"]["status"] == "CustomerCancellationPending"
    assert told["state"]["now"] == "2030-06-03T08:01:00Z"
    assert [line for line in told["state"]["timeline"] if "Asha asks to cancel" in line]


def test_a_journal_diverges_at_the_first_event_that_is_decided_otherwise(file: Path) -> None:
    content = recorded(shipped("happy-path"), "snapshot")
    text = shipped("happy-path").text.replace("after: PT30S", "after: PT90S")
    (file.parent / "happy-path.yaml").write_text(text)
    result = replay(file, content, "--scenario", str(file.parent / "happy-path.yaml"))
    assert result.exit_code == 1, result.output
    assert "work scheduled" in result.stdout
    assert "08:01:30" in result.stdout
    assert "08:02:30" in result.stdout
    assert "The state that led there, at 2030-06-03T08:01:00Z" in result.stdout
    assert "seat-1 of booking: CustomerCancellationPending at imin, OrderItemConfirmed at the Seller" in result.stdout


def test_a_snapshot_changed_by_hand_is_refused(file: Path) -> None:
    content = (
        recorded(shipped("happy-path"), "snapshot")
        .replace(b"6.50", b"7.50")
        .replace(b'"amount_minor":650', b'"amount_minor":651')
    )
    result = replay(file, content)
    assert (result.exit_code, "changed after it was made" in result.stderr) == (2, True)


def test_a_foreign_har_is_placed_by_its_wall_times_from_the_epoch_or_from_at(file: Path) -> None:
    har = msgspec.json.decode(recorded(shipped("happy-path")))
    del har["log"]["_imin_mock"]
    for entry, second in zip(har["log"]["entries"], (0, 60, 60, 105, 180, 180), strict=True):
        del entry["_virtual"], entry["_imin_mock"]
        entry["startedDateTime"] = f"2024-01-01T00:{second // 60:02}:{second % 60:02}+00:00"
    assert replay(file, msgspec.json.encode(har)).exit_code == 0
    moved = replay(file, msgspec.json.encode(har), "--at", "2030-06-06T09:00:00+01:00")
    assert (moved.exit_code, "request 1 of 6 diverges" in moved.stdout) == (1, True)


def test_a_running_mock_can_be_replayed_against(file: Path) -> None:
    with serving() as served:
        for name in ("happy-path", "connection-lost-after-the-effect", "truncated-body"):
            result = replay(file, recorded(shipped(name)), "--url", served.url)
            assert result.exit_code == 0, result.output
        elsewhere = recorded(shipped("happy-path")).replace(b"imin-mock.test", b"mock.example.com")
        assert replay(file, elsewhere, "--url", served.url).exit_code == 0
        assert replay(file, recorded(shipped("happy-path")).replace(b"204", b"205"), "--url", served.url).exit_code == 1
    assert replay(file, recorded(shipped("happy-path")), "--url", served.url).exit_code == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x00\xff", "is not complete JSON"),
        (b'{"log": {"entries": [', "is not complete JSON"),
        (b"[1]", "is not a HAR file"),
        (b'{"log": {"version": "9", "entries": []}}', "version '9'"),
        (b'{"log": {"version": "1.2", "entries": []}}', "has no request"),
        (b'{"log": {"entries": [{}, 3]}}', "lack a request"),
        (
            b'{"log": {"entries": [{"request": {"method": "GET", "url": "wss://x/"}, "response": {"status": 101}}]}}',
            "web sockets",
        ),
        (
            b'{"log": {"entries": [{"request": {"method": "GET", "url": "http://[/"}, "response": {"status": 1}}]}}',
            "a URL that is none",
        ),
        (b'{"journal": [], "a": 1}', "neither a HAR file"),
        (
            b'{"journal": [{"event": "nonesuch"}], "scenario": "happy-path", "epoch": "2030-06-03T08:00:00Z"}',
            "does not know",
        ),
        (b'{"world":{"scenario":"happy-path"}}\n{"number":', "damaged in line 2"),
        (b'{"world":', "damaged in line 1"),
        (b'{"log": ' + b"[" * 100_000, "is not"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_in_words(content: bytes, says: str, file: Path) -> None:
    result = replay(file, content)
    assert result.exit_code == 2, result.output
    assert says in result.stderr


def test_a_recording_of_an_unknown_world_asks_for_its_scenario(file: Path) -> None:
    har = {
        "log": {
            "entries": [
                {"request": {"method": "GET", "url": "https://book.imin.co/api/v2/orders"}, "response": {"status": 400}}
            ]
        }
    }
    result = replay(file, msgspec.json.encode(har))
    assert (result.exit_code, "--scenario" in result.stderr and "drift" in result.stderr) == (2, True)


@pytest.mark.parametrize("form", ["har", "ndjson"])
def test_a_request_of_which_only_a_part_was_kept_is_left_out(form: str, file: Path) -> None:
    scenario = parse_scenario(shipped("happy-path").text, name="happy-path")
    content = recorded(scenario, form)
    har = content.replace(b"x-api-key", b"content-length").replace(b"happy-path@recorded", b"999999")
    har = har.replace(b'"key":"999999"', b'"key":"happy-path"')
    result = replay(file, har)
    assert "left out: 6 requests" in result.stderr

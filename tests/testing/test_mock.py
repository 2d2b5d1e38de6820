"""A mock in this process, the same one listening, and one elsewhere: whatever a test asks of them, they answer alike."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mockserver.testing import (
    Mock,
    MockError,
    NotThereError,
    UnreachableError,
)
from mockserver.testing.mock import label_of
from tests.testing.meeting import KINDS, UPCOMING, cancel, listed


def test_a_world_shows_all_that_happens_in_it(mock: Mock) -> None:
    world = mock.world()
    assert world.order_item("seat-1").cancellable.allowed
    assert cancel(world) == 204
    assert world.order_item("seat-1").imin.status == "CustomerCancellationPending"
    assert [each.event for each in world.advance("PT30S").happened] == ["cancellation_confirmed", "order_published"]
    assert world.feed.items[0].unread
    assert world.until_quiet().quiet
    assert [each.amount.amount for each in world.refunds] == ["6.50"]
    assert [each.to for each in world.emails] == ["asha@example.com"]
    assert [each.status for each in world.exchanges] == [204]
    assert world.explain("seat-1").answer.cancel.rule == "cancel.repeat-after-cancelled"
    assert [each.state for each in world.expected().expectations][2:] == ["met"] * 5


def test_an_item_is_asked_for_by_name_or_by_an_identifier_that_only_one_order_has(mock: Mock) -> None:
    world = mock.world("two-orders-number-their-items-from-one")
    assert (world.order_item("april:1").identifier, world.order_item("Locker 2/B").name) == ("1", "locker")
    assert world.explain("april:1").order_name == "april"
    with pytest.raises(NotThereError, match="Several orders have an order item '1'; say which: march:1, april:1"):
        world.order_item("1")


def test_two_kinds_of_mock_live_the_same_life() -> None:
    lives = []
    for kind in KINDS:
        with Mock() as here:
            mock = Mock.at(here.url) if kind == "elsewhere" else here
            assert kind == "here" or here.url
            world = mock.world(label="a", step="PT1S")
            assert (listed(world), cancel(world)) == (200, 204)
            world.until_quiet()
            lives.append(world.snapshot())
    assert lives[0] == lives[1] == lives[2]


def test_time_passes_by_a_period_to_an_instant_and_to_what_is_next(mock: Mock) -> None:
    world = mock.world()
    began = world.now
    assert began == datetime(2030, 6, 3, 8, 0, tzinfo=UTC)
    world.advance("PT5M")
    world.advance(timedelta(minutes=5, microseconds=1))
    assert world.now == began + timedelta(minutes=10, microseconds=1)
    world.advance(to=began + timedelta(hours=1))
    world.advance(to="2030-06-03T10:30:00+01:00")
    assert world.now == began + timedelta(hours=1, minutes=30)
    assert world.advance_to_next().happened == []
    assert cancel(world) == 204
    assert world.advance_to_next().happened[0].event == "cancellation_confirmed"
    assert not world.until_quiet(within="PT1S").quiet
    assert world.until_quiet(within=timedelta(days=1)).quiet


def test_what_is_chosen_for_a_world_holds(mock: Mock) -> None:
    world = mock.world(
        "lagging-feed", step="PT0.5S", epoch=datetime(2031, 1, 1, tzinfo=UTC), readings={"links": "imin"}
    )
    assert listed(world) == 200
    assert world.now == datetime(2031, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    assert "https://book.imin.co/" in world.exchanges[0].response.body
    assert mock.world(rate=2).clock.rate == 2
    assert mock.world(twin="refunds-twice").api_key.startswith("happy-path~refunds-twice@")


def test_worlds_without_a_label_never_meet_whoever_makes_them(mock: Mock) -> None:
    other = mock if mock.is_here else Mock.at(mock.url)
    mock.world(label="7")
    keys = [each.world().api_key for each in (mock, other, mock, other, mock) for _ in range(3)]
    assert len(set(keys)) == 15


def test_a_fork_a_reset_and_a_drop(mock: Mock) -> None:
    world = mock.world(label="a")
    assert cancel(world) == 204
    fork = world.fork("b")
    fork.until_quiet()
    assert (len(fork.refunds), len(world.refunds)) == (1, 0)
    world.reset()
    assert world.order_item("seat-1").imin.status == "OrderItemConfirmed"
    world.drop()
    with pytest.raises(NotThereError, match="No world has the key"):
        world.drop()
    assert world.refunds == []
    assert mock.world(label="a").timeline


def test_a_seller_acts_and_the_machine_changes_its_state(mock: Mock) -> None:
    world = mock.world("stubborn-after-the-first-cancellation")
    world.enter_state("stubborn")
    assert world.timeline[-1].event == "behaviour_entered"
    action = {
        "@type": "test:SellerRequestedCancellationSimulateAction",
        "object": {"@type": "Order", "@id": world.orders[0].name},
    }
    assert world.act(action)[0].event == "cancelled_by_seller"


def test_what_a_seller_does_is_said_as_a_scenario_says_it(mock: Mock) -> None:
    world = mock.world()
    assert world.customers == ["asha"]
    told = world.act("seller_cancels", order="booking", items=["seat-1"], message="The instructor is ill.")
    assert (told[0].event, world.order_item("seat-1").booking_system.status) == (
        "cancelled_by_seller",
        "SellerCancelled",
    )


def test_own_scenarios_are_added_by_text_by_file_and_by_folder(mock: Mock, tmp_path: Path) -> None:
    text = "version: 1\ntitle: Mine\n"
    file = tmp_path / "mine-too.yaml"
    file.write_text(text)
    mock.add_scenario("mine", text)
    mock.add_scenario("mine-too", file)
    assert {"mine", "mine-too", "happy-path"} <= set(mock.scenarios)
    assert mock.world("mine").orders == mock.world("mine-too").orders == []
    with Mock(tmp_path) as one, Mock([str(tmp_path)]) as another:
        assert "mine-too" in one.scenarios
        assert "mine-too" in another.scenarios


def test_what_was_met_is_counted(mock: Mock) -> None:
    world = mock.world()
    assert cancel(world) == 204
    counts = {each["id"]: each["count"] for each in mock.coverage()["points"]}
    assert counts["rule:cancel.passed-on"] == 1


def test_a_closed_mock_says_so() -> None:
    mock = Mock()
    world = mock.world()
    elsewhere = Mock.at(mock.url)
    mock.close()
    mock.close()
    with pytest.raises(MockError, match="closed"):
        _ = mock.url
    with pytest.raises(UnreachableError, match="No mock answers"):
        elsewhere.world()
    assert world.refunds == []


def test_answers_that_imin_would_never_give_are_noted() -> None:
    with Mock() as mock:
        world = mock.world()
        mock.send("GET", "/api/v2/nowhere?x=1", [(b"x-api-key", world.api_key.encode())])
        mock.send("GET", UPCOMING)
        assert listed(world) == 200
        assert [(each.target, each.status, each.fault) for each in mock.channel.surprises] == [
            ("/api/v2/nowhere?x=1", 404, "unknown-route"),
            (UPCOMING, 401, "key-missing"),
        ]


def test_a_scripted_latency_takes_no_time_in_process_and_is_noted() -> None:
    with Mock() as mock:
        world = mock.world("slow-answer")
        began = threading.get_native_id()
        target = f"/api/v2/orders/{world.orders[0].identifier}"
        response = mock.send("PATCH", target, [(b"x-api-key", world.api_key.encode())])
        assert response.latency > 1
        assert began == threading.get_native_id()


def test_a_lost_answer_elsewhere_is_not_asked_for_twice() -> None:
    with Mock() as here:
        mock = Mock.at(here.url)
        world = mock.world("connection-lost-after-the-effect")
        number = world.orders[0]
        headers = [(b"x-api-key", world.api_key.encode()), (b"content-type", b"application/json")]
        body = {
            "@context": "https://openactive.io/",
            "type": "Order",
            "orderedItem": [
                {
                    "type": "OrderItem",
                    "id": f"{here.url}/api/v2/orders/{number.identifier}/order-items/{number.items[0].identifier}",
                    "orderItemStatus": "https://openactive.io/CustomerCancelled",
                }
            ],
        }
        answer = mock.send("PATCH", f"/api/v2/orders/{number.identifier}", headers, json.dumps(body).encode())
        assert answer.dropped
        assert len(world.exchanges) == 1


@pytest.mark.parametrize("is_listening", [False, True])
def test_threads_and_loops_take_turns(is_listening: bool) -> None:
    with Mock() as mock:
        assert not is_listening or mock.url
        world = mock.world()
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: cancel(world), range(32))) == {204}

        async def many() -> list[int]:
            headers = [(b"x-api-key", world.api_key.encode())]
            answers = await asyncio.gather(*(mock.channel.send_async("GET", UPCOMING, headers) for _ in range(32)))
            return [answer.status for answer in answers]

        assert set(asyncio.run(many())) == {200}
        assert [each.event for each in world.timeline].count("cancellation_requested") == 1
        assert len(world.exchanges) == 64


def test_a_mock_begins_to_listen_while_others_call_it() -> None:
    with Mock() as mock:
        world = mock.world()
        with ThreadPoolExecutor(8) as pool:
            listed_by = [pool.submit(listed, world) for _ in range(200)]
            urls = {pool.submit(lambda: mock.url).result() for _ in range(8)}
            assert {each.result() for each in listed_by} == {200}
        assert len(urls) == 1
        assert len(world.exchanges) == 200


@pytest.mark.parametrize("text", ["", "plain", "a/b c?d#e%f", "\u00e4", "\n", '"<>\\', "x" * 500])
def test_any_text_makes_a_label(text: str) -> None:
    label = label_of(text)
    assert len(label) <= 200
    if label:
        with Mock() as mock:
            assert mock.world(label=label).timeline


def test_an_export_names_the_address_that_a_client_in_process_had_in_mind() -> None:
    with Mock() as mock:
        world = mock.world()
        headers = [(b"host", b"book.imin.co"), (b"x-api-key", world.api_key.encode())]
        mock.send("GET", UPCOMING, headers, address="https://book.imin.co")
        har = json.loads(mock.send("GET", f"/__admin/worlds/{world.api_key}/exchanges?as=har").body)
        assert har["log"]["entries"][0]["request"]["url"] == f"https://book.imin.co{UPCOMING}"

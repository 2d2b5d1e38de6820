"""Whatever is done wrong with a mock or a world is told in words that say what to do, and changes nothing."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from mockserver.testing import (
    ClockMovedBackError,
    Mock,
    MockError,
    NoSuchScenarioError,
    NotThereError,
    World,
    WorldExistsError,
)

WRONG: list[tuple[Callable[[Mock, World], object], type[MockError], str]] = [
    (lambda mock, _: mock.world("hapy-path"), NoSuchScenarioError, "Did you mean 'happy-path'?"),
    (lambda mock, _: mock.world("Happy Path"), MockError, "A key is <scenario>"),
    (lambda mock, _: mock.world(label="a b"), MockError, "visible ASCII"),
    (lambda mock, _: mock.world(label="a"), WorldExistsError, "there already"),
    (lambda mock, _: mock.world(twin="refund-twice"), MockError, "Did you mean 'refunds-twice'?"),
    (lambda mock, _: mock.world(step="1s"), MockError, 'such as "PT1S"'),
    (lambda mock, _: mock.world(step="PT1S", rate=2), MockError, "not both"),
    (lambda mock, _: mock.world(rate=-1), MockError, "> 0"),
    (lambda mock, _: mock.world(epoch=datetime(2030, 1, 1)), MockError, "has no zone"),  # noqa: DTZ001 - that is the mistake
    (lambda mock, _: mock.world(epoch="2030-01-01"), MockError, "with its offset"),
    (lambda mock, _: mock.world(readings={"link": "imin"}), MockError, "Did you mean 'links'?"),
    (lambda _, world: world.advance("-PT1S"), MockError, "cannot go back"),
    (lambda _, world: world.advance(timedelta(seconds=-1)), MockError, "cannot go back"),
    (lambda _, world: world.advance(to="2020-01-01T00:00:00Z"), ClockMovedBackError, "cannot go back"),
    (lambda _, world: world.advance(), MockError, "exactly one"),
    (lambda _, world: world.advance("PT1S", to="2040-01-01T00:00:00Z"), MockError, "exactly one"),
    (lambda _, world: world.advance("5 minutes"), MockError, "a period such as"),
    (lambda mock, _: mock.world(step=5), MockError, 'such as "PT1S", or a timedelta, not 5'),  # type: ignore[arg-type]
    (lambda mock, _: mock.world(epoch=5), MockError, 'such as "2030-06-03T09:00:00Z", not 5'),  # type: ignore[arg-type]
    (
        lambda mock, _: mock.world(readings="patch-body=foo"),  # type: ignore[arg-type]
        MockError,
        'such as readings={"patch-body": "foo"}, not as',
    ),
    (lambda mock, _: mock.world(readings=["links"]), MockError, 'such as readings={"links": "imin"}'),  # type: ignore[arg-type]
    (lambda _, world: world.advance(300), MockError, 'ISO 8601 such as "PT300S", not 300'),  # type: ignore[arg-type]
    (lambda _, world: world.advance(to=300), MockError, "An instant is a datetime, or ISO 8601"),  # type: ignore[arg-type]
    (lambda _, world: world.until_quiet(1.5), MockError, 'ISO 8601 such as "PT5M", not 1.5'),  # type: ignore[arg-type]
    (lambda _, world: world.order("bookin"), NotThereError, "it has booking. Did you mean 'booking'?"),
    (lambda _, world: world.order(7), MockError, "An order is named by a text, not by 7"),  # type: ignore[arg-type]
    (lambda _, world: world.order_item(7), MockError, "An order item is named by a text"),  # type: ignore[arg-type]
    (lambda _, world: world.explain(None), MockError, "An order item is named by a text"),  # type: ignore[arg-type]
    (lambda _, world: world.verify(exchanges={"methd": "GET"}), MockError, "Did you mean 'method'?"),
    (lambda _, world: world.verify(exchanges={"x": 1}), MockError, "It may have: method, path, status, rule,"),
    (lambda _, world: world.verify(in_order=[{}, {"x": 1}]), MockError, "It may have: method, path, status, rule,"),
    (lambda _, world: world.verify(exchangs={}), MockError, "Did you mean 'exchanges'?"),
    (
        lambda _, world: world.act(
            {"@type": "test:AttendeeAbsentSimulateAction", "object": {"@type": "Order", "id": "x"}}
        ),
        MockError,
        "Did you mean '@id'?",
    ),
    (lambda _, world: world.act("seller_cancel", order="booking"), MockError, "Did you mean 'seller_cancels'?"),
    (lambda _, world: world.act("dance"), MockError, "There is: seller_cancels, seller_replaces,"),
    (lambda _, world: world.act("seller_cancels", order="bookin"), NotThereError, 'did you mean "booking".'),
    (lambda _, world: world.act("seller_cancels", order="x"), NotThereError, "there is booking."),
    (
        lambda _, world: world.act("seller_cancels", order="booking", items=["seat-2"]),
        NotThereError,
        'did you mean "seat-1".',
    ),
    (lambda _, world: world.act("seller_cancels", order="booking", mesage="x"), MockError, "Did you mean 'message'?"),
    (lambda _, world: world.act("seller_cancels"), MockError, 'seller_cancels: lacks "order"; or opportunity,'),
    (lambda _, world: world.act("seller_cancels", order="booking", at="+1h"), MockError, "It happens now"),
    (lambda _, world: world.act("enter", state="stubborn"), NotThereError, "obliging"),
    (lambda _, world: world.act({}), MockError, '{"do": "seller_cancels", "order": ...}'),
    (lambda _, world: world.order_item("seat-2"), NotThereError, "Did you mean 'seat-1'?"),
    (lambda _, world: world.explain("seat-2"), NotThereError, "Did you mean 'seat-1'?"),
    (lambda _, world: world.explain("seat-1", at="2020-01-01T00:00:00Z"), MockError, "cannot go back"),
    (lambda _, world: world.enter_state("x"), MockError, "it has: obliging"),
    (lambda _, world: world.act({"@type": "x"}), MockError, "missing required field"),
    (lambda _, world: world.fork("a"), WorldExistsError, "there already"),
    (lambda mock, _: mock.add_scenario("faulty", "version: 1\ntitel: x\n"), MockError, "title"),
    (lambda mock, _: mock.add_scenario("../x", "version: 1\ntitle: x\n"), MockError, ""),
]


@pytest.mark.parametrize(("misuse", "kind", "words"), WRONG)
def test_misuse_says_what_to_do_and_changes_nothing(
    mock: Mock, misuse: Callable[[Mock, World], object], kind: type[MockError], words: str
) -> None:
    world = mock.world(label="a")
    before = world.snapshot()
    with pytest.raises(kind) as refusal:
        misuse(mock, world)
    assert words in str(refusal.value)
    assert world.snapshot() == before


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Mock("nowhere"), "is no folder"),
        (lambda: Mock(readings={"link": "imin"}), "Did you mean 'links'?"),
        (lambda: Mock(readings={"links": "mine"}), "It takes"),
        (lambda: Mock(twin="refund-twice"), "Did you mean 'refunds-twice'?"),
        (lambda: Mock.at("localhost:4646"), "no address of a mock"),
        (lambda: Mock.at("ftp://localhost"), "no address of a mock"),
        (lambda: Mock.at("http://127.0.0.1:9"), "No mock answers at http://127.0.0.1:9"),
    ],
)
def test_a_mock_that_cannot_be_says_what_to_do(make: Callable[[], Mock], words: str) -> None:
    with pytest.raises(MockError, match=words):
        make()


def test_an_address_that_is_no_mocks_is_told_apart() -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.end_headers()
            self.wfile.write(b"who?")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Stranger)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with pytest.raises(MockError, match="which a mock does not say"):
            Mock.at(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant

from mockserver.exchange_files.bodies import Kept
from mockserver.exchange_files.har import Log, har_of, session_in_har
from mockserver.exchange_files.ndjson import session_in_lines
from mockserver.exchange_files.session import RecordedExchange, Session
from mockserver.testing import Mock
from tests.library import NAMES

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
PLAIN = st.text("abcxyz-/ =;", min_size=1, max_size=10).map(str.strip).filter(bool)
HEADERS = st.lists(st.tuples(st.sampled_from(["accept", "content-type", "host", "x-odd"]), PLAIN), max_size=3).map(
    tuple
)
BODIES = st.one_of(st.just(b""), TEXTS.map(str.encode), st.dictionaries(TEXTS, TEXTS).map(msgspec.json.encode))
EXCHANGES = st.builds(
    RecordedExchange,
    number=st.just(0),
    method=st.sampled_from(["GET", "PATCH", "DELETE"]),
    origin=st.sampled_from(["https://book.imin.co", "http://127.0.0.1:4646"]),
    target=st.sampled_from(["/api/v2/orders", "/api/v2/order-items?customerIdentifier=a%20b&page=2", "/?x="]),
    headers=HEADERS,
    body=BODIES,
    status=st.sampled_from([0, 200, 204, 400, 503]),
    response_headers=HEADERS,
    response_body=BODIES,
    wall=st.integers(0, 10**9).map(lambda ms: Instant.from_timestamp(1_900_000_000_000 + ms, unit="millisecond")),
)


class _File(msgspec.Struct):
    log: Log


def read_har(content: bytes) -> Session:
    """What is read of a HAR file."""
    return session_in_har(msgspec.json.decode(content, type=_File).log)


@given(st.lists(EXCHANGES, min_size=1, max_size=4, unique_by=lambda each: each.wall))
def test_a_session_written_as_har_is_read_as_it_was(exchanges: list[RecordedExchange]) -> None:
    written = msgspec.json.encode(har_of(Session(exchanges=tuple(exchanges)), "a test"))
    read = [replace(each, number=0) for each in read_har(written).exchanges]
    assert read == sorted(exchanges, key=lambda each: each.wall or Instant.MIN)


@pytest.mark.parametrize("kept", [Kept.LEFT_OUT, Kept.PART, Kept.ENCODED])
def test_a_body_that_was_not_kept_whole_is_not_written_as_one(kept: Kept) -> None:
    exchange = RecordedExchange(
        number=1,
        method="PATCH",
        origin="http://h",
        target="/",
        body=b"{}",
        status=200,
        response_body=b"{}",
        asked=kept,
        answered=kept,
    )
    read = read_har(msgspec.json.encode(har_of(Session(exchanges=(exchange,)), "a test"))).exchanges[0]
    assert (read.body, read.asked, read.response_body, read.answered) == (b"", Kept.LEFT_OUT, b"", Kept.LEFT_OUT)


@pytest.mark.parametrize(
    "scenario", [name for name in NAMES if name in {"happy-path", "seller-cancels", "truncated-body"}]
)
def test_both_formats_of_an_export_are_read_as_the_same_session(scenario: str) -> None:
    with Mock() as mock:
        world = mock.world(scenario)
        order = world.orders[0]
        asked = {"orderIdentifier": order.identifier, "orderItemIdentifier": order.items[0].identifier}
        key = (b"x-api-key", world.api_key.encode())
        for headers, body in [((), b"\xff\xfe{"), ((), msgspec.json.encode(asked)), ([(b"cookie", b"secret")], b"")]:
            mock.send(
                "PATCH", f"/api/v2/orders/{order.identifier}", [key, (b"host", b"book.imin.co:8080"), *headers], body
            )
        mock.send("GET", f"/api/v2/orders?customerIdentifier={order.customer}&x=%20", [key, (b"host", b"h")])
        world.act("seller_cancels", order=order.name)
        world.until_quiet()
        mock.send("GET", f"/api/v2/orders/{order.identifier}", [key, (b"host", b"h")])
        har, lines = world.export("har"), world.export("ndjson")
    assert b"secret" not in har + lines
    from_har, from_lines = read_har(har), session_in_lines(lines)
    assert from_har.beginning == from_lines.beginning
    assert from_har.beginning is not None
    assert from_har.beginning.doings
    assert [replace(each, wall=None) for each in from_har.exchanges] == [
        replace(each, wall=None) for each in from_lines.exchanges
    ]

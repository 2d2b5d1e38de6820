"""A plain body is read by a shorter way; whatever the body, that way says what the long one would say."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.readings import DEFAULT_READINGS, ReadingName
from mockserver.domain.values import OrderId
from mockserver.web.imin_api import cancellation_body
from mockserver.web.imin_api.cancellation_body import CANCELLED_URL, identifiers_of
from mockserver.web.imin_api.errors import RefusedRequestError

ORDER = OrderId("406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b")
URL = f"http://mock.example/api/v2/orders/{ORDER}/order-items/seat-1"
PLAIN: dict[str, Any] = {"type": "OrderItem", "id": URL, "orderItemStatus": CANCELLED_URL}

odd: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        1,
        1.5,
        "",
        "OrderItem",
        "Order",
        CANCELLED_URL,
        URL,
        URL.replace("seat-1", "seat%2D2"),
        URL + "/x",
        [],
        [1],
        {},
    ]
)
keys = st.sampled_from(
    ["type", "@type", "id", "@id", "orderItemStatus", "@context", "imin:note", "note", "orderedItem"]
)
items = st.builds(lambda changes: PLAIN | changes, st.dictionaries(keys, odd, max_size=2)) | st.just(PLAIN) | odd
orders = st.builds(
    lambda listed, changes: {"@context": "https://openactive.io/", "type": "Order", "orderedItem": listed} | changes,
    st.lists(items, max_size=3),
    st.dictionaries(keys, odd, max_size=1),
)
identifiers = st.builds(
    lambda changes: {"orderIdentifier": ORDER, "orderItemIdentifier": "seat-1"} | changes,
    st.dictionaries(st.sampled_from(["orderIdentifier", "orderItemIdentifier", "type", "imin:note"]), odd, max_size=1),
)


def torn(body: bytes, cut: int, put: bytes) -> bytes:
    """The body with something put in at a place."""
    at = cut % (len(body) + 1)
    return body[:at] + put + body[at:]


written = st.builds(lambda body: json.dumps(body).encode(), orders | identifiers)
bodies = written | st.builds(
    torn,
    written,
    st.integers(min_value=0, max_value=400),
    st.sampled_from([b"", b"\xff", b"\x00", b",", b"{", b'"', b"\\ud800", b"[" * 2_000, b'"id":"x",']),
)


def said(body: bytes, form: str) -> object:
    """What the body is taken for: the items, or the refusal in all its words."""
    try:
        return identifiers_of(body, ORDER, {**DEFAULT_READINGS, ReadingName.PATCH_BODY: form})
    except RefusedRequestError as refusal:
        return refusal.status, refusal.kind, refusal.rule, refusal.description


@given(body=bodies, form=st.sampled_from(["any", "unprefixed", "prefixed", "identifiers"]))
def test_the_short_way_through_a_plain_body_says_what_the_long_one_says(body: bytes, form: str) -> None:
    short = said(body, form)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cancellation_body, "_plain", lambda _: None)
        assert short == said(body, form)


def test_a_plain_body_does_take_the_short_way() -> None:
    for form in (
        {"type": "Order", "orderedItem": [PLAIN]},
        {"orderIdentifier": ORDER, "orderItemIdentifier": "seat-1"},
    ):
        body = json.dumps(form).encode()
        assert cancellation_body._plain(body) is not None
        assert said(body, "any") == ("seat-1",)

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.calling import Stage, scenario, set_stage

CANCELLED = "https://openactive.io/CustomerCancelled"


@pytest.fixture
def stage() -> Stage:
    orders = {
        "booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "yoga"}},
        "other": {"customer": "asha", "items": {"seat-9": "yoga"}},
    }
    return set_stage(scenario(orders=orders))


def order_form(stage: Stage, *items: str, prefix: str = "") -> dict[str, Any]:
    return {
        f"{prefix}type": "Order",
        "orderedItem": [
            {
                f"{prefix}type": "OrderItem",
                f"{prefix}id": stage.item_url("booking", item),
                "orderItemStatus": CANCELLED,
            }
            for item in items
        ],
    }


def identifiers_form(stage: Stage, item: str = "seat-1") -> dict[str, Any]:
    return {"orderIdentifier": stage.order("booking"), "orderItemIdentifier": item}


FORMS: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "unprefixed": lambda stage: order_form(stage, "seat-1"),
    "prefixed": lambda stage: order_form(stage, "seat-1", prefix="@"),
    "identifiers": identifiers_form,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reading", ["any", *FORMS])
def test_each_reading_of_the_body_takes_its_own_form_and_any_takes_all(form: str, reading: str) -> None:
    stage = set_stage(scenario(readings={"patch-body": reading}))
    before = stage.state()
    answer = stage.cancel("booking", FORMS[form](stage))
    if reading in {"any", form}:
        assert (answer.status, answer.body, answer.header("content-type")) == (204, b"", None)
        assert stage.state() != before
    else:
        assert (answer.status, answer.rule) == (400, "body.not-a-cancellation")
        assert "this mock is set to take" in answer.json["description"].lower()
        assert stage.state() == before


def test_several_items_are_cancelled_in_one_request(stage: Stage) -> None:
    assert stage.cancel("booking", order_form(stage, "seat-1", "seat-2")).status == 204
    order = stage.get(f"/api/v2/orders/{stage.order('booking')}").json
    assert {item["orderItemStatus"] for item in order["orderedItem"]} == {"https://imin.co/CustomerCancellationPending"}


def test_context_and_namespaced_names_may_stand_in_the_body(stage: Stage) -> None:
    body = order_form(stage, "seat-1")
    body |= {"@context": ["https://openactive.io/", {"x": 1}], "imin:note": "hi"}
    body["orderedItem"][0] |= {"@context": "https://openactive.io/", "ext:why": None}
    assert stage.cancel("booking", body).status == 204


@pytest.mark.parametrize(
    "address", ["http://mock.test", "https://book.imin.co", "http://localhost:1", "https://[::1]:9"]
)
def test_an_items_url_counts_whatever_address_it_was_read_at(stage: Stage, address: str) -> None:
    body = order_form(stage, "seat-1")
    body["orderedItem"][0]["id"] = stage.item_url("booking", "seat-1", address)
    assert stage.cancel("booking", body).status == 204


def replaced(stage: Stage, **parts: Any) -> dict[str, Any]:
    return order_form(stage, "seat-1") | parts


def item_replaced(stage: Stage, **parts: Any) -> dict[str, Any]:
    body = order_form(stage, "seat-1")
    body["orderedItem"][0] |= parts
    return body


def item_without(stage: Stage, name: str) -> dict[str, Any]:
    body = order_form(stage, "seat-1")
    del body["orderedItem"][0][name]
    return body


NOT_A_CANCELLATION = "body.not-a-cancellation"
WRONG_BODIES: dict[str, tuple[Any, str, str, str]] = {
    # what is wrong: (the body, the rule, the error's type, the words)
    "empty": (b"", "body.not-json", "OpenBookingError", "The body is empty; it must be JSON."),
    "not JSON": (b"{", "body.not-json", "OpenBookingError", "The body is not JSON: Input data was truncated."),
    "a byte order mark": (b"\xef\xbb\xbf{}", "body.not-json", "OpenBookingError", "The body is not JSON: JSON is malformed"),
    "not UTF-8": (b'{"type": "\xff"}', "body.not-json", "OpenBookingError", "The body is not JSON: "),
    "a lone surrogate": (b'{"type": "\\ud800"}', "body.not-json", "OpenBookingError", "The body is not JSON: "),
    "nested too deeply": (b"[" * 500_000, "body.not-json", "OpenBookingError", "The body is nested too deeply."),
    "an object nested too deeply": (b'{"a":' * 150_000, "body.not-json", "OpenBookingError", "The body is nested too deeply."),
    "NaN": (b'{"type": NaN}', "body.not-json", "OpenBookingError", "The body is not JSON: JSON is malformed"),
    "two documents": (b"{}{}", "body.not-json", "OpenBookingError", "The body is not JSON: JSON is malformed"),
    "null": (b"null", "body.not-json", "OpenBookingError", "The body must be a JSON object, not null."),
    "a list": (b"[]", "body.not-json", "OpenBookingError", "The body must be a JSON object, not a list."),
    "a string": (b'"x"', "body.not-json", "OpenBookingError", "The body must be a JSON object, not a string."),
    "a number": (b"1" * 400, "body.not-json", "OpenBookingError", "The body must be a JSON object, not a number."),
    "a boolean": (b"true", "body.not-json", "OpenBookingError", "The body must be a JSON object, not a boolean."),
    "an empty object": (b"{}", NOT_A_CANCELLATION, "OpenBookingError", "The body needs orderedItem, a list of the order items"),
    "no type": (
        lambda s: {"orderedItem": order_form(s, "seat-1")["orderedItem"]},
        NOT_A_CANCELLATION, "OpenBookingError", "The body has no type or @type.",
    ),
    "both types": (
        lambda s: replaced(s, **{"@type": "Order"}),
        NOT_A_CANCELLATION, "OpenBookingError", "The body has both type and @type; give one.",
    ),
    "another type": (
        lambda s: replaced(s, type="OrderQuote"),
        "body.order-type", "UnexpectedOrderTypeError", 'The type of the body must be Order and is "OrderQuote".',
    ),
    "a type that is a number beyond all bounds": (
        lambda s: json.dumps(replaced(s, type=0)).replace("0", "9" * 300, 1).encode(),
        "body.order-type", "UnexpectedOrderTypeError", "The type of the body must be Order and is ",
    ),
    "another property": (
        lambda s: replaced(s, customer={}, **{"a\u0000": 1}),
        "body.excessive-properties", "PatchContainsExcessivePropertiesError",
        'An Order in a cancellation has only @context, type and orderedItem; this one also has "customer", "a\\u0000".',
    ),
    "items that are no list": (
        lambda s: replaced(s, orderedItem={}),
        NOT_A_CANCELLATION, "OpenBookingError", "orderedItem must be a list, not an object.",
    ),
    "no items": (
        lambda s: replaced(s, orderedItem=[]),
        "body.no-items", "OpenBookingError", "orderedItem is empty: list at least one order item to cancel.",
    ),
    "an item that is no object": (
        lambda s: replaced(s, orderedItem=["seat-1"]),
        NOT_A_CANCELLATION, "OpenBookingError", "orderedItem[0] must be an object, not a string.",
    ),
    "an item without a type": (
        lambda s: item_without(s, "type"), NOT_A_CANCELLATION, "OpenBookingError", "orderedItem[0] has no type or @type.",
    ),
    "an item of another type": (
        lambda s: item_replaced(s, type="Order"),
        "body.order-type", "UnexpectedOrderTypeError", 'The type of orderedItem[0] must be OrderItem and is "Order".',
    ),
    "an item with another property": (
        lambda s: item_replaced(s, acceptedOffer={}),
        "body.excessive-properties", "PatchContainsExcessivePropertiesError",
        'orderedItem[0] has only type, id and orderItemStatus in a cancellation; this one also has "acceptedOffer".',
    ),
    "no status": (
        lambda s: item_without(s, "orderItemStatus"),
        "body.status-not-allowed", "PatchNotAllowedOnPropertyError",
        f"orderItemStatus of orderedItem[0] is missing; only {CANCELLED} may be written.",
    ),
    "another status": (
        lambda s: item_replaced(s, orderItemStatus="https://openactive.io/SellerCancelled"),
        "body.status-not-allowed", "PatchNotAllowedOnPropertyError",
        f'orderItemStatus of orderedItem[0] is "https://openactive.io/SellerCancelled"; only {CANCELLED} may be written.',
    ),
    "a bare status": (
        lambda s: item_replaced(s, orderItemStatus="CustomerCancelled"),
        "body.status-not-allowed", "PatchNotAllowedOnPropertyError",
        f'orderItemStatus of orderedItem[0] is "CustomerCancelled"; only {CANCELLED} may be written.',
    ),
    "an item without an id": (
        lambda s: item_without(s, "id"), NOT_A_CANCELLATION, "OpenBookingError", "orderedItem[0] has no id or @id.",
    ),
    "an id that is no URL": (
        lambda s: item_replaced(s, id="seat-1"),
        "body.item-id", "OrderItemIdInvalidError",
        'The id of orderedItem[0] must be the URL of an order item, as the lists show it, and is "seat-1".',
    ),
    "an id that is a number": (
        lambda s: item_replaced(s, id=7), "body.item-id", "OrderItemIdInvalidError", "The id of orderedItem[0] must be the URL",
    ),
    "an id with a query": (
        lambda s: item_replaced(s, id=s.item_url("booking", "seat-1") + "?x"),
        "body.item-id", "OrderItemIdInvalidError", "The id of orderedItem[0] must be the URL",
    ),
    "an id with a line after it": (
        lambda s: item_replaced(s, id=s.item_url("booking", "seat-1") + "\n"),
        "cancel.unknown-item", "OrderItemIdInvalidError", "There is no order item",
    ),
    "an id with half a character": (
        lambda s: item_replaced(s, id=s.item_url("booking", "%ff")),
        "cancel.unknown-item", "OrderItemIdInvalidError", "There is no order item",
    ),
    "an id of another order": (
        lambda s: item_replaced(s, id=s.item_url("other", "seat-9")),
        "body.item-id", "OrderItemNotWithinOrderError", "The id of orderedItem[0] is that of an item of another order.",
    ),
    "a foreign item under this order": (
        lambda s: item_replaced(s, id=s.item_url("booking", "seat-9")),
        "cancel.unknown-item", "OrderItemNotWithinOrderError", "The order item 'seat-9' is not part of the order",
    ),
    "an unknown item": (
        lambda s: item_replaced(s, id=s.item_url("booking", "seat-7")),
        "cancel.unknown-item", "OrderItemIdInvalidError", "There is no order item 'seat-7'.",
    ),
    "an item twice": (
        lambda s: order_form(s, "seat-1", "seat-2", "seat-1"),
        "body.item-listed-twice", "OrderItemIdInvalidError", "The order item 'seat-1' is listed twice.",
    ),
    "one good item and one unknown": (
        lambda s: order_form(s, "seat-1", "seat-7"),
        "cancel.unknown-item", "OrderItemIdInvalidError", "There is no order item 'seat-7'.",
    ),
    "identifiers: no item": (
        lambda s: {"orderIdentifier": s.order("booking")},
        NOT_A_CANCELLATION, "OpenBookingError", "The body has no orderItemIdentifier.",
    ),
    "identifiers: no order": (
        lambda _: {"orderItemIdentifier": "seat-1"}, NOT_A_CANCELLATION, "OpenBookingError", "The body has no orderIdentifier.",
    ),
    "identifiers: a number": (
        lambda s: identifiers_form(s) | {"orderItemIdentifier": 1},
        NOT_A_CANCELLATION, "OpenBookingError", "orderItemIdentifier must be a string, not a number.",
    ),
    "identifiers: null": (
        lambda s: identifiers_form(s) | {"orderIdentifier": None},
        NOT_A_CANCELLATION, "OpenBookingError", "orderIdentifier must be a string, not null.",
    ),
    "identifiers: an empty item": (
        lambda s: identifiers_form(s, ""),
        NOT_A_CANCELLATION, "OpenBookingError", "orderItemIdentifier must not be empty.",
    ),
    "identifiers: another order": (
        lambda s: identifiers_form(s) | {"orderIdentifier": s.order("other")},
        "body.order-mismatch", "OpenBookingError", "orderIdentifier in the body is not the order in the path.",
    ),
    "identifiers: a foreign item": (
        lambda s: identifiers_form(s, "seat-9"),
        "cancel.unknown-item", "OrderItemNotWithinOrderError", "The order item 'seat-9' is not part of the order",
    ),
    "identifiers: another property": (
        lambda s: identifiers_form(s) | {"type": "Order"},
        "body.excessive-properties", "PatchContainsExcessivePropertiesError",
        'Beside orderIdentifier and orderItemIdentifier the body has "type".',
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_BODIES)
def test_a_wrong_body_is_refused_with_its_rule_and_words_and_nothing_changes(what: str, stage: Stage) -> None:
    body, rule, kind, words = WRONG_BODIES[what]
    before = stage.state()
    answer = stage.cancel("booking", body(stage) if callable(body) else body)
    assert (answer.status, answer.rule, answer.json["@type"]) == (400, rule, kind)
    assert answer.json["description"].startswith(words)
    assert list(answer.json) == ["@context", "@type", "description"]
    assert answer.header("x-imin-mock-fault") is None
    assert stage.state() == before


@pytest.mark.parametrize("what", ["an unknown item", "a foreign item under this order", "identifiers: a foreign item"])
def test_an_item_that_the_order_does_not_hold_is_404_where_the_reading_says_so(what: str) -> None:
    orders = {
        "booking": {"customer": "asha", "items": {"seat-1": "yoga"}},
        "other": {"customer": "asha", "items": {"seat-9": "yoga"}},
    }
    stage = set_stage(scenario(orders=orders, readings={"unknown-order-item": "404"}))
    body, rule, kind, _ = WRONG_BODIES[what]
    answer = stage.cancel("booking", body(stage))
    assert (answer.status, answer.rule, answer.json["@type"]) == (404, rule, kind)


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        (None, 204),
        ("application/json", 204),
        ("Application/JSON; charset=utf-8", 204),
        ("application/vnd.openactive.booking+json; version=1", 204),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/jsonx", 415),
        (";", 415),
        ("text/\u00fc" + "x" * 5000, 415),
    ],
)
def test_a_patch_is_json_by_its_media_type(stage: Stage, media_type: str | None, status: int) -> None:
    before = stage.state()
    headers = [] if media_type is None else [(b"content-type", media_type.encode("latin-1"))]
    answer = stage.cancel("booking", identifiers_form(stage), headers=headers)
    assert answer.status == status
    if status == 415:
        assert answer.rule == "body.media-type"
        assert answer.header("accept-patch") == "application/json, application/vnd.openactive.booking+json"
        assert len(answer.body) < 500
        assert stage.state() == before


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_ten_megabytes_is_413_and_changes_nothing(stage: Stage, *, announced: bool) -> None:
    before = stage.state()
    body = b'{"x": "' + b"a" * 10_000_000 + b'"}'
    headers = [(b"content-length", b"%d" % len(body))] if announced else []
    answer = stage.cancel("booking", body, headers=headers)
    assert (answer.status, answer.rule) == (413, "body.too-large")
    assert answer.json["description"] == "The body is larger than 1,048,576 bytes."
    assert answer.header("connection") == "close"
    assert stage.state() == before


@pytest.mark.parametrize("length", [b"9" * 4000, "\u00b2".encode("latin-1"), b"-1", b"abc"])
def test_the_body_counts_as_it_arrives_whatever_length_was_announced(stage: Stage, length: bytes) -> None:
    assert stage.cancel("booking", identifiers_form(stage), headers=[(b"content-length", length)]).status == 204

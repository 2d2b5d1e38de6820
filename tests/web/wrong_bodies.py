"""Bodies of a cancellation that the mock refuses, and how: for the tests of the refusals and of the document."""

import json
from typing import Any

from tests.web.calling import Stage

CANCELLED = "https://openactive.io/CustomerCancelled"


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
    "a byte order mark": (b"\xef\xbb\xbf{}", "body.not-json", "OpenBookingError", "The body is not JSON: it begins with a byte"),
    "UTF-16": ("{}".encode("utf-16"), "body.not-json", "OpenBookingError", "The body is not JSON: it is UTF-16"),
    "not UTF-8": (b'{"type": "\xff"}', "body.not-json", "OpenBookingError", "The body is not JSON: "),
    "a first half of a pair": (
        b'{"type": "\\ud800"}', "body.not-json", "OpenBookingError",
        r"The body is not JSON: \ud800 at byte 10 is half a surrogate pair, which is not a Unicode character.",
    ),
    "a second half of a pair": (
        b'{"type": "\\\\ud83d\\uDe00"}', "body.not-json", "OpenBookingError",
        r"The body is not JSON: \uDe00 at byte 17 is half a surrogate pair",
    ),
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
        "body.item-id", "OrderItemIdInvalidError", "The id of orderedItem[0] must be the URL",
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

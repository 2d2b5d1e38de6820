"""The body of ``PATCH /orders/{orderIdentifier}``: the three forms that the evidence allows, and precise words for any other.

{"type": "Order", "orderedItem": [{"type": "OrderItem", "id": URL, "orderItemStatus": CANCELLED}]}        unprefixed
{"@type": "Order", "orderedItem": [{"@type": "OrderItem", "@id": URL, "orderItemStatus": CANCELLED}]}     prefixed
{"orderIdentifier": UUID, "orderItemIdentifier": ID}                                                      identifiers
"""

import re
from typing import Annotated, Any, Literal, NoReturn
from urllib.parse import unquote

import msgspec

from mockserver.domain.readings import ReadingName, Readings
from mockserver.domain.rules import Rule
from mockserver.domain.values import OrderId
from mockserver.web.imin_api.errors import RefusedRequestError

CANCELLED_URL = "https://openactive.io/CustomerCancelled"
_ITEM_URL = re.compile(r"https?://[^/?#\s]+/api/v2/orders/(?P<order>[^/?#\s]+)/order-items/(?P<item>[^/?#\s]+)")
_IDENTIFIER_KEYS = {"orderIdentifier", "orderItemIdentifier"}
_ORDER_KEYS = {"@context", "type", "@type", "orderedItem"}
_ITEM_KEYS = {"@context", "type", "@type", "id", "@id", "orderItemStatus"}


def identifiers_of(body: bytes, order_id: OrderId, readings: Readings) -> tuple[str, ...]:
    """The identifiers of the items to cancel. *Raises* :class:`RefusedRequestError` that says what is wrong."""
    form = readings[ReadingName.PATCH_BODY]
    plain = _plain(body) if form == "any" else None
    if isinstance(plain, _PlainOrder):
        item_ids = [_item_of(item.id, nth, order_id) for nth, item in enumerate(plain.orderedItem)]
    elif plain is not None and plain.orderIdentifier == order_id:
        return (plain.orderItemIdentifier,)
    else:
        item_ids = _item_ids_in(_json_object(body), order_id, form)
    for nth, item_id in enumerate(item_ids[1:], start=1):
        if item_id in item_ids[:nth]:
            _refuse(Rule.BODY_ITEM_TWICE, f"The order item {item_id!r} is listed twice.", "OrderItemIdInvalidError")
    return tuple(item_ids)


class _PlainItem(msgspec.Struct, forbid_unknown_fields=True):
    type: Literal["OrderItem"]
    id: str
    orderItemStatus: Literal["https://openactive.io/CustomerCancelled"]  # noqa: N815 - the wire's name


class _PlainOrder(msgspec.Struct, forbid_unknown_fields=True):
    type: Literal["Order"]
    orderedItem: Annotated[list[_PlainItem], msgspec.Meta(min_length=1)]  # noqa: N815 - the wire's name
    context: Any = msgspec.field(default=None, name="@context")


class _PlainIdentifiers(msgspec.Struct, forbid_unknown_fields=True):
    orderIdentifier: str  # noqa: N815 - the wire's name
    orderItemIdentifier: Annotated[str, msgspec.Meta(min_length=1)]  # noqa: N815 - the wire's name


_decode_order = msgspec.json.Decoder(_PlainOrder).decode
_decode_identifiers = msgspec.json.Decoder(_PlainIdentifiers).decode


def _plain(body: bytes) -> _PlainOrder | _PlainIdentifiers | None:
    """A body of the unprefixed form or of the two identifiers that has nothing wrong with it, as most bodies are; ``None`` for
    any other.

    It only saves time: what it takes, the code below would take too.
    """
    try:
        return _decode_order(body) if b'"orderedItem"' in body else _decode_identifiers(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _item_ids_in(document: dict[str, Any], order_id: OrderId, form: str) -> list[str]:
    if not document.keys().isdisjoint(_IDENTIFIER_KEYS):
        if form not in {"any", "identifiers"}:
            _not_a_cancellation(f"This mock is set to take the {form} form of the body only.")
        return [_bare_identifier(document, order_id)]
    if form == "identifiers":
        _not_a_cancellation("This mock is set to take orderIdentifier and orderItemIdentifier only.")
    return _ordered_items(document, order_id, form)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        from mockserver.web.decoder import why_not_json

        why = f"The body is not JSON: {why_not_json(body, error)}." if body else "The body is empty; it must be JSON."
        _refuse(Rule.BODY_NOT_JSON, why)
    except RecursionError:
        _refuse(Rule.BODY_NOT_JSON, "The body is nested too deeply.")
    if not isinstance(document, dict):
        _refuse(Rule.BODY_NOT_JSON, f"The body must be a JSON object, not {_kind(document)}.")
    return document


def _bare_identifier(document: dict[str, Any], order_id: OrderId) -> str:
    excess = _excess(document, _IDENTIFIER_KEYS)
    if excess:
        _refuse(
            Rule.BODY_EXCESSIVE_PROPERTIES,
            f"Beside orderIdentifier and orderItemIdentifier the body has {excess}.",
            "PatchContainsExcessivePropertiesError",
        )
    for key in sorted(_IDENTIFIER_KEYS):
        if key not in document:
            _not_a_cancellation(f"The body has no {key}.")
        if not isinstance(document[key], str):
            _not_a_cancellation(f"{key} must be a string, not {_kind(document[key])}.")
        if not document[key]:
            _not_a_cancellation(f"{key} must not be empty.")
    if document["orderIdentifier"] != order_id:
        _refuse(Rule.BODY_ORDER_MISMATCH, "orderIdentifier in the body is not the order in the path.")
    return str(document["orderItemIdentifier"])


def _ordered_items(document: dict[str, Any], order_id: OrderId, form: str) -> list[str]:
    if "orderedItem" not in document:
        _not_a_cancellation(
            "The body needs orderedItem, a list of the order items to cancel (or orderIdentifier and orderItemIdentifier)."
        )
    _check_type(document, "Order", "The body", form)
    excess = _excess(document, _ORDER_KEYS)
    if excess:
        _refuse(
            Rule.BODY_EXCESSIVE_PROPERTIES,
            f"An Order in a cancellation has only @context, type and orderedItem; this one also has {excess}.",
            "PatchContainsExcessivePropertiesError",
        )
    items = document["orderedItem"]
    if not isinstance(items, list):
        _not_a_cancellation(f"orderedItem must be a list, not {_kind(items)}.")
    if not items:
        _refuse(Rule.BODY_NO_ITEMS, "orderedItem is empty: list at least one order item to cancel.")
    return [_ordered_item(item, nth, order_id, form) for nth, item in enumerate(items)]


def _ordered_item(item: Any, nth: int, order_id: OrderId, form: str) -> str:
    where = f"orderedItem[{nth}]"
    if not isinstance(item, dict):
        _not_a_cancellation(f"{where} must be an object, not {_kind(item)}.")
    _check_type(item, "OrderItem", where, form)
    excess = _excess(item, _ITEM_KEYS)
    if excess:
        _refuse(
            Rule.BODY_EXCESSIVE_PROPERTIES,
            f"{where} has only type, id and orderItemStatus in a cancellation; this one also has {excess}.",
            "PatchContainsExcessivePropertiesError",
        )
    status = item.get("orderItemStatus")
    if status != CANCELLED_URL:
        said = "is missing" if "orderItemStatus" not in item else f"is {_shown(status)}"
        _refuse(
            Rule.BODY_STATUS_NOT_ALLOWED,
            f"orderItemStatus of {where} {said}; only {CANCELLED_URL} may be written.",
            "PatchNotAllowedOnPropertyError",
        )
    return _item_of(_keyed(item, "id", where, form), nth, order_id)


def _item_of(url: Any, nth: int, order_id: OrderId) -> str:
    """The item's identifier in its URL, which is that of an item of this order."""
    match = _ITEM_URL.fullmatch(url) if isinstance(url, str) else None
    if match is None:
        _refuse(
            Rule.BODY_ITEM_ID,
            f"The id of orderedItem[{nth}] must be the URL of an order item, as the lists show it, and is {_shown(url)}.",
            "OrderItemIdInvalidError",
        )
    order, item = match.groups()
    if order != order_id and unquote(order) != order_id:
        _refuse(
            Rule.BODY_ITEM_ID,
            f"The id of orderedItem[{nth}] is that of an item of another order.",
            "OrderItemNotWithinOrderError",
        )
    return unquote(item) if "%" in item else item


def _check_type(holder: dict[str, Any], expected: str, where: str, form: str) -> None:
    kind = _keyed(holder, "type", where, form)
    if kind != expected:
        _refuse(
            Rule.BODY_ORDER_TYPE,
            f"The type of {where.lower() if where == 'The body' else where} must be {expected} and is {_shown(kind)}.",
            "UnexpectedOrderTypeError",
        )


def _keyed(holder: dict[str, Any], name: str, where: str, form: str) -> Any:
    """The value under ``name`` or ``@name``, as the form allows."""
    prefixed = f"@{name}"
    if prefixed not in holder:
        if name not in holder:
            wanted = {"unprefixed": name, "prefixed": prefixed}.get(form, f"{name} or {prefixed}")
            _not_a_cancellation(f"{where} has no {wanted}.")
        if form == "prefixed":
            _not_a_cancellation(f"{where} has {name}; this mock is set to take {prefixed} only.")
        return holder[name]
    if name in holder:
        _not_a_cancellation(f"{where} has both {name} and {prefixed}; give one.")
    if form == "unprefixed":
        _not_a_cancellation(f"{where} has {prefixed}; this mock is set to take {name} only.")
    return holder[prefixed]


def _excess(holder: dict[str, Any], allowed: set[str]) -> str:
    """The names that may not be there, for a sentence. Names with a namespace prefix (``imin:x``) are exempt."""
    if holder.keys() <= allowed:  # as nearly always
        return ""
    return ", ".join(_shown(key) for key in holder if key not in allowed and ":" not in key)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _shown(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 120 else text[:117] + "..."


def _not_a_cancellation(description: str) -> NoReturn:
    _refuse(Rule.BODY_NOT_A_CANCELLATION, description)


def _refuse(rule: Rule, description: str, kind: str = "OpenBookingError") -> NoReturn:
    raise RefusedRequestError(400, kind, rule, description)

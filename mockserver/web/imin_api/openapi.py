"""The OpenAPI 3.1 document of imin's face: paths, statuses, the rules behind each refusal, and examples that work.

Every status names the rules that give it, with their basis, from the one rule table; the schema of the rule header lists
them, so that a rule which answers with a status it is not documented for fails validation.
"""

from typing import Any

import mockserver
from mockserver.domain.behaviour import Operation
from mockserver.domain.readings import READINGS, ReadingName
from mockserver.domain.rules import RULES, Rule
from mockserver.web.imin_api.cancellation_body import CANCELLED_URL
from mockserver.web.imin_api.operations import MEDIA_TYPES
from mockserver.web.imin_api.schemas import ANSWERS, CANCELLATION, UUID

Json = dict[str, Any]

EXAMPLE_KEY = "happy-path"
EXAMPLE_CUSTOMER = "asha"
EXAMPLE_ITEM = "seat-1"
EXAMPLE_ORDER = "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
"""What the shipped scenario of the key holds; ids follow from the scenario, so these are the same on every machine."""

_KEY_RULES = (Rule.KEY_MISSING, Rule.KEY_REFUSED)
_LIST_RULES: dict[int, tuple[Rule, ...]] = {
    400: (Rule.QUERY_CUSTOMER_REQUIRED, Rule.QUERY_PAGE_INVALID),
    404: (Rule.LIST_UNKNOWN_CUSTOMER, Rule.LIST_PAST_THE_END),
}
REFUSALS: dict[Operation, dict[int, tuple[Rule, ...]]] = {
    Operation.LIST_UPCOMING: _LIST_RULES,
    Operation.LIST_ORDERS: _LIST_RULES,
    Operation.GET_ORDER: {404: (Rule.ORDER_UNKNOWN,)},
    Operation.CANCEL: {
        400: (
            Rule.BODY_NOT_JSON,
            Rule.BODY_NOT_A_CANCELLATION,
            Rule.BODY_ORDER_MISMATCH,
            Rule.BODY_ORDER_TYPE,
            Rule.BODY_EXCESSIVE_PROPERTIES,
            Rule.BODY_STATUS_NOT_ALLOWED,
            Rule.BODY_NO_ITEMS,
            Rule.BODY_ITEM_TWICE,
            Rule.BODY_ITEM_ID,
            Rule.CANCEL_UNKNOWN_ITEM,
            Rule.CANCEL_REPEAT_PENDING,
            Rule.CANCEL_ATTENDED,
            Rule.CANCEL_OFFER,
            Rule.CANCEL_WINDOW_CLOSED,
            Rule.CANCEL_STARTED,
            Rule.CANCEL_REFUSED_AT_ONCE,
        ),
        404: (Rule.ORDER_UNKNOWN, Rule.CANCEL_UNKNOWN_ITEM),
        413: (Rule.BODY_TOO_LARGE,),
        415: (Rule.BODY_MEDIA_TYPE,),
    },
}
"""Which rules refuse, by operation and status. Readings move some of them between statuses."""


def build_document(address: str) -> Json:
    """The document, as served at ``address``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "imin Booking API (mock)",
            "version": mockserver.__version__,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": address}],
        "security": [{"key": []}],
        "tags": [{"name": "Order items"}, {"name": "Orders"}],
        "paths": {
            "/api/v2/order-items": {"get": _list_upcoming()},
            "/api/v2/orders": {"get": _list_orders()},
            "/api/v2/orders/{orderIdentifier}": {
                "parameters": [_order_parameter()],
                "get": _get_order(),
                "patch": _cancel(address),
            },
        },
        "components": {
            "schemas": {**ANSWERS, **CANCELLATION},
            "parameters": {"customer": _CUSTOMER, "page": _PAGE},
            "headers": _HEADERS,
            "responses": {
                "Unauthorized": _unauthorized(),
                "ScenarioFaulty": _problem("The scenario's file is faulty, or never comes to rest."),
                "ScriptedFault": {"description": _explain((Rule.API_FAULT,), "The scenario lets this request fail.")},
                "MethodNotAllowed": _problem(
                    "The path has other methods; Allow lists them.", {"Allow": _head("Allow")}
                ),
            },
            "securitySchemes": {
                "key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-API-KEY",
                    "description": f"A scenario's name, such as `{EXAMPLE_KEY}`, or `{EXAMPLE_KEY}@your-label`"
                    " for a world of your own. The page at / lists the keys.",
                }
            },
        },
    }


_ABOUT = """\
A deterministic stand-in for imin's Booking API v2 (`https://book.imin.co/api/v2`). The key names a scenario, and with it a
world of your own: its customers, its orders, its clock.

Each refusal names its rule in `X-Imin-Mock-Rule`, and each rule its basis: *documented* by imin, *standard* (the OpenActive
Open Booking API says it), or *assumed* (nobody says it; real imin may differ). Whatever imin would never answer carries
`X-Imin-Mock-Fault`. GET paths answer HEAD too; another method is 405 with `Allow`."""


def _head(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"}


_HEADERS: Json = {
    "Date": {"description": "The instant by the world's clock.", "schema": {"type": "string"}, "required": True},
    "Allow": {"description": "The methods of the path.", "schema": {"type": "string"}, "required": True},
    "Accept-Patch": {"description": "The media types of a PATCH.", "schema": {"type": "string"}, "required": True},
    "WWW-Authenticate": {"description": "How to send a key.", "schema": {"type": "string"}, "required": True},
    "X-Imin-Mock-Fault": {
        "description": "imin would never answer this; the word says why the mock does.",
        "schema": {"type": "string"},
        "required": True,
    },
}


def _explain(rules: tuple[Rule, ...], opening: str) -> str:
    """The opening, then a line for each rule with its basis and source."""
    lines = [f"- `{r.value}` ({RULES[r].basis}; {RULES[r].source}): {RULES[r].says}" for r in rules]
    return "\n".join([opening, "", *lines]) if lines else opening


def _explain_reading(name: ReadingName) -> str:
    reading = READINGS[name]
    return f"\n\nReading `{name}`: {reading.question} By default *{reading.default}*. {reading.evidence}"


def _rule_header(rules: tuple[Rule, ...]) -> Json:
    return {"description": "The rule that refuses.", "required": True, "schema": {"enum": [r.value for r in rules]}}


def _ref(name: str, kind: str = "schemas") -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def _json(schema: str, example: Any = None) -> Json:
    content: Json = {"schema": _ref(schema)}
    return {"application/json": content if example is None else {**content, "example": example}}


def _problem(description: str, headers: Json | None = None) -> Json:
    return {
        "description": description,
        "headers": {"X-Imin-Mock-Fault": _head("X-Imin-Mock-Fault"), **(headers or {})},
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }


def _unauthorized() -> Json:
    headers = {"X-Imin-Mock-Rule": _rule_header(_KEY_RULES), "WWW-Authenticate": _head("WWW-Authenticate")}
    return _problem(_explain(_KEY_RULES, "The key names no world; what imin answers here is not known."), headers)


def _refused(operation: Operation, status: int, opening: str, schema: str, example: Any = None) -> Json:
    rules = REFUSALS[operation][status]
    headers = {"X-Imin-Mock-Rule": _rule_header(rules), "Date": _head("Date")}
    if status == 415:
        headers["Accept-Patch"] = _head("Accept-Patch")
    return {"description": _explain(rules, opening), "headers": headers, "content": _json(schema, example)}


def _order_missing(operation: Operation) -> Json:
    """404 of a path with an order in it. An identifier with a slash in it is no such path, and then the mock says so."""
    example = {
        "@context": "https://openactive.io/",
        "@type": "UnknownOrderError",
        "description": "There is no order '00000000-0000-4000-8000-000000000000'.",
    }
    answer = _refused(operation, 404, "Not found.", "OpenBookingError", example)
    answer["headers"]["X-Imin-Mock-Rule"]["required"] = False
    answer["headers"]["X-Imin-Mock-Fault"] = {**_HEADERS["X-Imin-Mock-Fault"], "required": False}
    answer["content"]["application/problem+json"] = {"schema": _ref("Problem")}
    return answer


def _answers(own: Json) -> Json:
    always = {
        "401": _ref("Unauthorized", "responses"),
        "500": _ref("ScenarioFaulty", "responses"),
        "503": _ref("ScriptedFault", "responses"),
    }
    return dict(sorted({**own, **always}.items()))


_CUSTOMER: Json = {
    "name": "customerIdentifier",
    "in": "query",
    "required": True,
    "description": _explain((Rule.QUERY_CUSTOMER_REQUIRED,), "The customer's identifier at imin."),
    "schema": {"type": "string", "minLength": 1},
    "example": EXAMPLE_CUSTOMER,
}
_PAGE: Json = {
    "name": "page",
    "in": "query",
    "description": _explain((Rule.QUERY_PAGE_INVALID,), "The page, from 1."),
    "schema": {"type": "integer", "minimum": 1, "default": 1},
    "example": 1,
}


def _order_parameter() -> Json:
    return {
        "name": "orderIdentifier",
        "in": "path",
        "required": True,
        "description": "`imin:order.identifier` of an order item, `identifier` of an order.",
        "schema": {**UUID, "minLength": 1},
        "example": EXAMPLE_ORDER,
    }


def _list_operation(operation: Operation, name: str, answer: Json) -> Json:
    invalid = {"error": {"type": "InvalidQuery", "details": [
        "Expecting string at 0.customerIdentifier but instead got: undefined"]}}  # fmt: skip
    return {
        "operationId": name,
        "parameters": [_ref("customer", "parameters"), _ref("page", "parameters")],
        "responses": _answers(
            {
                "200": answer,
                "400": _refused(operation, 400, "The query is wrong.", "InvalidQuery", invalid),
                "404": _refused(operation, 404, "Only where a reading says so.", "OpenBookingError"),
            }
        ),
    }


def _link(operation: str, description: str, parameters: Json, body: Json | None = None) -> Json:
    link = {"operationId": operation, "parameters": parameters, "description": description}
    return link if body is None else {**link, "requestBody": body}


def _links_to_order(order: str, item: str) -> Json:
    """To the order, and to the cancellation of its item. ``order`` and ``item`` point into the answer."""
    return {
        "order": _link("getOrder", "The order.", {"orderIdentifier": f"$response.body#{order}"}),
        "cancel": _link(
            "cancelOrderItems",
            "Cancel the item.",
            {"orderIdentifier": f"$response.body#{order}"},
            {"orderIdentifier": f"$response.body#{order}", "orderItemIdentifier": f"$response.body#{item}"},
        ),
    }


_SAME_CUSTOMER = {"customerIdentifier": "$request.query.customerIdentifier"}


def _list_upcoming() -> Json:
    rules = (
        Rule.LIST_UPCOMING_ORDER,
        Rule.LIST_TEN_A_PAGE,
        Rule.LIST_PAST_THE_END,
        Rule.LIST_EMPTY,
        Rule.CANCEL_ALLOWED,
    )
    answer = {
        "description": "The page.",
        "headers": {"Date": _head("Date")},
        "content": _json("UpcomingOrderItems"),
        "links": {
            **_links_to_order("/imin:item/0/imin:order/identifier", "/imin:item/0/identifier"),
            "orders": _link("listOrders", "The orders of the same customer.", _SAME_CUSTOMER),
        },
    }
    return {
        "tags": ["Order items"],
        "summary": "What a customer will attend",
        "description": _explain(rules, "The upcoming order items of a customer, with the flag for cancelling.")
        + _explain_reading(ReadingName.CANCELLED_ITEMS_IN_UPCOMING),
        **_list_operation(Operation.LIST_UPCOMING, "listUpcomingOrderItems", answer),
    }


def _list_orders() -> Json:
    rules = (
        Rule.LIST_HISTORY_ORDER,
        Rule.LIST_TEN_A_PAGE,
        Rule.LIST_PAST_THE_END,
        Rule.LIST_EMPTY,
        Rule.REFUND_RECEIPT,
    )
    answer = {
        "description": "The page.",
        "headers": {"Date": _head("Date")},
        "content": _json("Orders"),
        "links": {
            **_links_to_order("/imin:item/0/identifier", "/imin:item/0/orderedItem/0/identifier"),
            "upcoming": _link("listUpcomingOrderItems", "What the same customer will attend.", _SAME_CUSTOMER),
        },
    }
    return {
        "tags": ["Orders"],
        "summary": "A customer's orders",
        "description": _explain(rules, "All orders of a customer."),
        **_list_operation(Operation.LIST_ORDERS, "listOrders", answer),
    }


def _get_order() -> Json:
    answer = {
        "description": "The order.",
        "headers": {"Date": _head("Date")},
        "content": _json("Order"),
        "links": {"cancel": _links_to_order("/identifier", "/orderedItem/0/identifier")["cancel"]},
    }
    return {
        "tags": ["Orders"],
        "summary": "One order",
        "description": _explain((Rule.REFUND_RECEIPT,), "An order with its items and receipts."),
        "operationId": "getOrder",
        "responses": _answers({"200": answer, "404": _order_missing(Operation.GET_ORDER)}),
    }


def _cancel(address: str) -> Json:
    rules = (
        Rule.CANCEL_PASSED_ON, Rule.CANCEL_ATOMIC, Rule.CANCEL_REPEAT_CANCELLED, Rule.CANCEL_REPEAT_PENDING,
    )  # fmt: skip
    refused = {
        "@context": "https://openactive.io/",
        "@type": "CancellationNotPermittedError",
        "description": "This booking can no longer be cancelled because it starts in less than 1 day.",
    }
    refuse = "Refused, and nothing has changed."
    operation = Operation.CANCEL
    again = _link("getOrder", "See it pending, later cancelled.", {"orderIdentifier": "$request.path.orderIdentifier"})
    return {
        "tags": ["Orders"],
        "summary": "Ask to cancel order items",
        "description": _explain(rules, "A customer asks to cancel one or more items.")
        + _explain_reading(ReadingName.PATCH_BODY),
        "operationId": "cancelOrderItems",
        "requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, _cancellation(address))},
        "responses": _answers(
            {
                "204": {
                    "description": "Passed on to the Booking System; not yet cancelled.",
                    "headers": {"Date": _head("Date")},
                    "links": {"order": again},
                },
                "400": _refused(operation, 400, refuse, "OpenBookingError", refused),
                "404": _order_missing(operation),
                "413": _refused(operation, 413, "Too large.", "OpenBookingError"),
                "415": _refused(operation, 415, "Not JSON by its type.", "OpenBookingError"),
            }
        ),
    }


def _cancellation(address: str) -> Json:
    url = f"{address}/api/v2/orders/{EXAMPLE_ORDER}/order-items/{EXAMPLE_ITEM}"

    def order(prefix: str) -> Json:
        item = {f"{prefix}type": "OrderItem", f"{prefix}id": url, "orderItemStatus": CANCELLED_URL}
        return {"@context": "https://openactive.io/", f"{prefix}type": "Order", "orderedItem": [item]}

    identifiers = {"orderIdentifier": EXAMPLE_ORDER, "orderItemIdentifier": EXAMPLE_ITEM}
    return {
        "schema": {"oneOf": [_ref(name) for name in CANCELLATION]},
        "examples": {
            "unprefixed": {"summary": "type and id", "value": order("")},
            "prefixed": {"summary": "@type and @id", "value": order("@")},
            "identifiers": {"summary": "the two identifiers", "value": identifiers},
        },
    }

"""The OpenAPI 3.1 document of imin's face: paths, statuses, the rules behind each refusal, and examples that work.

Every status names the rules that give it, with their basis, from the one rule table. It knows OpenAPI; what the JSON looks
like stands in :mod:`mockserver.web.imin_api.schemas`.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

import mockserver
from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.engine.queries import LAST_PAGE
from mockserver.web.imin_api.cancellation_body import CANCELLED_URL
from mockserver.web.imin_api.operations import MEDIA_TYPES
from mockserver.web.imin_api.refusals import (
    HEADERS,
    explain,
    explain_reading,
    head,
    json_content,
    key_refused,
    order_missing,
    problem,
    ref,
    refused,
    refused_as_by_the_standard,
    url_too_long,
    with_shared_answers,
    wrong_query,
)
from mockserver.web.imin_api.schemas import ANSWERS, CANCELLATION, UUID

Json = dict[str, Any]

EXAMPLE_KEY = "happy-path"
EXAMPLE_CUSTOMER = "asha"
EXAMPLE_ITEM = "seat-1"
EXAMPLE_ORDER = "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
"""What the shipped scenario of the key holds; ids follow from the scenario, so these are the same on every machine."""

EXAMPLE_ADDRESS = "http://127.0.0.1:4646"
"""The address at which the answers in ``examples.json`` were given."""


def build_document(address: str) -> Json:
    """The document, as served at ``address``."""
    examples = msgspec.json.decode(_answers_given().replace(EXAMPLE_ADDRESS, address))
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
            "/api/v2/order-items": {"get": _list_upcoming(examples)},
            "/api/v2/orders": {"get": _list_orders(examples)},
            "/api/v2/orders/{orderIdentifier}": {
                "parameters": [_order_parameter()],
                "get": _get_order(examples),
                "patch": _cancel(address),
            },
        },
        "components": {
            "schemas": {**ANSWERS, **CANCELLATION},
            "parameters": {"customer": _CUSTOMER, "page": _PAGE},
            "headers": HEADERS,
            "responses": {
                "Unauthorized": key_refused(401),
                "Forbidden": key_refused(403),
                "UrlTooLong": url_too_long(),
                "ScenarioFaulty": problem("The scenario's file is faulty, or never comes to rest."),
                "ScriptedFault": {"description": explain((Rule.API_FAULT,), "The scenario lets this request fail.")},
                "MethodNotAllowed": problem("The path has other methods; Allow lists them.", {"Allow": head("Allow")}),
            },
            "securitySchemes": {
                "key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-API-KEY",
                    "description": f"A scenario's name, such as `{EXAMPLE_KEY}`, or `{EXAMPLE_KEY}@your-label`"
                    " for a world of your own. The page at / lists the keys. An evil twin, such as"
                    f" `{EXAMPLE_KEY}~refunds-twice`, breaks one law on purpose, and says so in `X-Imin-Mock-Twin`.",
                }
            },
        },
    }


@cache
def _answers_given() -> str:
    return Path(__file__).with_name("examples.json").read_text(encoding="utf-8")


_ABOUT = """\
A deterministic stand-in for imin's Booking API v2 (`https://book.imin.co/api/v2`). The key names a scenario, and with it a
world of your own: its customers, its orders, its clock.

Each refusal names its rule in `X-Imin-Mock-Rule`, and each rule its basis: *documented* by imin, *standard* (the OpenActive
Open Booking API says it), or *assumed* (nobody says it; real imin may differ). Whatever imin would never answer carries
`X-Imin-Mock-Fault`. GET paths answer HEAD too; another method is 405 with `Allow`."""


_CUSTOMER: Json = {
    "name": "customerIdentifier",
    "in": "query",
    "required": True,
    "description": explain((Rule.QUERY_CUSTOMER_REQUIRED,), "The customer's identifier at imin."),
    "schema": {"type": "string", "minLength": 1},
    "example": EXAMPLE_CUSTOMER,
}
_PAGE: Json = {
    "name": "page",
    "in": "query",
    "description": explain((Rule.QUERY_PAGE_INVALID,), "The page, from 1."),
    "schema": {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1},
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


def _list_operation(operation: ApiOperation, name: str, answer: Json) -> Json:
    invalid = {"error": {"type": "InvalidQuery", "details": [
        "Expecting string at 0.customerIdentifier but instead got: undefined"]}}  # fmt: skip
    return {
        "operationId": name,
        "parameters": [ref("customer", "parameters"), ref("page", "parameters")],
        "responses": with_shared_answers(
            {
                "200": answer,
                "400": wrong_query(operation, invalid),
                "404": refused(operation, 404, "Only where a reading says so.", "OpenBookingError"),
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
_TO_LISTS = {
    "upcoming": _link("listUpcomingOrderItems", "How its customer sees it; an order does not name its customer.", {}),
    "orders": _link("listOrders", "Its customer's orders; an order does not name its customer.", {}),
}
"""Back to the lists, for whoever knows the customer."""


def _list_upcoming(examples: Json) -> Json:
    rules = (
        Rule.LIST_UPCOMING_ORDER,
        Rule.LIST_TEN_A_PAGE,
        Rule.LIST_PAST_THE_END,
        Rule.LIST_EMPTY,
        Rule.CANCEL_ALLOWED,
    )
    answer = {
        "description": "The page.",
        "headers": {"Date": head("Date")},
        "content": json_content("UpcomingOrderItems", examples["UpcomingOrderItems"]),
        "links": {
            **_links_to_order("/imin:item/0/imin:order/identifier", "/imin:item/0/identifier"),
            "orders": _link("listOrders", "The orders of the same customer.", _SAME_CUSTOMER),
        },
    }
    return {
        "tags": ["Order items"],
        "summary": "What a customer will attend",
        "description": explain(rules, "The upcoming order items of a customer, with the flag for cancelling.")
        + explain_reading(ReadingName.CANCELLED_ITEMS_IN_UPCOMING),
        **_list_operation(ApiOperation.LIST_UPCOMING, "listUpcomingOrderItems", answer),
    }


def _list_orders(examples: Json) -> Json:
    rules = (
        Rule.LIST_HISTORY_ORDER,
        Rule.LIST_TEN_A_PAGE,
        Rule.LIST_PAST_THE_END,
        Rule.LIST_EMPTY,
        Rule.REFUND_RECEIPT,
    )
    answer = {
        "description": "The page.",
        "headers": {"Date": head("Date")},
        "content": json_content("Orders", examples["Orders"]),
        "links": {
            **_links_to_order("/imin:item/0/identifier", "/imin:item/0/orderedItem/0/identifier"),
            "upcoming": _link("listUpcomingOrderItems", "What the same customer will attend.", _SAME_CUSTOMER),
        },
    }
    return {
        "tags": ["Orders"],
        "summary": "A customer's orders",
        "description": explain(rules, "All orders of a customer."),
        **_list_operation(ApiOperation.LIST_ORDERS, "listOrders", answer),
    }


def _get_order(examples: Json) -> Json:
    answer = {
        "description": "The order.",
        "headers": {"Date": head("Date")},
        "content": json_content("Order", examples["Order"]),
        "links": {"cancel": _links_to_order("/identifier", "/orderedItem/0/identifier")["cancel"], **_TO_LISTS},
    }
    return {
        "tags": ["Orders"],
        "summary": "One order",
        "description": explain((Rule.REFUND_RECEIPT,), "An order with its items and receipts."),
        "operationId": "getOrder",
        "responses": with_shared_answers({"200": answer, "404": order_missing(ApiOperation.GET_ORDER)}),
    }


def _cancel(address: str) -> Json:
    rules = (
        Rule.CANCEL_PASSED_ON, Rule.CANCEL_ATOMIC, Rule.CANCEL_REPEAT_CANCELLED, Rule.CANCEL_REPEAT_PENDING,
        Rule.CANCEL_CANCELLED_UNREAD,
    )  # fmt: skip
    too_late = {
        "@context": "https://openactive.io/",
        "@type": "CancellationNotPermittedError",
        "description": "This booking can no longer be cancelled because it starts in less than 1 day.",
    }
    refuse = "Refused, and nothing has changed."
    operation = ApiOperation.CANCEL
    again = _link("getOrder", "See it pending, later cancelled.", {"orderIdentifier": "$request.path.orderIdentifier"})
    return {
        "tags": ["Orders"],
        "summary": "Ask to cancel order items",
        "description": explain(rules, "A customer asks to cancel one or more items.")
        + explain_reading(ReadingName.PATCH_BODY),
        "operationId": "cancelOrderItems",
        "requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, _cancellation(address))},
        "responses": with_shared_answers(
            {
                "204": {
                    "description": "Passed on to the Booking System; not yet cancelled.",
                    "headers": {"Date": head("Date")},
                    "links": {"order": again, **_TO_LISTS},
                },
                "400": refused(operation, 400, refuse, "OpenBookingError", too_late),
                "404": order_missing(operation),
                "413": refused(operation, 413, "Too large.", "OpenBookingError"),
                "415": refused(operation, 415, "Not JSON by its type.", "OpenBookingError"),
                "500": refused_as_by_the_standard(operation),
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
        "schema": {"oneOf": [ref(name) for name in CANCELLATION]},
        "examples": {
            "unprefixed": {"summary": "type and id", "value": order("")},
            "prefixed": {"summary": "@type and @id", "value": order("@")},
            "identifiers": {"summary": "the two identifiers", "value": identifiers},
        },
    }

"""imin's face about orders: a customer's, one of them, and the customer's wish to cancel items of it."""

from typing import Any

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.cancellation import find_order, items_meant
from mockserver.domain.commands import RequestCancellation
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.values import OrderId
from mockserver.engine.coverage.list_points import sighting_of_orders
from mockserver.engine.queries import order_history, pending_among
from mockserver.web.answers import empty_answer, json_answer
from mockserver.web.imin_api import wire
from mockserver.web.imin_api.cancellation_body import CANCELLED_URL, identifiers_of
from mockserver.web.imin_api.errors import RefusedRequestError
from mockserver.web.imin_api.lists import LIST_QUERY, LIST_REFUSALS, SAME_CUSTOMER, list_answer, missing_list
from mockserver.web.imin_api.rows import (
    ANY_QUERY,
    EXAMPLE_ADDRESS,
    EXAMPLE_ITEM,
    EXAMPLE_ORDER,
    ApiCall,
    ApiRow,
    Reply,
    answered,
    link,
    links_to_order,
    ref,
    refused,
)
from mockserver.web.operation import RequestBody

MEDIA_TYPES = ("application/json", "application/vnd.openactive.booking+json")


def list_orders(call: ApiCall) -> Reply:
    """The customer's orders."""
    customer_id, number = LIST_QUERY.decode(call.scope["query_string"])
    world = call.live_world.world
    page = order_history(world, customer_id, number)
    now = call.live_world.present()
    sighting = sighting_of_orders(world, customer_id, page, now) if call.live_world.tally is not None else None
    missing = missing_list(world, customer_id, page)
    if missing is not None:
        return Reply(answer=missing, sighting=sighting)
    orders = [wire.order(world, order, call.address) for order in page.items]
    pending = pending_among(world, (item for order in page.items for item in order.items))
    answer = list_answer(call, page, orders, "orders", customer_id)
    return Reply(answer=answer, pending_shown=pending, sighting=sighting)


def get_order(call: ApiCall) -> Reply:
    """One order."""
    world = call.live_world.world
    order = find_order(world, OrderId(call.identifier))
    return Reply(
        answer=json_answer(wire.order(world, order, call.address)), pending_shown=pending_among(world, order.items)
    )


def cancel(call: ApiCall) -> Reply:
    """The customer asks to cancel items."""
    if call.media_type is not None and call.media_type != b"application/json":
        _check_media_type(call.media_type.decode("latin-1").partition(";")[0].strip().lower())
    world = call.live_world.world
    order = find_order(world, OrderId(call.identifier))
    item_ids = items_meant(world, order, identifiers_of(call.body, order.id, world.readings))
    call.live_world.execute(RequestCancellation(order_id=order.id, item_ids=item_ids))
    return _PASSED_ON


def _check_media_type(media_type: str) -> None:
    if media_type not in MEDIA_TYPES:
        description = f"The body must be {' or '.join(MEDIA_TYPES)}, not {media_type[:100] or 'without a type'}."
        accepted = [(b"accept-patch", ", ".join(MEDIA_TYPES).encode())]
        raise RefusedRequestError(415, "OpenBookingError", Rule.BODY_MEDIA_TYPE, description, accepted)


_PASSED_ON = Reply(answer=empty_answer(204))
"""One answer for every request that was passed on: it has nothing of its own."""


def _example(prefix: str) -> dict[str, Any]:
    url = f"{EXAMPLE_ADDRESS}/api/v2/orders/{EXAMPLE_ORDER}/order-items/{EXAMPLE_ITEM}"
    item = {f"{prefix}type": "OrderItem", f"{prefix}id": url, "orderItemStatus": CANCELLED_URL}
    return {"@context": "https://openactive.io/", f"{prefix}type": "Order", "orderedItem": [item]}


_CANCELLATION = RequestBody(
    decode=identifiers_of,
    shape={
        "oneOf": [ref("UnprefixedCancellation"), ref("PrefixedCancellation"), ref("IdentifiersCancellation")],
    },
    media_types=MEDIA_TYPES,
    examples={
        "type and id": _example(""),
        "@type and @id": _example("@"),
        "the two identifiers": {"orderIdentifier": EXAMPLE_ORDER, "orderItemIdentifier": EXAMPLE_ITEM},
    },
)
_TO_LISTS = {
    "upcoming": link("listUpcomingOrderItems", "How its customer sees it; an order does not name its customer.", {}),
    "orders": link("listOrders", "Its customer's orders; an order does not name its customer.", {}),
}
"""Back to the lists, for whoever knows the customer."""

_ORDER = {
    "orderIdentifier": {
        "description": "`imin:order.identifier` of an order item, `identifier` of an order.",
        "schema": {"type": "string", "format": "uuid", "minLength": 1},
        "example": EXAMPLE_ORDER,
    }
}

_NO_ORDER = refused(
    "Not found.",
    example={
        "@context": "https://openactive.io/",
        "@type": "UnknownOrderError",
        "description": "There is no order '00000000-0000-4000-8000-000000000000'.",
    },
)

PATHS: dict[str, dict[str, ApiRow]] = {
    "/api/v2/orders": {
        "GET": ApiRow(
            id="listOrders",
            api=ApiOperation.LIST_ORDERS,
            tag="Orders",
            summary="A customer's orders",
            about="All orders of a customer.",
            rules=(
                Rule.LIST_HISTORY_ORDER,
                Rule.LIST_TEN_A_PAGE,
                Rule.LIST_PAST_THE_END,
                Rule.LIST_EMPTY,
                Rule.REFUND_RECEIPT,
            ),
            carry_out=list_orders,
            query=LIST_QUERY,
            outcomes={
                200: answered(
                    "The page.",
                    "Orders",
                    links={
                        **links_to_order("/imin:item/0/identifier", "/imin:item/0/orderedItem/0/identifier"),
                        "upcoming": link(
                            "listUpcomingOrderItems", "What the same customer will attend.", SAME_CUSTOMER
                        ),
                    },
                ),
                **LIST_REFUSALS,
            },
        )
    },
    "/api/v2/orders/{orderIdentifier}": {
        "GET": ApiRow(
            id="getOrder",
            api=ApiOperation.GET_ORDER,
            tag="Orders",
            summary="One order",
            about="An order with its items and receipts.",
            rules=(Rule.REFUND_RECEIPT,),
            carry_out=get_order,
            named=_ORDER,
            query=ANY_QUERY,
            outcomes={
                200: answered(
                    "The order.",
                    "Order",
                    links={"cancel": links_to_order("/identifier", "/orderedItem/0/identifier")["cancel"], **_TO_LISTS},
                ),
                404: _NO_ORDER,
            },
        ),
        "PATCH": ApiRow(
            id="cancelOrderItems",
            api=ApiOperation.CANCEL,
            tag="Orders",
            summary="Ask to cancel order items",
            about="A customer asks to cancel one or more items.",
            rules=(
                Rule.CANCEL_PASSED_ON,
                Rule.CANCEL_ATOMIC,
                Rule.CANCEL_REPEAT_CANCELLED,
                Rule.CANCEL_REPEAT_PENDING,
                Rule.CANCEL_CANCELLED_UNREAD,
            ),
            readings=(ReadingName.PATCH_BODY,),
            carry_out=cancel,
            named=_ORDER,
            query=ANY_QUERY,
            body=_CANCELLATION,
            outcomes={
                204: answered(
                    "Passed on to the Booking System; not yet cancelled.",
                    links={
                        "order": link(
                            "getOrder",
                            "See it pending, later cancelled.",
                            {"orderIdentifier": "$request.path.orderIdentifier"},
                        ),
                        **_TO_LISTS,
                    },
                ),
                400: refused(
                    "Refused, and nothing has changed.",
                    example={
                        "@context": "https://openactive.io/",
                        "@type": "CancellationNotPermittedError",
                        "description": "This booking can no longer be cancelled because it starts in less than 1 day.",
                    },
                ),
                404: _NO_ORDER,
                415: refused("Not JSON by its type.", headers={"Accept-Patch": ref("Accept-Patch", "headers")}),
            },
        ),
    },
}

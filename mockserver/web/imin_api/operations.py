"""The four operations of imin's face: from a call to an answer. Each is a plain function; all state is in the world."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from whenever import Instant

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.cancellation import find_order, items_meant
from mockserver.domain.commands import RequestCancellation
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import CustomerId, OrderId, OrderItemId
from mockserver.domain.world import WorldState
from mockserver.engine.coverage.list_points import ListPoints, sighting_of_items, sighting_of_orders
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.queries import LAST_PAGE, Page, order_history, pending_among, upcoming_items
from mockserver.outgoing_text import looks_like_live_key, without_live_keys
from mockserver.web.answers import Answer, Scope, empty_answer, json_answer
from mockserver.web.imin_api import wire
from mockserver.web.imin_api.cancellation_body import identifiers_of
from mockserver.web.imin_api.errors import InvalidQueryError, RefusedRequestError, error_answer

_OF_A_QUERY = "!$&'()*+,;=:@/?%-._~"
"""What may stand in a query as it is; anything else is percent-encoded."""

_PLAIN = re.compile(rf"[A-Za-z0-9{re.escape(_OF_A_QUERY)}]*")

MEDIA_TYPES = ("application/json", "application/vnd.openactive.booking+json")


@dataclass(slots=True, kw_only=True)
class Call:
    """One request to imin's face, after its key was found good. ``address`` is what ids and links begin with: nothing in a PATCH,
    which answers with none."""

    live_world: LiveWorld
    scope: Scope
    address: str
    order_id: OrderId
    media_type: bytes | None
    body: bytes


@dataclass(slots=True, kw_only=True)
class Reply:
    """An answer, how long it holds if nothing happens in the world, and the pending items that it shows.

    ``sighting`` is what coverage makes of a list, where it is counted.
    """

    answer: Answer
    holds_until: Instant = Instant.MAX
    pending_shown: tuple[OrderItemId, ...] = ()
    sighting: ListPoints | None = None


def list_upcoming(call: Call) -> Reply:
    """``GET /order-items``: the customer's upcoming order items."""
    customer_id, number = _list_query(call.scope["query_string"])
    world = call.live_world.world
    now = call.live_world.present()
    upcoming = upcoming_items(world, customer_id, number, now)
    sighting = sighting_of_items(world, customer_id, upcoming.page, now) if call.live_world.tally is not None else None
    missing = _missing_list(world, customer_id, upcoming.page)
    if missing is not None:
        return Reply(answer=missing, holds_until=upcoming.holds_until, sighting=sighting)
    items = [wire.upcoming_item(world, shown, call.address) for shown in upcoming.page.items]
    pending = tuple(s.item.id for s in upcoming.page.items if s.state.status is OrderItemStatus.PENDING)
    return Reply(
        answer=_list_answer(call, upcoming.page, items, "order-items", customer_id),
        holds_until=upcoming.holds_until,
        pending_shown=pending,
        sighting=sighting,
    )


def list_orders(call: Call) -> Reply:
    """``GET /orders``: the customer's orders."""
    customer_id, number = _list_query(call.scope["query_string"])
    world = call.live_world.world
    page = order_history(world, customer_id, number)
    now = call.live_world.present()
    sighting = sighting_of_orders(world, customer_id, page, now) if call.live_world.tally is not None else None
    missing = _missing_list(world, customer_id, page)
    if missing is not None:
        return Reply(answer=missing, sighting=sighting)
    orders = [wire.order(world, order, call.address) for order in page.items]
    pending = pending_among(world, (item for order in page.items for item in order.items))
    answer = _list_answer(call, page, orders, "orders", customer_id)
    return Reply(answer=answer, pending_shown=pending, sighting=sighting)


def get_order(call: Call) -> Reply:
    """``GET /orders/{orderIdentifier}``: one order."""
    world = call.live_world.world
    order = find_order(world, call.order_id)
    return Reply(
        answer=json_answer(wire.order(world, order, call.address)), pending_shown=pending_among(world, order.items)
    )


def cancel(call: Call) -> Reply:
    """``PATCH /orders/{orderIdentifier}``: the customer asks to cancel items."""
    if call.media_type is not None and call.media_type != b"application/json":
        _check_media_type(call.media_type.decode("latin-1").partition(";")[0].strip().lower())
    world = call.live_world.world
    order = find_order(world, call.order_id)
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

OPERATIONS: dict[ApiOperation, Callable[[Call], Reply]] = {
    ApiOperation.LIST_UPCOMING: list_upcoming,
    ApiOperation.LIST_ORDERS: list_orders,
    ApiOperation.GET_ORDER: get_order,
    ApiOperation.CANCEL: cancel,
}


def _list_query(query: bytes) -> tuple[CustomerId, int]:
    """``customerIdentifier`` and ``page``; other parameters are tolerated. *Raises* :class:`InvalidQueryError`."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace"):
        values.setdefault(name, []).append(value)
    customers, pages = values.get("customerIdentifier", []), values.get("page", ["1"])
    if len(customers) != 1 or not customers[0]:
        got = "undefined" if not customers else '""' if customers == [""] else "an array"
        raise InvalidQueryError(
            Rule.QUERY_CUSTOMER_REQUIRED, [f"Expecting string at 0.customerIdentifier but instead got: {got}"]
        )
    page = pages[0]
    if len(pages) != 1 or not (page.isascii() and page.isdigit() and len(page) <= 1000 and 0 < int(page) <= LAST_PAGE):
        got = "an array" if len(pages) != 1 else f'"{page[:40]}"'
        raise InvalidQueryError(
            Rule.QUERY_PAGE_INVALID, [f"Expecting whole number from 1 at 0.page but instead got: {got}"]
        )
    return CustomerId(customers[0]), int(page)


def _missing_list(world: WorldState, customer_id: CustomerId, page: Page[object]) -> Answer | None:
    """404 where the readings say so for an unknown customer or a page past the end."""
    readings = world.readings
    if customer_id not in world.catalogue.customers and readings[ReadingName.UNKNOWN_CUSTOMER] == "not-found":
        return error_answer(readings, 404, "NotFoundError", Rule.LIST_UNKNOWN_CUSTOMER, "There is no such customer.")
    if page.is_past_the_end and readings[ReadingName.PAGE_PAST_THE_END] == "not-found":
        return error_answer(readings, 404, "NotFoundError", Rule.LIST_PAST_THE_END, "There is no such page.")
    return None


def _list_answer(call: Call, page: Page[object], items: Sequence[object], path: str, customer_id: CustomerId) -> Answer:
    world = call.live_world.world
    shown = customer_id if customer_id in world.catalogue.customers else without_live_keys(customer_id)
    start = f"{call.address}/api/v2/{path}?customerIdentifier={quote(shown, safe='')}&page="
    omit_empty = world.readings[ReadingName.EMPTY_COLLECTION] == "key-omitted"
    return json_answer(wire.collection(page, items, url=_requested_url(call), start=start, omit_empty=omit_empty))


def _requested_url(call: Call) -> str | None:
    """The URL as it was asked for, with the page that it means (a reading); none where something in it looks like a live key,
    which is never repeated."""
    query = call.scope["query_string"].decode("latin-1")
    if looks_like_live_key(query):
        return None
    asked = query if _PLAIN.fullmatch(query) else quote(query, safe=_OF_A_QUERY, encoding="latin-1")
    if call.live_world.world.readings[ReadingName.LIST_ID] == "with-page" and not _names_a_page(query):
        asked += "&page=1"
    return f"{call.address}{call.scope['path']}?{asked}"


def _names_a_page(query: str) -> bool:
    if "%" not in query:  # as nearly always, so that nothing has to be decoded
        return query.startswith("page=") or "&page=" in query
    return any(name == "page" for name, _ in parse_qsl(query, keep_blank_values=True))

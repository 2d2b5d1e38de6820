"""What the lists of a customer have in common: their query, the envelope around a page, and how they refuse."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote

from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.values import CustomerId
from mockserver.domain.world import WorldState
from mockserver.engine.queries import LAST_PAGE, Page
from mockserver.foundation.outgoing_text import looks_like_live_key, without_live_keys
from mockserver.web.answers import Answer, json_answer
from mockserver.web.imin_api import wire
from mockserver.web.imin_api.errors import InvalidQueryError, error_answer
from mockserver.web.imin_api.rows import EXAMPLE_CUSTOMER, ApiCall, ref, refused
from mockserver.web.operation import Query, explained

_OF_A_QUERY = "!$&'()*+,;=:@/?%-._~"
"""What may stand in a query as it is; anything else is percent-encoded."""

_PLAIN = re.compile(rf"[A-Za-z0-9{re.escape(_OF_A_QUERY)}]*")


def list_query_of(query: bytes) -> tuple[CustomerId, int]:
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


LIST_QUERY = Query(
    decode=list_query_of,
    parameters=(
        {
            "name": "customerIdentifier",
            "in": "query",
            "required": True,
            "description": explained("The customer's identifier at imin.", rules=(Rule.QUERY_CUSTOMER_REQUIRED,)),
            "schema": {"type": "string", "minLength": 1},
            "example": EXAMPLE_CUSTOMER,
        },
        {
            "name": "page",
            "in": "query",
            "description": explained("The page, from 1.", rules=(Rule.QUERY_PAGE_INVALID,)),
            "schema": {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1},
            "example": 1,
        },
    ),
)
SAME_CUSTOMER = {"customerIdentifier": "$request.query.customerIdentifier"}
"""What leads from a list to another list of the same customer."""

LIST_REFUSALS = {
    400: refused(
        "The query is wrong.",
        {"oneOf": [ref("InvalidQuery"), ref("OpenBookingError")]},
        readings=(ReadingName.INVALID_QUERY,),
        example={
            "error": {
                "type": "InvalidQuery",
                "details": ["Expecting string at 0.customerIdentifier but instead got: undefined"],
            }
        },
    ),
    404: refused("Only where a reading says so."),
}


def missing_list(world: WorldState, customer_id: CustomerId, page: Page[object]) -> Answer | None:
    """404 where the readings say so for an unknown customer or a page past the end."""
    readings = world.readings
    if customer_id not in world.catalogue.customers and readings[ReadingName.UNKNOWN_CUSTOMER] == "not-found":
        return error_answer(readings, 404, "NotFoundError", Rule.LIST_UNKNOWN_CUSTOMER, "There is no such customer.")
    if page.is_past_the_end and readings[ReadingName.PAGE_PAST_THE_END] == "not-found":
        return error_answer(readings, 404, "NotFoundError", Rule.LIST_PAST_THE_END, "There is no such page.")
    return None


def list_answer(
    call: ApiCall, page: Page[object], items: Sequence[object], path: str, customer_id: CustomerId
) -> Answer:
    """The page in its envelope; ``path`` is the list's own, without what all paths begin with."""
    world = call.live_world.world
    shown = customer_id if customer_id in world.catalogue.customers else without_live_keys(customer_id)
    start = f"{call.address}/api/v2/{path}?customerIdentifier={quote(shown, safe='')}&page="
    omit_empty = world.readings[ReadingName.EMPTY_COLLECTION] == "key-omitted"
    return json_answer(wire.collection(page, items, url=_requested_url(call), start=start, omit_empty=omit_empty))


def _requested_url(call: ApiCall) -> str | None:
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

"""``GET /booking-system/orders-rpde``: the OrdersFeed as RPDE 1.0 with an incrementing unique change number.

One query orders and filters (:meth:`BookingSystem.feed_after`), and ``next`` is made from the last item of that same query.
"""

import re
from urllib.parse import parse_qsl

from mockserver.domain.orders_feed import RETRY_AFTER_OUTAGE
from mockserver.domain.rules import Rule
from mockserver.engine.live_world import LiveWorld
from mockserver.web.answers import Answer, json_answer
from mockserver.web.booking_system_api.errors import BOOKING_JSON
from mockserver.web.booking_system_api.wire import feed_item
from mockserver.web.operation import Call, Query, RefusalError

ITEMS_PER_PAGE = 500
"""How many items a page holds at the most; RPDE's hint for open feeds."""

FEED_PATH = "/booking-system/orders-rpde"
_NUMBER = re.compile(r"[0-9]{1,1000}")
_NOT_PUBLIC = [(b"cache-control", b"no-store")]


def change_number_of(query: bytes) -> int:
    """The change number to go on from; 0, the beginning, if none is given. Other parameters are tolerated.

    *Raises* :class:`RefusalError`.
    """
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")
    values = [value for name, value in pairs if name == "afterChangeNumber"]
    if not values:
        return 0
    if len(values) > 1 or _NUMBER.fullmatch(values[0]) is None:
        said = "it is given more than once" if len(values) > 1 else f"it is {values[0][:40]!r}"
        detail = f"afterChangeNumber is one whole number from 0, as in the feed's next; {said}."
        raise RefusalError(400, "OpenBookingError", detail, rule=Rule.FEED_CURSOR_INVALID)
    return int(values[0])


AFTER_CHANGE_NUMBER = Query(
    decode=change_number_of,
    parameters=(
        {
            "name": "afterChangeNumber",
            "in": "query",
            "required": False,
            "description": "The change number to go on from; without it, the feed begins at its beginning.",
            "schema": {"type": "integer", "minimum": 0},
            "example": 0,
        },
    ),
)


def read_page(live_world: LiveWorld, call: Call) -> Answer:
    """A page of the feed; its last one has no items and names itself as ``next``."""
    live_world.catch_up()
    world = live_world.world
    if world.behaviour.feed.outage:
        seconds = int(RETRY_AFTER_OUTAGE.total("seconds"))
        raise RefusalError(
            503,
            "OpenBookingError",
            "The OrdersFeed is out of order for now; try again later from where you stopped.",
            rule=Rule.FEED_OUTAGE,
            headers=[(b"retry-after", b"%d" % seconds), *_NOT_PUBLIC],
        )
    found = world.booking_system.feed_after(call.query, ITEMS_PER_PAGE)
    following = f"{FEED_PATH}?afterChangeNumber={found[-1].change_number}" if found else call.target
    page = {
        "next": call.address + following,
        "items": [feed_item(world, item, call.address) for item in found],
    }
    return json_answer(page, media_type=BOOKING_JSON.encode(), headers=_NOT_PUBLIC)

"""``GET /booking-system/orders-rpde``: the OrdersFeed as RPDE 1.0 with an incrementing unique change number.

One query orders and filters (:meth:`BookingSystem.feed_after`), and ``next`` is made from the last item of that same query. An
order is a full snapshot of its items, without anything personal; nulls and empty values are left out. *Source*: Open Booking API
8.4.4 (what must and must not be in it), 10.1.6; RPDE 1.0.
"""

import re
from typing import Any
from urllib.parse import parse_qsl, quote

from mockserver.domain.catalogue import Opportunity, OpportunityKind, Order, OrderItem, Seller
from mockserver.domain.orders_feed import RETRY_AFTER_OUTAGE
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.world import FeedItem, ItemState, WorldState
from mockserver.engine.live_world import LiveWorld
from mockserver.web.answers import Answer, json_answer
from mockserver.web.booking_system_api.errors import BOOKING_JSON
from mockserver.web.openactive import date_time, offer_terms, place, price, status_url, ways_of_access
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


def feed_item(world: WorldState, item: FeedItem, address: str) -> dict[str, Any]:
    """The RPDE item of an order at its newest place in the feed."""
    order = world.catalogue.orders[item.order_id]
    return {
        "state": "updated",
        "kind": "Order",
        "id": order.id,
        "modified": item.change_number,
        "data": _order(world, order, item.states, address),
    }


def order_url(address: str, order: Order) -> str:
    """The ``@id`` of an order in the Booking System."""
    return f"{address}/booking-system/orders/{order.id}"


def _order(world: WorldState, order: Order, states: tuple[ItemState, ...], address: str) -> dict[str, Any]:
    url = order_url(address, order)
    return {
        "@context": "https://openactive.io/",
        "@type": "Order",
        "@id": url,
        "identifier": order.id,
        "orderedItem": [_order_item(world, item, state, url) for item, state in zip(order.items, states, strict=True)],
        "totalPaymentDue": {
            "@type": "PriceSpecification",
            "price": price(world.total_due_minor(order, states)),
            "priceCurrency": order.items[0].offer.currency,
        },
    }


def _order_item(world: WorldState, item: OrderItem, state: ItemState, url: str) -> dict[str, Any]:
    opportunity = state.opportunity or item.opportunity
    shown: dict[str, Any] = {
        "@type": "OrderItem",
        "@id": f"{url}#/orderedItem/{quote(item.identifier, safe='')}",
        "orderItemStatus": status_url(state.status, world.readings[ReadingName.ATTENDED_STATUS]),
        "acceptedOffer": offer_terms(state.offer or item.offer, at="@"),
        "orderedItem": _ordered_item(world, opportunity),
        "cancellationMessage": state.cancellation_message,
        "customerNotice": state.customer_notice,
        **ways_of_access(state, at="@"),
    }
    return {key: value for key, value in shown.items() if value}


def _ordered_item(world: WorldState, opportunity: Opportunity) -> Any:
    """What was booked, in the form of the reading. What the Seller has changed since is told whatever the form."""
    form = world.readings[ReadingName.FEED_ORDERED_ITEM]
    told = world.catalogue.opportunities[opportunity.id]
    if form == "data" or (opportunity is not told and opportunity != told):
        return _opportunity_data(opportunity, world.catalogue.sellers[opportunity.seller_id])
    if form == "iri":
        return opportunity.source_id
    return {"@type": opportunity.kind.value, "@id": opportunity.source_id}


def _opportunity_data(opportunity: Opportunity, seller: Seller) -> dict[str, Any]:
    """Name, time and place as the open data have them: a session's are its own, a slot's are its facility's.

    *Source*: Open Booking API issue 198; the standard's data models say which keys there must be.
    """
    where = place(opportunity.place, at="@")
    data: dict[str, Any] = {
        "@type": opportunity.kind.value,
        "@id": opportunity.source_id,
        "startDate": date_time(opportunity.starts),
        "endDate": date_time(opportunity.ends),
    }
    if opportunity.kind is OpportunityKind.SCHEDULED_SESSION:
        return {**data, "name": opportunity.name, "location": where, "superEvent": opportunity.part_of}
    facility = {
        "@type": "FacilityUse",
        "@id": opportunity.part_of,
        "name": opportunity.name,
        "url": opportunity.part_of,
        "location": where,
        "provider": {"@type": "Organization", "@id": seller.url, "name": seller.name},
        "facilityType": [_facility_type(seller)],
    }
    if opportunity.individual is None:
        return {**data, "facilityUse": facility}
    individual = {
        "@type": "IndividualFacilityUse",
        "@id": opportunity.individual.id,
        "name": opportunity.individual.name,
        "aggregateFacilityUse": facility,
    }
    return {**data, "facilityUse": individual}


def _facility_type(seller: Seller) -> dict[str, Any]:
    scheme = f"{seller.url}/facility-types"
    return {"@type": "Concept", "@id": f"{scheme}#facility", "prefLabel": "Facility", "inScheme": scheme}

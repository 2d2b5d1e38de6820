"""imin's JSON: envelopes, orders, order items, with every key that imin documents, in the order it shows them.

Keys that imin leaves unseen (offers, the status's form) follow the OpenActive standard; the rule table and
the readings say which is which.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from msgspec import Raw
from whenever import Instant

from mockserver.domain.catalogue import (
    IndividualFacility,
    Opportunity,
    OpportunityKind,
    Order,
    OrderItem,
    Place,
    Seller,
)
from mockserver.domain.readings import ReadingName
from mockserver.domain.values import OrderId
from mockserver.domain.world import ItemState, WorldState
from mockserver.engine.queries import ITEMS_PER_PAGE, Page, ShownItem, receipts_issued
from mockserver.web.imin_api.fragments import fragment
from mockserver.web.openactive import date_time, offer_terms, place, status_url, ways_of_access

COLLECTION_CONTEXT = ["https://openactive.io/", "https://schema.imin.co/", "https://openactive.io/ns-beta"]
ORDER_CONTEXT = ["https://openactive.io/", "https://openactive.io/ns-beta"]
_NO_STATUS: Mapping[str, str] = MappingProxyType({})
_SCHEDULED: Mapping[str, str] = MappingProxyType({"eventStatus": "https://schema.org/EventScheduled"})
_FACILITIES = "https://search.imin.co/facilities-api/v2/"
_SEARCH = {
    OpportunityKind.SCHEDULED_SESSION: "https://search.imin.co/events-api/v2/scheduled-sessions/",
    OpportunityKind.SLOT: _FACILITIES + "slots/",
}


_EASY = re.compile(r"[A-Za-z0-9._~:/#-]*", re.ASCII)


def escaped(identifier: str) -> str:
    """The identifier as a segment of a path or the value of a parameter: ``quote(..., safe="")``, ten times as fast for most."""
    if _EASY.fullmatch(identifier):
        return identifier.replace("/", "%2F").replace(":", "%3A").replace("#", "%23")
    return quote(identifier, safe="")


def utc_date_time(instant: Instant) -> str:
    """A date-time in UTC, to the second: ``2030-06-05T18:00:00Z``."""
    return instant.format_iso(unit="second")


def utc_date_time_to_the_microsecond(instant: Instant) -> str:
    """A date-time in UTC as imin shows those that its own database made: ``2030-06-05T18:00:00.000000+00:00``."""
    return f"{instant.format_iso(unit='microsecond')[:-1]}+00:00"


def collection(
    page: Page[Any], items: Sequence[Any], *, url: str | None, start: str, omit_empty: bool
) -> dict[str, Any]:
    """The envelope of a list (``imin:RestrictedCollection``) around one page of it.

    ``url`` is what was asked for, and the page's own address where that cannot be repeated; ``start`` is what a page's address is
    without its number.
    """
    last = max(page.total_pages, 1)
    view: dict[str, Any] = {
        "id": f"{start}{page.number}",
        "type": "PartialCollectionView",
        "first": f"{start}1",
        "last": f"{start}{last}",
        "imin:currentPage": page.number,
        "imin:itemsPerPage": ITEMS_PER_PAGE,
        "imin:totalPages": page.total_pages,
        "urlTemplate": f"{start}{{page}}",
    }
    if page.number < last:
        view["next"] = f"{start}{page.number + 1}"
    if page.number > 1:
        view["previous"] = f"{start}{min(page.number - 1, last)}"
    envelope = {
        "@context": COLLECTION_CONTEXT,
        "id": url or view["id"],
        "type": "imin:RestrictedCollection",
        "imin:totalItems": page.total,
        "view": view,
    }
    if items or not omit_empty:
        envelope["imin:item"] = items
    return envelope


def upcoming_item(world: WorldState, shown: ShownItem, address: str) -> Raw:
    """An order item as the list of upcoming items shows it, with the flag, encoded."""
    parts = _parts(world, shown.item, shown.state, address)
    return fragment(_upcoming_item, *parts, shown.cancellability.allowed)


def _upcoming_item(
    item: OrderItem, state: ItemState, seller: Seller, uses: int, address: str, attended: str, is_cancellable: bool
) -> dict[str, Any]:
    shown = _order_item(item, state, seller, uses, address, attended)
    shown["imin:isPresentlyCancellable"] = is_cancellable
    shown["imin:order"] = {
        "type": "Order",
        "id": order_url(address, item.order_id),
        "identifier": item.order_id,
    }
    return shown


def _item_of_order(
    item: OrderItem, state: ItemState, seller: Seller, uses: int, address: str, attended: str
) -> dict[str, Any]:
    return _order_item(item, state, seller, uses, address, attended, _SCHEDULED)


def _parts(world: WorldState, item: OrderItem, state: ItemState, address: str) -> tuple[object, ...]:
    """All that an item looks like at an address follows from: with the same parts it looks the same, whatever the world."""
    opportunity = state.opportunity or item.opportunity
    return (
        item,
        state,
        world.catalogue.sellers[opportunity.seller_id],
        _remaining_uses(world, opportunity) if opportunity.kind is OpportunityKind.SLOT else 0,
        address,
        world.readings[ReadingName.ATTENDED_STATUS],
    )


def order(world: WorldState, order: Order, address: str) -> dict[str, Any]:
    """An order with its items, its seller, and its receipts, if it has any."""
    seller = world.catalogue.sellers[order.seller_id]
    receipts = _receipts(world, order, address)
    items = [
        fragment(_item_of_order, *_parts(world, item, world.imin.state_of(item.id), address)) for item in order.items
    ]
    return {
        "type": "Order",
        "@context": ORDER_CONTEXT,
        "id": order_url(address, order.id),
        "identifier": order.id,
        "orderDate": utc_date_time(order.placed_at),
        "confirmationNumber": order.confirmation_number,
        **({"imin:receipt": receipts} if receipts else {}),
        "seller": fragment(_seller, seller, world.readings[ReadingName.SELLER_NAME]),
        "orderedItem": items,
    }


def _seller(seller: Seller, name: str) -> dict[str, Any]:
    return {
        "type": "Organization",
        "id": seller.url,
        **({"name": seller.name} if name == "shown" else {}),
        "termsOfService": [
            {"type": "PrivacyPolicy", "name": "Privacy Policy", "url": f"{seller.url}/privacy"},
            {"type": "TermsOfUse", "name": "Terms and Conditions", "url": f"{seller.url}/terms"},
        ],
    }


def order_url(address: str, order_id: OrderId) -> str:
    """The id of an order."""
    return f"{address}/api/v2/orders/{order_id}"


def _receipts(world: WorldState, order: Order, address: str) -> list[dict[str, Any]]:
    """One invoice for the booking, a further one at the head for each completed refund; newest first."""
    is_short = world.readings[ReadingName.RECEIPT_DATE] == "seconds"
    written = utc_date_time if is_short else utc_date_time_to_the_microsecond
    receipts = [
        {
            "type": "Invoice",
            "url": f"{address}/api/v2/receipts/{order.receipt_number}" + (f"-{revision}" if revision else ""),
            "dateCreated": written(created),
        }
        for revision, created in enumerate(receipts_issued(world, order))
    ]
    return receipts[::-1]


def _order_item(
    item: OrderItem,
    state: ItemState,
    seller: Seller,
    uses: int,
    address: str,
    attended: str,
    event_status: Mapping[str, str] = _NO_STATUS,
) -> dict[str, Any]:
    shown = {
        "type": "OrderItem",
        "id": f"{order_url(address, item.order_id)}/order-items/{escaped(item.identifier)}",
        "identifier": item.identifier,
        "orderedItem": _ordered_item(state.opportunity or item.opportunity, seller, uses, event_status),
        "acceptedOffer": offer_terms(state.offer or item.offer),
        "orderItemStatus": status_url(state.status, attended),
    }
    if item.attendee:
        shown["attendee"] = {"type": "Person", "name": item.attendee}
    if state.cancellation_message is not None:
        shown["cancellationMessage"] = state.cancellation_message
    if state.customer_notice is not None:
        shown["customerNotice"] = state.customer_notice
    shown.update(ways_of_access(state))
    return shown


def _remaining_uses(world: WorldState, slot: Opportunity) -> int:
    """How many more bookings the slot takes, as far as imin knows."""
    booked = world.catalogue.items_by_opportunity.get(slot.id, ())
    here = [item.id for item in booked if world.opportunity_of(item, world.imin).id == slot.id]
    here += [
        i for i, state in world.imin.states.items() if state.opportunity is not None and state.opportunity.id == slot.id
    ]
    taken = sum(not world.imin.state_of(item_id).status.is_cancelled for item_id in set(here))
    return max(slot.capacity - taken, 0)


def _ordered_item(
    opportunity: Opportunity, seller: Seller, remaining_uses: int, event_status: Mapping[str, str]
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "type": opportunity.kind,
        "id": _SEARCH[opportunity.kind] + escaped(opportunity.source_id),
        "identifier": opportunity.source_id,
        **event_status,
        "startDate": date_time(opportunity.starts),
        "endDate": date_time(opportunity.ends),
    }
    name, where, individual = opportunity.name, opportunity.place, opportunity.individual
    if opportunity.kind is OpportunityKind.SLOT:
        shown["remainingUses"], shown["maximumUses"] = remaining_uses, opportunity.capacity
        shown["facilityUse"] = fragment(_facility_use, opportunity.part_of, name, where, seller, individual)
    else:
        shown["superEvent"] = fragment(_session_series, name, where, seller)
    return shown


def _session_series(name: str, where: Place, seller: Seller) -> dict[str, Any]:
    series = {"type": "EventSeries", "name": name, "organizer": _organization(seller)}
    return {"type": "SessionSeries", "location": place(where), "superEvent": series}


def _facility_use(
    identifier: str, name: str, where: Place, seller: Seller, individual: IndividualFacility | None
) -> dict[str, Any]:
    facility = {
        "type": "FacilityUse",
        "id": _FACILITIES + "facility-uses/" + escaped(identifier),
        "identifier": identifier,
        "name": name,
        "location": place(where),
        "provider": _organization(seller),
    }
    if individual is None:
        return facility
    return {
        "type": "IndividualFacilityUse",
        "id": _FACILITIES + "individual-facility-uses/" + escaped(individual.id),
        "identifier": individual.id,
        "name": individual.name,
        "facilityUse": facility,
    }


def _organization(seller: Seller) -> dict[str, Any]:
    return {"type": "Organization", "id": seller.url, "name": seller.name}

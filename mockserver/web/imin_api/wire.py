"""imin's JSON: envelopes, orders, order items, with every key that imin documents, in the order it shows them.

Keys that imin leaves unseen (offers, the status's form) follow the OpenActive standard; the rule table and
the readings say which is which.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from whenever import Instant

from mockserver.domain.catalogue import Offer, Opportunity, OpportunityKind, Order, OrderItem, Seller
from mockserver.domain.readings import ReadingName
from mockserver.domain.world import ItemState, WorldState
from mockserver.engine.queries import ITEMS_PER_PAGE, Page, ShownItem, completed_refunds
from mockserver.web.imin_api.fragments import fragment
from mockserver.web.openactive import date_time, offer_terms, place, status_url, ways_of_access

COLLECTION_CONTEXT = ["https://openactive.io/", "https://schema.imin.co/", "https://openactive.io/ns-beta"]
ORDER_CONTEXT = ["https://openactive.io/", "https://openactive.io/ns-beta"]
_FACILITIES = "https://search.imin.co/facilities-api/v2/"
_SEARCH = {
    OpportunityKind.SCHEDULED_SESSION: "https://search.imin.co/events-api/v2/scheduled-sessions/",
    OpportunityKind.SLOT: _FACILITIES + "slots/",
}


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


def upcoming_item(world: WorldState, shown: ShownItem, address: str) -> dict[str, Any]:
    """An order item as the list of upcoming items shows it, with the flag."""
    return {
        **_order_item(world, shown.item, shown.state, shown.opportunity, shown.offer, address),
        "imin:isPresentlyCancellable": shown.cancellability.allowed,
        "imin:order": {
            "type": "Order",
            "id": order_url(address, shown.order),
            "identifier": shown.order.id,
        },
    }


def order(world: WorldState, order: Order, address: str) -> dict[str, Any]:
    """An order with its items, its seller, and its receipts, if it has any."""
    seller = world.catalogue.sellers[order.seller_id]
    receipts = _receipts(world, order, address)
    items = [
        _order_item(
            world,
            item,
            state,
            state.opportunity or item.opportunity,
            state.offer or item.offer,
            address,
            event_status="https://schema.org/EventScheduled",
        )
        for item in order.items
        for state in (world.imin.state_of(item.id),)
    ]
    return {
        "type": "Order",
        "@context": ORDER_CONTEXT,
        "id": order_url(address, order),
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


def order_url(address: str, order: Order) -> str:
    """The id of an order."""
    return f"{address}/api/v2/orders/{order.id}"


def _receipts(world: WorldState, order: Order, address: str) -> list[dict[str, Any]]:
    """One invoice for the booking, a further one at the head for each completed refund; newest first."""
    is_free = not (order.items[0].offer.price_minor or any(item.offer.price_minor for item in order.items))
    if is_free and world.readings[ReadingName.FREE_RECEIPT] == "absent":
        return []
    dates = [order.placed_at, *(r.completed_at for r in reversed(completed_refunds(world, order)) if r.completed_at)]
    is_short = world.readings[ReadingName.RECEIPT_DATE] == "seconds"
    written = utc_date_time if is_short else utc_date_time_to_the_microsecond
    receipts = [
        {
            "type": "Invoice",
            "url": f"{address}/api/v2/receipts/{order.receipt_number}" + (f"-{revision}" if revision else ""),
            "dateCreated": written(created),
        }
        for revision, created in enumerate(dates)
    ]
    return receipts[::-1]


def _order_item(
    world: WorldState,
    item: OrderItem,
    state: ItemState,
    opportunity: Opportunity,
    offer: Offer,
    address: str,
    *,
    event_status: str | None = None,
) -> dict[str, Any]:
    shown = {
        "type": "OrderItem",
        "id": f"{address}/api/v2/orders/{item.order_id}/order-items/{quote(item.identifier, safe='')}",
        "identifier": item.identifier,
        "orderedItem": fragment(
            _ordered_item,
            opportunity,
            world.catalogue.sellers[opportunity.seller_id],
            event_status,
            *((_remaining_uses(world, opportunity),) if opportunity.kind is OpportunityKind.SLOT else ()),
        ),
        "acceptedOffer": fragment(offer_terms, offer),
        "orderItemStatus": status_url(state.status, world.readings[ReadingName.ATTENDED_STATUS]),
        "attendee": {"type": "Person", "name": item.attendee} if item.attendee else None,
        "cancellationMessage": state.cancellation_message,
        "customerNotice": state.customer_notice,
        **ways_of_access(state),
    }
    return {key: value for key, value in shown.items() if value is not None}


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
    opportunity: Opportunity, seller: Seller, event_status: str | None, remaining_uses: int = 0
) -> dict[str, Any]:
    organization = {"type": "Organization", "id": seller.url, "name": seller.name}
    where = place(opportunity.place)
    common: dict[str, Any] = {
        "type": opportunity.kind.value,
        "id": _SEARCH[opportunity.kind] + quote(opportunity.source_id, safe=""),
        "identifier": opportunity.source_id,
        **({"eventStatus": event_status} if event_status else {}),
        "startDate": date_time(opportunity.starts),
        "endDate": date_time(opportunity.ends),
    }
    if opportunity.kind is OpportunityKind.SLOT:
        facility: dict[str, Any] = {
            "type": "FacilityUse",
            "id": _FACILITIES + "facility-uses/" + quote(opportunity.part_of, safe=""),
            "identifier": opportunity.part_of,
            "name": opportunity.name,
            "location": where,
            "provider": organization,
        }
        if opportunity.individual is not None:
            facility = {
                "type": "IndividualFacilityUse",
                "id": _FACILITIES + "individual-facility-uses/" + quote(opportunity.individual.id, safe=""),
                "identifier": opportunity.individual.id,
                "name": opportunity.individual.name,
                "facilityUse": facility,
            }
        uses = {"remainingUses": remaining_uses, "maximumUses": opportunity.capacity}
        return {**common, **uses, "facilityUse": facility}
    series = {"type": "EventSeries", "name": opportunity.name, "organizer": organization}
    return {**common, "superEvent": {"type": "SessionSeries", "location": where, "superEvent": series}}

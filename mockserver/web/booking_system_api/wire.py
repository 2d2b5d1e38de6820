"""An order as the OrdersFeed shows it: a full snapshot of its items, without anything personal.

*Source*: Open Booking API 8.4.4 (what must and must not be in it), 10.1.6; RPDE 1.0. Nulls and empty values are left out.
"""

from typing import Any
from urllib.parse import quote

from mockserver.domain.catalogue import Opportunity, OpportunityKind, Order, OrderItem, Seller
from mockserver.domain.readings import ReadingName
from mockserver.domain.world import FeedItem, ItemState, WorldState
from mockserver.web.openactive import date_time, offer_terms, place, price, status_url, ways_of_access


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

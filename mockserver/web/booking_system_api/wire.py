"""An order as the OrdersFeed shows it: a full snapshot of its items, without anything personal.

*Source*: Open Booking API 8.4.4 (what must and must not be in it), 10.1.6; RPDE 1.0. Nulls and empty values are left out.
"""

from typing import Any
from urllib.parse import quote

from mockserver.domain.catalogue import Order, OrderItem
from mockserver.domain.readings import ReadingName
from mockserver.domain.world import FeedItem, ItemState, World
from mockserver.web.openactive import offer_terms, price, status_url, ways_of_access


def feed_item(world: World, item: FeedItem, address: str) -> dict[str, Any]:
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


def _order(world: World, order: Order, states: tuple[ItemState, ...], address: str) -> dict[str, Any]:
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


def _order_item(world: World, item: OrderItem, state: ItemState, url: str) -> dict[str, Any]:
    opportunity = state.opportunity or item.opportunity
    shown = {
        "@type": "OrderItem",
        "@id": f"{url}#/orderedItem/{quote(item.identifier, safe='')}",
        "orderItemStatus": status_url(state.status, world.readings[ReadingName.ATTENDED_STATUS]),
        "acceptedOffer": offer_terms(state.offer or item.offer, at="@"),
        "orderedItem": {"@type": opportunity.kind.value, "@id": opportunity.source_id},
        "cancellationMessage": state.cancellation_message,
        "customerNotice": None if state.status.is_cancelled else state.customer_notice,
        **ways_of_access(state, at="@"),
    }
    return {key: value for key, value in shown.items() if value}

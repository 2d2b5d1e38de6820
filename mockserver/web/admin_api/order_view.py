"""An order with its items in both views, side by side: imin's copy, and the truth at the Seller."""

from typing import Any

from mockserver.domain.catalogue import Order, OrderItem
from mockserver.domain.world import View, WorldState
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.queries import show_item


def order_view(live_world: LiveWorld, order: Order) -> dict[str, Any]:
    """The order, key by key."""
    world = live_world.world
    return {
        "name": order.name,
        "identifier": order.id,
        "customer": order.customer_id,
        "seller": order.seller_id,
        "placed_at": order.placed_at.format_iso(),
        "imin_total": _total(world, order, world.imin),
        "booking_system_total": _total(world, order, world.booking_system),
        "items": [_item(live_world, item) for item in order.items],
    }


def money(minor: int, currency: str) -> dict[str, str]:
    """An amount as decimal text. *Units*: pence in, pounds out."""
    return {"amount": f"{minor // 100}.{minor % 100:02d}", "currency": currency}


def _total(world: WorldState, order: Order, view: View) -> dict[str, str]:
    states = [view.state_of(item.id) for item in order.items]
    return money(world.total_due_minor(order, states), order.items[0].offer.currency)


def _item(live_world: LiveWorld, item: OrderItem) -> dict[str, Any]:
    world = live_world.world
    verdict = show_item(world, item.id, live_world.present()).cancellability
    deadline = verdict.deadline
    return {
        "name": item.id,
        "identifier": item.identifier,
        "imin": _side(world, item, world.imin),
        "booking_system": _side(world, item, world.booking_system),
        "agree": world.imin.state_of(item.id) == world.booking_system.state_of(item.id),
        "cancellable": {
            "allowed": verdict.allowed,
            "rule": verdict.rule.value,
            "reason": verdict.reason,
            "deadline": None if deadline is None else deadline.format_iso(),
        },
    }


def _side(world: WorldState, item: OrderItem, view: View) -> dict[str, Any]:
    state, opportunity, offer = view.state_of(item.id), world.opportunity_of(item, view), world.offer_of(item, view)
    return {
        "status": state.status.value,
        "opportunity": opportunity.id,
        "starts": opportunity.starts.to_instant().format_iso(),
        "price": money(offer.price_minor, offer.currency),
        "cancellation_message": state.cancellation_message,
        "customer_notice": state.customer_notice,
        "access_pass": state.access_pass,
        "access_code": state.access_code,
        "access_channel": state.access_channel,
    }

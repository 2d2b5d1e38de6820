"""Operations that look: timeline, refunds, e-mails, orders in both views, the feed. None changes a world."""

from typing import Any

from mockserver.domain.catalogue import Order
from mockserver.domain.rules import Rule
from mockserver.domain.values import CustomerId, OrderId
from mockserver.domain.world import Refund, WorldState
from mockserver.engine.codec import encode
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.narration import Narrated, story_of
from mockserver.foundation.limits import TIMELINE_EVENTS
from mockserver.foundation.suggestions import did_you_mean
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.order_view import money, order_view
from mockserver.web.answers import Answer, json_answer
from mockserver.web.booking_system_api.wire import feed_item
from mockserver.web.operation import Call, RefusalError


def show_timeline(control: Control, call: Call) -> Answer:
    """What has happened, in order."""
    live_world = control.live_world_of(call)
    after, total = call.query.after, len(live_world.journal)
    told = story_of(live_world, after, everything=call.query.all, most=TIMELINE_EVENTS)
    following = after + TIMELINE_EVENTS
    return json_answer(
        {
            "total": total,
            "next": following if following < total else None,
            "entries": [_entry(each) for each in told],
        }
    )


def happened_after(live_world: LiveWorld, before: int) -> list[dict[str, Any]]:
    """What has happened after the ``before``-th event."""
    return [_entry(each) for each in story_of(live_world, before)]


def list_refunds(control: Control, call: Call) -> Answer:
    """Money on its way back."""
    world = control.live_world_of(call).world
    return json_answer({"refunds": [_refund(refund) for refund in world.imin.refunds.values()]})


def list_emails(control: Control, call: Call) -> Answer:
    """What imin has written to customers."""
    world = control.live_world_of(call).world
    emails = [
        {
            "kind": email.kind.value,
            "at": email.at.format_iso(),
            "customer": email.customer_id,
            "to": world.catalogue.customers[email.customer_id].email,
            "order": email.order_id,
            "items": list(email.item_ids),
            "refund": money(email.refund_minor, _currency(world, email.order_id)) if email.refund_minor else None,
            "refund_id": email.refund_id,
            "message": email.message,
        }
        for email in world.imin.emails
    ]
    return json_answer({"emails": emails})


def list_customers(control: Control, call: Call) -> Answer:
    """Whom the scenario has."""
    customers = list(control.live_world_of(call).world.catalogue.customers.values())
    chosen = customers[call.query.offset : call.query.offset + call.query.limit]
    shown = [{"identifier": each.id, "name": f"{each.given_name} {each.family_name}"} for each in chosen]
    return json_answer({"total": len(customers), "customers": shown})


def list_orders(control: Control, call: Call) -> Answer:
    """Orders, each with its items in both views."""
    live_world, query = control.live_world_of(call), call.query
    catalogue = live_world.world.catalogue
    orders = (
        list(catalogue.orders.values())
        if query.customer is None
        else list(catalogue.orders_by_customer.get(CustomerId(query.customer), ()))
    )
    chosen = orders[query.offset : query.offset + query.limit]
    return json_answer({"total": len(orders), "orders": [order_view(live_world, order) for order in chosen]})


def show_order(control: Control, call: Call) -> Answer:
    """One order, by its identifier or its name in the scenario."""
    live_world, asked = control.live_world_of(call), call.path["order"]
    catalogue = live_world.world.catalogue
    order = catalogue.orders.get(OrderId(asked)) or catalogue.orders_by_name.get(asked)
    if order is None:
        known = list(catalogue.orders_by_name)
        some = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
        detail = (
            f"There is no order {asked[:200]!r} in this world; it has {some or 'none'}.{did_you_mean(asked, known)}"
        )
        raise RefusalError(404, "There is no such order", detail, rule=Rule.ORDER_UNKNOWN)
    return json_answer(order_view(live_world, order))


def show_feed(control: Control, call: Call) -> Answer:
    """The OrdersFeed as it stands, and how far imin has read it."""
    world = control.live_world_of(call).world
    read_to, truth = world.imin.feed_read_to, world.booking_system
    due = world.imin.feed_reading_due
    items = [
        {"unread": item.change_number > read_to, "item": feed_item(world, item, call.address)}
        for item in truth.feed_after(0, len(truth.feed_log))
    ]
    return json_answer(
        {
            "read_to": read_to,
            "newest": len(truth.feed_log),
            "outage": world.behaviour.feed.outage,
            "next_reading": None if due is None else due.format_iso(),
            "items": items,
        }
    )


def _entry(told: Narrated) -> dict[str, Any]:
    fields = encode(told.recorded)
    return {
        "number": told.number,
        "at": fields.pop("at"),
        "event": fields.pop("event"),
        "rule": told.recorded.event.rule.value,
        "says": told.says or None,
        **{name: value for name, value in fields.items() if name != "rule"},
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "order": refund.order_id,
        "items": list(refund.item_ids),
        "amount": money(refund.amount_minor, refund.currency),
        "parts": [
            {"item": part.item_id, "cause": part.cause.value, "amount": money(part.amount_minor, refund.currency)}
            for part in refund.parts
        ],
        "status": refund.status.value,
        "failed_attempts": refund.failed_attempts,
        "completed_at": None if refund.completed_at is None else refund.completed_at.format_iso(),
    }


def _currency(world: WorldState, order_id: OrderId) -> str:
    order: Order = world.catalogue.orders[order_id]
    return order.items[0].offer.currency

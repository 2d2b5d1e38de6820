"""What has happened in a world: timeline, refunds, e-mails, the feed, orders in both views, and what the scenario expects of it.

An expectation is looked at as of its own instant, all others now. None of these operations changes a world.
"""

from typing import Any

from whenever import Instant

from mockserver.domain.catalogue import Order, OrderItem
from mockserver.domain.rules import Rule
from mockserver.domain.values import CustomerId, OrderId
from mockserver.domain.world import Refund, View, WorldState
from mockserver.engine.codec import encode
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.narration import Narrated, story_of
from mockserver.engine.observations import Observed, observe
from mockserver.engine.queries import show_item
from mockserver.foundation.limits import EXPECTED_TIMES_EVENTS, TIMELINE_EVENTS
from mockserver.foundation.suggestions import did_you_mean
from mockserver.scenario.expectations import Expectation
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.observation_shapes import (
    CustomerList,
    CustomersQuery,
    EmailList,
    ExpectationList,
    FeedView,
    OrderList,
    OrdersQuery,
    OrderView,
    RefundList,
    Timeline,
    TimelineQuery,
)
from mockserver.web.admin_api.rows import (
    WORLD,
    Paths,
    look,
    look_at_world,
    problem_says,
)
from mockserver.web.answers import Answer, json_answer
from mockserver.web.booking_system_api.feed import feed_item
from mockserver.web.decoder import query_of
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


def list_expectations(control: Control, call: Call) -> Answer:
    """Every expectation under the scenario's ``then:``, in the order of the file."""
    live_world = control.live_world_of(call)
    expected = live_world.seed.expectations
    if len(expected) * len(live_world.journal) > EXPECTED_TIMES_EVENTS:
        raise RefusalError(
            409,
            "Too much has happened",
            f"{len(expected):,} expectations about {len(live_world.journal):,} events are too many to look at in one answer"
            f" {EXPECTED_TIMES_EVENTS.told}. Reset the world, or expect less.",
        )
    now = live_world.present()
    at_once: dict[Instant, list[int]] = {}
    for number, each in enumerate(expected):
        at_once.setdefault(now if each.at is None else each.at, []).append(number)
    views: list[dict[str, Any]] = [{} for _ in expected]
    for at, world, happened in live_world.as_of(at_once):
        for number in at_once[at]:
            views[number] = _view(expected[number], observe(expected[number], world, happened), is_to_come=at > now)
    return json_answer(
        {"scripted": bool(live_world.seed.steps), "quiet": live_world.world.is_quiet, "expectations": views}
    )


def _view(expectation: Expectation, observed: Observed, *, is_to_come: bool) -> dict[str, Any]:
    return {
        "line": expectation.line,
        "at": None if expectation.at is None else expectation.at.format_iso(),
        "expected": observed.expected,
        "found": None if is_to_come else observed.found,
        "state": "to come" if is_to_come else "met" if observed.expected == observed.found else "unmet",
    }


PATHS: Paths = {
    f"{WORLD}/timeline": {
        "GET": look_at_world(
            "showTimeline", "observations", "What has happened", show_timeline, Timeline,
            query_of(TimelineQuery),
        )
    },
    f"{WORLD}/refunds": {
        "GET": look_at_world("listRefunds", "observations", "All refunds", list_refunds, RefundList)
    },
    f"{WORLD}/emails": {
        "GET": look_at_world("listEmails", "observations", "All e-mails", list_emails, EmailList)
    },
    f"{WORLD}/expectations": {
        "GET": look_at_world(
            "listExpectations", "observations", "What the scenario expects, and whether it is so",
            list_expectations, ExpectationList,
        )
    },
    f"{WORLD}/customers": {
        "GET": look_at_world(
            "listCustomers", "observations", "Whom the scenario has", list_customers, CustomerList,
            query_of(CustomersQuery),
        )
    },
    f"{WORLD}/orders": {
        "GET": look_at_world(
            "listOrders", "observations", "Orders in both views", list_orders, OrderList,
            query_of(OrdersQuery),
        )
    },
    f"{WORLD}/orders/{{order}}": {
        "GET": look(
            "showOrder", "observations", "An order in both views", show_order, OrderView,
            outcomes={404: problem_says("There is no such world, or no such order in it.")},
        )
    },
    f"{WORLD}/feed": {
        "GET": look_at_world(
            "showFeed", "observations", "The OrdersFeed as it stands", show_feed, FeedView
        )
    },
}  # fmt: skip

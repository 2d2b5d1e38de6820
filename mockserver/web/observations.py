"""What is observed in a world where a scenario expects something: the expectation in words, and what was found instead.

It reads a world and what has happened in it. It must never change them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from mockserver.domain.events import NAME_OF_EVENT
from mockserver.domain.execution import Recorded
from mockserver.domain.world import RefundStatus, WorldState
from mockserver.engine.narration import money
from mockserver.scenario.expectations import (
    EmailsExpected,
    EventsExpected,
    Expectation,
    FeedItemsExpected,
    ItemStatusExpected,
    ListView,
    ReceiptsExpected,
    RefundsExpected,
)
from mockserver.web.imin_api import wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What an expectation says and what there is, in the same words: equal texts are a fulfilled expectation."""

    expected: str
    found: str


def observe(expectation: Expectation, world: WorldState, happened: Sequence[Recorded]) -> Observed:
    """What there is in the world of what the expectation is about."""
    match expectation:
        case ItemStatusExpected(item_id=item_id, status=status):
            view, whose = (
                (world.imin, "at imin")
                if expectation.view is ListView.IMIN
                else (world.booking_system, "at the Seller")
            )
            found = view.state_of(item_id).status
            return Observed(expected=f"{item_id} is {status} {whose}", found=f"{item_id} is {found} {whose}")
        case RefundsExpected():
            return _refunds(expectation, world)
        case EmailsExpected(count=count, customer_id=customer_id):
            sent = [email for email in world.imin.emails if customer_id in (None, email.customer_id)]
            to = "" if customer_id is None else f" to {customer_id}"
            return _counted(count, len(sent), "e-mail", to)
        case FeedItemsExpected(count=count):
            return _counted(count, len(world.booking_system.feed), "order", " in the OrdersFeed")
        case ReceiptsExpected(count=count, order_id=order_id):
            order = world.catalogue.orders[order_id]
            receipts = wire.order(world, order, "").get("imin:receipt", ())
            return _counted(count, len(receipts), "receipt", f" of {order.name}")
        case EventsExpected(count=count, event=event):
            found_events = sum(NAME_OF_EVENT[type(each.event)] == event for each in happened)
            return _counted(count, found_events, "event", f" {event}")
        case _:
            assert_never(expectation)


def _refunds(expectation: RefundsExpected, world: WorldState) -> Observed:
    through = [
        refund
        for refund in world.imin.refunds.values()
        if refund.status is RefundStatus.COMPLETED and expectation.order_id in (None, refund.order_id)
    ]
    of = "" if expectation.order_id is None else f" of {world.catalogue.orders[expectation.order_id].name}"
    if expectation.amount_minor is None:
        return _counted(expectation.count, len(through), "refund", of)
    total = sum(refund.amount_minor for refund in through)
    return _counted(
        expectation.count,
        len(through),
        "refund",
        of,
        expected=f", {money(expectation.amount_minor, 'GBP')}",
        found=f", {money(total, 'GBP')}",
    )


def _counted(wanted: int, there: int, noun: str, of_what: str, *, expected: str = "", found: str = "") -> Observed:
    return Observed(
        expected=f"{_number(wanted, noun)}{of_what}{expected}", found=f"{_number(there, noun)}{of_what}{found}"
    )


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

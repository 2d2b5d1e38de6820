"""What is observed in a world where a scenario expects something: whether it is so, and in words what was found instead.

It reads a world and what has happened in it. It must never change them, nor know who expects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from mockserver.domain.events import NAME_OF_EVENT
from mockserver.domain.execution import Recorded
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId
from mockserver.domain.world import RefundStatus, WorldState
from mockserver.engine.narration import money
from mockserver.engine.queries import receipts_issued
from mockserver.scenario.expectations import (
    EmailsExpected,
    EventsExpected,
    Expectation,
    FeedItemsExpected,
    ItemStatusExpected,
    ReceiptsExpected,
    RefundsExpected,
    Viewpoint,
)

CountExpected = RefundsExpected | EmailsExpected | FeedItemsExpected | ReceiptsExpected | EventsExpected
"""An expectation of so many of something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What an expectation says and what there is, in the same words: equal texts are a fulfilled expectation."""

    expected: str
    found: str


def observe(expectation: Expectation, world: WorldState, happened: Sequence[Recorded]) -> Observed:
    """What there is in the world of what the expectation is about."""
    if isinstance(expectation, ItemStatusExpected):
        item_id, whose = expectation.item_id, "at imin" if expectation.view is Viewpoint.IMIN else "at the Seller"
        return Observed(
            expected=f"{item_id} is {expectation.status} {whose}",
            found=f"{item_id} is {_status(expectation, world)} {whose}",
        )
    expected, found = "", ""
    if isinstance(expectation, RefundsExpected) and expectation.amount_minor is not None:
        expected = f", {money(expectation.amount_minor, 'GBP')}"
        found = f", {money(sum(amounts_refunded(world, expectation.order_id)), 'GBP')}"
    noun, of_what = _named(expectation, world)
    count = count_of(expectation, world, counted(expectation, happened))
    return Observed(
        expected=f"{_number(expectation.count, noun)}{of_what}{expected}",
        found=f"{_number(count, noun)}{of_what}{found}",
    )


def is_met(expectation: Expectation, world: WorldState, events: int) -> bool:
    """Whether the expectation is met by the world as it is; ``events`` is how often its event has happened."""
    if isinstance(expectation, ItemStatusExpected):
        return _status(expectation, world) is expectation.status
    if count_of(expectation, world, events) != expectation.count:
        return False
    if not isinstance(expectation, RefundsExpected) or expectation.amount_minor is None:
        return True
    return sum(amounts_refunded(world, expectation.order_id)) == expectation.amount_minor


def counted(expectation: Expectation, happened: Sequence[Recorded]) -> int:
    """How often the event that the expectation counts is in what happened."""
    if not isinstance(expectation, EventsExpected):
        return 0
    return sum(NAME_OF_EVENT[type(recorded.event)] == expectation.event for recorded in happened)


def count_of(expectation: CountExpected, world: WorldState, events: int) -> int:
    """How many there are of what is expected."""
    match expectation:
        case RefundsExpected(order_id=order_id):
            return len(amounts_refunded(world, order_id))
        case EmailsExpected(customer_id=customer_id):
            return sum(customer_id in (None, email.customer_id) for email in world.imin.emails)
        case FeedItemsExpected():
            return len(world.booking_system.feed)
        case ReceiptsExpected(order_id=order_id):
            return len(receipts_issued(world, world.catalogue.orders[order_id]))
        case EventsExpected():
            return events
        case _:
            assert_never(expectation)


def amounts_refunded(world: WorldState, order_id: OrderId | None) -> list[int]:
    """The amounts of the refunds that are through, in pence: of one order, or of all."""
    return [
        refund.amount_minor
        for refund in world.imin.refunds.values()
        if refund.status is RefundStatus.COMPLETED and order_id in (None, refund.order_id)
    ]


def _status(expectation: ItemStatusExpected, world: WorldState) -> OrderItemStatus:
    view = world.imin if expectation.view is Viewpoint.IMIN else world.booking_system
    return view.state_of(expectation.item_id).status


def _named(expectation: CountExpected, world: WorldState) -> tuple[str, str]:
    """What is counted, by its noun, and what it is of."""
    match expectation:
        case RefundsExpected(order_id=order_id):
            return "refund", "" if order_id is None else f" of {world.catalogue.orders[order_id].name}"
        case EmailsExpected(customer_id=customer_id):
            return "e-mail", "" if customer_id is None else f" to {customer_id}"
        case FeedItemsExpected():
            return "order", " in the OrdersFeed"
        case ReceiptsExpected(order_id=order_id):
            return "receipt", f" of {world.catalogue.orders[order_id].name}"
        case EventsExpected(event=event):
            return "event", f" {event}"
        case _:
            assert_never(expectation)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""What an expectation asks of a world, answered from the world alone. Must never know how the world came about."""

from collections.abc import Sequence
from typing import assert_never

from whenever import Instant

from mockserver.domain.catalogue import Catalogue
from mockserver.domain.events import NAME_OF_EVENT
from mockserver.domain.execution import Recorded
from mockserver.domain.values import OrderId
from mockserver.domain.world import RefundStatus, WorldState
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


def is_met(expectation: Expectation, world: WorldState, events: int) -> bool:
    """Whether the expectation is met by the world as it is; ``events`` is how often its event has happened."""
    match expectation:
        case ItemStatusExpected(item_id=item_id, status=status):
            view = world.imin if expectation.view is ListView.IMIN else world.booking_system
            return view.state_of(item_id).status is status
        case RefundsExpected(count=count, amount_minor=amount):
            through = _through(world, expectation.order_id)
            return len(through) == count and amount in (None, sum(through))
        case _:
            return _count(expectation, world, events) == expectation.count


def standing(expectation: Expectation, world: WorldState, events: int) -> object:
    """What of the world decides whether the expectation can still be met, as a small value."""
    match expectation:
        case ItemStatusExpected():
            return None
        case RefundsExpected():
            return tuple(sorted(_through(world, expectation.order_id)[: expectation.count + 1]))
        case _:
            return min(_count(expectation, world, events), expectation.count + 1)


def counted(expectation: Expectation, happened: Sequence[Recorded]) -> int:
    """How often the event that the expectation counts is in what happened."""
    if not isinstance(expectation, EventsExpected):
        return 0
    return sum(NAME_OF_EVENT[type(recorded.event)] == expectation.event for recorded in happened)


def asked_now(expectation: Expectation, world: WorldState, now: Instant) -> bool:
    """Whether this is the instant that the expectation is about; without one, it is when the world is quiet."""
    return now == expectation.at if expectation.at is not None else world.is_quiet


def order_of(expectation: Expectation, catalogue: Catalogue) -> OrderId | None:
    """The one order that the expectation is about, if it is about one alone."""
    match expectation:
        case ItemStatusExpected(item_id=item_id):
            item = catalogue.items.get(item_id)
            return None if item is None else item.order_id
        case RefundsExpected(order_id=order_id) | ReceiptsExpected(order_id=order_id):
            return order_id
        case EmailsExpected() | FeedItemsExpected() | EventsExpected():
            return None
        case _:
            assert_never(expectation)


def _count(
    expectation: EmailsExpected | FeedItemsExpected | ReceiptsExpected | EventsExpected, world: WorldState, events: int
) -> int:
    match expectation:
        case EmailsExpected(customer_id=customer_id):
            return sum(customer_id in (None, email.customer_id) for email in world.imin.emails)
        case FeedItemsExpected():
            return len(world.booking_system.feed)
        case ReceiptsExpected(order_id=order_id):
            return 1 + len(_through(world, order_id))
        case EventsExpected():
            return events
        case _:
            assert_never(expectation)


def _through(world: WorldState, order_id: OrderId | None) -> list[int]:
    """The amounts of the refunds that are through."""
    return [
        refund.amount_minor
        for refund in world.imin.refunds.values()
        if refund.status is RefundStatus.COMPLETED and order_id in (None, refund.order_id)
    ]

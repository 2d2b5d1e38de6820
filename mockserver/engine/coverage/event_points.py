"""What an event of a world meets, as points: one small function for each kind of event that says something.

Events of the agenda say nothing, and are not in the table; a request that is passed on is the counter's own matter.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from mockserver.domain import events as e
from mockserver.domain.refund_parts import RefundCause
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.domain.world import View, WorldState
from mockserver.engine.coverage.points import Family, move_id, transition_id

_S = OrderItemStatus


@dataclass(slots=True, eq=False)
class ItemStatuses:
    """What each view held of the items that have changed, before the event that is being told; and the feed's loose ends."""

    imin: dict[OrderItemId, OrderItemStatus] = field(default_factory=dict)
    booking_system: dict[OrderItemId, OrderItemStatus] = field(default_factory=dict)
    unpublished: dict[OrderId, None] = field(default_factory=dict)
    was_out: bool = False

    @classmethod
    def of(cls, world: WorldState) -> "ItemStatuses":
        """The statuses of a world that has a past: a fork, or a snapshot."""
        truth = world.booking_system
        changed = {world.catalogue.items[item_id].order_id for item_id in truth.states}
        return cls(
            imin=_statuses(world.imin),
            booking_system=_statuses(truth),
            unpublished=dict.fromkeys(order for order in sorted(changed) if not _is_published(world, order)),
        )


def _statuses(view: View) -> dict[OrderItemId, OrderItemStatus]:
    return {item_id: state.status for item_id, state in view.states.items()}


class Counter(Protocol):
    """What the functions below know of a world's counter."""

    @property
    def scenario(self) -> str:
        """The scenario's name."""

    @property
    def statuses(self) -> ItemStatuses:
        """What it was told so far."""


PointsOf = Callable[[WorldState, Any, Counter], Iterable[str]]


_POINT_OF_RULE = {rule: f"rule:{rule.value}" for rule in Rule}


def _by_rule(_: WorldState, event: Any, __: Counter) -> Iterable[str]:
    return (_POINT_OF_RULE[event.rule],)


def _imin_moves(item_ids: Iterable[OrderItemId], after: OrderItemStatus, told: ItemStatuses) -> Iterator[str]:
    return _moves(Family.IMIN, told.imin, item_ids, after)


def _moves(
    family: Family, told: dict[OrderItemId, OrderItemStatus], item_ids: Iterable[OrderItemId], after: OrderItemStatus
) -> Iterator[str]:
    for item_id in item_ids:
        before = told.get(item_id, _S.CONFIRMED)
        told[item_id] = after
        if before is not after:
            yield move_id(family, before, after)


def _fired(world: WorldState, event: e.TransitionFired, counter: Counter) -> Iterable[str]:
    transition = world.machine.states[event.state].transitions[event.index]
    return (transition_id(event.state, event.index, transition, counter.scenario),)


def _reverted(_: WorldState, event: e.PendingReverted, counter: Counter) -> Iterator[str]:
    yield "rule:answer.refusal-reverts"
    yield from _imin_moves(event.item_ids, _S.CONFIRMED, counter.statuses)


def _changed_at_seller(_: WorldState, event: Any, counter: Counter) -> Iterator[str]:
    """Any change of the truth; one that sets a status is a move."""
    yield _POINT_OF_RULE[event.rule]
    told = counter.statuses
    told.unpublished.setdefault(event.order_id)
    after = _STATUS_SET.get(type(event)) or getattr(event, "status", None)
    if after is not None:
        yield from _moves(Family.BOOKING_SYSTEM, told.booking_system, event.item_ids, after)


_STATUS_SET: dict[type, OrderItemStatus] = {
    e.CancellationConfirmed: _S.CUSTOMER_CANCELLED,
    e.CancelledBySeller: _S.SELLER_CANCELLED,
}


def _published(world: WorldState, event: e.OrderPublished, counter: Counter) -> Iterator[str]:
    yield _POINT_OF_RULE[Rule.FEED_PUBLISHES]
    yield "feed:duplicate" if event.again else "feed:published"
    waiting = counter.statuses.unpublished
    if event.order_id in waiting:
        for earlier in waiting:
            if earlier == event.order_id:
                break
            if not _is_published(world, earlier):
                yield "feed:reordered"
                break
        del waiting[event.order_id]


def _is_published(world: WorldState, order_id: OrderId) -> bool:
    """Whether the feed shows the order as it is now; a change that was taken back needs no publication."""
    truth = world.booking_system
    shown = truth.feed.get(order_id)
    return shown is not None and shown.states == tuple(
        truth.state_of(item.id) for item in world.catalogue.orders[order_id].items
    )


def _read(_: WorldState, __: e.OrdersFeedRead, counter: Counter) -> Iterator[str]:
    yield _POINT_OF_RULE[Rule.FEED_READ]
    yield "feed:read"
    if counter.statuses.was_out:
        counter.statuses.was_out = False
        yield "feed:recovered"


def _out_of_order(_: WorldState, __: e.OrdersFeedReadFailed, counter: Counter) -> Iterator[str]:
    counter.statuses.was_out = True
    yield _POINT_OF_RULE[Rule.FEED_OUTAGE]
    yield "feed:outage"


def _updated(world: WorldState, event: e.OrderUpdateRead, counter: Counter) -> Iterator[str]:
    yield _POINT_OF_RULE[event.rule]
    news = event.cancelled_ids + event.changed_ids
    if not news:
        yield "feed:nothing-new"
        if event.order_id in world.imin.refunds_by_order:
            yield _POINT_OF_RULE[Rule.REFUND_ONCE]
    for item_id in news:
        yield from _imin_moves((item_id,), world.imin.state_of(item_id).status, counter.statuses)


def _refunded(world: WorldState, event: e.RefundCompleted, _: Counter) -> Iterator[str]:
    yield _POINT_OF_RULE[Rule.REFUND_RECEIPT]
    refund = world.imin.refunds[event.refund_id]
    yield "refund:retried" if refund.failed_attempts else "refund:first-try"
    if any(part.cause is RefundCause.CHEAPER for part in refund.parts):
        yield "refund:difference"


def _emailed(_: WorldState, event: e.EmailSent, __: Counter) -> Iterator[str]:
    yield _POINT_OF_RULE[event.rule]
    if event.kind is e.EmailKind.CANCELLATION_NOTICE:
        yield "refund:slow-notice"
    elif event.kind is e.EmailKind.CANCELLATION_CONFIRMATION and not event.refund_minor:
        yield "refund:none-due"


POINTS_OF_EVENT: dict[type[e.Event], PointsOf] = {
    e.TransitionFired: _fired,
    e.PendingReverted: _reverted,
    e.PendingShown: _by_rule,
    e.CancellationConfirmed: _changed_at_seller,
    e.CancelledBySeller: _changed_at_seller,
    e.AttendanceMarked: _changed_at_seller,
    e.ReplacedBySeller: _changed_at_seller,
    e.CustomerNoticeGiven: _changed_at_seller,
    e.AccessUpdated: _changed_at_seller,
    e.LogisticsChanged: _changed_at_seller,
    e.CancellationRefused: _by_rule,
    e.OrderPublished: _published,
    e.OrdersFeedRead: _read,
    e.OrdersFeedReadFailed: _out_of_order,
    e.OrderUpdateRead: _updated,
    e.RefundStarted: _by_rule,
    e.RefundAttemptFailed: _by_rule,
    e.RefundCompleted: _refunded,
    e.EmailSent: _emailed,
}
"""What each kind of event meets."""

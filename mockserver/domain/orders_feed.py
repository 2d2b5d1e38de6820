"""The Booking System's side of the OrdersFeed: when a change is published, and again as a duplicate.

*Source*: Open Booking API 8.4; RPDE 1.0. A publication always shows the truth of its instant, so however late or out of
order publications are, no order ever goes back to an older state.
"""

from whenever import Instant, TimeDelta

from mockserver.domain.commands import PublishOrder, ReadOrdersFeed
from mockserver.domain.events import Event, OrderPublished, WorkScheduled
from mockserver.domain.values import OrderId
from mockserver.domain.world import WorldState
from mockserver.foundation.calendar import later, multiplied

AFTER_PUBLICATIONS = 1
"""Rank of imin's readings: what is published at the same instant is published before."""


def publication_of(world: WorldState, order_id: OrderId, now: Instant) -> WorkScheduled:
    """The publication of a change made ``now``, as due work.

    With ``reorder``, changes wait for imin's next reading and are then published newest first.
    """
    feed = world.behaviour.feed
    due = later(now, feed.lag)
    if not feed.reorder:
        return WorkScheduled(due=due, work=PublishOrder(order_id=order_id))
    at_next_reading = next_reading(world, due, at_or_after=True)
    return WorkScheduled(due=at_next_reading, rank=-world.scheduled, work=PublishOrder(order_id=order_id))


def next_reading(world: WorldState, now: Instant, *, at_or_after: bool = False) -> Instant:
    """When imin reads the feed next: every interval from the world's epoch; at once if the interval is zero."""
    interval = world.behaviour.reads_feed_every
    if not interval:
        return now
    since_epoch = now - world.epoch
    behind = since_epoch % interval
    return later(now, interval - behind) if behind or not at_or_after else now


def publish_order(world: WorldState, command: PublishOrder, now: Instant) -> list[Event]:
    """The order goes to the end of the feed, unless the feed shows its present state already and no duplicate is wanted."""
    truth = world.booking_system
    order = world.catalogue.orders[command.order_id]
    states = tuple(truth.state_of(item.id) for item in order.items)
    published = truth.feed.get(order.id)
    if published is not None and published.states == states and not command.again:
        return []
    events: list[Event] = [
        OrderPublished(order_id=order.id, change_number=len(truth.feed_log) + 1, again=command.again)
    ]
    feed = world.behaviour.feed
    if not command.again:
        events += [
            WorkScheduled(
                due=later(now, multiplied(feed.duplicates_every, nth)), work=PublishOrder(order_id=order.id, again=True)
            )
            for nth in range(1, feed.duplicates + 1)
        ]
    due = next_reading(world, now, at_or_after=feed.reorder)
    if world.imin.feed_reading_due is None or due < world.imin.feed_reading_due:
        events.append(WorkScheduled(due=due, rank=AFTER_PUBLICATIONS, work=ReadOrdersFeed()))
    return events


RETRY_AFTER_OUTAGE = TimeDelta(seconds=60)
"""When imin tries again where its interval is zero: trying at once would never end."""


def reading_after_outage(world: WorldState, now: Instant) -> WorkScheduled:
    """imin's next try after it found the feed out of order."""
    due = next_reading(world, now) if world.behaviour.reads_feed_every else later(now, RETRY_AFTER_OUTAGE)
    return WorkScheduled(due=due, rank=AFTER_PUBLICATIONS, work=ReadOrdersFeed())

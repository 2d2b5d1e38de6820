"""A watcher that follows a world event by event and holds it to the standard's laws."""

from collections import Counter
from collections.abc import Sequence

from mockserver.domain.catalogue import Order
from mockserver.domain.events import EmailKind, EmailSent, Event, OrderPublished, OrdersFeedRead, RefundStarted
from mockserver.domain.evolve import evolve
from mockserver.domain.execution import Recorded
from mockserver.domain.refund_parts import RefundCause
from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, IMIN_MOVES, OrderItemStatus
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.domain.world import IminView, ItemState, View, WorldState

Moves = dict[OrderItemStatus, frozenset[OrderItemStatus]]


class Watcher:
    """Folds what it is told into a world of its own, and checks every law after each single event."""

    def __init__(self, fresh: WorldState) -> None:
        self.world = fresh
        self.seen: list[Recorded] = []
        self.confirmed: Counter[OrderItemId] = Counter()
        self.refunded: Counter[OrderItemId] = Counter()

    def follow(self, happened: Sequence[Recorded]) -> None:
        """What has happened next."""
        for recorded in happened:
            assert not self.seen or recorded.at >= self.seen[-1].at, "time went back"
            before = self.world.copy()
            evolve(self.world, recorded.event)
            self.seen.append(recorded)
            for was, now in ((before.booking_system, self.world.booking_system), (before.imin, self.world.imin)):
                if was.states != now.states:
                    self._items_moved_along_the_table(
                        was, now, IMIN_MOVES if isinstance(now, IminView) else BOOKING_SYSTEM_MOVES
                    )
                    self._totals_only_fell(was, now)
            self._feed_only_grew(before, recorded.event)
            self._count(recorded.event)

    def _items_moved_along_the_table(self, was: View, now: View, moves: Moves) -> None:
        for item in now.states:
            _moved(was.state_of(item), now.state_of(item), moves)

    def _totals_only_fell(self, was: View, now: View) -> None:
        for order in self.world.catalogue.orders.values():
            total_was = self.world.total_due_minor(order, [was.state_of(item.id) for item in order.items])
            total_now = self.world.total_due_minor(order, [now.state_of(item.id) for item in order.items])
            assert total_now <= total_was, "a total rose"

    def _feed_only_grew(self, before: WorldState, event: Event) -> None:
        feed, was = self.world.booking_system, before.booking_system
        if isinstance(event, OrderPublished):
            assert event.change_number == len(was.feed_log) + 1 == len(feed.feed_log), "change numbers count from 1"
            order = self.world.catalogue.orders[event.order_id]
            shown_before = self._shown(before, order)
            for old, new in zip(shown_before, feed.feed[order.id].states, strict=True):
                _moved(old, new, _closure(BOOKING_SYSTEM_MOVES))
        else:
            assert (feed.feed, feed.feed_log) == (was.feed, was.feed_log), "only a publication changes the feed"
        if isinstance(event, OrdersFeedRead):
            assert event.change_number > before.imin.feed_read_to, "imin read backwards"
        listed = feed.feed_after(0, len(feed.feed_log))
        numbers = [item.change_number for item in listed]
        assert numbers == sorted(set(numbers)), "the feed is not in order"
        assert sorted(item.order_id for item in listed) == sorted(feed.feed), "an order is not in the feed exactly once"

    def _shown(self, world: WorldState, order: Order) -> Sequence[ItemState]:
        published = world.booking_system.feed.get(order.id)
        return published.states if published else [ItemState() for _ in order.items]

    def _count(self, event: Event) -> None:
        if isinstance(event, EmailSent) and event.kind is EmailKind.CANCELLATION_CONFIRMATION:
            self.confirmed.update(event.item_ids)
        if isinstance(event, RefundStarted):
            self.refunded.update(event.cancelled_ids)
            self._refund_is_what_its_items_fell_by(event)
        if isinstance(event, EmailSent):
            self._email_is_true(event)
        twice = [item for counted in (self.confirmed, self.refunded) for item, times in counted.items() if times > 1]
        assert not twice, f"refunded or confirmed twice: {twice}"

    def _refund_is_what_its_items_fell_by(self, started: RefundStarted) -> None:
        self.money_is_conserved(self.world.catalogue.orders[started.order_id])
        assert started.amount_minor == sum(part.amount_minor for part in started.parts) > 0
        assert len(set(started.item_ids)) == len(started.parts), "an item has two parts"
        for part in started.parts:
            held = self.world.imin.state_of(part.item_id)
            assert part.amount_minor > 0, "a part is some money"
            assert held.status.is_cancelled is (part.cause is RefundCause.CANCELLED), "a part tells its cause"
        cancelled = {part.item_id for part in started.parts if part.cause is RefundCause.CANCELLED}
        assert cancelled <= set(started.cancelled_ids), "every cancellation that gives money back is confirmed with it"
        assert bool(cancelled) is bool(started.cancelled_ids), "a cancellation without money waits for none"

    def money_is_conserved(self, order: Order) -> None:
        """All refunds give back exactly what is no longer due: of the order, and of each of its items."""
        imin = self.world.imin
        refunds = [imin.refunds[each] for each in imin.refunds_by_order.get(order.id, ())]
        held = [imin.state_of(item.id) for item in order.items]
        fell_by = first_total(order) - self.world.total_due_minor(order, held)
        assert sum(each.amount_minor for each in refunds) == fell_by, "what is given back is not what the total fell by"
        back: Counter[OrderItemId] = Counter()
        for part in (part for each in refunds for part in each.parts):
            back[part.item_id] += part.amount_minor
        for item, state in zip(order.items, held, strict=True):
            still_due = 0 if state.status.is_cancelled else (state.offer or item.offer).price_minor
            assert back[item.id] == item.offer.price_minor - still_due, "money is ascribed to the wrong item"

    def _email_is_true(self, email: EmailSent) -> None:
        """An e-mail says what its refund has given back for the very items that it names, and nothing before it is there."""
        if email.refund_id is None:
            assert email.refund_minor == 0, "money is told of without a refund"
            return
        refund = self.world.imin.refunds[email.refund_id]
        cancelled = all(self.world.imin.state_of(item).status.is_cancelled for item in email.item_ids)
        assert cancelled, "nothing is said of what is not cancelled"
        if email.kind is EmailKind.CANCELLATION_NOTICE:
            assert (email.refund_minor, refund.completed_at) == (0, None), "a notice comes before the money"
        else:
            parts = {part.item_id: part.amount_minor for part in refund.parts}
            back = sum(parts.get(item, 0) for item in email.item_ids)
            assert email.refund_minor == back > 0, "an e-mail tells of other money than its items'"
            assert refund.completed_at is not None, "told before the money is there"


def first_total(order: Order) -> int:
    """What the order cost when it was booked."""
    return sum(item.offer.price_minor for item in order.items)


def paid_back(world: WorldState, order_id: OrderId) -> int:
    """What the customer has got back for the order."""
    return sum(
        refund.amount_minor
        for refund in world.imin.refunds.values()
        if refund.order_id == order_id and refund.completed_at
    )


def _moved(old: ItemState, new: ItemState, moves: Moves) -> None:
    assert old.status is new.status or new.status in moves[old.status], f"{old.status} became {new.status}"


def _closure(moves: Moves) -> Moves:
    """The moves that several moves may add up to."""
    reached = {status: set(nexts) for status, nexts in moves.items()}
    for _ in moves:
        for nexts in reached.values():
            nexts |= {further for each in nexts for further in reached[each]}
    return {status: frozenset(nexts) for status, nexts in reached.items()}

"""Any world under any behaviour, whoever does what and when: the standard's laws hold after every step."""

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from whenever import Instant, TimeDelta

from mockserver.domain.behaviour import AnswerKind
from mockserver.domain.cancellability import cancellation_deadline
from mockserver.domain.commands import (
    CancelBySeller,
    ChangeLogistics,
    Command,
    EnterState,
    GiveCustomerNotice,
    MarkAttendance,
    NotePendingShown,
    ReplaceBySeller,
    RequestCancellation,
)
from mockserver.domain.decide import decide
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.execution import perform
from mockserver.domain.readings import ReadingName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.engine.codec import decode, encode
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.queries import show_item, upcoming_items
from mockserver.scenario.seed import Seed
from tests.domain.drawing import CALM, CHEAP, GRATIS, ITEMS, ORDERS, SPIN, WILD, YOGA, seconds, seeds
from tests.domain.watching import Watcher, first_total, paid_back
from tests.making import ASHA, LONDON, make_live_world, pass_time

NANOSECOND = TimeDelta(nanoseconds=1)
PENDING = OrderItemStatus.PENDING
order_ids = st.sampled_from(sorted(ORDERS))


@st.composite
def parts_of_orders(draw: st.DrawFn) -> dict[str, Any]:
    """Some of an order's items."""
    order_id = draw(order_ids)
    return {"order_id": order_id, "item_ids": tuple(draw(st.lists(st.sampled_from(ORDERS[order_id]), unique=True)))}


class Laws(RuleBasedStateMachine):
    """A customer, a Seller and a clock do what they like."""

    live_world: LiveWorld
    watcher: Watcher

    @initialize(seed=seeds())
    def begin(self, seed: Seed) -> None:
        self.live_world = make_live_world(seed)
        self.watcher = Watcher(seed.world())
        self.watcher.follow(list(self.live_world.journal.read()))

    def do(self, command: Command) -> bool:
        """Whether the command was accepted."""
        before = self.live_world.world.copy()
        try:
            self.live_world.execute(command)
        except OpenBookingError:
            assert self.live_world.world == before, "a refusal changed something"
            return False
        return True

    @rule(part=parts_of_orders())
    def customer_cancels(self, part: dict[str, Any]) -> None:
        world, now = self.live_world.world, self.live_world.clock.now()
        repeats = world.readings[ReadingName.REPEAT_CANCEL_WHILE_PENDING] == "accepted"
        shown = [show_item(world, item, now) for item in part["item_ids"]]
        fresh = [
            each
            for each in shown
            if not each.state.status.is_cancelled and not (each.state.status is PENDING and repeats)
        ]
        expected = all(each.cancellability.allowed and not self.refuses_at_once(each.item.id) for each in fresh)
        assert self.do(RequestCancellation(**part)) is expected

    @rule(part=parts_of_orders(), message=st.sampled_from([None, "Flooded"]))
    def seller_cancels(self, part: dict[str, Any], message: str | None) -> None:
        assert self.do(CancelBySeller(**part, message=message))

    @rule(part=parts_of_orders(), to=st.sampled_from([CHEAP.id, GRATIS.id, SPIN.id]))
    def seller_replaces(self, part: dict[str, Any], to: Any) -> None:
        self.do(ReplaceBySeller(**part, opportunity_id=to))

    @rule(part=parts_of_orders(), came=st.booleans())
    def seller_notes_attendance(self, part: dict[str, Any], came: bool) -> None:
        status = OrderItemStatus.ATTENDED if came else OrderItemStatus.ABSENT
        self.do(MarkAttendance(**part, status=status))

    @rule(part=parts_of_orders(), notice=st.sampled_from(["Bring a mat", "Park behind"]))
    def seller_leaves_a_notice(self, part: dict[str, Any], notice: str) -> None:
        self.do(GiveCustomerNotice(**part, notice=notice))

    @rule(which=st.sampled_from([YOGA.id, SPIN.id, CHEAP.id]), later=seconds(-3600, 3600, 7200))
    def seller_moves_a_session(self, which: Any, later: TimeDelta) -> None:
        starts = self.live_world.clock.now() + TimeDelta(hours=4) + later
        self.do(ChangeLogistics(opportunity_id=which, starts=starts.to_tz(LONDON)))

    @rule(name=st.sampled_from(WILD))
    def the_author_changes_the_behaviour(self, name: Any) -> None:
        assert self.do(EnterState(state=name))

    @rule()
    def the_client_looks(self) -> None:
        world = self.live_world.world
        pending = tuple(item for item in ITEMS if world.imin.state_of(item).status is PENDING)
        assert self.do(NotePendingShown(item_ids=pending))

    @rule(passed=seconds(0, 1, 30, 60, 61, 600, 3600))
    def time_passes(self, passed: TimeDelta) -> None:
        self.live_world.advance_by(passed)

    @rule()
    def time_passes_to_what_is_next(self) -> None:
        self.live_world.advance_to_next()

    @rule(item=st.sampled_from(ITEMS), beside=st.sampled_from([-NANOSECOND, TimeDelta.ZERO, NANOSECOND]))
    def time_passes_to_a_cliff(self, item: OrderItemId, beside: TimeDelta) -> None:
        cliff = self.cliff_of(item) + beside
        if cliff >= self.live_world.clock.now():
            self.live_world.advance_to(cliff)

    @rule(order_id=order_ids)
    def a_copy_lives_apart(self, order_id: OrderId) -> None:
        world, now = self.live_world.world, self.live_world.clock.now()
        original, copy = world.copy(), world.copy()
        happened = [
            *perform(copy, CancelBySeller(order_id=order_id), now),
            *pass_time(copy, now + TimeDelta(minutes=10)),
        ]
        assert world == original
        assert (copy != original) is bool(happened)

    def cliff_of(self, item_id: OrderItemId) -> Instant:
        shown = show_item(self.live_world.world, item_id, self.live_world.clock.now())
        return cancellation_deadline(shown.opportunity, shown.offer, self.live_world.world.readings)

    @invariant()
    def the_laws_hold_and_the_journal_folds_to_the_world(self) -> None:
        self.watcher.follow(list(self.live_world.journal.read(len(self.watcher.seen))))
        assert self.watcher.world == self.live_world.world, "replay differs from live"
        for order in self.watcher.world.catalogue.orders.values():
            self.watcher.money_is_conserved(order)

    @invariant()
    def the_flag_and_the_patch_agree_at_every_instant(self) -> None:
        world, now = self.live_world.world, self.live_world.clock.now()
        for item in (ITEMS[0], ITEMS[1], ITEMS[3], ITEMS[-1]):
            for instant in {now, *(self.cliff_of(item) + beside for beside in (-NANOSECOND, TimeDelta.ZERO))}:
                shown = show_item(world, item, instant)
                if shown.state.status.is_cancelled or shown.state.status is PENDING:
                    assert not shown.cancellability.allowed
                elif not self.refuses_at_once(item):
                    accepted = self.would_accept(shown.order.id, item, instant)
                    assert accepted is shown.cancellability.allowed

    def refuses_at_once(self, item_id: OrderItemId) -> bool:
        """Whether the Booking System has a reason of its own against a request that imin would pass on."""
        world = self.live_world.world
        if world.booking_system.state_of(item_id).status.is_cancelled:
            return world.readings[ReadingName.CANCEL_OF_CANCELLED_UNREAD] == "refused"
        return world.behaviour.answer_for(item_id).kind is AnswerKind.REFUSE_NOW

    def would_accept(self, order_id: OrderId, item_id: OrderItemId, at: Instant) -> bool:
        try:
            decide(self.live_world.world, RequestCancellation(order_id=order_id, item_ids=(item_id,)), at)
        except OpenBookingError:
            return False
        return True

    @invariant()
    def the_pages_of_the_list_are_the_list(self) -> None:
        world, now = self.live_world.world, self.live_world.clock.now()
        first = upcoming_items(world, ASHA.id, 1, now)
        pages = [upcoming_items(world, ASHA.id, number, now) for number in range(1, first.page.total_pages + 2)]
        listed = [shown for page in pages for shown in page.page.items]
        starts = [(shown.opportunity.starts.to_instant(), shown.item.id) for shown in listed]
        dropped = world.readings[ReadingName.CANCELLED_ITEMS_IN_UPCOMING] == "dropped"
        everything = [show_item(world, item, now) for item in ITEMS]
        expected = {
            shown.item.id
            for shown in everything
            if shown.opportunity.starts.to_instant() > now and not (dropped and shown.state.status.is_cancelled)
        }
        assert starts == sorted(starts)
        assert {item for _, item in starts} == expected
        assert len(starts) == len(expected) == first.page.total
        assert [len(page.page.items) for page in pages] == [
            min(10, max(0, len(expected) - 10 * n)) for n in range(len(pages))
        ]
        for number, page in enumerate(pages, start=1):
            last_same = min(page.holds_until, now + TimeDelta(hours=9999)) - NANOSECOND
            if last_same > now:
                assert upcoming_items(world, ASHA.id, number, last_same) == page

    def teardown(self) -> None:
        if not hasattr(self, "live world"):
            return
        self.live_world.execute(EnterState(state=CALM))
        self.live_world.until_quiet()
        world = self.live_world.world
        assert world.agenda == [], "a calm world comes to rest"
        self.the_laws_hold_and_the_journal_folds_to_the_world()
        for order in world.catalogue.orders.values():
            held = [world.imin.state_of(item.id) for item in order.items]
            assert paid_back(world, order.id) == first_total(order) - world.total_due_minor(order, held)
            cancelled = {item.id for item, state in zip(order.items, held, strict=True) if state.status.is_cancelled}
            told = {item.id for item in order.items if self.watcher.confirmed[item.id]}
            assert told == cancelled, "every cancellation is confirmed to the customer, and nothing else"
        for item in ITEMS:
            truth, copy = world.booking_system.state_of(item), world.imin.state_of(item)
            assert truth == copy or copy.status is PENDING
        for recorded in self.live_world.journal.read():
            assert decode(json.loads(json.dumps(encode(recorded)))) == recorded


TestLaws = Laws.TestCase
TestLaws.settings = settings(max_examples=2 * settings().max_examples, stateful_step_count=20)

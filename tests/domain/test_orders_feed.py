import pytest
from whenever import Instant, TimeDelta

from mockserver.domain.behaviour import Behaviour, BookingSystemAnswer, FeedBehaviour
from mockserver.domain.commands import CancelBySeller, ChangeLogistics, EnterState, GiveCustomerNotice, ReplaceBySeller
from mockserver.domain.events import OrderPublished, OrdersFeedRead, OrdersFeedReadFailed, OrderUpdateRead
from mockserver.domain.execution import Recorded, perform
from mockserver.domain.orders_feed import next_reading
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.state_machine import State
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OpportunityId, OrderId, OrderItemId, StateName
from mockserver.domain.world import WorldState
from mockserver.engine.queries import upcoming_items
from tests.making import ASHA, EPOCH, after, cancel, make_opportunity, make_world, only, pass_time

S = OrderItemStatus
ORDER, SEAT = OrderId("booking"), OrderItemId("seat-1")
AT_ONCE = Behaviour(answer=BookingSystemAnswer(after=TimeDelta.ZERO), reads_feed_every=TimeDelta.ZERO)
MONTH = after(hours=700)
MANY = {name: {f"{name}-1": make_opportunity()} for name in ("a", "b", "c")}


def instants(kind: type, happened: list[Recorded]) -> list[Instant]:
    return [recorded.at for recorded in happened if isinstance(recorded.event, kind)]


def feed_of(world: WorldState) -> list[tuple[str, int]]:
    return [(item.order_id, item.change_number) for item in world.booking_system.feed_after(0, 100)]


def test_a_new_booking_is_not_in_the_feed() -> None:
    assert feed_of(make_world()) == []


def test_each_order_is_in_the_feed_once_at_its_newest_change() -> None:
    world = make_world(MANY)
    for number, name in enumerate(("a", "b", "a"), start=1):
        perform(world, GiveCustomerNotice(order_id=OrderId(name), notice=f"No. {number}"), EPOCH)
        pass_time(world, EPOCH)
    assert feed_of(world) == [("b", 2), ("a", 3)]
    assert [item.order_id for item in world.booking_system.feed_after(2, 100)] == ["a"]
    assert [item.order_id for item in world.booking_system.feed_after(-5, 1)] == ["b"]
    assert world.booking_system.feed_after(3, 100) == []


def test_a_publication_without_a_change_is_none() -> None:
    world = make_world(behaviour=Behaviour(feed=FeedBehaviour(lag=TimeDelta(minutes=1))))
    for _ in range(2):
        perform(world, GiveCustomerNotice(order_id=ORDER, notice="Same"), EPOCH)
    assert len(only(OrderPublished, pass_time(world, MONTH))) == 1


def test_a_change_of_logistics_to_what_is_so_already_is_none() -> None:
    world = make_world()
    yoga = world.catalogue.opportunities[OpportunityId("yoga")]
    same = ChangeLogistics(opportunity_id=yoga.id, name=yoga.name, starts=yoga.starts, place_name=yoga.place.name)
    assert perform(world, same, EPOCH) == []
    assert pass_time(world, MONTH) == []


def test_what_is_changed_back_before_it_was_published_was_no_change() -> None:
    dear = make_opportunity()
    world = make_world(
        {"booking": {"seat-1": dear}},
        behaviour=Behaviour(feed=FeedBehaviour(lag=TimeDelta(minutes=5))),
        also_offered=(make_opportunity("swim"),),
    )
    for by in ("swim", "yoga"):
        perform(world, ReplaceBySeller(order_id=ORDER, opportunity_id=OpportunityId(by)), EPOCH)
    for name in ("Gentle Yoga", dear.name):
        perform(world, ChangeLogistics(opportunity_id=dear.id, name=name), EPOCH)
    assert only(OrderPublished, pass_time(world, after(minutes=5))) == [
        OrderPublished(order_id=ORDER, change_number=1, again=False)
    ]
    assert world.booking_system.state_of(SEAT) == world.imin.state_of(SEAT)


@pytest.mark.parametrize("by_seller", [True, False])
def test_a_cancellation_takes_the_customer_notice_away_at_the_seller_and_at_imin(by_seller: bool) -> None:
    world = make_world({"booking": {"seat-1": make_opportunity(), "seat-2": make_opportunity()}}, behaviour=AT_ONCE)
    perform(world, GiveCustomerNotice(order_id=ORDER, notice="Bring a towel"), EPOCH)
    pass_time(world, EPOCH)
    assert world.imin.state_of(SEAT).customer_notice == "Bring a towel"
    if by_seller:
        perform(world, CancelBySeller(order_id=ORDER, item_ids=(SEAT,)), EPOCH)
    else:
        cancel(world, SEAT)
    pass_time(world, MONTH)
    for view in (world.booking_system, world.imin):
        assert view.state_of(SEAT).status.is_cancelled
        assert view.state_of(SEAT).customer_notice is None
        assert view.state_of(OrderItemId("seat-2")).customer_notice == "Bring a towel"


def test_a_lag_is_between_the_change_and_its_publication() -> None:
    world = make_world(behaviour=Behaviour(feed=FeedBehaviour(lag=TimeDelta(minutes=5))))
    perform(world, CancelBySeller(order_id=ORDER), EPOCH)
    happened = pass_time(world, MONTH)
    assert instants(OrderPublished, happened) == [after(minutes=5)]
    assert instants(OrdersFeedRead, happened) == [after(minutes=6)]


def test_a_late_publication_never_brings_an_older_state_back() -> None:
    slow = State(name=StateName("slow"), behaviour=Behaviour(feed=FeedBehaviour(lag=TimeDelta(minutes=10))))
    swift = State(name=StateName("swift"), behaviour=Behaviour())
    world = make_world(states=[slow, swift])
    perform(world, GiveCustomerNotice(order_id=ORDER, notice="Old"), EPOCH)
    perform(world, EnterState(state=swift.name), EPOCH)
    perform(world, GiveCustomerNotice(order_id=ORDER, notice="New"), EPOCH)
    assert len(only(OrderPublished, pass_time(world, MONTH))) == 1
    assert world.imin.state_of(SEAT).customer_notice == "New"


def test_duplicates_are_published_at_their_interval_and_are_harmless() -> None:
    feed = FeedBehaviour(duplicates=2, duplicates_every=TimeDelta(minutes=3))
    world = make_world(behaviour=Behaviour(feed=feed))
    perform(world, CancelBySeller(order_id=ORDER), EPOCH)
    happened = pass_time(world, MONTH)
    published = [
        (recorded.at, recorded.event.again) for recorded in happened if isinstance(recorded.event, OrderPublished)
    ]
    assert published == [(EPOCH, False), (after(minutes=3), True), (after(minutes=6), True)]
    rules = [event.rule for event in only(OrderUpdateRead, happened)]
    assert rules == [Rule.FEED_MOVES_PENDING, Rule.FEED_DUPLICATE, Rule.FEED_DUPLICATE]


@pytest.mark.parametrize(("reorder", "order"), [(False, ["a", "b", "c"]), (True, ["c", "b", "a"])])
def test_reordered_changes_between_two_readings_come_newest_first(reorder: bool, order: list[str]) -> None:
    world = make_world(MANY, behaviour=Behaviour(feed=FeedBehaviour(reorder=reorder)))
    happened: list[Recorded] = []
    for second, name in enumerate(("a", "b", "c"), start=1):
        happened += pass_time(world, after(seconds=second))
        perform(world, CancelBySeller(order_id=OrderId(name)), after(seconds=second))
    happened += pass_time(world, MONTH)
    assert [event.order_id for event in only(OrderPublished, happened)] == order
    assert instants(OrdersFeedRead, happened) == [after(minutes=1)]


@pytest.mark.parametrize(
    ("now", "every", "at_or_after", "due"),
    [
        (0, 60, False, 60),
        (59, 60, False, 60),
        (60, 60, False, 120),
        (60, 60, True, 60),
        (61, 60, True, 120),
        (7, 0, False, 7),
    ],
)
def test_imin_reads_at_whole_intervals_from_the_epoch(now: int, every: int, at_or_after: bool, due: int) -> None:
    world = make_world(behaviour=Behaviour(reads_feed_every=TimeDelta(seconds=every)))
    assert next_reading(world, after(seconds=now), at_or_after=at_or_after) == after(seconds=due)


def test_what_is_published_at_the_instant_of_a_reading_is_read_by_it() -> None:
    world = make_world(MANY)
    perform(world, CancelBySeller(order_id=OrderId("a")), EPOCH)
    pass_time(world, after(seconds=59))
    cancel(world, "b-1", of="b", at=after(seconds=30))
    pass_time(world, after(minutes=1))
    assert world.imin.feed_read_to == 2


def test_with_no_interval_everything_is_read_at_once() -> None:
    world = make_world(behaviour=AT_ONCE)
    happened = cancel(world, "seat-1", at=after(seconds=7))
    assert instants(OrdersFeedRead, happened) == [after(seconds=7)]
    assert world.imin.state_of(SEAT).status is S.CUSTOMER_CANCELLED


@pytest.mark.parametrize(("every", "retry"), [(20, 20), (0, 60)])
def test_imin_tries_again_until_the_outage_is_over(every: int, retry: int) -> None:
    reads = TimeDelta(seconds=every)
    out = State(name=StateName("out"), behaviour=Behaviour(feed=FeedBehaviour(outage=True), reads_feed_every=reads))
    fine = State(name=StateName("fine"), behaviour=Behaviour(reads_feed_every=reads))
    world = make_world(states=[out, fine])
    perform(world, CancelBySeller(order_id=ORDER), EPOCH)
    failed = instants(OrdersFeedReadFailed, pass_time(world, after(minutes=3)))
    assert failed == [after(seconds=second) for second in range(every, 181, retry)]
    assert world.imin.state_of(SEAT).status is S.CONFIRMED
    perform(world, EnterState(state=fine.name), after(minutes=3))
    assert instants(OrdersFeedRead, pass_time(world, MONTH)) == [after(minutes=3, seconds=retry)]
    assert world.imin.state_of(SEAT).status is S.SELLER_CANCELLED


def test_a_change_of_something_else_leaves_a_pending_item_pending() -> None:
    world = make_world(behaviour=Behaviour(answer=BookingSystemAnswer(after=TimeDelta(hours=1))))
    cancel(world, "seat-1")
    perform(world, GiveCustomerNotice(order_id=ORDER, notice="New entrance"), EPOCH)
    (update,) = only(OrderUpdateRead, pass_time(world, after(minutes=2)))
    assert (update.changed_ids, update.cancelled_ids) == ((SEAT,), ())
    held = world.imin.state_of(SEAT)
    assert (held.status, held.customer_notice) == (S.PENDING, "New entrance")


@pytest.mark.parametrize(("option", "left"), [("kept", ["a-1", "b-1", "c-1"]), ("dropped", ["a-1", "c-1"])])
def test_a_cancelled_item_stays_in_the_list_or_leaves_it_as_the_reading_says(option: str, left: list[str]) -> None:
    world = make_world(MANY, readings={ReadingName.CANCELLED_ITEMS_IN_UPCOMING: option})
    cancel(world, "b-1", of="b")

    def listed() -> list[str]:
        return [shown.item.id for shown in upcoming_items(world, ASHA.id, 1, EPOCH).page.items]

    assert listed() == ["a-1", "b-1", "c-1"]
    pass_time(world, after(minutes=2))
    assert listed() == left

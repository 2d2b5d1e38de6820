import pytest
from whenever import Instant, TimeDelta

from mockserver.domain.behaviour import (
    AnswerKind,
    ApiFault,
    ApiOperation,
    Behaviour,
    BookingSystemAnswer,
    FeedBehaviour,
    RefundBehaviour,
)
from mockserver.domain.commands import CancelBySeller, EnterState, GiveCustomerNotice, NotePendingShown
from mockserver.domain.events import (
    EVENT_NAMES,
    NAME_OF_EVENT,
    BehaviourEntered,
    CancelledBySeller,
    CustomerNoticeGiven,
    WorkRefused,
)
from mockserver.domain.execution import EndlessWorkError, Recorded, perform
from mockserver.domain.rules import Rule
from mockserver.domain.state_machine import AfterStay, AtInstant, OnEvent, State, TimelineEntry, Transition
from mockserver.domain.transitions import fault_of, narrowed_by, next_fault
from mockserver.domain.values import CustomerId, OrderId, OrderItemId, StateName
from mockserver.domain.world import WorldState
from tests.making import ASHA, EPOCH, after, cancel, make_opportunity, make_world, only, pass_time

ORDER = OrderId("booking")
A, B, C = StateName("a"), StateName("b"), StateName("c")
ON_REQUEST = OnEvent(event="cancellation_requested")
MINUTE = TimeDelta(minutes=1)
TWO = {"booking": {"seat-1": make_opportunity(), "seat-2": make_opportunity()}}


def state(name: StateName, *transitions: Transition, behaviour: Behaviour = Behaviour()) -> State:
    return State(name=name, behaviour=behaviour, transitions=transitions)


def entries(happened: list[Recorded]) -> list[tuple[Instant, str, int]]:
    return [(r.at, r.event.state, r.event.stay) for r in happened if isinstance(r.event, BehaviourEntered)]


def notice(text: str) -> GiveCustomerNotice:
    return GiveCustomerNotice(order_id=ORDER, notice=text)


def test_the_first_transition_in_file_order_wins_and_only_one_fires() -> None:
    both = [Transition(trigger=ON_REQUEST, to=B), Transition(trigger=ON_REQUEST, to=C)]
    world = make_world(states=[state(A, *both), state(B), state(C)])
    assert [name for _, name, _ in entries(cancel(world, "seat-1"))] == [B]


@pytest.mark.parametrize(
    ("trigger", "fires"),
    [
        (OnEvent(event="cancellation_requested", item_id=OrderItemId("seat-2")), True),
        (OnEvent(event="cancellation_requested", item_id=OrderItemId("seat-1")), False),
        (OnEvent(event="cancellation_requested", order_id=ORDER), True),
        (OnEvent(event="cancellation_requested", order_id=OrderId("other")), False),
        (OnEvent(event="cancellation_requested", customer_id=ASHA.id), True),
        (OnEvent(event="cancellation_requested", customer_id=CustomerId("ben")), False),
        (OnEvent(event="cancellation_requested", item_id=OrderItemId("seat-2"), order_id=OrderId("other")), False),
        (OnEvent(event="refund_completed"), False),
    ],
)
def test_a_transition_fires_where_all_that_is_given_matches(trigger: OnEvent, fires: bool) -> None:
    world = make_world(TWO, states=[state(A, Transition(trigger=trigger, to=B)), state(B)])
    cancel(world, "seat-2")
    assert world.state_name == (B if fires else A)


@pytest.mark.parametrize(
    "event",
    [
        "pending_shown", "cancellation_confirmed", "order_published", "order_update_read", "orders_feed_read", "refund_started",
        "refund_attempt_failed", "refund_completed", "email_sent",
    ],
)  # fmt: skip
def test_every_event_on_the_way_of_a_cancellation_can_be_waited_for(event: str) -> None:
    about_seat = OnEvent(event=event, item_id=None if event == "orders_feed_read" else OrderItemId("seat-1"))
    behaviour = Behaviour(answer=BookingSystemAnswer(after_reads=1), refund=RefundBehaviour(fails=1))
    world = make_world(states=[state(A, Transition(trigger=about_seat, to=B), behaviour=behaviour), state(B)])
    cancel(world, "seat-1")
    perform(world, NotePendingShown(item_ids=(OrderItemId("seat-1"),)), EPOCH)
    pass_time(world, after(hours=1))
    assert world.state_name == B


def test_the_answer_is_chosen_in_the_state_that_the_request_has_led_to() -> None:
    stubborn = Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.NEVER))
    world = make_world(states=[state(A, Transition(trigger=ON_REQUEST, to=B)), state(B, behaviour=stubborn)])
    cancel(world, "seat-1")
    assert world.agenda == []


def test_each_event_meets_the_state_that_the_one_before_has_led_to() -> None:
    # Two orders in one reading of the feed: the first moves the machine, the second meets it moved.
    read_a = OnEvent(event="order_update_read", order_id=OrderId("one"))
    read_b = OnEvent(event="order_update_read", order_id=OrderId("two"))
    states = [
        state(A, Transition(trigger=read_a, to=B), Transition(trigger=read_b, to=C)),
        state(B, Transition(trigger=AfterStay(delay=MINUTE), to=C), Transition(trigger=read_b, to=A)),
        state(C),
    ]
    world = make_world({"one": {"x": make_opportunity()}, "two": {"y": make_opportunity()}}, states=states)
    for name in ("one", "two"):
        perform(world, CancelBySeller(order_id=OrderId(name)), EPOCH)
    happened = pass_time(world, after(hours=1))
    assert entries(happened) == [(after(minutes=1), B, 2), (after(minutes=1), A, 3)]


def test_a_timer_fires_after_its_stay() -> None:
    world = make_world(states=[state(A, Transition(trigger=AfterStay(delay=MINUTE), to=B)), state(B)])
    assert pass_time(world, after(seconds=59)) == []
    assert entries(pass_time(world, after(hours=1))) == [(after(minutes=1), B, 2)]


def test_leaving_a_state_silences_its_timers_and_coming_back_starts_them_anew() -> None:
    world = make_world(states=[state(A, Transition(trigger=AfterStay(delay=MINUTE), to=B)), state(B), state(C)])
    perform(world, EnterState(state=C), after(seconds=30))
    perform(world, EnterState(state=A), after(seconds=40))
    assert entries(pass_time(world, after(seconds=99))) == []
    assert entries(pass_time(world, after(seconds=100))) == [(after(seconds=100), B, 4)]


@pytest.mark.parametrize(("entered", "fires"), [(9, True), (10, True), (11, False)])
def test_an_instant_fires_only_if_the_machine_is_in_the_state_then(entered: int, fires: bool) -> None:
    at_ten = Transition(trigger=AtInstant(instant=after(minutes=10)), to=C)
    world = make_world(states=[state(A), state(B, at_ten), state(C)])
    perform(world, EnterState(state=B), after(minutes=entered))
    pass_time(world, after(hours=1))
    assert world.state_name == (C if fires else B)


def test_deeds_are_done_in_their_order_at_once_and_without_leaving_the_state() -> None:
    deeds = (notice("first"), CancelBySeller(order_id=ORDER), notice("too late"))
    world = make_world(states=[state(A, Transition(trigger=ON_REQUEST, do=deeds))])
    happened = cancel(world, "seat-1")
    assert [event.notice for event in only(CustomerNoticeGiven, happened)] == ["first"]
    assert len(only(CancelledBySeller, happened)) == 1
    assert [event.rule for event in only(WorkRefused, happened)] == [Rule.SELLER_ILLEGAL]
    assert (world.state_name, world.stay) == (A, 1)


def test_the_timeline_happens_whatever_the_state_and_a_deed_that_is_not_permitted_is_only_noted() -> None:
    timeline = [
        TimelineEntry(at=after(minutes=2), do=notice("second")),
        TimelineEntry(at=after(minutes=1), do=notice("first")),
        TimelineEntry(at=after(minutes=3), do=CancelBySeller(order_id=OrderId("none"))),
    ]
    world = make_world(timeline=timeline)
    happened = pass_time(world, after(hours=1))
    assert [event.notice for event in only(CustomerNoticeGiven, happened)] == ["first", "second"]
    assert [event.rule for event in only(WorkRefused, happened)] == [Rule.ORDER_UNKNOWN]


def test_work_is_done_by_instant_then_rank_then_sequence() -> None:
    world = make_world()
    for number, (minutes, rank) in enumerate([(2, 0), (1, 1), (1, 0), (1, -5), (1, 0)]):
        world.schedule(after(minutes=minutes), rank, notice(f"{number}"))
    given = only(CustomerNoticeGiven, pass_time(world, after(hours=1)))
    assert [event.notice for event in given] == ["3", "2", "4", "1", "0"]


def test_transitions_that_run_in_a_circle_are_stopped() -> None:
    entered = OnEvent(event="behaviour_entered")
    world = make_world(
        states=[state(A), state(B, Transition(trigger=entered, to=C)), state(C, Transition(trigger=entered, to=B))]
    )
    with pytest.raises(EndlessWorkError, match="circle"):
        perform(world, EnterState(state=B), EPOCH)


def faulty(*faults: ApiFault) -> WorldState:
    return make_world(states=[state(A, behaviour=Behaviour(api=faults))])


def served(world: WorldState, operation: ApiOperation) -> int | None:
    """The index of the fault that the next request meets, which is used up by it."""
    return served_at(world, operation, EPOCH)


def served_at(world: WorldState, operation: ApiOperation, now: Instant) -> int | None:
    """The same, by a request that comes then."""
    found = fault_of(world, operation, now)
    next_fault(world, operation, now, lambda note: perform(world, note, now))
    return None if found is None else found[0]


def test_a_fault_is_served_as_often_as_it_says_then_the_next_one_then_none() -> None:
    world = faulty(
        ApiFault(operation=ApiOperation.CANCEL, times=2),
        ApiFault(operation=ApiOperation.LIST_UPCOMING, times=1),
        ApiFault(operation=ApiOperation.CANCEL, times=1),
    )
    assert [served(world, ApiOperation.CANCEL) for _ in range(5)] == [0, 0, 2, None, None]
    assert [served(world, ApiOperation.LIST_UPCOMING) for _ in range(2)] == [1, None]
    assert served(world, ApiOperation.GET_ORDER) is None


def test_an_unlimited_fault_never_ends_and_a_new_stay_counts_anew() -> None:
    world = faulty(ApiFault(operation=ApiOperation.CANCEL, times=1), ApiFault(operation=ApiOperation.CANCEL))
    assert [served(world, ApiOperation.CANCEL) for _ in range(4)] == [0, 1, 1, 1]
    perform(world, EnterState(state=A), EPOCH)
    assert served(world, ApiOperation.CANCEL) == 0


@pytest.mark.parametrize("begins_with", [1, 2, 3])
@pytest.mark.parametrize("times", [1, 2, None])
def test_a_fault_begins_with_the_request_that_it_says_and_is_then_served_as_often_as_it_says(
    begins_with: int, times: int | None
) -> None:
    world = faulty(ApiFault(operation=ApiOperation.CANCEL, begins_with=begins_with, times=times))
    met = [served(world, ApiOperation.CANCEL) is not None for _ in range(6)]
    hits = 6 if times is None else times
    assert met == [begins_with <= number < begins_with + hits for number in range(1, 7)]
    assert served(world, ApiOperation.LIST_ORDERS) is None, "other operations are counted apart"
    perform(world, EnterState(state=A), EPOCH)
    assert (served(world, ApiOperation.CANCEL) is not None) is (begins_with == 1), "a new stay counts anew"


def test_a_fault_lasts_from_its_first_hit_and_its_last_instant_is_not_its_own() -> None:
    limit = ApiFault(operation=ApiOperation.CANCEL, begins_with=2, lasts=MINUTE)
    world = faulty(limit)
    offsets = [(0, False), (30, True), (60, True), (89, True), (90, False), (300, False)]
    for seconds, is_met in offsets:
        assert (served_at(world, ApiOperation.CANCEL, after(seconds=seconds)) is not None) is is_met


def test_a_fault_with_a_number_and_a_time_ends_with_whichever_comes_first() -> None:
    limit = ApiFault(operation=ApiOperation.CANCEL, times=2, lasts=MINUTE)
    assert [served(faulty(limit), ApiOperation.CANCEL)] == [0]
    world = faulty(limit)
    assert [served(world, ApiOperation.CANCEL) for _ in range(3)] == [0, 0, None]
    world = faulty(limit)
    assert [served_at(world, ApiOperation.CANCEL, after(seconds=at)) for at in (0, 60)] == [0, None]


@pytest.mark.parametrize("event", [name for name in NAME_OF_EVENT.values() if name in EVENT_NAMES])
def test_where_narrows_exactly_the_events_that_are_about_an_order(event: str) -> None:
    kind = next(kind for kind, name in NAME_OF_EVENT.items() if name == event)
    about_nothing = {
        "behaviour_entered", "fault_used", "orders_feed_read", "orders_feed_read_failed", "work_refused",
    }  # fmt: skip
    assert (narrowed_by(kind) == ()) is (event in about_nothing)


def test_an_outage_is_of_the_state_not_of_the_world() -> None:
    out = state(
        A, Transition(trigger=AfterStay(delay=MINUTE), to=B), behaviour=Behaviour(feed=FeedBehaviour(outage=True))
    )
    world = make_world(states=[out, state(B)])
    assert world.behaviour.feed.outage
    pass_time(world, after(minutes=1))
    assert not world.behaviour.feed.outage

"""Hypothesis draws worlds: every way of behaving, every reading, machines that move about, and a small full house."""

from hypothesis import strategies as st
from whenever import TimeDelta

from mockserver.domain.behaviour import AnswerKind, Behaviour, BookingSystemAnswer, FeedBehaviour, RefundBehaviour
from mockserver.domain.commands import CancelBySeller, Command, MarkAttendance
from mockserver.domain.readings import READINGS
from mockserver.domain.state_machine import AfterStay, AtInstant, OnEvent, State, TimelineEntry, Transition
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId, OrderItemId, StateName
from mockserver.scenario.seed import Seed
from tests.making import EPOCH, make_offer, make_opportunity, make_seed

CALM = StateName("calm")
"""A state that nothing leaves and in which everything is answered, published, read and paid."""

YOGA = make_opportunity(starts_in=TimeDelta(hours=26))
SPIN = make_opportunity("spin", starts_in=TimeDelta(hours=3), offer=make_offer(800, until="PT2H"))
SWIM = make_opportunity("swim", starts_in=TimeDelta(hours=4), offer=make_offer(0, until=None, name="Free"))
CLIMB = make_opportunity("climb", starts_in=TimeDelta(hours=9), offer=make_offer(1200, refundable=False, name="Fixed"))
CHEAP = make_opportunity("cheap", starts_in=TimeDelta(hours=6), offer=make_offer(100, until="PT1H", name="Cheap"))
GRATIS = make_opportunity("gratis", starts_in=TimeDelta(hours=5), offer=make_offer(0, until="PT1H", name="Gratis"))

BOOKED = {
    "one": {"yoga-1": YOGA, "spin-1": SPIN, "swim-1": SWIM},
    "two": {"yoga-2": YOGA, "climb-1": CLIMB},
    "crowd": {f"crowd-{number}": YOGA for number in range(8)},
}
ORDERS = {OrderId(name): tuple(map(OrderItemId, items)) for name, items in BOOKED.items()}
ITEMS = tuple(item for items in ORDERS.values() for item in items)


def seconds(*choices: int) -> st.SearchStrategy[TimeDelta]:
    return st.sampled_from([TimeDelta(seconds=number) for number in choices])


answers = st.builds(
    BookingSystemAnswer,
    kind=st.sampled_from(AnswerKind),
    after=seconds(0, 30, 60, 3600),
    after_reads=st.sampled_from([None, None, 1, 2, 3]),
    reason=st.sampled_from([None, "The coach is paid."]),
)
feeds = st.builds(
    FeedBehaviour,
    lag=seconds(0, 0, 30, 300),
    outage=st.sampled_from([False, False, True]),
    duplicates=st.integers(0, 2),
    duplicates_every=seconds(30, 60, 120),
    reorder=st.booleans(),
)
refunds = st.builds(
    RefundBehaviour, takes=seconds(0, 5, 60, 61, 600), fails=st.integers(0, 2), retry_every=seconds(0, 30, 60)
)
behaviours = st.builds(
    Behaviour,
    answer=answers,
    answer_per_item=st.dictionaries(st.sampled_from(ITEMS), answers, max_size=3),
    feed=feeds,
    reads_feed_every=seconds(0, 60, 420),
    refund=refunds,
)
deeds: st.SearchStrategy[tuple[Command, ...]] = st.sampled_from(
    [
        (),
        (CancelBySeller(order_id=OrderId("one")),),
        (CancelBySeller(order_id=OrderId("crowd"), item_ids=(OrderItemId("crowd-3"),), message="Full"),),
        (MarkAttendance(order_id=OrderId("two"), status=OrderItemStatus.ATTENDED),),
    ]
)
triggers = st.one_of(
    st.builds(
        OnEvent,
        event=st.sampled_from(
            [
                "cancellation_requested", "cancellation_confirmed", "cancelled_by_seller", "order_published",
                "orders_feed_read", "order_update_read", "refund_started", "refund_completed", "email_sent",
            ]
        ),
        item_id=st.sampled_from([None, *ITEMS[:5]]),
    ),
    st.builds(AfterStay, delay=seconds(600, 3600)),
)  # fmt: skip
WILD = (StateName("first"), StateName("second"), StateName("third"))
moments = st.builds(AtInstant, instant=st.sampled_from([EPOCH, EPOCH + TimeDelta(minutes=5)]))
# A transition at an instant must not lead to one at the same instant: that is a circle, which the engine stops.
transitions = st.one_of(
    st.builds(Transition, trigger=triggers, to=st.sampled_from([None, *WILD]), do=deeds),
    st.builds(Transition, trigger=moments, to=st.sampled_from([None, CALM]), do=deeds),
)
readings = st.fixed_dictionaries({name: st.sampled_from(sorted(reading.options)) for name, reading in READINGS.items()})


@st.composite
def seeds(draw: st.DrawFn) -> Seed:
    """A full house under a machine of three wild states and a calm one."""
    wild = [
        State(name=name, behaviour=draw(behaviours), transitions=tuple(draw(st.lists(transitions, max_size=2))))
        for name in WILD
    ]
    calm = State(name=CALM, behaviour=Behaviour())
    timeline = [TimelineEntry(at=EPOCH + TimeDelta(hours=2), do=deed) for deed in draw(deeds)]
    return make_seed(
        BOOKED, states=[*wild, calm], timeline=timeline, readings=draw(readings), also_offered=[CHEAP, GRATIS]
    )

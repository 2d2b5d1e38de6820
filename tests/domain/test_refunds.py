import pytest
from whenever import Instant, TimeDelta

from mockserver.domain.behaviour import Behaviour, FeedBehaviour, RefundBehaviour
from mockserver.domain.commands import CancelBySeller, Command, ReplaceBySeller
from mockserver.domain.events import (
    EmailKind,
    EmailSent,
    OrdersFeedRead,
    RefundAttemptFailed,
    RefundCompleted,
    RefundStarted,
)
from mockserver.domain.execution import Recorded, perform
from mockserver.domain.refund_parts import RefundCause
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.domain.world import RefundStatus
from tests.making import EPOCH, after, cancel, make_offer, make_opportunity, make_world, only, pass_time

ORDER = OrderId("booking")
CHEAPER, CANCELLED = RefundCause.CHEAPER, RefundCause.CANCELLED
MONTH = after(hours=700)
READ = after(minutes=1)
SECOND, MINUTE = TimeDelta(seconds=1), TimeDelta(minutes=1)
NOTICE, CONFIRMATION = EmailKind.CANCELLATION_NOTICE, EmailKind.CANCELLATION_CONFIRMATION


def refunding(refund: RefundBehaviour, price: int = 650) -> list[Recorded]:
    """What comes of one cancellation that is answered after 30 seconds and read after a minute."""
    world = make_world(
        {"booking": {"seat-1": make_opportunity(offer=make_offer(price)), "seat-2": make_opportunity()}},
        behaviour=Behaviour(refund=refund),
    )
    cancel(world, "seat-1")
    return pass_time(world, MONTH)


def letters(happened: list[Recorded]) -> list[tuple[EmailKind, Instant, int]]:
    return [(email.kind, email.at, email.refund_minor) for email in only(EmailSent, happened)]


def test_the_refund_is_what_the_total_fell_by_and_follows_from_reading_the_feed() -> None:
    happened = refunding(RefundBehaviour())
    started = [
        (recorded.at, recorded.event.amount_minor) for recorded in happened if isinstance(recorded.event, RefundStarted)
    ]
    assert started == [(READ, 650)]
    (done,) = only(RefundCompleted, happened)
    assert done.at == READ + TimeDelta(seconds=5)
    assert letters(happened) == [(CONFIRMATION, done.at, 650)]


def test_a_free_item_has_no_refund_but_an_email_at_once() -> None:
    happened = refunding(RefundBehaviour(), price=0)
    assert not only(RefundStarted, happened)
    assert letters(happened) == [(CONFIRMATION, READ, 0)]


@pytest.mark.parametrize(
    ("takes", "noticed"), [(MINUTE, False), (MINUTE + TimeDelta(nanoseconds=1), True), (SECOND, False)]
)
def test_a_refund_that_takes_more_than_a_minute_is_announced_after_a_minute(takes: TimeDelta, noticed: bool) -> None:
    done = (CONFIRMATION, READ + takes, 650)
    expected = [(NOTICE, READ + MINUTE, 0), done] if noticed else [done]
    assert letters(refunding(RefundBehaviour(takes=takes))) == expected


@pytest.mark.parametrize(
    ("behaviour", "seconds", "noticed"),
    [
        (RefundBehaviour(takes=SECOND, fails=2, retry_every=SECOND), 3, False),
        (RefundBehaviour(takes=TimeDelta(seconds=30), fails=1, retry_every=TimeDelta(seconds=30)), 60, False),
        (RefundBehaviour(takes=SECOND, fails=2), 121, True),
        (RefundBehaviour(takes=TimeDelta.ZERO, fails=3, retry_every=TimeDelta.ZERO), 0, False),
    ],
)
def test_a_failed_refund_is_tried_again_until_it_is_through(
    behaviour: RefundBehaviour, seconds: int, noticed: bool
) -> None:
    happened = refunding(behaviour)
    assert [event.attempt for event in only(RefundAttemptFailed, happened)] == list(range(1, behaviour.fails + 1))
    assert [event.at for event in only(RefundCompleted, happened)] == [READ + TimeDelta(seconds=seconds)]
    assert [kind for kind, _, _ in letters(happened)] == ([NOTICE] if noticed else []) + [CONFIRMATION]


def test_no_item_is_refunded_twice_however_often_the_feed_says_it() -> None:
    world = make_world(behaviour=Behaviour(feed=FeedBehaviour(duplicates=3)))
    cancel(world, "seat-1")
    happened = pass_time(world, MONTH)
    assert len(only(OrdersFeedRead, happened)) == 4
    assert [len(only(kind, happened)) for kind in (RefundStarted, RefundCompleted, EmailSent)] == [1, 1, 1]


def test_each_cancellation_of_an_order_has_its_own_refund() -> None:
    world = make_world({"booking": {"seat-1": make_opportunity(), "seat-2": make_opportunity(offer=make_offer(400))}})
    cancel(world, "seat-1")
    pass_time(world, after(minutes=10))
    cancel(world, "seat-2", at=after(minutes=10))
    pass_time(world, MONTH)
    refunds = world.imin.refunds.values()
    assert [(refund.id, refund.amount_minor) for refund in refunds] == [("refund-1", 650), ("refund-2", 400)]
    assert {refund.status for refund in refunds} == {RefundStatus.COMPLETED}
    assert world.imin.refunds_by_order[ORDER] == ("refund-1", "refund-2")


def test_refunds_begun_by_one_reading_are_numbered_apart() -> None:
    world = make_world({name: {f"{name}-1": make_opportunity()} for name in ("a", "b", "c")})
    for name in ("a", "b", "c"):
        perform(world, CancelBySeller(order_id=OrderId(name)), EPOCH)
    assert [event.refund_id for event in only(RefundStarted, pass_time(world, MONTH))] == [
        f"refund-{n}" for n in (1, 2, 3)
    ]


def test_the_message_of_the_seller_is_in_the_email() -> None:
    world = make_world()
    perform(world, CancelBySeller(order_id=ORDER, message="Boiler broken"), EPOCH)
    assert [email.message for email in only(EmailSent, pass_time(world, MONTH))] == ["Boiler broken"]


def test_the_refund_of_a_replacement_confirms_no_cancellation_even_if_the_item_is_cancelled_meanwhile() -> None:
    cheap = make_opportunity("pilates", offer=make_offer(400))
    world = make_world(also_offered=[cheap], behaviour=Behaviour(refund=RefundBehaviour(takes=TimeDelta(minutes=5))))
    perform(world, ReplaceBySeller(order_id=ORDER, opportunity_id=cheap.id), EPOCH)
    pass_time(world, after(minutes=2))
    perform(world, CancelBySeller(order_id=ORDER, item_ids=(OrderItemId("seat-1"),)), after(minutes=2))
    happened = pass_time(world, MONTH)
    assert len(only(RefundCompleted, happened)) == 2
    confirmations = [email for email in only(EmailSent, happened) if email.kind is CONFIRMATION]
    assert [(email.item_ids, email.refund_minor) for email in confirmations] == [(("seat-1",), 400)]


CHEAP = make_opportunity("cheap", offer=make_offer(300))
GRATIS = make_opportunity("gratis", offer=make_offer(0))


def cancels(*items: str) -> Command:
    return CancelBySeller(order_id=ORDER, item_ids=tuple(map(OrderItemId, items)))


def moves(*items: str, to: str = "cheap") -> Command:
    target = {"cheap": CHEAP, "gratis": GRATIS}[to]
    return ReplaceBySeller(order_id=ORDER, item_ids=tuple(map(OrderItemId, items)), opportunity_id=target.id)


@pytest.mark.parametrize(
    ("deeds", "parts", "confirmed"),
    [
        pytest.param(
            [cancels("a"), moves("b", "c")],
            [("a", 500, CANCELLED), ("b", 200, CHEAPER), ("c", 200, CHEAPER)],
            [(READ + 5 * SECOND, ("a",), 500)],
            id="a place is cancelled and two others become cheaper",
        ),
        pytest.param([moves("b", "c")], [("b", 200, CHEAPER), ("c", 200, CHEAPER)], [], id="cheaper alone"),
        pytest.param(
            [moves("a"), cancels("a")],
            [("a", 500, CANCELLED)],
            [(READ + 5 * SECOND, ("a",), 500)],
            id="cheaper, then cancelled, before anything is read: all of it is the cancellation's",
        ),
        pytest.param(
            [cancels("free"), moves("b")],
            [("b", 200, CHEAPER)],
            [(READ, ("free",), 0)],
            id="the money of a cheaper place is not that of a free one which is cancelled",
        ),
        pytest.param(
            [cancels("a", "free")],
            [("a", 500, CANCELLED)],
            [(READ + 5 * SECOND, ("a", "free"), 500)],
            id="a free place that is cancelled with another is confirmed with it, and is no part of the refund",
        ),
        pytest.param(
            [moves("a", to="gratis"), cancels("a")],
            [("a", 500, CANCELLED)],
            [(READ + 5 * SECOND, ("a",), 500)],
            id="moved to a free session and cancelled unread",
        ),
        pytest.param([cancels("free")], [], [(READ, ("free",), 0)], id="a free place alone"),
    ],
)
def test_a_refund_names_the_items_whose_money_it_is_and_the_email_claims_no_more(
    deeds: list[Command],
    parts: list[tuple[str, int, RefundCause]],
    confirmed: list[tuple[Instant, tuple[str, ...], int]],
) -> None:
    five = make_opportunity(offer=make_offer(500))
    booked = {"a": five, "b": five, "c": five, "free": make_opportunity("swim", offer=make_offer(0))}
    world = make_world({"booking": booked}, also_offered=[CHEAP, GRATIS])
    for deed in deeds:
        perform(world, deed, EPOCH)
    happened = pass_time(world, MONTH)
    told = [
        (part.item_id, part.amount_minor, part.cause) for each in only(RefundStarted, happened) for part in each.parts
    ]
    assert told == parts
    assert len(only(RefundCompleted, happened)) == bool(parts)
    emails = [email for email in only(EmailSent, happened) if email.kind is CONFIRMATION]
    assert [(email.at, email.item_ids, email.refund_minor) for email in emails] == confirmed


def test_what_a_replacement_gave_back_is_not_given_back_again_when_the_item_is_cancelled() -> None:
    world = make_world({"booking": {"a": make_opportunity(offer=make_offer(500))}}, also_offered=[CHEAP])
    perform(world, moves("a"), EPOCH)
    pass_time(world, after(minutes=10))
    perform(world, cancels("a"), after(minutes=10))
    pass_time(world, MONTH)
    refunds = world.imin.refunds.values()
    assert [(part.amount_minor, part.cause) for each in refunds for part in each.parts] == [
        (200, CHEAPER),
        (300, CANCELLED),
    ]

"""Cancelling: nothing is called cancelled before it is, and the end is told, whatever it is."""

import pytest
from bookings.cancelling import Reply, cancel, follow, sentence
from bookings.model import Standing
from rehearsal import Rehearse


def test_a_cancellation_is_pending_until_it_is_confirmed_and_stays_confirmed(rehearse: Rehearse) -> None:
    world = rehearse("group-booking")
    before = world.bookings("hannah")
    wanted = [before["seat-jo"], before["seat-max"]]
    verdicts = cancel(world.imin, wanted)
    assert [verdict.reply for verdict in verdicts] == [Reply.PASSED_ON, Reply.PASSED_ON]
    assert [world.standing(booking) for booking in wanted] == [Standing.PENDING, Standing.PENDING]
    assert sentence(verdicts[0], Standing.PENDING) == f"{wanted[0].name} is waiting for the venue to cancel it."
    shown = world.bookings("hannah")
    assert [(shown[b.identifier].standing, shown[b.identifier].may_cancel) for b in wanted] == [
        (Standing.PENDING, False)
    ] * 2
    assert shown["seat-hannah"].may_cancel

    order = follow(world.imin, wanted[0].order, [booking.identifier for booking in wanted])
    assert [order.standing_of(booking.identifier) for booking in wanted] == [Standing.CANCELLED] * 2
    assert order.standing_of("seat-hannah") is Standing.CONFIRMED
    world.wait(minutes=5)
    later = world.imin.order(order.identifier)
    assert [later.standing_of(booking.identifier) for booking in wanted] == [Standing.CANCELLED] * 2
    assert later.receipts == 2
    left = world.bookings("hannah")
    assert not any(left[b.identifier].may_cancel for b in wanted if b.identifier in left)


@pytest.mark.parametrize(
    ("scenario", "customer", "item", "refunds"),
    [
        ("happy-path", "asha", "seat-1", 1),
        ("free-item", "callum", "walk-1", 0),
        ("lagging-feed", "kofi", "board-9", 1),
        ("duplicated-feed-items", "zara", "bib-1", 1),
        ("feed-outage-then-recovery", "imogen", "bell-1", 1),
        ("answer-after-three-reads", "naomi", "bike-12", 1),
        ("stepping-clock", "lucia", "barre-1", 1),
        ("refund-fails-twice-then-succeeds", "dev", "tatami-1", 1),
        ("refund-slower-than-a-minute", "tegan", "board-1", 1),
        ("service-unavailable-then-fine", "meera", "bow-1", 1),
        ("connection-lost-before-the-effect", "ottilie", "flight-1", 1),
        ("connection-lost-after-the-effect", "ottilie", "flight-1", 1),
        ("cancelled-items-leave-the-list", "stanley", "bowl-1", 1),
        ("facility-slot", "wei", "hour-1", 1),
    ],
)
def test_however_the_way_is_the_end_is_cancelled_with_one_receipt_for_one_refund(
    rehearse: Rehearse, scenario: str, customer: str, item: str, refunds: int
) -> None:
    world = rehearse(scenario)
    booking = world.bookings(customer)[item]
    receipts = world.imin.order(booking.order).receipts
    (verdict,) = cancel(world.imin, [booking])
    assert verdict.reply is Reply.PASSED_ON
    order = follow(world.imin, booking.order, [item])
    assert order.standing_of(item) is Standing.CANCELLED
    world.settle()
    settled = world.imin.order(booking.order)
    assert (settled.standing_of(item), settled.receipts) == (Standing.CANCELLED, receipts + refunds)
    assert not any(shown.may_cancel for name, shown in world.bookings(customer).items() if name == item)
    (again,) = cancel(world.imin, [booking])
    assert again.reply is Reply.PASSED_ON


def test_an_answer_that_takes_too_long_is_asked_for_again(rehearse: Rehearse) -> None:
    world = rehearse("slow-answer")
    booking = world.bookings("jun")["table-5"]
    world.http.timeout = 0.4
    try:
        (verdict,) = cancel(world.imin, [booking])
    finally:
        world.http.timeout = 5
    assert verdict.reply is Reply.PASSED_ON
    world.wait(minutes=3)
    assert world.standing(booking) is Standing.CANCELLED


@pytest.mark.parametrize("scenario", ["repeat-cancel-while-pending", "repeat-cancel-while-pending-refused"])
def test_to_ask_twice_changes_nothing(rehearse: Rehearse, scenario: str) -> None:
    world = rehearse(scenario)
    booking = world.bookings("eilidh")["court-place"]
    cancel(world.imin, [booking])
    (second,) = cancel(world.imin, [booking])
    # imin leaves open whether it refuses the second request.
    assert second.reply is Reply.PASSED_ON or second.reason
    assert world.standing(booking) is Standing.PENDING
    world.settle()
    assert world.standing(booking) is Standing.CANCELLED


def test_what_the_venue_refuses_after_the_204_is_told_as_refused(rehearse: Rehearse) -> None:
    world = rehearse("booking-system-refuses-late")
    first, second = world.bookings("asha").values()
    (accepted,) = cancel(world.imin, [first])
    world.settle()
    assert world.standing(first) is Standing.CANCELLED
    assert accepted.reply is Reply.PASSED_ON
    (verdict,) = cancel(world.imin, [second])
    order = follow(world.imin, second.order, [second.identifier])
    # imin leaves open whether a refused booking is confirmed again or stays pending for ever.
    end = order.standing_of(second.identifier)
    assert end in {Standing.CONFIRMED, Standing.PENDING}
    if end is Standing.CONFIRMED:
        assert "you are still booked" in sentence(verdict, end)
    assert order.receipts == 2
    world.wait(minutes=10)
    assert world.standing(second) is end


def test_of_two_bookings_one_may_be_cancelled_and_one_refused(rehearse: Rehearse) -> None:
    world = rehearse("one-confirmed-one-refused")
    ponies = list(world.bookings("nina").values())
    cancel(world.imin, ponies)
    assert {world.standing(pony) for pony in ponies} == {Standing.PENDING}
    world.settle()
    assert world.standing(ponies[0]) is Standing.CANCELLED
    assert not world.standing(ponies[1]).is_cancelled
    assert world.imin.order(ponies[0].order).receipts == 2


@pytest.mark.parametrize(
    ("scenario", "customer"), [("booking-system-never-answers", "rosalind"), ("late-refusal-stays-pending", "amara")]
)
def test_patience_ends_and_nothing_is_called_cancelled(rehearse: Rehearse, scenario: str, customer: str) -> None:
    world = rehearse(scenario)
    (booking,) = world.bookings(customer).values()
    cancel(world.imin, [booking])
    order = follow(world.imin, booking.order, [booking.identifier])
    assert not order.standing_of(booking.identifier).is_cancelled
    assert order.receipts == 1


def test_orders_that_the_venue_publishes_out_of_order_are_each_cancelled(rehearse: Rehearse) -> None:
    world = rehearse("reordered-feed")
    (one,), (other,) = world.bookings("elliot").values(), world.bookings("frances").values()
    world.wait(seconds=61)
    cancel(world.imin, [one])
    world.wait(seconds=10)
    cancel(world.imin, [other])
    world.settle()
    assert [world.standing(booking) for booking in (one, other)] == [Standing.CANCELLED] * 2

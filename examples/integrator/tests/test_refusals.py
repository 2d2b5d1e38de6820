"""Refusals: what cannot be cancelled is refused with a reason, which the customer is shown, and nothing changes."""

from dataclasses import replace

import pytest
from bookings.cancelling import Reply, cancel, sentence
from bookings.model import Standing
from rehearsal import Rehearse


@pytest.mark.parametrize(
    ("scenario", "customer", "item", "flagged"),
    [
        ("window-closed", "owen", "place-1", False),
        ("offer-without-refund", "gethin", "early-place", False),
        ("offer-says-nothing-about-cancelling", "priya", "oar-1", False),
        ("booking-system-refuses-at-once", "marcus", "tank-1", True),
    ],
)
def test_a_refusal_is_told_with_its_reason_and_changes_nothing(
    rehearse: Rehearse, scenario: str, customer: str, item: str, flagged: bool
) -> None:
    world = rehearse(scenario)
    booking = world.bookings(customer)[item]
    assert booking.may_cancel is flagged
    (verdict,) = cancel(world.imin, [booking])
    assert verdict.reply is Reply.REFUSED
    assert verdict.reason
    assert sentence(verdict, booking.standing) == f"{booking.name} could not be cancelled: {verdict.reason}"
    world.settle()
    assert world.standing(booking) is Standing.CONFIRMED
    assert world.imin.order(booking.order).receipts == 1


def test_attendance_ends_the_right_to_cancel(rehearse: Rehearse) -> None:
    world = rehearse("attendance-is-noted")
    assert world.bookings("ruth")["gloves-1"].may_cancel
    world.wait(hours=1, minutes=1)
    booking = world.bookings("ruth")["gloves-1"]
    assert (booking.standing, booking.may_cancel) == (Standing.ATTENDED, False)
    (verdict,) = cancel(world.imin, [booking])
    assert verdict.reply is Reply.REFUSED
    assert verdict.reason


def test_one_refused_booking_is_told_as_refused_and_what_is_told_is_what_is_so(rehearse: Rehearse) -> None:
    world = rehearse("one-of-two-items-not-cancellable")
    bookings = world.bookings("jodie")
    verdicts = cancel(world.imin, [bookings["bike"], bookings["mat"]])
    assert verdicts[0].reply is Reply.REFUSED
    for verdict in verdicts:
        asked = verdict.reply is Reply.PASSED_ON
        assert world.standing(verdict.booking) is (Standing.PENDING if asked else Standing.CONFIRMED)


def test_a_booking_of_another_order_is_refused(rehearse: Rehearse) -> None:
    world = rehearse("item-of-another-order")
    bookings = world.bookings("paulo")
    stray = bookings["rack-2"].url.replace(bookings["rack-2"].order, bookings["rack-1"].order)
    (verdict,) = cancel(world.imin, [replace(bookings["rack-2"], order=bookings["rack-1"].order, url=stray)])
    assert verdict.reply is Reply.REFUSED
    assert verdict.reason
    assert {world.standing(booking) for booking in bookings.values()} == {Standing.CONFIRMED}


def test_a_venue_may_refuse_now_and_accept_in_an_hour(rehearse: Rehearse) -> None:
    world = rehearse("stubborn-after-the-first-cancellation")
    bookings = world.bookings("billie")
    assert cancel(world.imin, [bookings["ring-1"]])[0].reply is Reply.PASSED_ON
    world.wait(minutes=2)
    (refused,) = cancel(world.imin, [bookings["ring-2"]])
    assert refused.reply is Reply.REFUSED
    assert refused.reason
    world.wait(hours=1)
    assert cancel(world.imin, [bookings["ring-2"]])[0].reply is Reply.PASSED_ON


@pytest.mark.parametrize("seconds", [599, 600, 601])
def test_the_flag_and_the_answer_agree_around_the_deadline(rehearse: Rehearse, seconds: int) -> None:
    world = rehearse("window-closes-between-listing-and-cancelling")
    world.wait(seconds=seconds)
    (booking,) = world.bookings("niamh").values()
    (verdict,) = cancel(world.imin, [booking])
    assert (verdict.reply is Reply.PASSED_ON) is booking.may_cancel


@pytest.mark.parametrize("clock", ["17:59:59", "18:00:00", "18:30:00", "19:00:00", "19:00:01"])
@pytest.mark.parametrize("scenario", ["deadline-counted-in-hours", "deadline-across-the-autumn-clock-change"])
def test_the_flag_and_the_answer_agree_where_the_day_has_25_hours(
    rehearse: Rehearse, scenario: str, clock: str
) -> None:
    world = rehearse(scenario)
    world.wait_until(f"2030-10-26T{clock}+01:00")
    booking = world.bookings("rupert")["mat-2"]
    (verdict,) = cancel(world.imin, [booking])
    assert (verdict.reply is Reply.PASSED_ON) is booking.may_cancel


def test_before_the_deadline_a_booking_may_be_cancelled(rehearse: Rehearse) -> None:
    world = rehearse("window-closes-between-listing-and-cancelling")
    assert world.bookings("niamh")["mat-1"].may_cancel
    world.wait(minutes=10, seconds=1)
    late = world.bookings("niamh")["mat-1"]
    assert not late.may_cancel
    (verdict,) = cancel(world.imin, [late])
    assert (verdict.reply, world.standing(late)) == (Reply.REFUSED, Standing.CONFIRMED)


def test_where_there_is_no_window_the_start_is_the_end_of_the_right_to_cancel(rehearse: Rehearse) -> None:
    world = rehearse("no-cancellation-window")
    bookings = world.bookings("farah")
    assert all(booking.may_cancel for booking in bookings.values())
    world.wait(hours=1, minutes=59, seconds=59)
    assert cancel(world.imin, [bookings["racket-1"]])[0].reply is Reply.PASSED_ON
    world.wait(seconds=1)
    assert world.bookings("farah") == {}
    (at_the_start,) = cancel(world.imin, [bookings["racket-2"]])
    # imin leaves open whether the instant itself is too late.
    assert at_the_start.reply is Reply.PASSED_ON or at_the_start.reason


def test_what_has_started_cannot_be_cancelled(rehearse: Rehearse) -> None:
    world = rehearse("no-cancellation-window")
    bookings = world.bookings("farah")
    world.wait(hours=3)
    assert world.bookings("farah") == {}
    (verdict,) = cancel(world.imin, [bookings["racket-2"]])
    assert (verdict.reply, bool(verdict.reason)) == (Reply.REFUSED, True)

"""Venues: what they do by themselves is shown to the customer as it is."""

from bookings.cancelling import Reply, cancel, follow
from bookings.model import Standing
from rehearsal import Rehearse


def test_a_class_that_the_venue_cancels_is_shown_as_cancelled_with_its_message(rehearse: Rehearse) -> None:
    world = rehearse("seller-cancels")
    (mine,) = world.bookings("asha").values()
    world.wait(minutes=31)
    order = world.imin.order(mine.order)
    assert order.standing_of(mine.identifier) is Standing.CANCELLED_BY_VENUE
    assert order.bookings[0].note
    world.settle()
    assert world.imin.order(mine.order).receipts == 2
    (verdict,) = cancel(world.imin, [mine])
    assert verdict.reply is Reply.PASSED_ON


def test_a_venue_that_cancels_first_has_cancelled(rehearse: Rehearse) -> None:
    world = rehearse("seller-cancels-while-pending")
    (booking,) = world.bookings("beatrix").values()
    world.wait(minutes=1)
    (verdict,) = cancel(world.imin, [booking])
    assert verdict.reply is Reply.PASSED_ON
    assert world.standing(booking) is Standing.PENDING
    order = follow(world.imin, booking.order, [booking.identifier])
    assert order.standing_of(booking.identifier) is Standing.CANCELLED_BY_VENUE


def test_a_venue_that_has_cancelled_unread_may_refuse_and_has_cancelled_anyway(rehearse: Rehearse) -> None:
    world = rehearse("customer-and-seller-cancel-at-the-same-time")
    (booking,) = world.bookings("suki").values()
    world.wait(minutes=5.5)
    (verdict,) = cancel(world.imin, [booking])
    if verdict.reply is Reply.PASSED_ON:
        assert world.standing(booking) is Standing.PENDING
    else:
        assert verdict.reply is Reply.REFUSED
    world.settle()
    assert world.standing(booking) is Standing.CANCELLED_BY_VENUE


def test_whoever_comes_while_the_request_is_pending_has_attended(rehearse: Rehearse) -> None:
    world = rehearse("attended-while-pending")
    (booking,) = world.bookings("ruth").values()
    world.wait(hours=1, minutes=20, seconds=30)
    cancel(world.imin, [booking])
    assert world.standing(booking) is Standing.PENDING
    world.wait(minutes=11)
    assert world.standing(booking) is Standing.ATTENDED


def test_a_notice_is_shown(rehearse: Rehearse) -> None:
    world = rehearse("customer-notice")
    (before,) = world.bookings("agnes").values()
    world.wait(minutes=21)
    (after,) = world.bookings("agnes").values()
    assert (before.note, after.note is not None, after.standing) == (None, True, Standing.CONFIRMED)


def test_a_way_in_is_shown_when_it_comes(rehearse: Rehearse) -> None:
    world = rehearse("access-pass-arrives")
    (before,) = world.bookings("malik").values()
    world.wait(hours=3, minutes=1)
    (after,) = world.bookings("malik").values()
    assert (before.access, after.access) == (False, True)


def test_a_cheaper_replacement_is_shown_and_the_difference_paid_back(rehearse: Rehearse) -> None:
    world = rehearse("replaced-by-a-cheaper-session")
    (before,) = world.bookings("theo").values()
    world.wait(minutes=12)
    (after,) = world.bookings("theo").values()
    assert (after.identifier, after.standing) == (before.identifier, Standing.CONFIRMED)
    assert (after.name, after.starts) != (before.name, before.starts)
    world.settle()
    assert world.imin.order(before.order).receipts == 2


def test_of_two_sessions_in_one_order_each_has_its_own_deadline(rehearse: Rehearse) -> None:
    world = rehearse("one-order-two-sessions")
    world.wait(hours=1)
    world.bookings("grace")
    world.wait(minutes=1)
    bookings = world.bookings("grace")
    assert [bookings[name].may_cancel for name in ("tadpole-noah", "splash")] == [False, True]
    (verdict,) = cancel(world.imin, [bookings["splash"]])
    assert verdict.reply is Reply.PASSED_ON
    order = follow(world.imin, bookings["splash"].order, ["splash"])
    assert order.standing_of("splash") is Standing.CANCELLED
    assert order.standing_of("tadpole-noah") is Standing.CONFIRMED

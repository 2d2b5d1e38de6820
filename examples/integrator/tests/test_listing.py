"""Lists: every booking once and in order, whatever page it is on, and whatever happens to the line."""

import httpx2
import pytest
from bookings.imin import UnavailableError
from bookings.model import Standing, booking_of
from rehearsal import Rehearse


def test_all_pages_together_hold_every_booking_once_and_in_order(rehearse: Rehearse) -> None:
    world = rehearse("many-upcoming-items")
    bookings = world.bookings("winston")
    assert len(bookings) == 137
    starts = [booking.starts for booking in bookings.values()]
    assert starts == sorted(starts)
    assert world.imin.page("winston", 99) == ()
    orders = world.imin.orders("winston")
    placed = [order.placed for order in orders]
    assert placed == sorted(placed, reverse=True)


def test_a_list_that_moves_while_it_is_read_is_read_again(rehearse: Rehearse) -> None:
    world = rehearse("session-is-moved-to-another-day")
    pages: list[str] = []

    def move_after_the_first_page(response: httpx2.Response) -> None:
        if "order-items" in response.url.path:
            pages.append(response.url.query.decode())
            if len(pages) == 1:
                world.wait(hours=1, minutes=1)

    world.http.event_hooks = {"response": [move_after_the_first_page]}
    try:
        bookings = world.bookings("ezra")
    finally:
        world.http.event_hooks = {}
    assert len(pages) == 4
    assert len(bookings) == 11
    assert list(bookings)[-1] == "lane-0"


@pytest.mark.parametrize(("scenario", "customer"), [("gateway-answers-in-html", "bryn"), ("truncated-body", "yusuf")])
def test_half_an_answer_is_none(rehearse: Rehearse, scenario: str, customer: str) -> None:
    world = rehearse(scenario)
    bookings = world.bookings(customer)
    assert bookings
    assert all(booking.standing is Standing.CONFIRMED for booking in bookings.values())


@pytest.mark.parametrize(("scenario", "customer"), [("no-bookings", "newcomer"), ("happy-path", "nobody-we-know")])
def test_whoever_has_no_bookings_has_an_empty_list(rehearse: Rehearse, scenario: str, customer: str) -> None:
    world = rehearse(scenario)
    assert world.bookings(customer) == {}
    assert world.imin.page(customer, 2) == ()


def test_where_nothing_answers_the_customer_is_told_so(rehearse: Rehearse, http: httpx2.Client) -> None:
    world = rehearse("happy-path")
    waited: list[float] = []
    nowhere = type(world.imin)(http, "http://127.0.0.1:9/api/v2", "a-key", pause=waited.append)
    with pytest.raises(UnavailableError, match="try again later"):
        nowhere.upcoming("asha")
    assert len(waited) == 5


def test_a_status_that_nobody_knows_is_shown_as_unknown() -> None:
    event = {"name": "Yoga", "startDate": "2030-06-05T18:00:00+01:00"}
    item = {"identifier": "1", "id": "https://imin.example/1", "orderedItem": event, "orderItemStatus": "urn:new"}
    assert booking_of(item, "an-order").standing is Standing.UNKNOWN

"""What the stand-in client finds wrong: every kind of expectation, told in words when it is not met."""

import pytest

from mockserver.client.channel import Response
from mockserver.runner.answers import differences
from tests.runner.writing import run_yoga, the_failure, yoga

CANCEL = "{at: +1m, cancel: seat-1, of: booking"
LATE = "{at: +2d, cancel: seat-1, of: booking"


@pytest.mark.parametrize(
    ("step", "says", "found"),
    [
        (f"{CANCEL}, expect: 400}}", "cancelling seat-1 of booking to give 400", "204"),
        (
            f"{LATE}, expect: 204}}",
            "cancelling seat-1 of booking to give 204",
            "400, by rule cancel.window-closed, This booking can no longer be cancelled because it starts in less than 1 day.",
        ),
        (
            f"{LATE}, expect: {{rule: cancel.offer-without-refund}}}}",
            "cancelling seat-1 of booking to give rule cancel.offer-without-refund",
            "rule cancel.window-closed",
        ),
        (
            f"{LATE}, expect: {{status: 400, error: UnknownOrderError}}}}",
            "cancelling seat-1 of booking to give 400, error UnknownOrderError",
            "error CancellationNotPermittedError",
        ),
        (
            f"{LATE}, expect: {{says: attended}}}}",
            'cancelling seat-1 of booking to give "attended"',
            'it says "This booking can no longer be cancelled because it starts in less than 1 day."',
        ),
        (f"{CANCEL}, drops: true}}", "cancelling seat-1 of booking to give no answer", "204"),
        (
            "{at: +1m, list_upcoming: asha, expect: {seat-1: CustomerCancelled}}",
            "asha's upcoming items to show seat-1 CustomerCancelled",
            "seat-1 is OrderItemConfirmed",
        ),
        (
            "{at: +3d, list_upcoming: asha, expect: {seat-1: OrderItemConfirmed}, cancellable: {seat-1: true}}",
            "asha's upcoming items to show seat-1 OrderItemConfirmed, seat-1 presently cancellable",
            "seat-1 is not listed; seat-1 is not listed",
        ),
        (
            "{at: +1m, list_upcoming: asha, cancellable: {seat-1: false}, absent: [seat-1]}",
            "asha's upcoming items to show seat-1 not presently cancellable, no seat-1",
            "seat-1 is presently cancellable; seat-1 is listed",
        ),
        (
            "{at: +2d, list_upcoming: asha, cancellable: {seat-1: true}}",
            "asha's upcoming items to show seat-1 presently cancellable",
            "seat-1 is not presently cancellable",
        ),
        (
            "{at: +1m, list_upcoming: asha, page: 2, total: 11, pages: 2}",
            "asha's upcoming items, page 2, to show imin:totalItems 11, imin:totalPages 2",
            "imin:totalItems is 1; imin:totalPages is 1",
        ),
        ("{at: +1m, list_upcoming: asha, expect: 404}", "asha's upcoming items to show 404", "200"),
        ("{at: +1m, list_orders: asha, expect: []}", "asha's orders to show []", "the orders are [booking]"),
        ("{at: +1m, list_orders: asha, pages: 9}", "asha's orders to show imin:totalPages 9", "imin:totalPages is 1"),
        (
            "{at: +1m, get_order: booking, expect: {seat-1: SellerCancelled}}",
            "order booking to show seat-1 SellerCancelled",
            "seat-1 is OrderItemConfirmed",
        ),
        (
            "{at: +1m, get_order: booking, truncated: true}",
            "order booking to show a body cut short",
            "the body came whole (",
        ),
    ],
)
def test_an_answer_that_is_not_as_expected_is_told_in_words(step: str, says: str, found: str) -> None:
    failure = the_failure(run_yoga(f"when: [{step}]"))
    assert failure.says == says
    assert failure.found.startswith(found) if found.endswith("(") else failure.found == found


@pytest.mark.parametrize(
    ("expectation", "says", "found"),
    [
        (
            "{item: seat-1, status: AttendeeAbsent, view: booking_system}",
            "seat-1 is AttendeeAbsent at the Seller",
            "seat-1 is CustomerCancelled at the Seller",
        ),
        (
            "{item: seat-1, status: AttendeeAbsent}",
            "seat-1 is AttendeeAbsent at imin",
            "seat-1 is CustomerCancelled at imin",
        ),
        ("{refunds: 0}", "0 refunds", "1 refund"),
        (
            "{refunds: 1, of: booking, amount: 6.51 GBP}",
            "1 refund of booking, 6.51 GBP",
            "1 refund of booking, 6.50 GBP",
        ),
        ("{emails: 3, to: asha}", "3 e-mails to asha", "1 e-mail to asha"),
        ("{emails: 0}", "0 e-mails", "1 e-mail"),
        ("{feed_items: 2}", "2 orders in the OrdersFeed", "1 order in the OrdersFeed"),
        ("{receipts: 1, of: booking}", "1 receipt of booking", "2 receipts of booking"),
        ("{event: refund_started, times: 2}", "2 events refund_started", "1 event refund_started"),
    ],
)
def test_an_observation_that_is_not_as_expected_is_told_in_words(expectation: str, says: str, found: str) -> None:
    failure = the_failure(run_yoga(f"when: [{CANCEL}}}]\nthen: [{expectation}]"))
    assert (failure.says, failure.found) == (says, found)


@pytest.mark.parametrize(
    ("fault", "step", "found"),
    [
        (
            "{drop_connection: after}",
            "{at: +1m, list_upcoming: asha, expect: {seat-1: OrderItemConfirmed}}",
            "the connection was lost",
        ),
        ("{truncate_body: true}", "{at: +1m, list_upcoming: asha, total: 1}", "the body was cut short"),
        ("{respond: {status: 503}}", "{at: +1m, list_upcoming: asha, total: 1}", "no list came, but 503"),
        ("{respond: {status: 200, body: '<html>'}}", "{at: +1m, list_upcoming: asha}", "no list came, but 200"),
        ("{respond: {status: 204}}", "{at: +1m, list_upcoming: asha, expect: 200}", "204"),
    ],
)
def test_trouble_that_a_step_does_not_expect_fails_it(fault: str, step: str, found: str) -> None:
    behaviour = f"behaviour: {{states: {{troubled: {{imin: {{api: {{list_upcoming: {fault}}}}}}}}}}}"
    assert the_failure(run_yoga(f"{behaviour}\nwhen: [{step}]")).found == found


def test_an_invalid_query_is_read_as_an_error_too() -> None:
    body = "{error: {type: InvalidQuery, details: [Expecting whole number]}}"
    run = run_yoga(
        f"behaviour: {{states: {{troubled: {{imin: {{api: {{cancel: {{respond: {{status: 400, body: {body}}}}}}}}}}}}}}}\n"
        f"when: [{CANCEL}, expect: {{error: InvalidQuery, says: whole number}}}}]"
    )
    assert run.ok, run.failures


def test_a_204_with_a_body_is_found_out() -> None:
    seed = yoga(f"when: [{CANCEL}, expect: 204}}]").sample
    said = differences(seed.steps[0], Response(status=204, body=b"gone"), seed.catalogue, seed.readings)
    assert said == ("204 with a body: b'gone'",)

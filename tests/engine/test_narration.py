"""Each event that anybody wants to read has a sentence of its own."""

import re
from functools import cache

import pytest

from mockserver.domain.events import HOUSEKEEPING, NAME_OF_EVENT
from mockserver.runner.scenario_run import run_scenario
from tests.library import NAMES, shipped

SENTENCES = {
    "access_updated": r"Seller sets a new access(Pass|Code) on .+",
    "attendance_marked": r"Seller marks .+ (Customer|Attendee|Attended|Absent)\w*",
    "behaviour_entered": r"behaviour: .+",
    "cancellation_confirmed": r"Booking System cancels .+; imin does not know yet",
    "cancellation_refused": r"Booking System refuses to cancel .+: .+",
    "cancellation_requested": r".+ asks? to cancel .+; imin passes it on",
    "cancelled_by_seller": r"Seller cancels .+",
    "customer_notice_given": r"Seller leaves a notice on .+",
    "email_sent": r"imin e-mails \w+: .+, .+",
    "fault_used": r"imin's API fails on purpose: (list_upcoming|list_orders|get_order|cancel)",
    "logistics_changed": r"Seller changes .+ for .+",
    "order_published": r"OrdersFeed shows order .+ as change \d+",
    "order_update_read": r"imin reads (that .+ is cancelled( and a change of .+)?|a change of .+|order .+ again; nothing is new)",
    "orders_feed_read": r"imin has read the OrdersFeed up to change \d+",
    "orders_feed_read_failed": r"imin finds the OrdersFeed out of order",
    "pending_reverted": r"imin shows .+ as confirmed again",
    "pending_shown": r"client sees .+ pending",
    "refund_attempt_failed": r"attempt \d+ at refund-\d+ fails",
    "refund_completed": r"refund-\d+ is through: \d+\.\d\d [A-Z]{3}",
    "refund_started": r"imin starts refund-\d+: \d+\.\d\d [A-Z]{3}( for .+|: .+ for .+)",
    "replaced_by_seller": r"Seller moves .+ to .+",
    "work_refused": r"not permitted, nothing done: .+",
}


@cache
def told() -> dict[str, set[str]]:
    """By the name of the event: every sentence of it in the shipped scenarios."""
    sentences: dict[str, set[str]] = {}
    for name in NAMES:
        run = run_scenario(shipped(name))
        events = [each.event for each in run.happened if not isinstance(each.event, HOUSEKEEPING)]
        for event, line in zip(events, run.timeline, strict=True):
            sentence = line.partition("  ")[2].rpartition("  [")[0]
            sentences.setdefault(NAME_OF_EVENT[type(event)], set()).add(sentence)
    return sentences


def test_every_event_that_is_told_has_its_words_here() -> None:
    assert set(SENTENCES) == {name for event, name in NAME_OF_EVENT.items() if event not in HOUSEKEEPING}


def test_nearly_every_event_happens_in_a_shipped_scenario() -> None:
    assert set(SENTENCES) - set(told()) <= {"work_refused"}


@pytest.mark.parametrize("name", SENTENCES)
def test_what_is_told_of_an_event_is_its_sentence(name: str) -> None:
    assert [sentence for sentence in told().get(name, ()) if not re.fullmatch(SENTENCES[name], sentence)] == []

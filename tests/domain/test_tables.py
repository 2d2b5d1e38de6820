"""The tables that everybody reads: statuses, rules, readings, events."""

from typing import get_args

import pytest

from mockserver.domain.events import EVENT_NAMES, HOUSEKEEPING, NAME_OF_EVENT, EmailKind, EmailSent, Event
from mockserver.domain.readings import DEFAULT_READINGS, READINGS, ReadingName
from mockserver.domain.rules import RULES, Rule
from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, CANCELLED, IMIN_MOVES, OrderItemStatus
from mockserver.domain.values import fields_of


def test_every_rule_says_something_on_a_basis_with_a_source() -> None:
    assert set(RULES) == set(Rule)
    assert [rule for rule, text in RULES.items() if not (text.says.endswith(".") and text.basis and text.source)] == []


def test_every_reading_has_a_default_among_at_least_two_options_and_its_evidence() -> None:
    assert list(READINGS) == list(ReadingName)
    assert [name for name, reading in READINGS.items() if not reading.of_server] == list(DEFAULT_READINGS)
    for reading in READINGS.values():
        assert len(reading.options) >= 2
        assert reading.default in reading.options
        assert reading.question.endswith("?")
        assert reading.evidence


@pytest.mark.parametrize("event", get_args(Event), ids=lambda event: str(event.__name__))
def test_every_event_names_its_rule(event: type[Event]) -> None:
    assert isinstance(vars(event).get("rule"), (Rule, property)) or "rule" in fields_of(event)


def test_every_email_has_its_rule() -> None:
    assert set(EmailSent.rule_by_kind) == set(EmailKind)


def test_events_have_names_of_their_own_and_housekeeping_cannot_be_waited_for() -> None:
    assert len(set(NAME_OF_EVENT.values())) == len(NAME_OF_EVENT) == len(get_args(Event))
    assert set(NAME_OF_EVENT.values()) - {NAME_OF_EVENT[event] for event in HOUSEKEEPING} == EVENT_NAMES


def test_a_cancellation_is_final_in_both_views() -> None:
    assert {OrderItemStatus.CUSTOMER_CANCELLED, OrderItemStatus.SELLER_CANCELLED} == CANCELLED
    for status in CANCELLED:
        assert BOOKING_SYSTEM_MOVES[status] == IMIN_MOVES[status] == frozenset()


def test_the_truth_knows_no_pending_and_imin_can_follow_its_every_move() -> None:
    assert set(BOOKING_SYSTEM_MOVES) == set(OrderItemStatus) - {OrderItemStatus.PENDING}
    for status, moves in BOOKING_SYSTEM_MOVES.items():
        assert OrderItemStatus.PENDING not in moves
        assert moves <= IMIN_MOVES[status]

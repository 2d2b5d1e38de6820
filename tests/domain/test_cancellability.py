from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant, ItemizedDelta, TimeDelta, ZonedDateTime

from mockserver.domain.cancellability import (
    cancellation_deadline,
    describe_window,
    explain_cancellability,
)
from mockserver.domain.catalogue import Opportunity
from mockserver.domain.decide import decide
from mockserver.domain.errors import CancellationNotPermittedError
from mockserver.domain.readings import DEFAULT_READINGS, READINGS, ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.foundation.calendar import FIRST
from tests.making import EPOCH, LONDON, make_offer, make_opportunity, make_world, to_cancel

S = OrderItemStatus
NANOSECOND = TimeDelta(nanoseconds=1)


def starting(text: str, *, until: str | None = "P1D") -> Opportunity:
    """A session that starts at a local time in London."""
    starts = ZonedDateTime.parse_iso(f"{text}[{LONDON}]")
    return make_opportunity(starts_in=starts.to_instant() - EPOCH, offer=make_offer(until=until))


def reading(**chosen: str) -> dict[ReadingName, str]:
    return {**DEFAULT_READINGS, **{ReadingName(name.replace("_", "-")): option for name, option in chosen.items()}}


@pytest.mark.parametrize(
    ("status", "refundable", "until", "early", "rule"),
    [
        (S.CONFIRMED, True, "P1D", True, Rule.CANCEL_ALLOWED),
        (S.CONFIRMED, True, "P1D", False, Rule.CANCEL_WINDOW_CLOSED),
        (S.CONFIRMED, True, None, True, Rule.CANCEL_ALLOWED),
        (S.CONFIRMED, True, None, False, Rule.CANCEL_STARTED),
        (S.CONFIRMED, False, "P1D", True, Rule.CANCEL_OFFER),
        (S.CONFIRMED, None, None, True, Rule.CANCEL_OFFER),
        (S.CONFIRMED, False, None, False, Rule.CANCEL_OFFER),
        (S.PENDING, True, "P1D", True, Rule.CANCEL_REPEAT_PENDING),
        (S.CUSTOMER_CANCELLED, True, "P1D", True, Rule.CANCEL_REPEAT_CANCELLED),
        (S.SELLER_CANCELLED, False, None, False, Rule.CANCEL_REPEAT_CANCELLED),
        (S.ATTENDED, True, "P1D", True, Rule.CANCEL_ATTENDED),
        (S.ABSENT, True, None, True, Rule.CANCEL_ATTENDED),
    ],
)
def test_cancellable_is_confirmed_and_refundable_and_before_the_deadline(
    status: S, refundable: bool | None, until: str | None, early: bool, rule: Rule
) -> None:
    opportunity = make_opportunity(offer=make_offer(refundable=refundable, until=until))
    deadline = cancellation_deadline(opportunity, opportunity.offer, DEFAULT_READINGS)
    now = deadline - NANOSECOND if early else deadline
    verdict = explain_cancellability(status, opportunity, opportunity.offer, now, DEFAULT_READINGS)
    assert (verdict.allowed, verdict.rule) == (rule is Rule.CANCEL_ALLOWED, rule)
    assert verdict.reason


@pytest.mark.parametrize("until", ["P1D", "PT2H", None])
@pytest.mark.parametrize(("option", "allowed"), [("too-late", False), ("allowed", True)])
def test_the_deadline_instant_itself_is_too_late_unless_the_reading_allows_it(
    until: str | None, option: str, allowed: bool
) -> None:
    opportunity = make_opportunity(offer=make_offer(until=until))
    readings = reading(deadline_instant=option)
    deadline = cancellation_deadline(opportunity, opportunity.offer, readings)

    def allowed_at(now: Instant) -> bool:
        return explain_cancellability(S.CONFIRMED, opportunity, opportunity.offer, now, readings).allowed

    verdicts = [allowed_at(deadline - NANOSECOND), allowed_at(deadline), allowed_at(deadline + NANOSECOND)]
    assert verdicts == [True, allowed, False]


@pytest.mark.parametrize(
    ("start", "until", "calendar", "by_hours"),
    [
        # Spring: 31 March 2030 has 23 hours.
        ("2030-03-31T10:00:00+01:00", "P1D", "2030-03-30T10:00:00Z", "2030-03-30T09:00:00Z"),
        ("2030-03-31T10:00:00+01:00", "PT24H", "2030-03-30T09:00:00Z", "2030-03-30T09:00:00Z"),
        # The same local time the day before does not exist: it is one hour later on the clock.
        ("2030-04-01T01:30:00+01:00", "P1D", "2030-03-31T01:30:00Z", "2030-03-31T00:30:00Z"),
        ("2030-04-01T09:00:00+01:00", "P1W", "2030-03-25T09:00:00Z", "2030-03-25T08:00:00Z"),
        # Autumn: 27 October 2030 has 25 hours.
        ("2030-10-27T10:00:00+00:00", "P1D", "2030-10-26T09:00:00Z", "2030-10-26T10:00:00Z"),
        # The same local time the day before comes twice: the one with the start's own offset counts.
        ("2030-10-28T01:30:00+00:00", "P1D", "2030-10-27T01:30:00Z", "2030-10-27T01:30:00Z"),
        ("2030-10-27T10:00:00+00:00", "P1DT2H", "2030-10-26T07:00:00Z", "2030-10-26T08:00:00Z"),
        # No change of the clocks: the two readings agree.
        ("2030-06-05T18:00:00+01:00", "P1D", "2030-06-04T17:00:00Z", "2030-06-04T17:00:00Z"),
    ],
)
def test_a_day_is_a_calendar_day_or_24_hours_as_the_reading_says(
    start: str, until: str, calendar: str, by_hours: str
) -> None:
    opportunity = starting(start, until=until)
    deadlines = {
        option: cancellation_deadline(opportunity, opportunity.offer, reading(window_arithmetic=option))
        for option in ("calendar", "elapsed")
    }
    assert deadlines == {"calendar": Instant.parse_iso(calendar), "elapsed": Instant.parse_iso(by_hours)}


@pytest.mark.parametrize("until", ["P2032Y", "P9999Y99999M", "PT17808000H"])
@pytest.mark.parametrize("arithmetic", ["calendar", "elapsed"])
def test_a_deadline_before_the_first_year_has_passed(until: str, arithmetic: str) -> None:
    opportunity = starting("2030-06-05T18:00:00+01:00", until=until)
    readings = reading(window_arithmetic=arithmetic)
    assert cancellation_deadline(opportunity, opportunity.offer, readings) == FIRST
    verdict = explain_cancellability(
        OrderItemStatus.CONFIRMED, opportunity, opportunity.offer, Instant.from_utc(2030, 1, 1), readings
    )
    assert (verdict.allowed, verdict.rule) == (False, Rule.CANCEL_WINDOW_CLOSED)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("P1D", "1 day"),
        ("P2D", "2 days"),
        ("PT2H30M", "2 hours and 30 minutes"),
        ("P1W2DT3H", "1 week, 2 days and 3 hours"),
        ("PT0S", "no time"),
        (None, "no time"),
    ],
)
def test_a_window_is_told_in_words(window: str | None, words: str) -> None:
    assert describe_window(ItemizedDelta.parse_iso(window) if window else None) == words


@pytest.mark.parametrize(
    ("hours_before_start", "reason"),
    [(1, "it starts in less than 1 day"), (0, "it has already started"), (-1, "it has already started")],
)
def test_the_reason_says_whether_it_is_late_or_over(hours_before_start: float, reason: str) -> None:
    opportunity = make_opportunity()
    now = opportunity.starts.to_instant() - TimeDelta(hours=hours_before_start)
    verdict = explain_cancellability(S.CONFIRMED, opportunity, opportunity.offer, now, DEFAULT_READINGS)
    assert reason in verdict.reason


WINDOWS = st.sampled_from([None, "PT0S", "PT1S", "PT90M", "P1D", "P2DT3H", "P1W", "P1M", "PT24H"])
STARTS = st.sampled_from(["2030-03-31T10:00:00+01:00", "2030-10-27T01:30:00+00:00", "2030-06-05T18:00:00+01:00"])
CLOCK_READINGS = (ReadingName.DEADLINE_INSTANT, ReadingName.WINDOW_ARITHMETIC)
CLIFFS = st.sampled_from([-TimeDelta(hours=1), -NANOSECOND, TimeDelta.ZERO, NANOSECOND, TimeDelta(hours=1)])


@given(
    start=STARTS,
    until=WINDOWS,
    refundable=st.sampled_from([True, False, None]),
    from_cliff=CLIFFS,
    at_start=st.booleans(),
    options=st.fixed_dictionaries({name: st.sampled_from(sorted(READINGS[name].options)) for name in CLOCK_READINGS}),
)
def test_the_flag_and_the_patch_agree_around_every_cliff(
    start: str, until: str | None, refundable: bool | None, from_cliff: TimeDelta, at_start: bool, options: Any
) -> None:
    opportunity = starting(start, until=until)
    offer = make_offer(until=until, refundable=refundable)
    readings = {**DEFAULT_READINGS, **options}
    cliff = opportunity.starts.to_instant() if at_start else cancellation_deadline(opportunity, offer, readings)
    booked = make_opportunity(starts_in=opportunity.starts.to_instant() - EPOCH, offer=offer)
    world = make_world({"booking": {"seat-1": booked}}, readings=options)
    now = cliff + from_cliff
    flag = explain_cancellability(S.CONFIRMED, booked, offer, now, readings)
    if flag.allowed:
        assert decide(world, to_cancel("seat-1"), now)
    else:
        with pytest.raises(CancellationNotPermittedError) as refusal:
            decide(world, to_cancel("seat-1"), now)
        assert (refusal.value.rule, refusal.value.description) == (flag.rule, flag.reason)

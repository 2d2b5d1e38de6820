"""Arithmetic on instants: exact within the calendar, and never an error at its ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant, ItemizedDelta, TimeDelta, ZonedDateTime

from mockserver.foundation.calendar import (
    FIRST,
    NEVER,
    by_clocks_of,
    earlier,
    exact,
    in_zone,
    is_beyond,
    later,
    later_in_zone,
    moved,
    multiplied,
)

NOON = Instant.from_utc(2030, 6, 3, 12)
SECONDS = st.integers(-int(TimeDelta.MAX.total("seconds")), int(TimeDelta.MAX.total("seconds")))
INSTANTS = st.integers(int(FIRST.timestamp()), int(NEVER.timestamp())).map(Instant.from_timestamp)


@given(INSTANTS, SECONDS)
def test_what_is_within_the_calendar_is_exact_and_what_is_beyond_stands_at_its_end(
    start: Instant, seconds: int
) -> None:
    by, arrives = TimeDelta(seconds=seconds), start.timestamp() + seconds
    if arrives < FIRST.timestamp():
        assert later(start, by) == FIRST
    elif arrives > NEVER.timestamp():
        assert later(start, by) == NEVER
    else:
        assert later(start, by).timestamp() == arrives
    assert earlier(start, -by) == later(start, by)


@given(INSTANTS, st.tuples(SECONDS, SECONDS))
def test_more_time_is_never_earlier(start: Instant, seconds: tuple[int, int]) -> None:
    less, more = sorted(seconds)
    assert later(start, TimeDelta(seconds=less)) <= later(start, TimeDelta(seconds=more))


@pytest.mark.parametrize(
    ("period", "after", "before"),
    [
        ("P1D", "2030-03-31T11:30:00Z", "2030-03-29T12:30:00Z"),
        ("P7969Y", "9999-03-30T11:30:00Z", "0001-01-01T00:00:00Z"),
        ("P9999Y99999M", "9999-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00Z"),
        ("PT80000000H", "9999-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00Z"),
        ("PT0S", "2030-03-30T12:30:00Z", "2030-03-30T12:30:00Z"),
    ],
)
def test_a_period_is_counted_by_the_calendar_of_the_zone_and_ends_with_it(period: str, after: str, before: str) -> None:
    start, units = ZonedDateTime(2030, 3, 30, 12, 30, tz="Europe/London"), ItemizedDelta.parse_iso(period)
    assert (moved(start, units).format_iso(), moved(start, units, -1).format_iso()) == (after, before)


def test_a_period_as_exact_time_counts_every_unit() -> None:
    window = ItemizedDelta.parse_iso("P1Y2M3W4DT5H6M7.5S")
    assert exact(window) == TimeDelta(hours=(365 + 60 + 21 + 4) * 24 + 5, minutes=6, seconds=7.5)


def test_no_duration_is_too_long_to_be_counted() -> None:
    assert exact(ItemizedDelta(years=9_999, months=99_999)) == TimeDelta.MAX
    assert exact(-ItemizedDelta(years=9_999, months=99_999)) == TimeDelta.MIN
    assert multiplied(TimeDelta(hours=80_000_000), 1_000_000) == TimeDelta.MAX
    assert multiplied(TimeDelta(hours=-80_000_000), 1_000_000) == TimeDelta.MIN
    assert multiplied(TimeDelta(seconds=2), 1.5) == TimeDelta(seconds=3)


def test_a_zone_has_no_clock_beyond_the_calendar_and_utc_stands_in_for_people() -> None:
    assert in_zone(NEVER, "Asia/Tokyo") is None
    assert in_zone(NOON, "Asia/Tokyo") == NOON.to_tz("Asia/Tokyo")
    assert by_clocks_of("Asia/Tokyo", NEVER).format_iso() == "9999-12-31T23:59:59.999999999+00:00"
    assert by_clocks_of("Asia/Tokyo", NOON).format_iso() == "2030-06-03T21:00:00+09:00"
    assert later_in_zone(ZonedDateTime(9999, 12, 31, 23, tz="Europe/London"), TimeDelta(hours=1)) is None
    assert later_in_zone(NOON.to_tz("Europe/London"), TimeDelta(hours=1)) == NOON.to_tz("Europe/London").add(hours=1)


@pytest.mark.parametrize(("instant", "beyond"), [(FIRST, True), (NEVER, True), (NOON, False)])
def test_the_ends_can_be_told_from_all_other_instants(instant: Instant, beyond: bool) -> None:
    assert is_beyond(instant) is beyond

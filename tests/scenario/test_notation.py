"""What instants, durations and prices mean, above all where the clocks change."""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant, TimeDelta

from mockserver.scenario.faults import MisfitError
from mockserver.scenario.notation import (
    DURATION,
    EPOCH,
    INSTANT,
    PERIOD,
    PRICE,
    Calendar,
    TooLongError,
    elapsed,
    offset,
    pence,
    period,
    written,
)

BEFORE_SPRING = Instant.parse_iso("2030-03-30T09:00:00Z")
BEFORE_AUTUMN = Instant.parse_iso("2030-10-26T09:00:00+01:00")


def said(epoch: Instant, text: str) -> str:
    return Calendar(epoch, "Europe/London").zoned(text, ()).format_iso().partition("[")[0]


@pytest.mark.parametrize(
    ("epoch", "text", "means"),
    [
        (BEFORE_SPRING, "+0s", "2030-03-30T09:00:00+00:00"),
        (BEFORE_SPRING, "+1d", "2030-03-31T09:00:00+01:00"),
        (BEFORE_SPRING, "+24h", "2030-03-31T10:00:00+01:00"),
        (BEFORE_SPRING, "+1w2d", "2030-04-08T09:00:00+01:00"),
        (BEFORE_SPRING, "+1d10h", "2030-03-31T19:00:00+01:00"),
        (BEFORE_SPRING, "-3d90s", "2030-03-27T08:58:30+00:00"),
        (BEFORE_AUTUMN, "+1d", "2030-10-27T09:00:00+00:00"),
        (BEFORE_AUTUMN, "+24h", "2030-10-27T08:00:00+00:00"),
        (BEFORE_AUTUMN, "2030-10-26T08:00:00Z", "2030-10-26T09:00:00+01:00"),
        (BEFORE_AUTUMN, "2030-12-24T18:00:00+01:00", "2030-12-24T17:00:00+00:00"),
    ],
)
def test_days_follow_the_calendar_and_hours_the_clock(epoch: Instant, text: str, means: str) -> None:
    assert said(epoch, text) == means


def test_a_day_that_ends_in_the_skipped_hour_ends_after_it() -> None:
    assert said(Instant.parse_iso("2030-03-30T01:30:00Z"), "+1d") == "2030-03-31T02:30:00+01:00"


def test_a_day_that_ends_in_the_repeated_hour_ends_in_the_first_of_the_two() -> None:
    assert said(Instant.parse_iso("2030-10-26T01:30:00+01:00"), "+1d") == "2030-10-27T01:30:00+01:00"


@pytest.mark.parametrize(
    "text", ["+9999999d", "-999999w", "+999999999999s", "2030-02-30T00:00:00Z", "2030-06-03T25:00:00Z"]
)
def test_an_instant_outside_the_calendar_is_told_with_its_path(text: str) -> None:
    with pytest.raises(MisfitError, match="is no instant of the calendar") as caught:
        Calendar(BEFORE_SPRING, "Europe/London").zoned(text, ("a", 1))
    assert caught.value.path == ("a", 1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT30S", 30),
        ("P1D", 86_400),
        ("P1W1DT1H1M1S", 694_861),
        ("PT0.25S", 0.25),
        ("PT0S", 0),
        ("P0D", 0),
        ("PT1.5H", 5_400),
        ("PT0.1M", 6),
        ("PT0,5S", 0.5),
        ("P0.5D", 43_200),
        ("P1.5W", 907_200),
        ("P1DT0.000000001H", 86_400.0000036),
        ("PT87000000H", 313_200_000_000),
    ],
)
def test_a_duration_is_exact_time_and_a_day_24_hours(text: str, seconds: float) -> None:
    assert elapsed(text) == TimeDelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1M", "P1Y", "-P1D", "PT1.5H1M", "P0.5DT1H", "PT.5H", "PT1.H", "P0.5Y", "1h", "P1DT", "PT٣S"],
)
def test_what_has_no_exact_length_is_no_duration(text: str) -> None:
    assert not re.search(DURATION, text)


def test_a_line_that_ends_after_a_duration_is_not_part_of_it() -> None:
    with pytest.raises(ValueError, match="not a duration"):
        elapsed("PT1S\n")


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("PT1.5H", {"hours": 1, "minutes": 30}),
        ("P1.5D", {"days": 1, "hours": 12}),
        ("P1.5W", {"weeks": 1, "days": 3, "hours": 12}),
        ("P1MT0.25S", {"months": 1, "seconds": 0, "nanoseconds": 250_000_000}),
        ("PT0.000000001M", {"seconds": 0, "nanoseconds": 60}),
        ("P0D", {"days": 0}),
        ("PT0.0H", {"hours": 0}),
    ],
)
def test_a_fraction_of_the_smallest_unit_becomes_smaller_units(text: str, units: dict[str, int]) -> None:
    assert dict(period(text).items()) == units


@pytest.mark.parametrize("text", ["PT87591240H", "P9999Y", "P521376W"])
def test_the_longest_duration_is_the_length_of_the_calendar(text: str) -> None:
    assert period(text)


@pytest.mark.parametrize("text", ["PT999999999H", "P9999Y1M", "P9999999D", "P999999W", "PT87591241H"])
def test_a_duration_longer_than_the_calendar_is_too_long(text: str) -> None:
    with pytest.raises(TooLongError):
        period(text)


def test_a_period_keeps_the_units_of_the_calendar() -> None:
    assert dict(period("P1Y2M3W4DT5H").items()) == {"years": 1, "months": 2, "weeks": 3, "days": 4, "hours": 5}


@pytest.mark.parametrize(("text", "minor"), [("6.50 GBP", 650), ("0 GBP", 0), ("12 GBP", 1200), ("0.05 GBP", 5)])
def test_a_price_is_pence(text: str, minor: int) -> None:
    assert re.search(PRICE, text)
    assert pence(text) == minor


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(INSTANT, "+"), (INSTANT, "1h"), (INSTANT, "+1h1d"), (INSTANT, "2030-06-03T09:00:00"), (INSTANT, "now"), (EPOCH, "+1h"),
     (PERIOD, "P"), (PERIOD, "-P1D"), (PRICE, "6.5 GBP"), (PRICE, "6.50"), (PRICE, "6.50 EUR"), (PRICE, "-1 GBP")],
)  # fmt: skip
def test_other_notations_are_not_understood(pattern: str, text: str) -> None:
    assert not re.search(pattern, text)


@given(
    st.from_regex(PERIOD, fullmatch=True),
    st.from_regex(DURATION, fullmatch=True),
    st.from_regex(INSTANT, fullmatch=True),
)
def test_what_the_patterns_let_through_is_read_or_is_out_of_range(a_period: str, duration: str, instant: str) -> None:
    readers: tuple[tuple[Callable[[str], object], str], ...] = (
        (period, a_period),
        (elapsed, duration),
        (lambda text: Calendar(BEFORE_SPRING, "Europe/London").instant(text, ()), instant),
    )
    for reader, text in readers:
        with suppress(ValueError, OverflowError):
            assert reader(text) is not None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "+0s"), (0.5, "+0.5s"), (60, "+1m"), (90_000, "+25h"), (3_601, "+1h1s")]
)
def test_a_span_is_written_as_a_scenario_writes_it(seconds: float, text: str) -> None:
    assert offset(TimeDelta(seconds=seconds)) == text


@pytest.mark.parametrize("seconds", [0, 0.5, 59, 3_601, 86_400.000_001])
def test_what_is_written_of_an_instant_means_it(seconds: float) -> None:
    epoch = Instant("2030-06-03 08:00:00Z")
    instant = epoch + TimeDelta(seconds=seconds)
    assert Calendar(epoch, "Europe/London").instant(written(instant, epoch), ("at",)) == instant

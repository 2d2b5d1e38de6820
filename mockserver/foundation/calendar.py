"""Arithmetic on instants that ends where the calendar does: what would lie beyond the years 1 to 9999 stands at their end.

So a duration that somebody may write is no error when it is added to an instant: a deadline before the first year has passed, and
what is due after the last one is never done. Where somebody should be told instead, :func:`is_beyond` says so. It knows instants
and durations. It must never know what they are for.
"""

from collections.abc import Mapping

from whenever import Instant, ItemizedDelta, OffsetDateTime, TimeDelta, ZonedDateTime

from mockserver.foundation.limits import PERIODS_TAKEN_APART

FIRST = Instant.MIN
"""The beginning of the calendar, where all that would be earlier stands."""

NEVER = Instant.MAX
"""The last nanosecond of the calendar, where all that would be later stands. What is due then is never done."""


def later(instant: Instant, by: TimeDelta) -> Instant:
    """The instant so much later, or earlier if ``by`` is negative; an end of the calendar, where that is beyond it."""
    try:
        return instant + by
    except ValueError:
        return NEVER if by > TimeDelta.ZERO else FIRST


def earlier(instant: Instant, by: TimeDelta) -> Instant:
    """The instant so much earlier; an end of the calendar, where that is beyond it."""
    return later(instant, -by)


def later_in_zone(start: ZonedDateTime, by: TimeDelta) -> ZonedDateTime | None:
    """The time so much later, in the same zone; ``None`` where the calendar has none, there or in UTC."""
    try:
        return start + by
    except ValueError:
        return None


def in_zone(instant: Instant, timezone: str) -> ZonedDateTime | None:
    """The instant by the clocks of a zone; ``None`` where they would show a year that the calendar has not."""
    try:
        return instant.to_tz(timezone)
    except ValueError:
        return None


def by_clocks_of(timezone: str, instant: Instant) -> OffsetDateTime:
    """The instant as the clocks of a zone show it; in UTC at the ends of the calendar, where they show none."""
    shown = in_zone(instant, timezone)
    return instant.to_fixed_offset() if shown is None else shown.to_fixed_offset()


def is_beyond(instant: Instant) -> bool:
    """Whether arithmetic has ended at an end of the calendar."""
    return instant in (FIRST, NEVER)


def moved(start: ZonedDateTime, units: ItemizedDelta, times: int = 1) -> Instant:
    """The instant so many periods after the start (before it, where ``times`` is negative), by the calendar of the start's zone.

    A local time that the clocks skip moves on with them.
    """
    try:
        # The named units, not the operator: it is fifty times as fast.
        if times == -1:
            return start.subtract(**_taken_apart(units)[1], disambiguation="compatible").to_instant()
        by = {unit: amount * times for unit, amount in units.items()}
        return start.add(**by, disambiguation="compatible").to_instant()
    except (ValueError, OverflowError):
        return FIRST if times * exact_seconds(units) < 0 else NEVER


def written(units: ItemizedDelta) -> str:
    """The period as ISO 8601 writes it."""
    return _taken_apart(units)[2]


_periods: dict[int, tuple[ItemizedDelta, Mapping[str, int], str]] = {}
"""Periods with their amounts and their text, by identity: while one is held, nothing else can have it."""


def _taken_apart(units: ItemizedDelta) -> tuple[ItemizedDelta, Mapping[str, int], str]:
    """A period with what takes longer to get out of it than to reckon with it."""
    found = _periods.get(id(units))
    if found is None:
        if len(_periods) >= PERIODS_TAKEN_APART:
            _periods.clear()
        found = _periods[id(units)] = (units, dict(units.items()), units.format_iso())
    return found


def exact(units: ItemizedDelta) -> TimeDelta:
    """The period as exact time, a day as 24 hours, a month as 30 days and a year as 365; at the most the longest there is."""
    seconds, nanoseconds = exact_seconds(units), units.get("nanoseconds", 0)
    try:
        return TimeDelta(seconds=seconds, nanoseconds=nanoseconds)
    except (ValueError, OverflowError):
        return TimeDelta.MAX if seconds > 0 else TimeDelta.MIN


def exact_seconds(units: ItemizedDelta) -> int:
    """The whole seconds of a period, counted as :func:`exact` counts them."""
    days = units.get("years", 0) * 365 + units.get("months", 0) * 30 + units.get("weeks", 0) * 7 + units.get("days", 0)
    return ((days * 24 + units.get("hours", 0)) * 60 + units.get("minutes", 0)) * 60 + units.get("seconds", 0)


def multiplied(duration: TimeDelta, by: float) -> TimeDelta:
    """The duration so many times; at the most the longest there is."""
    try:
        return duration * by
    except (ValueError, OverflowError):
        return TimeDelta.MAX if (duration > TimeDelta.ZERO) is (by > 0) else TimeDelta.MIN

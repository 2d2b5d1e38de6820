"""Instants and periods on the wire, as ISO 8601. This module must never know what they are for."""

import re

from whenever import Instant, ZonedDateTime

from mockserver.foundation.calendar import in_zone
from mockserver.scenario.notation import PERIOD, units_of

DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?([Zz]|[+-]\d{2}:\d{2})",
    re.ASCII,
)


class NoSuchInstantError(Exception):
    """A well-formed date-time or period that no calendar has, or that leads out of the years 1 to 9999."""


def is_date_time(text: str) -> bool:
    """Whether the text is a date-time with its offset, such as ``2030-06-03T09:00:00+01:00``."""
    return DATE_TIME.fullmatch(text) is not None


def instant_of(text: str) -> Instant:
    """The instant of a well-formed date-time. *Raises* :class:`NoSuchInstantError`."""
    seconds = re.sub(r"([.,]\d{9})\d+", r"\1", text.upper())
    try:
        return Instant.parse_iso(seconds)
    except ValueError:
        raise NoSuchInstantError(f"{text!r} is not an instant of the calendar's years 1 to 9999.") from None


def is_period(text: str) -> bool:
    """Whether the text is a period, such as ``P1D`` or ``PT1H30M``."""
    return re.search(PERIOD, text) is not None


def zoned(text: str, timezone: str) -> ZonedDateTime:
    """A well-formed date-time by the clocks of a zone. *Raises* :class:`NoSuchInstantError`."""
    found = in_zone(instant_of(text), timezone)
    if found is None:
        raise NoSuchInstantError(f"{text} is not within the years 1 to 9999 in {timezone}.")
    return found


def later_by(now: Instant, period: str, timezone: str) -> Instant:
    """The instant that is a well-formed period later, by the calendar of the zone. *Raises* :class:`NoSuchInstantError`."""
    try:
        units = dict(units_of(period).items())
        return now.to_tz(timezone).add(**units, disambiguation="compatible").to_instant()
    except (ValueError, OverflowError):
        raise NoSuchInstantError(f"{period} from {now.format_iso()} leads out of the calendar's years.") from None


def iso(instant: Instant) -> str:
    """The instant as ISO 8601 in UTC."""
    return instant.format_iso()

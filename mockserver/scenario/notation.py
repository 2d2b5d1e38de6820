"""How a scenario writes instants, durations and prices, and what they mean. Must never know which key they stand under."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from whenever import Instant, ItemizedDelta, OffsetDateTime, TimeDelta, ZonedDateTime

from mockserver.foundation.calendar import exact_seconds, in_zone
from mockserver.foundation.patterns import whole
from mockserver.scenario.faults import MisfitError, Path, show

_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
_FRACTION = r"([.,][0-9]{1,9})?"
_BEGINS = r"P(?=[0-9T])(?!.*[.,][0-9]+[A-Z].*[0-9])"
"""A ``P``, something behind it, and a fraction in the last part at the most: ISO 8601 lets only the smallest unit have one."""
_EXACT = (
    rf"([0-9]{{1,6}}{_FRACTION}W)?([0-9]{{1,7}}{_FRACTION}D)?"
    rf"(T(?=[0-9])([0-9]{{1,9}}{_FRACTION}H)?([0-9]{{1,9}}{_FRACTION}M)?([0-9]{{1,9}}{_FRACTION}S)?)?"
)
EPOCH = whole(rf"now|{_MOMENT}")
INSTANT = whole(
    rf"[+-](?=[0-9])([0-9]{{1,6}}w)?([0-9]{{1,7}}d)?([0-9]{{1,9}}h)?([0-9]{{1,9}}m)?([0-9]{{1,12}}s)?|{_MOMENT}"
)
DURATION = whole(_BEGINS + _EXACT)
PERIOD = whole(rf"{_BEGINS}([0-9]{{1,4}}Y)?([0-9]{{1,5}}M)?{_EXACT}")
PRICE = whole(r"[0-9]{1,6}(\.[0-9]{2})? GBP")
DEFAULT_PRICE = "6.50 GBP"

_RELATIVE = re.compile(r"([+-])(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_PERIOD = re.compile(PERIOD)
_DURATION = re.compile(DURATION)
_PRICE = re.compile(PRICE)
_PARTS = re.compile(r"(?<![0-9])([0-9]+)(?:[.,]([0-9]+))?([A-Z])", re.ASCII)
_CALENDAR_UNITS = {"Y": "years", "M": "months", "W": "weeks", "D": "days"}
_CLOCK_UNITS = {"H": "hours", "M": "minutes", "S": "seconds"}
_LONGEST_DAYS = 9_999 * 365
_CLOCK = ("hours", "minutes", "seconds", "nanoseconds")
_DAYS = {"years": 365, "months": 30, "weeks": 7, "days": 1, "hours": 1 / 24, "minutes": 1 / 1440, "seconds": 1 / 86_400}
_NANOSECONDS = {
    "weeks": 604_800 * 10**9,
    "days": 86_400 * 10**9,
    "hours": 3_600 * 10**9,
    "minutes": 60 * 10**9,
    "seconds": 10**9,
    "nanoseconds": 1,
}


_remembered = lru_cache(maxsize=256)
"""A series says the same price and the same window thousands of times."""


class TooLongError(ValueError):
    """A duration that is longer than all of the calendar."""


def moment(text: str) -> OffsetDateTime:
    """An absolute date-time with its offset. *Raises*: ``ValueError``."""
    return OffsetDateTime.parse_iso(text)


@_remembered
def elapsed(text: str) -> TimeDelta:
    """An ISO 8601 duration as exact time; a day is 24 hours, whatever the clocks do.

    *Raises*: ``ValueError``, :class:`TooLongError` among them.
    """
    if _DURATION.search(text) is None:
        raise ValueError("not a duration")
    units = period(text)
    return TimeDelta(seconds=exact_seconds(units), nanoseconds=units.get("nanoseconds", 0))


@_remembered
def period(text: str) -> ItemizedDelta:
    """An ISO 8601 duration with its calendar units kept. *Raises*: ``ValueError``, :class:`TooLongError` among them."""
    days = sum(amount * _DAYS[unit] for unit, amount, _ in _parts(text))
    if days > _LONGEST_DAYS:
        raise TooLongError("longer than the calendar, which has 9,999 years")
    return units_of(text)


def units_of(text: str) -> ItemizedDelta:
    """The units of an ISO 8601 duration, however long it is; a fraction becomes smaller units. *Raises*: ``ValueError``."""
    units: dict[str, int] = {}
    for unit, amount, fraction in _parts(text):
        units[unit] = amount
        if fraction:
            left = int(fraction * _NANOSECONDS[unit])
            for smaller in ("days", *_CLOCK) if unit == "weeks" else _CLOCK:
                more, left = divmod(left, _NANOSECONDS[smaller])
                units[smaller] = units.get(smaller, 0) + more
            units = {each: amount for each, amount in units.items() if amount} or {"seconds": 0}
    return ItemizedDelta(**units)


def _parts(text: str) -> Iterator[tuple[str, int, Fraction]]:
    """The parts of a duration: the unit, its whole amount, and the fraction behind it. *Raises*: ``ValueError``."""
    if _PERIOD.search(text) is None:
        raise ValueError("not a period")
    days, _, clock = text.removeprefix("P").partition("T")
    for side, names in ((days, _CALENDAR_UNITS), (clock, _CLOCK_UNITS)):
        for whole_part, fraction, letter in _PARTS.findall(side):
            yield names[letter], int(whole_part), Fraction(int(fraction or 0), 10 ** len(fraction))


@_remembered
def pence(text: str) -> int:
    """The pence in a price such as ``6.50 GBP``. *Raises*: ``ValueError``."""
    if _PRICE.search(text) is None:
        raise ValueError("not a price")
    pounds, _, rest = text.removesuffix(" GBP").partition(".")
    return int(pounds) * 100 + int(rest or 0)


def shift(start: ZonedDateTime, by: ItemizedDelta, times: int) -> ZonedDateTime:
    """The start moved a number of periods along the calendar of its zone. *Raises*: ``ValueError`` out of range."""
    units = {unit: amount * times for unit, amount in by.items()}
    return start.add(**units, disambiguation="compatible") if times else start


def offset(since: TimeDelta) -> str:
    """A span from the epoch as a step or a timeline writes it: ``+1h30s``, and ``+0.5s`` where that is not whole seconds."""
    whole, rest = divmod(int(since.total("nanoseconds")), 1_000_000_000)
    seconds = f"{whole % 60}.{rest:09d}".rstrip("0").rstrip(".")
    parts = [(str(whole // 3600), "h"), (str(whole // 60 % 60), "m"), (seconds, "s")]
    return "+" + ("".join(f"{amount}{unit}" for amount, unit in parts if amount != "0") or "0s")


def written(instant: Instant, epoch: Instant) -> str:
    """The instant as a step says it: from the epoch in whole seconds, else by the calendar."""
    since = offset(instant - epoch)
    return instant.format_iso() if "." in since else since


class Calendar:
    """A scenario's time: its epoch and its zone, in which weeks and days are counted."""

    def __init__(self, epoch: Instant, timezone: str) -> None:
        self.epoch = epoch
        self.timezone = timezone
        try:
            zone(timezone)
        except ValueError:
            raise MisfitError(("timezone",), f"there is no timezone {show(timezone)}") from None
        start = in_zone(epoch, timezone)
        if start is None:
            raise MisfitError(("epoch",), f"the epoch is not within the years 1 to 9999 in {timezone}")
        self._start = start

    @staticmethod
    def absolute(text: str, path: Path) -> Instant:
        """The instant of a date-time with its offset."""
        try:
            return moment(text).to_instant()
        except ValueError:
            raise MisfitError(path, f"{show(text)} is no instant of the calendar") from None

    def zoned(self, text: str, path: Path) -> ZonedDateTime:
        """The instant that the text means, in the scenario's zone: days of the calendar first, then exact time."""
        try:
            found = _RELATIVE.fullmatch(text)
            if found is None:
                return moment(text).to_instant().to_tz(self.timezone)
            sign = -1 if found[1] == "-" else 1
            weeks, days, hours, minutes, seconds = (sign * int(part or 0) for part in found.groups()[1:])
            day = self._start.add(weeks=weeks, days=days, disambiguation="compatible") if weeks or days else self._start
            return (day.to_instant() + TimeDelta(hours=hours, minutes=minutes, seconds=seconds)).to_tz(self.timezone)
        except (ValueError, OverflowError):
            raise MisfitError(path, f"{show(text)} is no instant of the calendar") from None

    def instant(self, text: str, path: Path) -> Instant:
        """The instant that the text means."""
        return self.zoned(text, path).to_instant()


def zone(name: str) -> str:
    """The name of a zone, once it is known to exist. *Raises*: ``ValueError``."""
    Instant.from_timestamp(0).to_tz(name)
    return name

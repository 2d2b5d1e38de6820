"""How a scenario writes instants, durations and prices, and what they mean. Must never know which key they stand under."""

import re

from whenever import Instant, ItemizedDelta, OffsetDateTime, TimeDelta, ZonedDateTime

from mockserver.calendar import in_zone
from mockserver.scenario.faults import MisfitError, Path, show

_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
EPOCH = rf"^(now|{_MOMENT})$"
INSTANT = (
    rf"^([+-](?=[0-9])([0-9]{{1,6}}w)?([0-9]{{1,7}}d)?([0-9]{{1,9}}h)?([0-9]{{1,9}}m)?([0-9]{{1,12}}s)?|{_MOMENT})$"
)
DURATION = (
    r"^P(?=[0-9T])([0-9]{1,6}W)?([0-9]{1,7}D)?(T(?=[0-9])([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\.[0-9]{1,9})?S)?)?$"
)
PERIOD = DURATION.replace("P(?=[0-9T])", "P(?=[0-9T])([0-9]{1,4}Y)?([0-9]{1,5}M)?")
PRICE = r"^[0-9]{1,6}(\.[0-9]{2})? GBP$"
DEFAULT_PRICE = "6.50 GBP"

_RELATIVE = re.compile(r"([+-])(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?", re.ASCII)


def moment(text: str) -> OffsetDateTime:
    """An absolute date-time with its offset. *Raises*: ``ValueError``."""
    return OffsetDateTime.parse_iso(text)


def elapsed(text: str) -> TimeDelta:
    """An ISO 8601 duration as exact time; a day is 24 hours, whatever the clocks do. *Raises*: ``ValueError``."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("not a duration")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[:5])
    return TimeDelta(
        hours=24 * (7 * weeks + days) + hours,
        minutes=minutes,
        seconds=seconds,
        nanoseconds=int((found[6] or "0").ljust(9, "0")),
    )


def period(text: str) -> ItemizedDelta:
    """An ISO 8601 duration with its calendar units kept. *Raises*: ``ValueError``."""
    return ItemizedDelta.parse_iso(text)


def pence(text: str) -> int:
    """The pence in a price such as ``6.50 GBP``."""
    pounds, _, rest = text.removesuffix(" GBP").partition(".")
    return int(pounds) * 100 + int(rest or 0)


def shift(start: ZonedDateTime, by: ItemizedDelta, times: int) -> ZonedDateTime:
    """The start moved a number of periods along the calendar of its zone. *Raises*: ``ValueError`` out of range."""
    units = {unit: amount * times for unit, amount in by.items()}
    return start.add(**units, disambiguation="compatible") if times else start


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

"""What a caller chooses for one world, from the wire to what the engine takes."""

from typing import Literal

from mockserver.domain.readings import chosen_readings
from mockserver.engine.choices import Choices
from mockserver.scenario.document import ClockSpec
from mockserver.scenario.scenario import clock_of
from mockserver.scenario.seed import ClockSetting
from mockserver.web.admin_api.shapes import NewWorld
from mockserver.web.decoder import wrong_shape
from mockserver.web.instants import NoSuchInstantError, instant_of, is_date_time


def choices_of(wanted: NewWorld) -> Choices:
    """What is chosen for the world. *Raises* :class:`RefusalError`, ``UnknownReadingError``, ``NoSuchInstantError``."""
    if wanted.epoch is not None and not is_date_time(wanted.epoch):
        example = "2030-06-03T09:00:00+01:00"
        detail = f'"epoch" is a date-time with its offset, such as "{example}", not {wanted.epoch[:60]!r}.'
        raise wrong_shape(detail)
    return Choices(
        clock=_clock(wanted.clock),
        epoch=None if wanted.epoch is None else instant_of(wanted.epoch),
        readings=chosen_readings((f"{name}={option}" for name, option in wanted.readings.items()), of_world=True),
    )


def _clock(wanted: ClockSpec | Literal["frozen"] | None) -> ClockSetting | None:
    if wanted is None:
        return None
    if isinstance(wanted, ClockSpec) and (wanted.running is None) == (wanted.step is None):
        detail = '"clock" is "frozen", or has exactly one of "running" and "step".'
        raise wrong_shape(detail)
    try:
        return clock_of(wanted)
    except (ValueError, OverflowError):
        assert isinstance(wanted, ClockSpec)
        raise NoSuchInstantError(f"A step of {wanted.step} is longer than the calendar.") from None

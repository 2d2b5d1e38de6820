"""Readings as somebody writes them, ``name=option``: what is chosen, or why it cannot be, with what was perhaps meant."""

from collections.abc import Iterable, Mapping

from mockserver.domain.readings import READINGS, ReadingName
from mockserver.spelling import did_you_mean


class UnknownReadingError(Exception):
    """There is no such reading, or no such option of it; the message says what there is."""


def chosen_readings(written: Iterable[str], *, of_world: bool = False) -> Mapping[ReadingName, str]:
    """The options that are chosen, ``of_world`` for one world alone; of a reading named twice, the last one.

    *Raises* :class:`UnknownReadingError`.
    """
    chosen: dict[ReadingName, str] = {}
    for text in written:
        name, between, option = text.partition("=")
        if not between:
            raise UnknownReadingError(f"{text[:64]!r} is not NAME=OPTION, such as links=imin.")
        reading = READINGS[reading_named(name)]
        if of_world and reading.of_server:
            raise UnknownReadingError(
                f"{name} is about requests that reach no world: a server chooses it, with --readings {name}=OPTION."
            )
        if option not in reading.options:
            meant = did_you_mean(option, reading.options)
            raise UnknownReadingError(
                f"{option[:64]!r} is no option of {name}.{meant} It takes {', '.join(reading.options)}."
            )
        chosen[reading.name] = option
    return chosen


def reading_named(name: str) -> ReadingName:
    """The reading of this name. *Raises* :class:`UnknownReadingError`."""
    try:
        return ReadingName(name)
    except ValueError:
        meant = did_you_mean(name, [each.value for each in ReadingName]) or " imin-mock readings lists them."
        raise UnknownReadingError(f"There is no reading {name[:64]!r}.{meant}") from None

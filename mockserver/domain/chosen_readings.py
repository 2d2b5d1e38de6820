"""Readings as somebody writes them, ``name=option``: what is chosen, or why it cannot be, with what was perhaps meant."""

from collections.abc import Iterable, Mapping

from mockserver.domain.readings import READINGS, ReadingName


class UnknownReadingError(Exception):
    """There is no such reading, or no such option of it; the message says what there is."""


def chosen_readings(written: Iterable[str]) -> Mapping[ReadingName, str]:
    """The options that are chosen; of a reading named twice, the last one. *Raises* :class:`UnknownReadingError`."""
    chosen: dict[ReadingName, str] = {}
    for text in written:
        name, between, option = text.partition("=")
        if not between:
            raise UnknownReadingError(f"{text[:64]!r} is not NAME=OPTION, such as links=imin.")
        reading = READINGS[reading_named(name)]
        if option not in reading.options:
            meant = _meant(option, reading.options)
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
        meant = _meant(name, [each.value for each in ReadingName]) or " imin-mock readings lists them."
        raise UnknownReadingError(f"There is no reading {name[:64]!r}.{meant}") from None


def _meant(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only a wrong name needs it

    close = get_close_matches(name[:64], list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""

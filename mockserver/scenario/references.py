"""Every place of a document that names something, and the names that mean nothing.

The table below says where names stand; the search runs over the plain value, so that it works however broken the rest is.
"""

from collections.abc import Iterator, Mapping

from mockserver.domain.readings import READINGS
from mockserver.scenario.faults import Misfit, Path, show
from mockserver.scenario.names import Names, hint_of

# "*": each part. "+": the value itself or, if it is a list, each part. "@": each key. "?key": each part that has this key.
_ACTIONS: tuple[Path, ...] = (
    ("timeline", "*"),
    *(
        ("behaviour", *state, kind, "*", "do", "+")
        for state in (("always",), ("states", "*"))
        for kind in ("on", "after", "at")
    ),
)
_STATES: tuple[Path, ...] = (("behaviour", "always"), ("behaviour", "states", "*"))

_PLACES: tuple[tuple[Path, str], ...] = (
    (("readings", "@"), "reading"),
    (("opportunities", "*", "seller"), "seller"),
    (("orders", "*", "customer"), "customer"),
    (("orders", "*", "items", "*"), "opportunity"),
    (("orders", "*", "items", "*", "of"), "opportunity"),
    (("orders", "*", "for_each", "*"), "repeated opportunity"),
    (("behaviour", "initial"), "state"),
    *(((*state, kind, "*", "to"), "state") for state in _STATES for kind in ("on", "after", "at")),
    *(((*state, kind, "*"), "state") for state in _STATES for kind in ("after", "at")),
    *(((*state, "on", "*", "event"), "event") for state in _STATES),
    *(((*state, "on", "*", "where", "item"), "order item") for state in _STATES),
    *(((*state, "on", "*", "where", "order"), "order") for state in _STATES),
    *(((*state, "on", "*", "where", "customer"), "customer") for state in _STATES),
    *(((*state, "booking_system", "items", "@"), "order item") for state in _STATES),
    *(((*action, "order"), "order") for action in _ACTIONS),
    *(((*action, "items", "*"), "item of the order") for action in _ACTIONS),
    *(((*action, "by"), "opportunity") for action in _ACTIONS),
    *(((*action, "opportunity"), "opportunity") for action in _ACTIONS),
    *(((*action, "state"), "state") for action in _ACTIONS),
    (("when", "*", "cancel", "+"), "item of the order"),
    (("when", "*", "of"), "order"),
    (("when", "*", "get_order"), "order"),
    (("when", "*", "list_upcoming"), "customer"),
    (("when", "*", "list_orders"), "customer"),
    (("when", "?list_upcoming", "expect", "@"), "order item"),
    (("when", "?get_order", "expect", "@"), "item of the order"),
    (("when", "?list_orders", "expect", "*"), "order"),
    (("when", "?cancel", "expect", "rule"), "rule"),
    (("when", "*", "cancellable", "@"), "order item"),
    (("when", "*", "absent", "*"), "order item"),
    (("then", "*", "item"), "order item"),
    (("then", "*", "of"), "order"),
    (("then", "*", "to"), "customer"),
    (("then", "*", "event"), "event"),
)


def wrong_references(document: Mapping[str, object], names: Mapping[str, Names]) -> Iterator[Misfit]:
    """Every name in the document that means nothing there."""
    for pattern, kind in _PLACES:
        for path, name in places(document, pattern):
            if isinstance(name, str) and name not in names[kind]:
                message, hint = names[kind].explain_absence(name)
                yield Misfit(path=path, message=message, hint=hint, of_key=pattern[-1] == "@")
    yield from _wrong_options(document)


def action_places(document: Mapping[str, object]) -> Iterator[tuple[Path, object]]:
    """Every action of the document with its path."""
    for pattern in _ACTIONS:
        yield from places(document, pattern)


def places(value: object, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Everything that stands where the pattern says, with its path; a key that is looked for is its own value."""
    if not pattern:
        yield path, value
        return
    part, rest = pattern[0], pattern[1:]
    if part == "+" and not isinstance(value, list):
        yield from places(value, rest, path)
    elif part == "@":
        yield from (((*path, key), key) for key in value) if isinstance(value, dict) else ()
    elif part in ("*", "+") or (isinstance(part, str) and part.startswith("?")):
        for key, each in _parts(value):
            if part in ("*", "+") or (isinstance(each, dict) and str(part)[1:] in each):
                yield from places(each, rest, (*path, key))
    elif isinstance(value, dict) and part in value:
        yield from places(value[part], rest, (*path, part))


def _parts(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _wrong_options(document: Mapping[str, object]) -> Iterator[Misfit]:
    """Options that a reading does not have."""
    by_name = {name.value: reading for name, reading in READINGS.items()}
    for path, option in places(document, ("readings", "*")):
        reading = by_name.get(str(path[-1]))
        if reading is not None and isinstance(option, (str, int)) and str(option) not in reading.options:
            hint = hint_of(str(option), list(reading.options)) or f"there is {', '.join(reading.options)}"
            yield Misfit(path=path, message=f"the reading {path[-1]} has no option {show(option)}", hint=hint)

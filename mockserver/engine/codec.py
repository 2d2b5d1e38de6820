"""Events as plain mappings and back, without loss: what snapshots hold now and durable journals will hold.

A mapping has the event's name under ``event``, its instant under ``at``, and its fields. Commands within events carry their
class name under ``command``.
"""

import reprlib
from typing import Any, get_args, get_type_hints

import msgspec
from whenever import Instant, ItemizedDelta, TimeDelta, ZonedDateTime

from mockserver.domain import commands, events
from mockserver.domain.commands import Command
from mockserver.domain.events import NAME_OF_EVENT, Event
from mockserver.domain.execution import Recorded
from mockserver.domain.values import fields_of

_EVENT_OF_NAME: dict[str, type[Event]] = {name: event for event, name in NAME_OF_EVENT.items()}
_COMMAND_OF_NAME: dict[str, type[Command]] = {command.__name__: command for command in get_args(Command)}
_HINTS: dict[type, dict[str, Any]] = {}
_ISO = (Instant, ZonedDateTime, TimeDelta, ItemizedDelta)


class CodecError(Exception):
    """A mapping is not an event that this version knows."""


def encode(recorded: Recorded) -> dict[str, Any]:
    """The event as a mapping of JSON values."""
    event = recorded.event
    plain = {_wire_name(name): _plain(getattr(event, name)) for name in _hints(type(event))}
    return {"event": NAME_OF_EVENT[type(event)], "at": recorded.at.format_iso(), **plain}


def decode(mapping: dict[str, Any]) -> Recorded:
    """The event that :func:`encode` made the mapping of. *Raises* :class:`CodecError`."""
    try:
        event = _EVENT_OF_NAME[mapping["event"]]
        hints = _hints(event)
        _refuse_strangers(mapping, {"event", "at", *map(_wire_name, hints)})
        typed = {name: _typed(mapping[_wire_name(name)], hint) for name, hint in hints.items()}
        return Recorded(at=Instant.parse_iso(mapping["at"]), event=event(**typed))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise CodecError(f"Not an event of this version: {reprlib.repr(mapping)} ({error})") from error


def _refuse_strangers(mapping: dict[str, Any], known: set[str]) -> None:
    if strangers := mapping.keys() - known:
        raise ValueError(f"unknown: {', '.join(sorted(map(str, strangers)))}")


def _wire_name(name: str) -> str:
    """``at`` is taken: it is when the event was recorded."""
    return "instant" if name == "at" else name


def _hints(kind: type) -> dict[str, Any]:
    """The fields of an event or a command with their types."""
    hints = _HINTS.get(kind)
    if hints is None:
        declared = get_type_hints(kind, vars(events) | vars(commands))
        hints = _HINTS[kind] = {name: declared[name] for name in fields_of(kind)}
    return hints


def _plain(value: Any) -> Any:
    if type(value) in _COMMAND_OF_NAME.values():
        plain = {name: _plain(getattr(value, name)) for name in _hints(type(value))}
        return {"command": type(value).__name__, **plain}
    return msgspec.to_builtins(value, enc_hook=_to_iso)


def _typed(value: Any, hint: Any) -> Any:
    allowed = get_args(hint) or (hint,)
    if all(each in _COMMAND_OF_NAME.values() for each in allowed):
        command = _COMMAND_OF_NAME[value["command"]]
        if command not in allowed:
            raise TypeError(f"{command.__name__} where {' or '.join(each.__name__ for each in allowed)} belongs")
        hints = _hints(command)
        _refuse_strangers(value, {"command", *hints})
        return command(**{name: _typed(value[name], each) for name, each in hints.items()})
    return msgspec.convert(value, hint, dec_hook=_from_iso)


def _to_iso(value: Any) -> str:
    if isinstance(value, _ISO):
        return str(value.format_iso())
    raise TypeError(f"{type(value).__name__} has no plain form")


def _from_iso(kind: type, value: Any) -> Any:
    if kind in _ISO:
        return kind.parse_iso(value)
    raise TypeError(f"{kind.__name__} has no plain form")

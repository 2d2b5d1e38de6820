"""Asking the control interface: JSON in, values out, and a refusal as an exception that repeats what it says."""

from datetime import datetime, timedelta
from typing import Any, TypeVar, overload
from urllib.parse import quote

import msgspec
from whenever import TimeDelta

from mockserver.client.channel import Channel
from mockserver.client.errors import (
    ClockMovedBackError,
    MockError,
    NoSuchScenarioError,
    NotThereError,
    UnreachableError,
    WorldExistsError,
)
from mockserver.web.admin_api.shapes import FaultyScenario

T = TypeVar("T")

_KINDS: dict[str, type[MockError]] = {
    "There is no such scenario": NoSuchScenarioError,
    "The world is there already": WorldExistsError,
    "A clock cannot go back": ClockMovedBackError,
}
"""By the title of the problem, of those that a test may want to tell apart; other 404s are about what is not there."""


@overload
def ask(channel: Channel, method: str, target: str, body: Any = b"", *, media_type: str = ...) -> bytes: ...
@overload
def ask(
    channel: Channel, method: str, target: str, body: Any = b"", *, media_type: str = ..., returns: type[T]
) -> T: ...


def ask(
    channel: Channel,
    method: str,
    target: str,
    body: Any = b"",
    *,
    media_type: str = "application/json",
    returns: type[T] | None = None,
) -> T | bytes:
    """What the control interface answers, as a value of the type ``returns`` or as bytes. *Raises* :class:`MockError`."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    headers = [(b"content-type", media_type.encode())] if content else []
    response = channel.send(method, target, headers, content)
    if response.dropped:
        raise UnreachableError(
            f"{channel.url} gave no answer to {method} {target}; is it a mock, and does it still run?"
        )
    if not 200 <= response.status < 300:
        raise _error(response.status, response.body, f"{method} {target}")
    if returns is None:
        return response.body
    try:
        return msgspec.json.decode(response.body, type=returns)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        detail = f"the answer to {method} {target} is not what this version expects ({error})"
        raise MockError(f"{channel.url} is no mock, or one of another version: {detail}.") from error


def _error(status: int, body: bytes, asked: str) -> MockError:
    try:
        problem = msgspec.json.decode(body, type=FaultyScenario)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return MockError(f"{asked} was answered {status}, which a mock does not say; is the address one of a mock?")
    faults = [
        f"{each.file}:{each.line}:{each.column} {each.message}{f' ({each.hint})' if each.hint else ''}"
        for each in problem.faults or ()
    ]
    kind = _KINDS.get(problem.title, NotThereError if status == 404 else MockError)
    return kind("\n".join([problem.detail, *faults]))


def world_path(key: str) -> str:
    """Where the control interface has the world of this key."""
    return f"/__admin/worlds/{quote(key, safe='@~')}"


def name_text(name: str, of: str) -> str:
    """A name as it stands in a path. *Raises* :class:`MockError` for what is no name."""
    if not isinstance(name, str):
        raise MockError(f"{of} is named by a text, not by {name!r:.100}.")
    return quote(name, safe="")


def period_text(period: str | timedelta) -> str:
    """A period as ISO 8601; a ``timedelta`` is exact, its days have 24 hours each. *Raises* :class:`MockError` for anything
    else."""
    given: object = period  # whatever somebody may give who checks no types
    if isinstance(period, str):
        return period
    if not isinstance(given, timedelta):
        seconds = f"PT{period}S" if isinstance(given, int) else "PT5M"
        raise MockError(f'A period is a timedelta, or ISO 8601 such as "{seconds}", not {given!r:.100}.')
    hours, rest = divmod(period, timedelta(hours=1))
    return TimeDelta(hours=hours, seconds=rest.seconds, microseconds=rest.microseconds).format_iso()


def instant_text(instant: str | datetime) -> str:
    """An instant as ISO 8601 with its offset. *Raises* :class:`MockError` for a datetime that has none, and for anything else."""
    if isinstance(instant, str):
        return instant
    if not isinstance(instant, datetime):
        raise MockError(f'An instant is a datetime, or ISO 8601 such as "2030-06-03T09:00:00Z", not {instant!r:.100}.')
    if instant.tzinfo is None:
        raise MockError(f"{instant!r} has no zone; give it one, such as datetime.UTC.")
    return instant.isoformat()

"""A recorded session as values: what was asked of whom and when, and what came back; and how the world began, where that is told.

It must never know the files that sessions are kept in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec
from whenever import Instant

from mockserver.engine.live_world import LiveWorld
from mockserver.engine.replay import told_doings
from mockserver.engine.snapshots import digest_of
from mockserver.exchange_files.bodies import Headers, Kept
from mockserver.exchange_files.lenient_json import RecordingError

_PORTS = {"http": 80, "https": 443}


def origin_of(url: SplitResult) -> str:
    """Scheme, host and, where it is not the default one, port; never a user or a password."""
    host = (url.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = url.port
    return f"{url.scheme}://{host}" + ("" if port is None or port == _PORTS.get(url.scheme) else f":{port}")


def origin_in(text: str) -> str | None:
    """The origin of the URL that the text is; ``None`` where it is none."""
    try:
        url = urlsplit(text)
        return origin_of(url) if url.scheme in _PORTS and url.hostname else None
    except ValueError:
        return None


def host_in(text: str) -> str:
    """The host, with a port that is not HTTPS's default, in what somebody names as one: a host, or a whole address."""
    origin = origin_in(text if "://" in text else f"https://{text}")
    return text if origin is None else origin.partition("://")[2]


FIRST_YEAR, LAST_YEAR = 2000, 9000
"""A recorder that knows no time writes the year 1, 1601 or 1970; and near the end of the calendar nothing can be counted on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """One recorded request and its answer. Header names are in lower case.

    ``at`` is the world's time, where the recording has it, ``wall`` the machine's. ``events`` is how many events the world's
    journal held after it. ``asked`` and ``answered`` say how much of the request's and of the answer's body was kept.
    """

    number: int
    method: str
    origin: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    status: int
    response_headers: Headers = ()
    response_body: bytes = b""
    at: Instant | None = None
    wall: Instant | None = None
    rule: str | None = None
    fault: str | None = None
    events: int | None = None
    asked: Kept = Kept.WHOLE
    answered: Kept = Kept.WHOLE

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """The first request header of this name, given in lower case."""
        return next((value for key, value in self.headers if key == name), None)

    def response_header(self, name: str) -> str | None:
        """The first header of the answer of this name, given in lower case."""
        return next((value for key, value in self.response_headers if key == name), None)

    @property
    def date(self) -> Instant | None:
        """The instant of the answer's ``Date``, to the second."""
        said = self.response_header("date")
        if said is None:
            return None
        try:
            told = parsedate_to_datetime(said)
            aware = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
            return _plausible(Instant.from_timestamp(int(aware.timestamp())))
        except (ValueError, OverflowError, TypeError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How a recorded world began, and what was done to it other than by its clients."""

    scenario: str
    twin: str | None = None
    epoch: Instant | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    digest: str | None = None
    doings: tuple[tuple[int, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The exchanges of a recording in their order. ``skipped`` says what else there was, and how often."""

    exchanges: tuple[RecordedExchange, ...]
    beginning: Beginning | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)


def instant_in(text: str) -> Instant | None:
    """The instant of a date-time with its offset; ``None`` where it is none."""
    try:
        return Instant.parse_iso(text)
    except ValueError:
        return None


def recorded_instant(told: Any) -> Instant | None:
    """The instant at which a recorder says that something began, in one of their notations; ``None`` where it says none.

    A time without an offset is none: whose clock it was, nobody knows.
    """
    try:
        if isinstance(told, str):
            found = instant_in(told.strip())
            if found is None:
                written = datetime.fromisoformat(told.strip())
                found = None if written.tzinfo is None else Instant.parse_iso(written.isoformat())
            return _plausible(found)
        if isinstance(told, int | float) and not isinstance(told, bool):
            return _plausible(Instant.from_timestamp(told / 1000))
    except (ValueError, OverflowError):
        pass
    return None


def _plausible(found: Instant | None) -> Instant | None:
    if found is None or not FIRST_YEAR <= int(found.format_iso()[:4]) < LAST_YEAR:
        return None
    return found


def beginning_fields(live_world: LiveWorld) -> dict[str, Any]:
    """How a world began, and what was done to it other than by its clients, as an export tells it."""
    return {
        "key": live_world.key,
        "scenario": live_world.scenario.name,
        "digest": digest_of(live_world.scenario),
        "twin": live_world.twin,
        "epoch": live_world.seed.epoch.format_iso(),
        "readings": {name.value: option for name, option in live_world.world.readings.items()},
        "doings": told_doings(live_world),
    }


class _Doing(msgspec.Struct):
    after: int
    event: dict[str, Any]


class _Told(msgspec.Struct):
    scenario: str
    twin: str | None = None
    epoch: str | None = None
    readings: dict[str, str] | None = None
    digest: str | None = None
    doings: list[_Doing] | None = None


def beginning_of(told: Any) -> Beginning | None:
    """How the world began, as an export of the mock tells it; ``None`` if it tells nothing. *Raises* :class:`RecordingError`."""
    if told is None:
        return None
    try:
        world = msgspec.convert(told, _Told)
    except msgspec.ValidationError as error:
        raise RecordingError(f"is damaged where it says how its world began: {error}. Export it again.") from None
    epoch = None if world.epoch is None else instant_in(world.epoch)
    if epoch is None and world.epoch is not None:
        raise RecordingError(f"is damaged where it says how its world began: epoch {world.epoch[:40]!r} is no instant.")
    return Beginning(
        scenario=world.scenario,
        twin=world.twin or None,
        epoch=epoch,
        readings=world.readings or {},
        digest=world.digest,
        doings=tuple((each.after, each.event) for each in world.doings or ()),
    )

"""A recorded session as values: what was asked, when, and what came back; and how the world began, where that is recorded.

It must never know the files that sessions are kept in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from whenever import Instant

Headers = tuple[tuple[str, str], ...]


class RecordingError(Exception):
    """A file cannot be used as a recording; the message says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One recorded request and its answer. Header names are in lower case.

    ``at`` is the world's time, where the recording has it, ``wall`` the machine's. ``events`` is how many events the world's
    journal held after it. ``cut``: only a part of the request's body was kept. ``unreadable``: the answer's body cannot be
    decoded.
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
    cut: bool = False
    unreadable: bool = False

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
            return Instant.from_timestamp(int(parsedate_to_datetime(said).timestamp()))
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How a recorded world began, and what was done to it other than by its clients."""

    scenario: str
    law_breaker: str | None = None
    epoch: Instant | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    digest: str | None = None
    doings: tuple[tuple[int, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The exchanges of a recording in their order. ``skipped`` says what else there was, and how often."""

    exchanges: tuple[Taken, ...]
    beginning: Beginning | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)


def instant_in(text: str) -> Instant | None:
    """The instant of a date-time with its offset; ``None`` where it is none."""
    try:
        return Instant.parse_iso(text)
    except ValueError:
        return None


def beginning_of(told: Any) -> Beginning | None:
    """How the world began, as an export of the mock tells it; ``None`` if it does not."""
    if not isinstance(told, dict) or not isinstance(told.get("scenario"), str):
        return None
    readings, doings = told.get("readings"), told.get("doings")
    return Beginning(
        scenario=told["scenario"],
        law_breaker=told.get("law_breaker") or None,
        epoch=instant_in(str(told.get("epoch"))),
        readings=dict(readings) if isinstance(readings, dict) else {},
        digest=told.get("digest"),
        doings=tuple(
            (each["after"], each["event"])
            for each in (doings if isinstance(doings, list) else ())
            if isinstance(each, dict) and isinstance(each.get("after"), int) and isinstance(each.get("event"), dict)
        ),
    )

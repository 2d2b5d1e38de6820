"""A mock to test against: in this process, or one that runs elsewhere. It makes worlds and carries requests to them.

Everything that a world can be asked goes through the control interface, so that both kinds of mock behave alike.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import msgspec
from whenever import TimeDelta

from mockserver.client import listener  # noqa: F401 - what it loads must see Python's own clocks and sockets, not a test's
from mockserver.client.channel import ADDRESS, Channel, Headers, Response
from mockserver.client.control import ask, instant_text, period_text
from mockserver.client.errors import MockError, WorldExistsError
from mockserver.client.in_process import InProcess
from mockserver.client.over_http import OverHttp
from mockserver.domain.readings import UnknownReadingError, chosen_readings
from mockserver.engine.keys import LABEL_PATTERN, KeyRefusedError, parse_key
from mockserver.settings import Settings, SettingsError
from mockserver.testing.world import World
from mockserver.web.admin_api.shapes import ScenarioList, WorldList


class Mock:
    """A mock of imin in this process: nothing is listened to until somebody asks for its ``url``.

    ``scenarios``: a folder, or folders, of your own scenario files, beside those that come with the mock. ``readings`` hold in
    every world, ``twin`` makes an evil twin of each. ``exchanges_kept``: how many HTTP exchanges of a world are remembered.
    ``channel`` is the way to the mock, which transports for HTTP clients are made of. *Raises* :class:`MockError`.
    """

    def __init__(
        self,
        scenarios: Path | str | Iterable[Path | str] = (),
        *,
        readings: Mapping[str, str] | None = None,
        twin: str | None = None,
        exchanges_kept: int = 500,
        coverage: bool = True,
    ) -> None:
        self._made: dict[str, int] = {}
        folders = tuple(Path(each) for each in ([scenarios] if isinstance(scenarios, str | Path) else scenarios))
        for folder in folders:
            if not folder.is_dir():
                raise MockError(f"{str(folder)!r} is no folder; give folders that hold scenario files.")
        written = tuple(f"{name}={option}" for name, option in _chosen(readings or {}).items())
        try:
            chosen_readings(written)
            settings = Settings(
                scenarios=folders, readings=written, twin=twin, exchanges_kept=exchanges_kept, coverage=coverage
            )
            self.channel: Channel = InProcess(settings)
        except (SettingsError, UnknownReadingError) as error:
            raise MockError(str(error)) from error

    @classmethod
    def at(cls, url: str) -> "Mock":
        """The mock that runs at this address, such as ``http://127.0.0.1:4646``. *Raises* :class:`MockError`."""
        mock = cls.__new__(cls)
        mock._made = {}  # noqa: SLF001 - the other way to make one of our own
        mock.channel = OverHttp(url)
        ask(mock.channel, "GET", "/__admin/health")
        return mock

    @property
    def is_here(self) -> bool:
        """Whether the mock is in this process."""
        return isinstance(self.channel, InProcess)

    @property
    def url(self) -> str:
        """Where clients reach the mock over HTTP: a free port of this machine, from the first time that somebody asks."""
        return self.channel.url

    @property
    def scenarios(self) -> list[str]:
        """The names of all scenarios."""
        listed = ask(self.channel, "GET", "/__admin/scenarios", returns=ScenarioList)
        return [each.name for each in listed.scenarios]

    def add_scenario(self, name: str, text: str | Path) -> None:
        """Add or replace a scenario; ``text`` is the text of a scenario file, or its path. *Raises* :class:`MockError`."""
        content = text.read_text(encoding="utf-8") if isinstance(text, Path) else text
        ask(
            self.channel,
            "PUT",
            f"/__admin/scenarios/{quote(name, safe='')}",
            content.encode(),
            media_type="application/yaml",
        )

    def world(
        self,
        scenario: str = "happy-path",
        *,
        label: str | None = None,
        twin: str | None = None,
        step: str | timedelta | None = None,
        rate: float | None = None,
        epoch: datetime | str | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> World:
        """A fresh world of a scenario, under a key of its own.

        ``label`` tells it from other worlds of the scenario; without one, the first number that is free. ``twin`` is the law
        breaker of an evil twin. ``step`` (``"PT1S"``) is how far each request moves the clock, ``rate`` how many virtual seconds
        pass in a real one; without either, the clock moves as the scenario says. *Raises* :class:`MockError`.
        """
        key = f"{scenario}~{twin}" if twin is not None else scenario
        try:
            parse_key(key if label is None else f"{key}@{label}")
        except KeyRefusedError as error:
            raise MockError(str(error)) from error
        wanted = _choices(step, rate, epoch, readings)
        while True:
            ask_for = f"{key}@{label or self._next_label(key)}"
            try:
                return World.made(self.channel, ask_for, wanted)
            except WorldExistsError:
                if label is not None:
                    raise
                self._made[key] = self._highest_label(key)

    def _next_label(self, stem: str) -> int:
        self._made[stem] = number = self._made.get(stem, 0) + 1
        return number

    def _highest_label(self, stem: str) -> int:
        """The highest number that is a label already: somebody else has made worlds of this mock too."""
        keys = [each.key for each in ask(self.channel, "GET", "/__admin/worlds", returns=WorldList).worlds]
        labels = [key.removeprefix(f"{stem}@") for key in keys if key.startswith(f"{stem}@")]
        return max((int(label) for label in labels if label.isdecimal()), default=0)

    def send(
        self, method: str, target: str, headers: Headers = (), body: bytes = b"", *, address: str = ADDRESS
    ) -> Response:
        """The response to any request, on any of the mock's faces: what a client on a socket would have received."""
        return self.channel.send(method, target, headers, body, address=address)

    def coverage(self) -> dict[str, Any]:
        """Which behaviours were met since the mock began, as ``GET /__admin/coverage`` reports it."""
        report: dict[str, Any] = msgspec.json.decode(ask(self.channel, "GET", "/__admin/coverage"))
        return report

    def close(self) -> None:
        """Let go of the port, if one is listened to: nobody answers there any more. Worlds can still be asked here."""
        self.channel.close()

    def __enter__(self) -> "Mock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def label_of(text: str) -> str:
    """A label that says the text as well as a key can: what may not stand in a key is a hyphen."""
    allowed = LABEL_PATTERN.partition("{")[0]
    return "".join(letter if re.fullmatch(allowed, letter) else "-" for letter in text)[:200]


def _choices(
    step: str | timedelta | None, rate: float | None, epoch: datetime | str | None, readings: Mapping[str, str] | None
) -> dict[str, Any]:
    if step is not None and rate is not None:
        raise MockError("A clock either steps with each request or runs by itself: give step or rate, not both.")
    wanted: dict[str, Any] = {}
    if step is not None:
        wanted["clock"] = {"step": _duration(step)}
    if rate is not None:
        wanted["clock"] = {"running": {"rate": rate}}
    if epoch is not None:
        wanted["epoch"] = instant_text(epoch)
    if readings is not None:
        wanted["readings"] = _chosen(readings)
    return wanted


def _duration(step: str | timedelta) -> str:
    try:
        return TimeDelta.parse_iso(period_text(step)).format_iso()
    except (ValueError, MockError):
        raise MockError(f'A step is an exact duration such as "PT1S", or a timedelta, not {step!r:.100}.') from None


def _chosen(readings: Mapping[str, str]) -> dict[str, str]:
    given: object = readings  # whatever somebody may give who checks no types
    if not isinstance(given, Mapping):
        name, _, option = str(given).partition("=")
        meant = f'{{"{name}": "{option}"}}' if option else '{"links": "imin"}'
        raise MockError(f"Readings are told by name, such as readings={meant}, not as {given!r:.100}.")
    return dict(readings)

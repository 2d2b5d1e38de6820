"""Every setting of the server: its flag, its variable, its default and what it does, in one table.

The command line, the README's table and ``docs`` are made from it; nothing else reads flags or the environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.domain.readings import UnknownReadingError, chosen_readings
from mockserver.domain.twins import Twin, explain_no_twin
from mockserver.web.addresses import is_host
from mockserver.web.hosts import Hosts, is_name

URL_VARIABLE = "IMIN_MOCK_URL"
"""Where a mock is: what the one line on standard output of ``serve`` is called, and what tests look for."""


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names the setting and what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting. ``kind`` is what its text becomes: ``str``, ``int``, ``bool``, ``path``, ``paths`` or ``texts``."""

    name: str
    kind: str
    default: Any
    says: str
    metavar: str = ""

    @property
    def flag(self) -> str:
        """``--name`` on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """``IMIN_MOCK_NAME`` in the environment."""
        return "IMIN_MOCK_" + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting(name="host", kind="str", default="127.0.0.1", says="Address to listen on.", metavar="HOST"),
    Setting(name="port", kind="int", default=4646, says="Port to listen on; 0 takes a free one.", metavar="PORT"),
    Setting(
        name="public_url",
        kind="str",
        default=None,
        says="Address that ids and links carry, where clients reach the mock by another than the one they call.",
        metavar="URL",
    ),
    Setting(
        name="allowed_hosts",
        kind="texts",
        default=(),
        says="Host by which the mock may be called, beside loopback and its own address: a name, .name for all below it, or *;"
        " may be given several times (in the variable: separated by spaces).",
        metavar="HOST",
    ),
    Setting(
        name="scenarios",
        kind="paths",
        default=(),
        says="Folder of your own scenario files; may be given several times (in the variable: separated as in PATH).",
        metavar="DIR",
    ),
    Setting(
        name="scenario_yaml",
        kind="str",
        default=None,
        says="Text of a scenario file, for containers that start before the checkout; its key is 'given'.",
        metavar="YAML",
    ),
    Setting(
        name="pact_states",
        kind="path",
        default=None,
        says="YAML file of your own provider states, for Pact verifiers; docs/howto/pact.md has its form.",
        metavar="FILE",
    ),
    Setting(
        name="live",
        kind="bool",
        default=False,
        says="Let every world's clock run from now, and tell on the terminal what happens.",
    ),
    Setting(
        name="twins",
        kind="bool",
        default=True,
        says="Let keys and scenarios ask for evil twins, which break a law on purpose; --no-twins refuses them.",
    ),
    Setting(
        name="twin",
        kind="str",
        default=None,
        says="Twin of every world that asks for none itself; `imin-mock twins --list` names them.",
        metavar="NAME",
    ),
    Setting(
        name="readings",
        kind="texts",
        default=(),
        says="Option of a reading for every world, whatever its scenario says; may be given several times (in the variable: "
        "separated by spaces). `imin-mock readings` lists them.",
        metavar="NAME=OPTION",
    ),
    Setting(
        name="most_worlds",
        kind="int",
        default=1000,
        says="How many worlds are kept; the least recently used one makes room.",
        metavar="N",
    ),
    Setting(
        name="exchanges_kept", kind="int", default=500, says="How many HTTP exchanges each world keeps.", metavar="N"
    ),
    Setting(
        name="body_limit",
        kind="int",
        default=1_048_576,
        says="Largest request body, in bytes; the control interface takes scenarios and snapshots of 64 times that.",
        metavar="BYTES",
    ),
    Setting(
        name="access_log",
        kind="bool",
        default=False,
        says="Log every request (costs time; the exchanges are kept anyway).",
    ),
    Setting(
        name="coverage",
        kind="bool",
        default=True,
        says="Count which behaviours the tests meet, for `imin-mock coverage`; --no-coverage counts nothing.",
    ),
    Setting(
        name="log",
        kind="str",
        default="auto",
        says="Form of the log: auto (people on a terminal, else ndjson), people, ndjson.",
        metavar="FORM",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, checked."""

    host: str = "127.0.0.1"
    port: int = 4646
    public_url: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    scenarios: tuple[Path, ...] = ()
    scenario_yaml: str | None = None
    pact_states: Path | None = None
    live: bool = False
    twins: bool = True
    twin: str | None = None
    readings: tuple[str, ...] = ()
    most_worlds: int = 1000
    exchanges_kept: int = 500
    body_limit: int = 1_048_576
    access_log: bool = False
    coverage: bool = True
    log: str = "auto"

    @property
    def hosts(self) -> Hosts:
        """By which hosts a server with these settings may be called."""
        return Hosts(bound=self.host, named=self.allowed_hosts, public_url=self.public_url)

    def __post_init__(self) -> None:
        wrong = list(_wrong(self))
        if wrong:
            raise SettingsError("\n".join(wrong))

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Settings":
        """The settings from parsed values; what is missing has its default. *Raises* :class:`SettingsError`."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known and value is not None})


def _wrong(settings: Settings) -> list[str]:
    found = []
    if not settings.host:
        found.append("--host is empty; 127.0.0.1 is for this machine alone, 0.0.0.0 for every one that reaches it.")
    if not 0 <= settings.port <= 65535:
        found.append(f"--port is {settings.port}; a port is 0 to 65535.")
    found += [
        f"--{name.replace('_', '-')} is {getattr(settings, name)}; it must be at least 1."
        for name in ("most_worlds", "exchanges_kept", "body_limit")
        if getattr(settings, name) < 1
    ]
    if settings.log not in {"auto", "people", "ndjson"}:
        found.append(f"--log is {settings.log!r}; it is auto, people or ndjson.")
    if settings.twin is not None and settings.twin not in set(Twin):
        found.append(f"--twin: {explain_no_twin(settings.twin)}")
    if settings.twin is not None and not settings.twins:
        found.append("--twin and --no-twins exclude each other.")
    try:
        chosen_readings(settings.readings)
    except UnknownReadingError as error:
        found.append(f"--readings: {error}")
    found += [f"--scenarios: {folder} is not a folder." for folder in settings.scenarios if not folder.is_dir()]
    if settings.pact_states is not None and not settings.pact_states.is_file():
        found.append(f"--pact-states: {settings.pact_states} is not a file.")
    if settings.public_url is not None and not _is_address(settings.public_url):
        found.append(
            f"--public-url is {settings.public_url!r}; it is http://HOST or https://HOST, with or without :PORT, and no path."
        )
    found += [
        f"--allowed-hosts: {host!r} is no host; it is a name such as mock.example.com, .example.com for all below it, or *,"
        " without scheme and port."
        for host in settings.allowed_hosts
        if not is_name(host)
    ]
    return found


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and is_host(parts.netloc)
        and not (parts.path or parts.query or parts.fragment)
    )


_ON_THIS_MACHINE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - named to be replaced, not bound


def url_of(host: str, port: int) -> str:
    """The address of a server on this host and port, as this machine calls it."""
    name = _ON_THIS_MACHINE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

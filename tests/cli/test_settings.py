"""The table of settings: every setting has a flag and a variable, and both reach the server."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockserver.cli.main import main
from mockserver.settings import SETTINGS, Settings, SettingsError, url_of

GIVEN: dict[str, tuple[str | None, Any]] = {
    "host": ("0.0.0.0", "0.0.0.0"),
    "port": ("0", 0),
    "public_url": ("https://imin.example:8443", "https://imin.example:8443"),
    "allowed_hosts": (".example.com", (".example.com",)),
    "scenarios": ("scenarios", (Path("scenarios"),)),
    "scenario_yaml": ("version: 1", "version: 1"),
    "pact_states": ("pyproject.toml", Path("pyproject.toml")),
    "live": (None, True),
    "twins": (None, True),
    "twin": ("never-cancels", "never-cancels"),
    "readings": ("links=imin", ("links=imin",)),
    "most_worlds": ("7", 7),
    "exchanges_kept": ("8", 8),
    "body_limit": ("9", 9),
    "access_log": (None, True),
    "coverage": (None, True),
    "log": ("ndjson", "ndjson"),
}
"""For each setting a text that is not its default (none: the flag alone), and what the server gets."""


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings with which a server would have been started."""
    calls: list[Settings] = []

    def note(settings: Settings, environ: Mapping[str, str]) -> None:
        assert environ is not None
        calls.append(settings)

    monkeypatch.setattr("mockserver.cli.commands.serve.run_server", note)
    return calls


def serve(*arguments: str, variables: Mapping[str, str] | None = None) -> Result:
    cleared = {setting.variable: None for setting in SETTINGS}
    return CliRunner().invoke(main, ["serve", *arguments], env={**cleared, **(variables or {})})


def test_the_table_of_examples_covers_every_setting() -> None:
    assert list(GIVEN) == [setting.name for setting in SETTINGS]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_flag_reaches_the_server(setting: Any, served: list[Settings]) -> None:
    text, value = GIVEN[setting.name]
    result = serve(setting.flag, *([] if text is None else [text]))
    assert result.exit_code == 0, result.output
    assert getattr(served[0], setting.name) == value


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_variable_reaches_the_server(setting: Any, served: list[Settings]) -> None:
    text, value = GIVEN[setting.name]
    result = serve(variables={setting.variable: text or "true"})
    assert result.exit_code == 0, result.output
    assert getattr(served[0], setting.name) == value


def test_a_flag_wins_over_its_variable(served: list[Settings]) -> None:
    serve("--port", "5", variables={"IMIN_MOCK_PORT": "6"})
    assert served[0].port == 5


def test_without_flags_and_variables_every_setting_has_the_default_of_the_table(served: list[Settings]) -> None:
    serve()
    assert served == [Settings()]
    assert all(getattr(served[0], setting.name) == setting.default for setting in SETTINGS)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"host": ""}, "--host is empty; 127.0.0.1 is for this machine alone"),
        ({"port": 65536}, "--port is 65536; a port is 0 to 65535."),
        ({"port": -1}, "--port is -1"),
        ({"most_worlds": 0}, "--most-worlds is 0; it must be at least 1."),
        ({"exchanges_kept": 0}, "--exchanges-kept is 0"),
        ({"body_limit": 0}, "--body-limit is 0"),
        ({"readings": ("links",)}, "--readings: 'links' is not NAME=OPTION, such as links=imin."),
        ({"readings": ("link=imin",)}, "--readings: There is no reading 'link'. Did you mean 'links'?"),
        ({"readings": ("links=immin",)}, "'immin' is no option of links. Did you mean 'imin'? It takes called, imin."),
        ({"log": "loud"}, "--log is 'loud'; it is auto, people or ndjson."),
        ({"scenarios": (Path("nowhere"),)}, "--scenarios: nowhere is not a folder."),
        ({"allowed_hosts": ("http://imin.example",)}, "--allowed-hosts: 'http://imin.example' is no host"),
        ({"allowed_hosts": ("imin.example:80", "a b")}, "--allowed-hosts: 'a b' is no host"),
        ({"allowed_hosts": ("imin.example:80",)}, "without scheme and port."),
        ({"public_url": "imin.example"}, "--public-url is 'imin.example'; it is http://HOST or https://HOST"),
        ({"public_url": "https://imin.example/path"}, "and no path."),
        ({"public_url": "ftp://imin.example"}, "--public-url"),
        ({"public_url": "http://[::1"}, "--public-url"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_with_what_it_takes(values: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.of(values)
    assert words in str(refused.value)


def test_all_wrong_settings_are_told_at_once_and_exit_2() -> None:
    result = serve("--port", "99999", "--log", "loud", "--most-worlds", "0")
    assert result.exit_code == 2
    assert [line.split()[0] for line in result.stderr.splitlines()] == ["--port", "--most-worlds", "--log"]


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("mock", "http://mock:1"),
    ],
)
def test_an_address_is_written_as_this_machine_calls_it(host: str, url: str) -> None:
    assert url_of(host, 1) == url

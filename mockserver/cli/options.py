"""The options and arguments that several commands have: each is said here once.

It must never know what a command does with them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mockserver.cli.output import Exit, stop
from mockserver.settings import SETTINGS, Setting, Settings, SettingsError

F = TypeVar("F", bound=Callable[..., Any])

COMMAND_LAST = {"allow_interspersed_args": False}
"""Of a command that runs another: what follows the other's name is the other's, with -- before it or without."""

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
OUTPUT = click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it here.")
SCENARIO = click.argument("wanted", metavar="SCENARIO")
SCENARIOS = click.argument("wanted", nargs=-1, required=True, metavar="SCENARIO...")
FAILED_OUTPUT = click.option("--verbose", "-v", is_flag=True, help="Show all that the COMMAND printed where it failed.")
TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="End a run that takes longer; by default five times as long as the first run, and ten more.",
)


def settings_options(*names: str) -> Callable[[F], F]:
    """The options of the named settings (all of them, if none is named), from the table of settings."""

    def decorate(command: F) -> F:
        for setting in reversed(SETTINGS):
            if not names or setting.name in names:
                command = _option(setting)(command)
        return command

    return decorate


def _option(setting: Setting) -> Callable[[F], F]:
    more: dict[str, Any] = {"envvar": setting.variable, "show_envvar": True, "help": setting.says}
    if setting.kind == "bool":
        return click.option(f"{setting.flag}/--no-{setting.name.replace('_', '-')}", default=setting.default, **more)
    if setting.kind in {"paths", "texts"}:
        each = click.Path(path_type=Path) if setting.kind == "paths" else str
        return click.option(setting.flag, multiple=True, type=each, metavar=setting.metavar, **more)
    kind: Any = {"int": int, "path": click.Path(path_type=Path)}.get(setting.kind, str)
    shown = setting.default is not None
    return click.option(
        setting.flag, type=kind, default=setting.default, show_default=shown, metavar=setting.metavar, **more
    )


def settings_of(values: dict[str, Any]) -> Settings:
    """The settings that these options say. Exits 2 where one cannot be."""
    try:
        return Settings.of(values)
    except SettingsError as error:
        stop(Exit.BAD_INPUT, str(error))

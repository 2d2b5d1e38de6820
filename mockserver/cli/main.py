"""The commands of ``imin-mock`` and their help. Each command's work is in a module of its own, imported when it is called."""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mockserver import __version__
from mockserver.cli.coverage_command import coverage
from mockserver.cli.exits import EPILOG, Exit, stop
from mockserver.cli.recording_commands import RECORDING_COMMANDS
from mockserver.cli.sweep_command import sweep
from mockserver.settings import SETTINGS, Setting, Settings, SettingsError

F = TypeVar("F", bound=Callable[..., Any])

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


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


def _settings(values: dict[str, Any]) -> Settings:
    try:
        return Settings.of(values)
    except SettingsError as error:
        stop(Exit.BAD_INPUT, str(error))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG)
@click.version_option(__version__, prog_name="imin-mock")
def main() -> None:
    """A rehearsal stage for integrators of imin's Booking API.

    It plays imin and the Booking System behind it, on a clock that you move. Start with:

    \b
      imin-mock serve
      curl -H 'X-API-KEY: happy-path' \\
        'http://127.0.0.1:4646/api/v2/order-items?customerIdentifier=asha'
    """


@main.command(epilog=EPILOG)
@settings_options()
def serve(**values: Any) -> None:
    """Start the server; Ctrl-C stops it.

    One line on standard output says where it listens: IMIN_MOCK_URL=http://127.0.0.1:4646. The log goes to standard error: for
    people on a terminal, NDJSON otherwise.

    \b
      imin-mock serve --live            clocks run from now; the terminal tells the story
      imin-mock serve --port 0          a free port
      imin-mock serve --scenarios DIR   your own scenario files too
    """
    settings = _settings(values)
    # Loading modules makes objects by the thousand and no garbage: to look for some takes a tenth of the start.
    gc.disable()
    from mockserver.cli.serve import serve as run_server
    from mockserver.scenario.faults import ScenarioFaults

    try:
        run_server(settings, os.environ)
    except ScenarioFaults as faults:
        stop(Exit.BAD_INPUT, "\n".join(str(fault) for fault in faults.faults))


@main.command(epilog=EPILOG)
@FILES
@AS_JSON
def validate(files: tuple[Path, ...], as_json: bool) -> None:
    """Check scenario files: every mistake of every file at once, each with file:line:column."""
    from mockserver.cli.files import validate as check

    check(files, as_json=as_json)


@main.command(epilog=EPILOG)
@FILES
@AS_JSON
@click.option("--verbose", "-v", is_flag=True, help="Tell every check and everything that happened.")
def run(files: tuple[Path, ...], as_json: bool, verbose: bool) -> None:
    """Run scenario files as self-tests: their when: steps against a fresh world, then their then: part."""
    from mockserver.cli.files import run as rehearse

    rehearse(files, as_json=as_json, verbose=verbose)


@main.command(epilog=EPILOG)
@click.argument("scenario")
@click.argument("item")
@click.option("--at", metavar="INSTANT", help="When: +2d10h after the epoch, or a date-time with its offset.")
@click.option(
    "--probe", is_flag=True, help="Ask the API just before, at and just after every cliff; exit 1 if it differs."
)
@settings_options("scenarios")
@AS_JSON
def explain(scenario: str, item: str, at: str | None, probe: bool, as_json: bool, **values: Any) -> None:
    """Say why an order item may be cancelled or not, who says so, and every instant at which the answer flips.

    SCENARIO is a file or the name of a scenario, ITEM an order item of it. Nobody has asked its world for anything yet.

    \b
      imin-mock explain happy-path seat-1
      imin-mock explain my-case.yaml seat-1 --at +2d --probe
    """
    from mockserver.cli.explain import explain as tell

    folders = _settings(values).scenarios
    tell(scenario, item, at=at, probing=probe, folders=folders, as_json=as_json)


@main.command(epilog=EPILOG)
@click.argument("scenario")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["mermaid", "svg"]),
    help="By default what the name of the file says, or else mermaid.",
)
@click.option("--of", type=click.Choice(["machine", "order-item"]), default="machine", show_default=True)
@click.option(
    "--coverage", multiple=True, type=click.Path(path_type=Path), metavar="REPORT", help="Colour it by these."
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it here.")
@settings_options("scenarios")
def diagram(scenario: str, format_name: str | None, of: str, output: Path | None, coverage: Any, **values: Any) -> None:
    """Draw a scenario's behaviour machine, or the life of an order item, as Mermaid text or SVG.

    SCENARIO is a file or the name of a scenario. The SVG needs no network and no font, and is light or dark as its viewer is.

    \b
      imin-mock diagram booking-system-refuses-late
      imin-mock diagram my-case.yaml --output my-case.svg
    """
    from mockserver.cli.diagram import diagram as draw

    folders = _settings(values).scenarios
    draw(scenario, format_name=format_name, of=of, output=output, coverage=coverage, folders=folders)


@main.command(epilog=EPILOG)
@FILES
@AS_JSON
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Save the way to each finding there, as a scenario that can be run.",
)
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    default=100_000,
    show_default=True,
    help="Reach no more states of a file.",
)
@click.option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Explore a file no longer.",
)
def check(files: tuple[Path, ...], as_json: bool, save: Path | None, max_states: int, max_time: float) -> None:
    """Explore everything that a client and the clock can make of scenario files.

    Finds states that nothing leads to, transitions that never fire or compete, items that stay pending for ever, expectations
    that no run meets, work without end and broken laws; each with the shortest way there.
    """
    from mockserver.cli.check import check as check_files

    check_files(files, max_states=max_states, max_seconds=max_time, save=save, as_json=as_json)


@main.command(epilog=EPILOG)
@settings_options("scenarios")
@AS_JSON
def scenarios(as_json: bool, **values: Any) -> None:
    """List the scenarios: each name is an X-API-KEY."""
    from mockserver.cli.files import list_scenarios

    list_scenarios(_settings(values), as_json=as_json)


@main.command(epilog=EPILOG)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@click.option("--list", "listing", is_flag=True, help="List the law breakers, as without a COMMAND.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this law breaker; may be given several times.")
@click.option("--all", "everything", is_flag=True, help="Also those that show in money, e-mails or the feed alone.")
@click.option(
    "--scenario", multiple=True, metavar="NAME", help="Only worlds of this scenario; may be given several times."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="End a run that takes longer; a twin counts as caught then.",
)
@click.option("--verbose", "-v", is_flag=True, help="Show what the COMMAND printed where it failed.")
@settings_options("scenarios")
@AS_JSON
def twins(command: tuple[str, ...], listing: bool, as_json: bool, **options: Any) -> None:
    """Try your tests against worlds that each break one law on purpose, and say which they did not notice.

    COMMAND is run once against honest worlds and once against each twin. It finds the mock at IMIN_MOCK_URL, and imin's API at
    IMIN_BASE_URL. Its keys stay as they are. It has noticed a twin if it exits with anything but 0.

    \b
      imin-mock twins -- pytest tests/booking
      imin-mock twins --only refunds-twice -v -- ./check.sh
    """
    from mockserver.cli.twins import Wanted, list_twins, try_twins
    from mockserver.cli.twins_report import Report

    if listing or not command:
        list_twins(options["only"], as_json=as_json)
        return
    wanted = Wanted(
        command=command,
        only=options["only"],
        scenarios=options["scenario"],
        folders=_settings(options).scenarios,
        everything=options["everything"],
        timeout=options["timeout"],
    )
    try_twins(wanted, Report(as_json=as_json, verbose=options["verbose"]))


@main.command(epilog=EPILOG)
@click.argument("rule", required=False)
@AS_JSON
def rules(rule: str | None, as_json: bool) -> None:
    """Say what a rule means and who says so: the one in X-Imin-Mock-Rule, a family such as cancel., or all."""
    from mockserver.cli.documents import tell_rules

    tell_rules(rule, as_json=as_json)


@main.command(epilog=EPILOG)
@AS_JSON
def readings(as_json: bool) -> None:
    """List every place where imin is silent: the options, the default (*) and the evidence."""
    from mockserver.cli.documents import tell_readings

    tell_readings(as_json=as_json)


@main.command(epilog=EPILOG)
@settings_options("host", "port")
@click.option("--url", metavar="URL", help="Address to ask; by default that of a server with the same settings.")
def healthcheck(url: str | None, **values: Any) -> None:
    """Ask a running server whether it is well; exits 1 if not. For HEALTHCHECK in containers."""
    from mockserver.cli.probe import healthcheck as probe

    probe(_settings(values), url)


@main.command(epilog=EPILOG)
@click.argument("face", type=click.Choice(["imin", "booking-system", "admin"]), default="imin")
def openapi(face: str) -> None:
    """Print the OpenAPI 3.1 document of a face."""
    from mockserver.cli.documents import print_openapi

    print_openapi(face)


for each in (coverage, sweep, *RECORDING_COMMANDS):
    main.add_command(each)

if sys.flags.optimize > 1:  # -OO has dropped the docstrings that click takes its help from
    from mockserver.docstrings import docstring

    for each in (main, *main.commands.values()):
        each.help = docstring(each.callback)

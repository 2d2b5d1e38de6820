"""The commands of ``imin-mock`` and how one is found by its name. Each is a file of its own, loaded when it is asked for."""

import gc
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from mockserver import __version__
from mockserver.cli.output import EPILOG
from mockserver.cli.output_streams import OutgoingGroup

COMMANDS: Mapping[str, str] = {
    "check": "Explore everything that a client and the clock can make of scenarios.",
    "coverage": "Say which behaviours of the mock your tests have met, and which scenario exercises what they missed.",
    "diagram": "Draw a scenario's behaviour machine, or the life of an order item, as Mermaid text or SVG.",
    "drift": "Compare the mock with a session that was recorded from the real imin, and say which rule or reading to change.",
    "explain": "Say why an order item may be cancelled or not, who says so, and every instant at which the answer flips.",
    "healthcheck": "Ask a running server whether it is well; exits 1 if not. For HEALTHCHECK in containers.",
    "new": "Write a scenario file to start from, with a word on each part; it runs as it is.",
    "openapi": "Print the OpenAPI 3.1 document of a face.",
    "readings": "List every place where imin is silent: the options, the default (*) and the evidence.",
    "replay": "Play a recorded session again in a fresh world; tell the first divergence, and the state that led there.",
    "rules": "Say what a rule means and who says so: the one in X-Imin-Mock-Rule, a family such as cancel., or all.",
    "run": "Run scenarios as self-tests: their when: steps against a fresh world, then their then: part.",
    "scenarios": "List the scenarios: each name is an X-API-KEY.",
    "schema": "Print the JSON Schema of scenario files, with which an editor completes and checks them.",
    "serve": "Start the server; Ctrl-C stops it.",
    "show": "Print the text of a scenario, to read or to start from.",
    "sweep": "Run your tests under each reading of what imin leaves open, and say under which they pass.",
    "twins": "Try your tests against worlds that each break one law on purpose, and say which they did not notice.",
    "validate": "Check scenarios: every mistake of every file at once, each with file:line:column.",
}
"""Every command with the first paragraph of its help. Each is the function of its name in the module of its name, which only its
call and its own help load."""


class Commands(OutgoingGroup):
    """A group that loads a command when it is called, and guesses what was meant by a name that is none.

    It is filled with stand-ins that have a name and a paragraph of help, since a list of all commands needs no more.
    """

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command. As the first process of a container it can be stopped from the start: there, the kernel withholds each
        signal for which nobody has asked."""
        if os.getpid() == 1:
            signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
        return super().main(*arguments, **options)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with. *Raises* ``UsageError`` with the one that was perhaps meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from mockserver.foundation.suggestions import did_you_mean

            meant = did_you_mean(args[0], COMMANDS) or " imin-mock --help lists them."
            ctx.fail(f"There is no command {args[0][:64]!r}.{meant}")
        name, found, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if found and name else found, rest


def load_command(name: str) -> click.Command:
    """The command of this name."""
    with _no_garbage():
        command: click.Command = getattr(import_module(f"mockserver.cli.commands.{name}"), name)
    return _with_help(command)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Loading modules makes objects by the thousand and no garbage: to look for some takes a tenth of a server's start."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _with_help(command: click.Command) -> click.Command:
    """The command; with the help that -OO has dropped with its docstring."""
    if sys.flags.optimize > 1:
        from mockserver.foundation.docstrings import docstring

        command.help = docstring(command.callback)
    return command


@click.group(
    cls=Commands,
    commands=[click.Command(name, help=says) for name, says in COMMANDS.items()],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@click.version_option(__version__, prog_name="imin-mock")
def main() -> None:
    """A rehearsal stage for integrators of imin's Booking API.

    It plays imin and the Booking System behind it, on a clock that you move. Start with:

    \b
      imin-mock serve
      curl -H 'X-API-KEY: happy-path' \\
        'http://127.0.0.1:4646/api/v2/order-items?customerIdentifier=asha'
    """


_with_help(main)

"""The commands of ``imin-mock`` and how one is found by its name. Each is a file of its own, loaded when it is asked for."""

import os
import signal
import sys
from importlib import import_module
from typing import Any

import click

from mockserver import __version__
from mockserver.cli.exits import EPILOG
from mockserver.cli.outgoing import OutgoingGroup

COMMANDS = (
    "check", "coverage", "diagram", "drift", "explain", "healthcheck", "new", "openapi", "readings", "replay", "rules", "run",
    "scenarios", "schema", "serve", "show", "sweep", "twins", "validate",
)  # fmt: skip
"""Every command; each is the function of its name in the module of its name."""


class Commands(OutgoingGroup):
    """A group that loads a command when it is asked for, and guesses what was meant by a name that is none."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command. As the first process of a container it can be stopped from the start: there, the kernel withholds each
        signal for which nobody has asked."""
        if os.getpid() == 1:
            signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
        return super().main(*arguments, **options)

    def list_commands(self, _: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        return _with_help(getattr(import_module(f"mockserver.cli.commands.{cmd_name}"), cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with. *Raises* ``UsageError`` with the one that was perhaps meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from mockserver.spelling import did_you_mean

            meant = did_you_mean(args[0], COMMANDS) or " imin-mock --help lists them."
            ctx.fail(f"There is no command {args[0][:64]!r}.{meant}")
        return super().resolve_command(ctx, args)


def _with_help(command: click.Command) -> click.Command:
    """The command; with the help that -OO has dropped with its docstring."""
    if sys.flags.optimize > 1:
        from mockserver.docstrings import docstring

        command.help = docstring(command.callback)
    return command


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG
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

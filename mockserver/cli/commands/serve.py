"""``imin-mock serve`` and its help."""

import gc
import os
from typing import Any

import click

from mockserver.cli.exits import EPILOG, Exit, stop
from mockserver.cli.options import settings_of, settings_options


@click.command(epilog=EPILOG)
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
    settings = settings_of(values)
    # Loading modules makes objects by the thousand and no garbage: to look for some takes a tenth of the start.
    gc.disable()
    from mockserver.cli.serve import serve as run_server
    from mockserver.scenario.faults import ScenarioFaults

    try:
        run_server(settings, os.environ)
    except ScenarioFaults as faults:
        stop(Exit.BAD_INPUT, "\n".join(str(fault) for fault in faults.faults))

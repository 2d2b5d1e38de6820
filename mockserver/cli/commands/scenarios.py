"""``imin-mock scenarios`` and its help."""

from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON, settings_of, settings_options


@click.command(epilog=EPILOG)
@settings_options("scenarios")
@AS_JSON
def scenarios(as_json: bool, **values: Any) -> None:
    """List the scenarios: each name is an X-API-KEY."""
    from mockserver.cli.files import list_scenarios

    list_scenarios(settings_of(values), as_json=as_json)

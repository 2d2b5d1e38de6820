"""``imin-mock validate`` and its help."""

from typing import Any

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON, SCENARIOS, settings_of, settings_options


@click.command(epilog=EPILOG)
@SCENARIOS
@settings_options("scenarios")
@AS_JSON
def validate(wanted: tuple[str, ...], as_json: bool, **values: Any) -> None:
    """Check scenarios: every mistake of every file at once, each with file:line:column.

    SCENARIO is a file, a folder of files, - for standard input, or a name.

    \b
      imin-mock validate my-case.yaml
      imin-mock validate scenarios/
    """
    from mockserver.cli.files import validate as check

    check(wanted, folders=settings_of(values).scenarios, as_json=as_json)

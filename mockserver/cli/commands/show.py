"""``imin-mock show``: the text of a scenario."""

from typing import Any

import click

from mockserver.cli.options import SCENARIO, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, stop
from mockserver.cli.scenario_lookup import source
from mockserver.scenario.schema import SCHEMA_FILE
from mockserver.storage.scenario_files import ScenarioFilesError


@click.command(epilog=EPILOG)
@SCENARIO
@settings_options("scenarios")
def show(wanted: str, **values: Any) -> None:
    """Print the text of a scenario, to read or to start from.

    SCENARIO is a name, or a file.

    \b
      imin-mock show refund-fails-twice-then-succeeds
      imin-mock show happy-path > my-case.yaml
    """
    try:
        text = source(wanted, settings_of(values).scenarios).text()
    except ScenarioFilesError as error:
        stop(Exit.BAD_INPUT, str(error))
    # One that ships names its schema by where that lies in a checkout. A copy lies elsewhere: it names one beside it, as a file
    # of `imin-mock new` does, and says how to get it.
    in_a_checkout = f"$schema=../mockserver/scenario/{SCHEMA_FILE}\n"
    in_a_copy = f"$schema={SCHEMA_FILE}\n# imin-mock schema --output {SCHEMA_FILE} writes that, for your editor.\n"
    click.echo(text.replace(in_a_checkout, in_a_copy, 1), nl=False)

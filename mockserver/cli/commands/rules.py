"""``imin-mock rules`` and its help."""

import click

from mockserver.cli.exits import EPILOG
from mockserver.cli.options import AS_JSON


@click.command(epilog=EPILOG)
@click.argument("rule", required=False)
@AS_JSON
def rules(rule: str | None, as_json: bool) -> None:
    """Say what a rule means and who says so: the one in X-Imin-Mock-Rule, a family such as cancel., or all."""
    from mockserver.cli.documents import tell_rules

    tell_rules(rule, as_json=as_json)

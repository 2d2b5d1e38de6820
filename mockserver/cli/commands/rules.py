"""``imin-mock rules``: what a rule means and who says so."""

import click

from mockserver.cli.options import AS_JSON
from mockserver.cli.output import EPILOG, Exit, print_json, stop
from mockserver.domain.rules import RULES, Rule, RuleText
from mockserver.foundation.suggestions import did_you_mean


@click.command(epilog=EPILOG)
@click.argument("rule", required=False)
@AS_JSON
def rules(rule: str | None, as_json: bool) -> None:
    """Say what a rule means and who says so: the one in X-Imin-Mock-Rule, a family such as cancel., or all."""
    chosen = [text for text in RULES.values() if rule is None or text.rule.value.startswith(rule)]
    if not chosen:
        meant = did_you_mean(rule or "", [rule.value for rule in Rule]) or " `imin-mock rules` lists them."
        stop(Exit.BAD_INPUT, f"There is no rule {rule!r}.{meant}")
    if as_json:
        print_json([_fields(text) for text in chosen])
        return
    for text in chosen:
        click.echo(click.style(text.rule.value, bold=True) + f"  ({text.basis.value}: {text.source})")
        click.echo(f"    {text.says}")


def _fields(text: RuleText) -> dict[str, str]:
    return {"id": text.rule.value, "says": text.says, "basis": text.basis.value, "source": text.source}

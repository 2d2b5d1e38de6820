"""``imin-mock scenarios``: every scenario with its customers and orders."""

from collections.abc import Iterable, Sequence
from typing import Any

import click

from mockserver.cli.options import AS_JSON, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, print_json, stop
from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.scenario import Scenario
from mockserver.storage.scenario_files import ScenarioFiles, ScenarioFilesError, bundled_folder


@click.command(epilog=EPILOG)
@settings_options("scenarios")
@AS_JSON
def scenarios(as_json: bool, **values: Any) -> None:
    """List the scenarios: each name is an X-API-KEY."""
    files = ScenarioFiles([bundled_folder(), *settings_of(values).scenarios])
    listed = [_summary(scenario) for scenario in _all(files)]
    if as_json:
        print_json(listed)
        return
    for each in listed:
        click.echo(click.style(each["name"], bold=True))
        click.echo(f"  {each['title']}")
        click.echo(f"  customers: {_short(each['customers'])}; orders: {_short([o['name'] for o in each['orders']])}")


def _summary(scenario: Scenario) -> dict[str, Any]:
    catalogue = scenario.sample.catalogue
    return {
        "name": scenario.name,
        "title": scenario.title,
        "customers": list(catalogue.customers),
        "orders": [
            {
                "name": order.name,
                "identifier": order.id,
                "customer": order.customer_id,
                "items": [i.id for i in order.items],
            }
            for order in catalogue.orders.values()
        ],
    }


def _short(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4]) or "none"
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"


def _all(files: ScenarioFiles) -> Iterable[Scenario]:
    faults: list[str] = []
    for name in files.names():
        try:
            yield files.find(name)
        except ScenarioFaults as found:
            faults += [str(fault) for fault in found.faults]
        except ScenarioFilesError as error:
            faults.append(str(error))
    if faults:
        stop(Exit.BAD_INPUT, "\n".join(faults))

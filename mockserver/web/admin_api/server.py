"""The server as a whole: health, version, scenarios, rules, readings."""

from collections.abc import Iterable
from typing import Any

import mockserver
from mockserver.domain.readings import READINGS
from mockserver.domain.rules import RULES, Rule
from mockserver.engine.keys import KeyRefusedError, parse_key
from mockserver.engine.registry import UnknownScenarioError, UnreadableScenarioError
from mockserver.foundation.limits import UPLOADED_BOOKINGS, UPLOADED_VALUES
from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.scenario import Scenario, parse_scenario
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.problems import fault_views, faulty_scenario
from mockserver.web.admin_api.rows import (
    NO_QUERY,
    Paths,
    look,
    problem_says,
)
from mockserver.web.admin_api.shapes import (
    FaultyScenario,
    Health,
    ReadingList,
    RuleList,
    RuleView,
    ScenarioList,
    ScenarioText,
    Version,
)
from mockserver.web.answers import Answer, empty_answer, json_answer
from mockserver.web.decoder import yaml_body
from mockserver.web.operation import Call, Operation, OperationOutcome, RefusalError

LISTED = 20
"""How many customers and orders of a scenario are listed."""

LONGEST_NAME = 100
"""How long the name of a scenario that is put here may be."""


def health(control: Control, _: Call) -> Answer:
    """The server answers."""
    return json_answer({"status": "ok", "version": mockserver.__version__, "worlds": len(control.worlds)})


def version(_: Control, __: Call) -> Answer:
    """Which version this is."""
    return json_answer({"name": "imin-mock", "version": mockserver.__version__})


def list_scenarios(control: Control, _: Call) -> Answer:
    """Every scenario; a faulty file is listed with its faults and breaks nothing."""
    return json_answer({"scenarios": list(_listed(control))})


def show_scenario(control: Control, call: Call) -> Answer:
    """One scenario with its text."""
    scenario = control.shelf.find(call.path["name"])
    return json_answer({**_view(scenario), "text": scenario.text})


def parse_uploaded(call: Call) -> Scenario:
    """The scenario that the body writes, under the name of the path."""
    name = _good_name(call.path["name"])
    try:
        return parse_scenario(call.body, name=name, bookings=UPLOADED_BOOKINGS, values=UPLOADED_VALUES)
    except ScenarioFaults as faults:
        raise faulty_scenario(422, faults) from None


def put_scenario(control: Control, call: Call) -> Answer:
    """Add a scenario under a name, or replace one. Worlds that run already keep what they began with."""
    scenario: Scenario = call.body
    name = scenario.name
    is_new = _is_new(control, name)
    control.shelf.give(scenario)
    headers = [(b"location", f"/__admin/scenarios/{name}".encode())] if is_new else None
    return json_answer({**_view(scenario), "text": scenario.text}, 201 if is_new else 200, headers=headers)


def delete_scenario(control: Control, call: Call) -> Answer:
    """Take back a scenario that was put here, with its worlds; a file of the same name is there again."""
    name = call.path["name"]
    if not control.shelf.take_back(name):
        detail = "Only a scenario that was put on this server can be deleted; GET /__admin/scenarios lists all that there are."
        raise RefusalError(404, "There is no such scenario", detail)
    for live_world in control.worlds:
        if live_world.scenario.name == name:
            control.worlds.drop(live_world.key)
    return empty_answer(204)


def list_rules(_: Control, __: Call) -> Answer:
    """Every rule."""
    return json_answer({"rules": [rule_view(rule) for rule in RULES]})


def show_rule(_: Control, call: Call) -> Answer:
    """One rule."""
    try:
        return json_answer(rule_view(Rule(call.path["rule"])))
    except ValueError:
        raise RefusalError(404, "There is no such rule", "GET /__admin/rules lists them all.") from None


def list_readings(_: Control, __: Call) -> Answer:
    """Every reading."""
    readings = [
        {
            "name": reading.name.value,
            "question": reading.question,
            "options": dict(reading.options),
            "default": reading.default,
            "evidence": reading.evidence,
            "declared": reading.declared,
        }
        for reading in READINGS.values()
    ]
    return json_answer({"readings": readings})


def _good_name(name: str) -> str:
    """The name, if it can be a key. *Raises* :class:`RefusalError`."""
    detail = (
        f"A scenario's name is lower-case letters, digits and hyphens, {LONGEST_NAME} at the most, without a label."
    )
    try:
        if parse_key(name).label is None and len(name) <= LONGEST_NAME:
            return name
    except KeyRefusedError as refusal:
        detail = str(refusal)
    raise RefusalError(422, "The name cannot be a key", detail, rule=Rule.KEY_REFUSED)


def _is_new(control: Control, name: str) -> bool:
    try:
        control.shelf.find(name)
    except UnknownScenarioError:
        return True
    except (ScenarioFaults, UnreadableScenarioError):
        return False
    return False


def _listed(control: Control) -> Iterable[dict[str, Any]]:
    for name in control.shelf.names():
        try:
            yield _view(control.shelf.find(name))
        except ScenarioFaults as faults:
            yield _faulty(name, fault_views(faults.faults))
        except UnreadableScenarioError as error:
            fault = {"file": name, "line": 1, "column": 1, "path": "", "message": str(error), "hint": None}
            yield _faulty(name, [fault])
        except UnknownScenarioError:
            continue  # the file went away between the listing of the folder and now


def _view(scenario: Scenario) -> dict[str, Any]:
    catalogue = scenario.sample.catalogue
    customers, orders = list(catalogue.customers.values()), list(catalogue.orders.values())
    return {
        "name": scenario.name,
        "key": scenario.name,
        "title": scenario.title,
        "about": scenario.about,
        "customers": [
            {"identifier": customer.id, "name": f"{customer.given_name} {customer.family_name}"}
            for customer in customers[:LISTED]
        ],
        "total_customers": len(customers),
        "orders": [
            {
                "name": order.name,
                "identifier": order.id,
                "customer": order.customer_id,
                "items": [item.identifier for item in order.items],
            }
            for order in orders[:LISTED]
        ],
        "total_orders": len(orders),
        "faults": [],
    }


def _faulty(name: str, faults: list[dict[str, Any]]) -> dict[str, Any]:
    nothing: dict[str, Any] = {"customers": [], "total_customers": 0, "orders": [], "total_orders": 0}
    return {"name": name, "key": name, "title": None, "about": None, **nothing, "faults": faults}


def rule_view(rule: Rule) -> dict[str, str]:
    """A rule as it is told everywhere."""
    text = RULES[rule]
    return {"id": rule.value, "says": text.says, "basis": text.basis.value, "source": text.source}


SCENARIO_TEXT = """\
version: 1
title: One booking, cancelled in time
sellers:
  riverside: {name: Riverside Leisure}
customers:
  asha: {given_name: Asha, family_name: Patel, email: asha@example.com}
opportunities:
  yoga:
    type: ScheduledSession
    seller: riverside
    name: Evening Yoga
    starts: +2d10h
    offer: {name: Adult, price: 6.50 GBP, cancellable: {until: P1D}}
orders:
  booking:
    customer: asha
    placed: -3d
    items: {seat-1: yoga}
"""

OF_SCENARIO: dict[str, Any] = {
    "showScenario": {"operationId": "showScenario", "parameters": {"name": "$response.body#/name"}},
    "createWorld": {"operationId": "createWorld", "requestBody": {"key": "$response.body#/key"}},
}
"""What can be done with a scenario, once it is there."""

PATHS: Paths = {
    "/__admin/health": {"GET": look("health", "server", "The server answers", health, Health)},
    "/__admin/version": {"GET": look("version", "server", "Which version this is", version, Version)},
    "/__admin/scenarios": {
        "GET": look("listScenarios", "scenarios", "Every scenario", list_scenarios, ScenarioList)
    },
    "/__admin/scenarios/{name}": {
        "GET": look(
            "showScenario",
            "scenarios",
            "A scenario with its text",
            show_scenario,
            ScenarioText,
            outcomes={
                404: problem_says("There is no such scenario."),
                409: problem_says("The scenario's file is faulty.", FaultyScenario),
            },
        ),
        "PUT": Operation(
            id="putScenario",
            tag="scenarios",
            summary="Add or replace a scenario",
            about="The body is the text of a scenario file. Worlds that run already keep what they began with; reset them.",
            parse=parse_uploaded,
            carry_out=put_scenario,
            query=NO_QUERY,
            body=yaml_body(examples={"a scenario": SCENARIO_TEXT}),
            outcomes={
                200: OperationOutcome(says="It was replaced.", shape=ScenarioText, links=OF_SCENARIO),
                201: OperationOutcome(
                    says="It was added.",
                    shape=ScenarioText,
                    headers={"Location": "The scenario's path."},
                    links=OF_SCENARIO,
                ),
                422: problem_says("The name or the text is faulty; a faulty text with all of its faults.", FaultyScenario),
                409: problem_says("There are too many scenarios."),
            },
        ),
        "DELETE": Operation(
            id="deleteScenario",
            tag="scenarios",
            summary="Take back a scenario that was put here",
            about="Its worlds are forgotten with it. A file of the same name is there again.",
            carry_out=delete_scenario,
            query=NO_QUERY,
            outcomes={204: OperationOutcome(says="It is gone."), 404: problem_says("No scenario of this name was put here.")},
        ),
    },
    "/__admin/rules": {"GET": look("listRules", "rules", "Every rule", list_rules, RuleList)},
    "/__admin/rules/{rule}": {
        "GET": look(
            "showRule", "rules", "A rule", show_rule, RuleView,
            outcomes={404: problem_says("There is no such rule.")},
        )
    },
    "/__admin/readings": {
        "GET": look("listReadings", "rules", "Every reading", list_readings, ReadingList)
    },
}  # fmt: skip

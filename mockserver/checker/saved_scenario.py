"""The way to a finding as a scenario of its own: the same world and behaviour, the client's steps, and what they show."""

from collections import Counter
from typing import Any, assert_never

import yaml

from mockserver.checker.findings import Finding, FindingId, Made, Trace
from mockserver.checker.laws import Law
from mockserver.checker.moves import Cancel, Look, Wait, may_cancel
from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.events import EVENT_NAMES, NAME_OF_EVENT
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId
from mockserver.scenario.notation import written
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.source import Source

MOST_EVENTS_SHOWN = 8
"""Nobody reads more than that many expectations of one instant."""


def scenario_of(finding: Finding, scenario: Scenario, source: Source) -> str:
    """The text of a scenario that shows the finding in one that was read from the source.

    *Raises* ``ValueError`` for a finding to which no way leads.
    """
    trace = finding.trace
    if trace is None:
        raise ValueError("No run shows what never happens.")
    value = source.value
    assert isinstance(value, dict)
    document: dict[str, Any] = {key: each for key, each in value.items() if key not in ("when", "then")}
    document["title"] = f"The shortest way to {finding.id} in {scenario.name}"
    document["about"] = finding.message
    document["clock"] = (
        "frozen"  # the steps say when they are; a clock that moves by itself would be somewhere else by then
    )
    document["when"] = [step for made in trace.made for step in _step(made, trace, scenario)]
    document["then"] = _shown(finding, trace, value.get("then") or [], scenario)
    if finding.id == Law.FLAG_AND_PATCH_DISAGREE and finding.item is not None:
        steps, shown = _disagreement(finding.item, trace, scenario)
        document["when"] += steps
        document["then"] = shown
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _step(made: Made, trace: Trace, scenario: Scenario) -> list[dict[str, Any]]:
    """The step that asks for the same; none where only time passes."""
    world = trace.world
    at = written(made.at, trace.world.epoch)
    step: dict[str, Any]
    match made.move:
        case Wait():
            return []
        case Cancel(order_id=order_id, item_ids=item_ids):
            step = {"at": at, "cancel": list(item_ids), "of": world.catalogue.orders[order_id].name}
            step["expect"] = 204
        case Look(operation=operation, order_id=order_id):
            order = world.catalogue.orders[order_id]
            about = order.name if operation is ApiOperation.GET_ORDER else _name_of(order.customer_id, scenario)
            step = {"at": at, operation.value: about}
        case _:
            assert_never(made.move)
    if made.fault is not None:
        if made.fault.drop_connection is not None:
            step.pop("expect", None)
            step["drops"] = True
        elif made.fault.respond is not None:
            step["expect"] = made.fault.respond.status
        elif made.fault.truncate_body and isinstance(made.move, Look):
            step["truncated"] = True
    return [step]


def _name_of(customer: str, scenario: Scenario) -> str:
    """What the file calls the customer of this identifier."""
    customers = scenario.document.customers
    return next((name for name, spec in customers.items() if spec.identifier == customer), customer)


def _shown(finding: Finding, trace: Trace, then: list[Any], scenario: Scenario) -> list[Any]:
    """What the run must have observed: the finding itself where an expectation can say it, else all that its end shows."""
    if finding.id == FindingId.ENDLESS_WORK:
        return []
    lines = scenario.lines[1]
    if finding.expectation is not None:
        return [then[lines.index(finding.expectation.line)]]
    if finding.id == FindingId.PENDING_FOR_EVER:
        return [{"item": finding.item, "status": OrderItemStatus.PENDING.value}]
    at = written(trace.ends, trace.world.epoch)
    items = {i: None for made in trace.made if isinstance(made.move, Cancel) for i in made.move.item_ids}
    shown: list[Any] = [
        {"item": item, "status": trace.world.imin.state_of(item).status.value, "at": at} for item in items
    ]
    totals = Counter(NAME_OF_EVENT[type(each.event)] for each in trace.happened)
    last = [NAME_OF_EVENT[type(each.event)] for each in trace.happened if each.at == trace.ends]
    names = [name for name in dict.fromkeys(last) if name in EVENT_NAMES]
    shown += [{"event": name, "times": totals[name], "at": at} for name in names[-MOST_EVENTS_SHOWN:]]
    return shown


def _disagreement(item_id: OrderItemId, trace: Trace, scenario: Scenario) -> tuple[list[Any], list[Any]]:
    """The client looks at the flag, and then asks in spite of it; and what comes of that."""
    world, at = trace.world, written(trace.ends, trace.world.epoch)
    item = world.catalogue.items[item_id]
    order = world.catalogue.orders[item.order_id]
    flag = may_cancel(world, item, trace.ends)
    steps: list[dict[str, Any]] = []
    if world.opportunity_of(item, world.imin).starts.to_instant() > trace.ends:
        customer = _name_of(order.customer_id, scenario)
        steps.append({"at": at, "list_upcoming": customer, "cancellable": {item_id: flag}})
    steps.append({"at": at, "cancel": item_id, "of": order.name, "expect": 400 if flag else 204})
    status = OrderItemStatus.CONFIRMED if flag else OrderItemStatus.PENDING
    return steps, [{"item": item_id, "status": status.value, "at": at}]

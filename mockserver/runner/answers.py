"""What is wrong with an answer, measured by the step that asked for it: every difference in a few words, or nothing.

It reads imin's JSON as a client would, and must never look into the world behind it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mockserver.client.channel import Response
from mockserver.domain.catalogue import Catalogue
from mockserver.domain.readings import ReadingName, Readings
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId
from mockserver.scenario.expectations import (
    CancelStep,
    ExpectedAnswer,
    GetOrderStep,
    ListOrdersStep,
    ListUpcomingStep,
    Step,
)
from mockserver.web.openactive import status_url

RULE_HEADER = b"x-imin-mock-rule"
FAULT_HEADER = b"x-imin-mock-fault"


def differences(step: Step, response: Response, catalogue: Catalogue, readings: Readings) -> tuple[str, ...]:
    """Everything in which the answer is not what the step expects."""
    return tuple(_differences(step, response, catalogue, readings))


def summary(response: Response) -> str:
    """The answer in a few words: its status, its rule, and what it says where it is an error."""
    if response.dropped:
        return "the connection was lost"
    rule = response.header(RULE_HEADER)
    parts = [str(response.status)]
    if rule is not None:
        parts.append(f"by rule {rule}")
    if response.truncated:
        parts.append("cut short")
    elif response.status >= 400:
        said = _said(_json(response.body))
        parts += [said] if said else []
    return ", ".join(parts)


def _differences(step: Step, response: Response, catalogue: Catalogue, readings: Readings) -> Iterator[str]:
    fault = response.header(FAULT_HEADER)
    if fault is not None:
        yield f"the mock itself failed ({fault}): {_said(_json(response.body))}"
        return
    yield from _answer_differences(step.answer, response)
    wants_list = not isinstance(step, CancelStep) and step.answer.status in (None, 200)
    if response.dropped or response.truncated or step.answer.lost or step.answer.cut or not wants_list:
        return
    shown = _json(response.body)
    if response.status != 200 or not isinstance(shown, dict):
        if step.answer.status is None:
            yield f"no list came, but {summary(response)}"
        return
    match step:
        case ListUpcomingStep():
            yield from _upcoming_differences(step, shown, catalogue, readings)
        case ListOrdersStep():
            yield from _history_differences(step, shown, catalogue)
        case GetOrderStep():
            items = [(step.order_id, item) for item in shown.get("orderedItem", ())]
            yield from _status_differences(step.statuses, _by_name(items, catalogue), readings)


def _answer_differences(expected: ExpectedAnswer, response: Response) -> Iterator[str]:
    if response.dropped != expected.lost:
        yield summary(response) if expected.lost else "the connection was lost"
        return
    if response.truncated != expected.cut:
        yield f"the body came whole ({len(response.body)} bytes)" if expected.cut else "the body was cut short"
    if expected.status is not None and response.status != expected.status:
        yield summary(response)
    if response.status == 204 and response.body:
        yield f"204 with a body: {response.body[:80]!r}"
    rule = response.header(RULE_HEADER)
    if expected.rule is not None and rule != expected.rule:
        yield f"rule {rule or 'none'}"
    if expected.error is None and expected.says is None:
        return
    body = _json(response.body)
    error = _error_type(body)
    if expected.error is not None and error != expected.error:
        yield f"error {error or 'none'}"
    if expected.says is not None and expected.says not in _said(body):
        yield f'it says "{_said(body)}"'


def _upcoming_differences(
    step: ListUpcomingStep, shown: Mapping[str, Any], catalogue: Catalogue, readings: Readings
) -> Iterator[str]:
    listed = shown.get("imin:item", ())
    items = _by_name([(item.get("imin:order", {}).get("identifier"), item) for item in listed], catalogue)
    yield from _status_differences(step.statuses, items, readings)
    for item_id, cancellable in step.cancellable.items():
        if item_id not in items:
            yield f"{item_id} is not listed"
        elif items[item_id].get("imin:isPresentlyCancellable") is not cancellable:
            yield f"{item_id} is {'not ' if cancellable else ''}presently cancellable"
    yield from (f"{item_id} is listed" for item_id in step.absent if item_id in items)
    yield from _envelope_differences(shown, step.total, step.pages)


def _history_differences(step: ListOrdersStep, shown: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    if step.order_ids is not None:
        listed = [order["identifier"] for order in shown.get("imin:item", ())]
        if listed != list(step.order_ids):
            names = {order.id: order.name for order in catalogue.orders.values()}
            yield f"the orders are [{', '.join(names.get(identifier, identifier) for identifier in listed)}]"
    yield from _envelope_differences(shown, step.total, step.pages)


def _envelope_differences(shown: Mapping[str, Any], total: int | None, pages: int | None) -> Iterator[str]:
    if total is not None and shown.get("imin:totalItems") != total:
        yield f"imin:totalItems is {shown.get('imin:totalItems')}"
    shown_pages = shown.get("view", {}).get("imin:totalPages")
    if pages is not None and shown_pages != pages:
        yield f"imin:totalPages is {shown_pages}"


def _status_differences(
    expected: Mapping[OrderItemId, OrderItemStatus], items: Mapping[str, Mapping[str, Any]], readings: Readings
) -> Iterator[str]:
    for item_id, status in expected.items():
        if item_id not in items:
            yield f"{item_id} is not listed"
            continue
        found = items[item_id].get("orderItemStatus")
        if found != status_url(status, readings[ReadingName.ATTENDED_STATUS]):
            yield f"{item_id} is {str(found).rpartition('/')[2]}"


def _by_name(items: Sequence[tuple[Any, Mapping[str, Any]]], catalogue: Catalogue) -> Mapping[str, Mapping[str, Any]]:
    """The shown items by what the scenario calls them; each comes with the identifier of its order."""
    orders = {order_id: catalogue.orders[order_id] for order_id, _ in items if order_id in catalogue.orders}
    names: dict[tuple[Any, Any], str] = {
        (order.id, item.identifier): item.id for order in orders.values() for item in order.items
    }
    named = ((names.get((order_id, shown.get("identifier"))), shown) for order_id, shown in items)
    return {name: shown for name, shown in named if name is not None}


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None


def _error_type(body: Any) -> str | None:
    """The type of an error in imin's flat shape, or in that of its query helper."""
    if not isinstance(body, dict):
        return None
    nested = body.get("error")
    found = nested.get("type") if isinstance(nested, dict) else body.get("@type", body.get("type"))
    return found if isinstance(found, str) else None


def _said(body: Any) -> str:
    """What an error says to a person, in whichever of the shapes."""
    if not isinstance(body, dict):
        return ""
    nested = body.get("error")
    if isinstance(nested, dict):
        return "; ".join(map(str, nested.get("details", ())))
    return str(body.get("description", body.get("detail", "")))

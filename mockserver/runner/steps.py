"""The steps of a scenario as requests, written as imin's documentation has them, and in words, with what each expects.

It must never know whether the expectation was met.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote

import msgspec

from mockserver.client.channel import ADDRESS
from mockserver.domain.catalogue import Catalogue
from mockserver.domain.readings import ReadingName, Readings
from mockserver.domain.values import OrderId
from mockserver.scenario.expectations import (
    CancelStep,
    ExpectedAnswer,
    GetOrderStep,
    ListOrdersStep,
    ListUpcomingStep,
    Step,
)
from mockserver.web.imin_api.cancellation_body import CANCELLED_URL

_API = "/api/v2"


class UnsayableStepError(Exception):
    """No request that imin takes can say what the step wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, ready to be sent."""

    method: str
    target: str
    body: bytes = b""


def request_of(step: Step, catalogue: Catalogue, readings: Readings) -> Request:
    """What the stand-in client sends for a step; a cancellation has the form that the readings want.

    *Raises* :class:`UnsayableStepError`.
    """
    match step:
        case CancelStep():
            items = [catalogue.items[item_id].identifier for item_id in step.item_ids]
            body = _cancellation(step.order_id, items, readings[ReadingName.PATCH_BODY])
            return Request(method="PATCH", target=f"{_API}/orders/{quote(step.order_id, safe='')}", body=body)
        case ListUpcomingStep():
            return Request(method="GET", target=_list("order-items", step.customer_id, step.page))
        case ListOrdersStep():
            return Request(method="GET", target=_list("orders", step.customer_id, step.page))
        case GetOrderStep():
            return Request(method="GET", target=f"{_API}/orders/{quote(step.order_id, safe='')}")
        case _:
            assert_never(step)


def _list(path: str, customer: str, page: int | None) -> str:
    target = f"{_API}/{path}?customerIdentifier={quote(customer, safe='')}"
    return target if page is None else f"{target}&page={page}"


def _cancellation(order_id: OrderId, items: Sequence[str], form: str) -> bytes:
    if form == "identifiers":
        if len(items) > 1:
            raise UnsayableStepError(
                "The reading patch-body: identifiers takes one item at a time; make it several steps."
            )
        return msgspec.json.encode({"orderIdentifier": order_id, "orderItemIdentifier": items[0]})
    at = "@" if form == "prefixed" else ""
    listed = [
        {
            f"{at}type": "OrderItem",
            f"{at}id": f"{ADDRESS}{_API}/orders/{order_id}/order-items/{quote(item, safe='')}",
            "orderItemStatus": CANCELLED_URL,
        }
        for item in items
    ]
    return msgspec.json.encode({"@context": "https://openactive.io/", f"{at}type": "Order", "orderedItem": listed})


def describe(step: Step, catalogue: Catalogue) -> str:
    """The step and what it expects, in words."""
    orders = catalogue.orders
    match step:
        case CancelStep(order_id=order_id, item_ids=item_ids):
            name = orders[order_id].name if order_id in orders else order_id
            return f"cancelling {', '.join(item_ids)} of {name} to give {_expected(step.answer)}"
        case ListUpcomingStep(customer_id=customer_id, page=page):
            wanted = [f"{item_id} {status}" for item_id, status in step.statuses.items()]
            wanted += [f"{i} {'' if flag else 'not '}presently cancellable" for i, flag in step.cancellable.items()]
            wanted += [f"no {item_id}" for item_id in step.absent]
            return _listing(f"{customer_id}'s upcoming items", page, wanted, step)
        case ListOrdersStep(customer_id=customer_id, page=page):
            names = None if step.order_ids is None else [orders[order_id].name for order_id in step.order_ids]
            return _listing(f"{customer_id}'s orders", page, [] if names is None else [f"[{', '.join(names)}]"], step)
        case GetOrderStep(order_id=order_id):
            wanted = [f"{item_id} {status}" for item_id, status in step.statuses.items()]
            return f"order {orders[order_id].name} to show {', '.join(wanted) or _expected(step.answer)}"
        case _:
            assert_never(step)


def _listing(what: str, page: int | None, wanted: list[str], step: ListUpcomingStep | ListOrdersStep) -> str:
    wanted += [f"imin:totalItems {step.total}"] if step.total is not None else []
    wanted += [f"imin:totalPages {step.pages}"] if step.pages is not None else []
    on = "" if page is None else f", page {page},"
    return f"{what}{on} to show {', '.join(wanted) or _expected(step.answer)}"


def _expected(answer: ExpectedAnswer) -> str:
    if answer.lost:
        return "no answer"
    parts = [str(answer.status)] if answer.status is not None else []
    parts += [f"rule {answer.rule}"] if answer.rule else []
    parts += [f"error {answer.error}"] if answer.error else []
    parts += [f'"{answer.says}"'] if answer.says else []
    parts += ["a body cut short"] if answer.cut else []
    return ", ".join(parts) or "any answer"

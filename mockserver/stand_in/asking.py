"""The requests of the stand-in client: how each step of a scenario looks on the wire, as imin's documentation has it.

It must never know what is expected of the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote

import msgspec

from mockserver.domain.catalogue import Catalogue
from mockserver.domain.readings import ReadingName, Readings
from mockserver.domain.values import OrderId
from mockserver.scenario.expectations import CancelStep, GetOrderStep, ListOrdersStep, ListUpcomingStep, Step
from mockserver.stand_in.in_process import ADDRESS
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

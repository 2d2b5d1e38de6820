"""What tests of the kit have in common: every kind of mock, and what a client does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mockserver.testing import (
    Mock,
    World,
)

UPCOMING = "/api/v2/order-items?customerIdentifier=asha"
KINDS = ("here", "here and listening", "elsewhere")


@contextmanager
def mock_of(kind: str) -> Iterator[Mock]:
    """A mock of this kind."""
    with Mock() as here:
        if kind == "here":
            yield here
        elif kind == "here and listening":
            assert here.url
            yield here
        else:
            with Mock.at(here.url) as elsewhere:
                yield elsewhere


def cancel(world: World, item: str = "seat-1", order: str = "booking", **more: Any) -> int:
    number = world.order(order).identifier
    body = {
        "@context": "https://openactive.io/",
        "type": "Order",
        "orderedItem": [
            {
                "type": "OrderItem",
                "id": f"http://imin-mock.test/api/v2/orders/{number}/order-items/{item}",
                "orderItemStatus": "https://openactive.io/CustomerCancelled",
            }
        ],
    }
    headers = [(b"x-api-key", world.api_key.encode()), (b"content-type", b"application/json")]
    answer = world.channel.send("PATCH", f"/api/v2/orders/{number}", headers, json.dumps(body).encode(), **more)
    return answer.status


def listed(world: World) -> int:
    return world.channel.send("GET", UPCOMING, [(b"x-api-key", world.api_key.encode())]).status

"""What the rows of imin's face are made of: a call, its reply, and what the OpenAPI document says of both.

It must never know a path. Examples are those of a shipped scenario: ids follow from it, so these are the same on every machine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from whenever import Instant

from mockserver.domain.values import OrderItemId
from mockserver.engine.coverage.list_points import ListPoints
from mockserver.engine.live_world import LiveWorld
from mockserver.web.answers import Answer, Scope
from mockserver.web.operation import Header, Operation, OperationOutcome, Query

Json = dict[str, Any]

EXAMPLE_ADDRESS = "http://127.0.0.1:4646"
"""The address at which the examples were given; a document has its own in place of it."""
EXAMPLE_KEY = "happy-path"
EXAMPLE_CUSTOMER = "asha"
EXAMPLE_ITEM = "seat-1"
EXAMPLE_ORDER = "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"


class ApiCall(msgspec.Struct, kw_only=True, gc=False):
    """One request to imin's face, after its key was found good. ``identifier`` is what its path names, where it names something.

    ``address`` is what ids and links begin with: nothing for an operation with a body, which answers with none.

    A Struct, not a dataclass: one is made on every request.
    """

    live_world: LiveWorld
    scope: Scope
    address: str
    identifier: str
    media_type: bytes | None
    body: bytes


@dataclass(slots=True, kw_only=True)
class Reply:
    """An answer, how long it holds if nothing happens in the world, and the pending items that it shows.

    ``sighting`` is what coverage makes of a list, where it is counted.
    """

    answer: Answer
    holds_until: Instant = Instant.MAX
    pending_shown: tuple[OrderItemId, ...] = ()
    sighting: ListPoints | None = None


ApiRow = Operation[Callable[[ApiCall], Reply]]
"""An operation of imin's face. Of its refusals it says only what the table of refusals cannot know."""

ANY_QUERY = Query(decode=lambda _: None)
"""A query that is let be, whatever it says."""


def ref(name: str, kind: str = "schemas") -> Json:
    """A reference to a part of the document's components."""
    return {"$ref": f"#/components/{kind}/{name}"}


def answered(
    says: str,
    shape: Any = None,
    *,
    headers: Mapping[str, Header] | None = None,
    links: Mapping[str, Json] | None = None,
    **more: Any,
) -> OperationOutcome:
    """An answer by a world, which has its date."""
    dated = {"Date": ref("Date", "headers"), **(headers or {})}
    return OperationOutcome(says=says, shape=shape, headers=dated, links=links or {}, **more)


def refused(says: str, shape: Any = "OpenBookingError", **more: Any) -> OperationOutcome:
    """A refusal by a world; the rules that give it are those of the table."""
    return answered(says, shape, **more)


def link(operation: str, description: str, parameters: Json, body: Json | None = None) -> Json:
    """A link to another operation, whose parameters point into this request or its answer."""
    made = {"operationId": operation, "parameters": parameters, "description": description}
    return made if body is None else {**made, "requestBody": body}


def links_to_order(order: str, item: str) -> dict[str, Json]:
    """To the order, and to the cancellation of its item. ``order`` and ``item`` point into the answer."""
    identifier = {"orderIdentifier": f"$response.body#{order}"}
    asked = {**identifier, "orderItemIdentifier": f"$response.body#{item}"}
    return {
        "order": link("getOrder", "The order.", identifier),
        "cancel": link("cancelOrderItems", "Cancel the item.", identifier, asked),
    }

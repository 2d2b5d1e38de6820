"""PATCH bodies for a world: good ones in every form, and ones with a single thing wrong, each with the answer that is due.

The answer is worked out by the rules themselves, which change nothing by deciding. It must never be written down here as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec
from hypothesis import strategies as st

from mockserver.client.channel import ADDRESS
from mockserver.client.errors import MockError
from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.cancellation import find_order, items_meant
from mockserver.domain.catalogue import Order
from mockserver.domain.commands import RequestCancellation
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.rules import Rule
from mockserver.domain.transitions import fault_of
from mockserver.domain.twin_decisions import decide_as_twin
from mockserver.domain.values import OrderId
from mockserver.engine.live_world import LiveWorld
from mockserver.testing.properties.model import live_world_of
from mockserver.testing.world import World
from mockserver.web.imin_api.cancellation_body import CANCELLED_URL, identifiers_of
from mockserver.web.imin_api.errors import RefusedRequestError, refusal_answer, refused_request_answer

Json = dict[str, Any]

UNKNOWN_ITEM = "no-such-item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The answer that is due to a request: 204 without a rule, or a status and the rule that refuses it."""

    status: int
    rule: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchBody:
    """A request to cancel: the path's ``order``, the body, what was done to it (``made``), and the answer that is ``due``."""

    order: str
    body: bytes
    made: str
    due: Due

    @property
    def target(self) -> str:
        """Where to send it, below the host."""
        return f"/api/v2/orders/{self.order}"


def answer_due(world: World, order: str, body: bytes) -> Due:
    """What imin is to answer a PATCH of this order with this body, now. Nothing changes by asking.

    *Raises* :class:`MockError` where a scripted fault of imin's API would come first, and for a mock elsewhere.
    """
    live_world = live_world_of(world)
    if (
        live_world.has_api_faults
        and fault_of(live_world.world, ApiOperation.CANCEL, live_world.clock.now()) is not None
    ):
        raise MockError("A scripted fault answers the next cancellation here; draw worlds with api_faults=False.")
    return _due(live_world, OrderId(order), body)


def _due(live_world: LiveWorld, order: OrderId, body: bytes) -> Due:
    world = live_world.world
    try:
        item_ids = items_meant(world, find_order(world, order), identifiers_of(body, order, world.readings))
        decide_as_twin(world, RequestCancellation(order_id=order, item_ids=item_ids), live_world.clock.now())
    except RefusedRequestError as refusal:
        return Due(status=refused_request_answer(world.readings, refusal).status, rule=refusal.rule)
    except OpenBookingError as refusal:
        return Due(status=refusal_answer(world.readings, refusal).status, rule=refusal.rule)
    return Due(status=204)


def patch_bodies(world: World) -> st.SearchStrategy[PatchBody]:
    """Requests to cancel in this world, good and nearly good. The answer due is that of the instant of the drawing.

    *Raises* :class:`MockError` for a world without orders, one of a mock elsewhere, or one in which a scripted fault comes first.
    """
    orders = list(live_world_of(world).world.catalogue.orders.values())
    if not orders:
        raise MockError("This world has no order to cancel; draw one of scenarios().")
    return _bodies(world, orders)


@st.composite
def _bodies(draw: st.DrawFn, world: World, orders: Sequence[Order]) -> PatchBody:
    order = draw(st.sampled_from(orders))
    items = draw(st.lists(st.sampled_from([item.identifier for item in order.items]), min_size=1, unique=True))
    at = draw(st.sampled_from(["", "@"]))
    good = _cancellation(order.id, items, at)
    made, path, body = "good", str(order.id), msgspec.json.encode(good)
    if draw(st.booleans()):
        made = draw(st.sampled_from(list(_CHANGES)))
        stranger = next((each for each in orders if each.id != order.id), None)
        other = stranger.items[0].identifier if stranger is not None else UNKNOWN_ITEM
        changed = _CHANGES[made](good, _Told(order=str(order.id), items=items, at=at, other=other))
        path = str(order.id)[::-1] if made == "unknown order" else path
        body = changed if isinstance(changed, bytes) else msgspec.json.encode(changed)
    return PatchBody(order=path, body=body, made=made, due=answer_due(world, path, body))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a change may need: the request's parts, and an item of another order where there is one."""

    order: str
    items: Sequence[str]
    at: str
    other: str


def _cancellation(order: str, items: Sequence[str], at: str) -> Json:
    listed = [
        {f"{at}type": "OrderItem", f"{at}id": _url(order, item), "orderItemStatus": CANCELLED_URL} for item in items
    ]
    return {"@context": "https://openactive.io/", f"{at}type": "Order", "orderedItem": listed}


def _url(order: str, item: str) -> str:
    return f"{ADDRESS}/api/v2/orders/{order}/order-items/{quote(item, safe='')}"


def _with_first(good: Mapping[str, Any], **changes: Any) -> Json:
    """The body with its first item changed; ``None`` leaves a key out."""
    first, *rest = good["orderedItem"]
    changed = {key: value for key, value in {**first, **changes}.items() if value is not None}
    return {**good, "orderedItem": [changed, *rest]}


def _without(good: Mapping[str, Any], key: str) -> Json:
    return {name: value for name, value in good.items() if name != key}


_Change = Callable[[Json, _Told], Json | bytes]

_CHANGES: Mapping[str, _Change] = {
    "the two identifiers": lambda _, t: {"orderIdentifier": t.order, "orderItemIdentifier": t.items[0]},
    "without @context": lambda good, _: _without(good, "@context"),
    "a prefixed key more": lambda good, _: {**good, "imin:note": "please"},
    "one item of another order": lambda good, t: _with_first(good, **{f"{t.at}id": _url(t.order, t.other)}),
    "the URL of another order": lambda good, t: _with_first(good, **{f"{t.at}id": _url("another", t.items[0])}),
    "an unknown item": lambda good, t: _with_first(good, **{f"{t.at}id": _url(t.order, UNKNOWN_ITEM)}),
    "a bare identifier as id": lambda good, t: _with_first(good, **{f"{t.at}id": t.items[0]}),
    "an id that is a number": lambda good, t: _with_first(good, **{f"{t.at}id": 7}),
    "an item without id": lambda good, t: _with_first(good, **{f"{t.at}id": None}),
    "both forms of the key": lambda good, _: _with_first(good, **{"id": "x", "@id": "x"}),
    "an item without type": lambda good, t: _with_first(good, **{f"{t.at}type": None}),
    "another type of item": lambda good, t: _with_first(good, **{f"{t.at}type": "Order"}),
    "another type of order": lambda good, t: {**good, f"{t.at}type": "OrderQuote"},
    "without type": lambda good, t: _without(good, f"{t.at}type"),
    "the seller's status": lambda good, _: _with_first(good, orderItemStatus="https://openactive.io/SellerCancelled"),
    "a status without namespace": lambda good, _: _with_first(good, orderItemStatus="CustomerCancelled"),
    "without status": lambda good, _: _with_first(good, orderItemStatus=None),
    "a key too many": lambda good, _: {**good, "customer": "asha"},
    "an item's key too many": lambda good, _: _with_first(good, price=0),
    "an item twice": lambda good, _: {**good, "orderedItem": [*good["orderedItem"], good["orderedItem"][0]]},
    "no items": lambda good, _: {**good, "orderedItem": []},
    "items that are no list": lambda good, _: {**good, "orderedItem": good["orderedItem"][0]},
    "an item that is text": lambda good, t: {**good, "orderedItem": [t.items[0]]},
    "without orderedItem": lambda good, _: _without(good, "orderedItem"),
    "identifiers of another order": lambda _, t: {"orderIdentifier": "another", "orderItemIdentifier": t.items[0]},
    "an identifier of another order's item": lambda _, t: {"orderIdentifier": t.order, "orderItemIdentifier": t.other},
    "one identifier only": lambda _, t: {"orderItemIdentifier": t.items[0]},
    "an empty identifier": lambda _, t: {"orderIdentifier": t.order, "orderItemIdentifier": ""},
    "identifiers and a key": lambda _, t: {"orderIdentifier": t.order, "orderItemIdentifier": t.items[0], "why": 1},
    "a list": lambda good, _: msgspec.json.encode([good]),
    "no JSON": lambda good, _: msgspec.json.encode(good)[:-1],
    "nothing": lambda *_: b"",
    "unknown order": lambda good, _: good,
}
"""One thing wrong at a time, or odd and right, by what it is."""

CHANGES = tuple(_CHANGES)
"""What may be done to a good body, in words: the ``made`` of a :class:`PatchBody` that is not good."""

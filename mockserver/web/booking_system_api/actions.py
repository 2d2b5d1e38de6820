"""OpenActive's test interface: what a Seller does inside the Booking System, as one JSON object per deed.

The standard's action types with an order or an opportunity as their object; ours are the members in the ``imin-mock:``
namespace, without which every action does something sensible and always the same. *Source*: OpenActive Test Interface.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import msgspec
from whenever import TimeDelta, ZonedDateTime

from mockserver.domain.cancellation import items_meant
from mockserver.domain.catalogue import Opportunity, Order
from mockserver.domain.commands import (
    EVERY_ORDER,
    AccessKind,
    ActOnOpportunity,
    CancelBySeller,
    ChangeLogistics,
    GiveCustomerNotice,
    MarkAttendance,
    ReplaceBySeller,
    SellerCommand,
    UpdateAccess,
)
from mockserver.domain.errors import SellerActionNotPermittedError
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.domain.world import WorldState
from mockserver.foundation.calendar import later_in_zone
from mockserver.foundation.suggestions import nearest
from mockserver.web.instants import NoSuchInstantError, is_date_time, zoned
from mockserver.web.operation import RefusalError

OPPORTUNITY_TYPES = ("ScheduledSession", "Slot")
_SPELLING = {
    "context": "@context",
    "type": "@type",
    "items": "imin-mock:items",
    "message": "imin-mock:message",
    "by": "imin-mock:by",
    "value": "imin-mock:value",
}


class ActionObject(msgspec.Struct, forbid_unknown_fields=True, rename={"type": "@type", "id": "@id"}):
    """What an action is about: an order or an opportunity."""

    type: str
    id: str


class Action(msgspec.Struct, forbid_unknown_fields=True, rename=_SPELLING):
    """An action of the test interface."""

    type: str
    object: ActionObject
    context: Any = None
    items: list[str] | None = None
    message: str | None = None
    by: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What an action type does, with which of our members, by which command.

    ``to_order``: to items of an order, or to all that is booked on an opportunity; otherwise to an opportunity itself.
    """

    to_order: bool = True
    takes: frozenset[str]
    says: str
    command: Callable[[WorldState, Action], SellerCommand]


def command_of(world: WorldState, action: Action) -> SellerCommand:
    """The command that an action means. *Raises* :class:`RefusalError`."""
    kind = action.type.removeprefix("test:")
    if kind in PROPOSAL_ACTIONS:
        detail = f"{action.type} is about an OrderProposal, and imin books without proposals: there are none here."
        raise RefusalError(409, "SellerActionNotPermittedError", detail, rule=Rule.SELLER_ILLEGAL)
    deed = DEEDS.get(kind)
    if deed is None:
        raise _wrong(f"There is no action type {action.type[:100]!r}.{_meant(kind)}")
    expected = ("Order", *OPPORTUNITY_TYPES) if deed.to_order else OPPORTUNITY_TYPES
    if action.object.type not in expected:
        detail = f"The object of {action.type} is of type {' or '.join(expected)}, not {action.object.type[:100]!r}."
        raise _wrong(detail, "UnexpectedOrderTypeError")
    for member in ("items", "message", "by", "value"):
        if getattr(action, member) is not None and member not in deed.takes:
            raise _wrong(f"imin-mock:{member} means nothing to {action.type}.")
    if deed.to_order and _is_about_opportunity(action):
        return _everywhere(world, action, deed)
    return deed.command(world, action)


def _is_about_opportunity(action: Action) -> bool:
    return action.object.type in OPPORTUNITY_TYPES


def _everywhere(world: WorldState, action: Action, deed: "Deed") -> SellerCommand:
    """The deed done to everything that is booked on the opportunity which is the action's object."""
    opportunity = opportunity_of(world, action.object.id)
    if action.items is not None:
        raise _wrong("imin-mock:items belongs to an Order; an opportunity means everything that is booked on it.")
    if "by" in deed.takes and action.by is None:
        raise _wrong("imin-mock:by must say what everybody is moved to.")
    each = deed.command(world, action)
    assert not isinstance(each, ActOnOpportunity | ChangeLogistics), "a deed that is done to an order"
    return ActOnOpportunity(opportunity_id=opportunity.id, deed=each)


def order_of(world: WorldState, action: Action) -> Order:
    """The order whose URL, identifier or name in the scenario the action gives. *Raises* :class:`RefusalError`."""
    said = action.object.id
    name = unquote(said.rpartition("/orders/")[2])
    order = world.catalogue.orders.get(OrderId(name)) or world.catalogue.orders_by_name.get(name)
    if order is None:
        raise RefusalError(404, "UnknownOrderError", f"There is no order {said[:200]!r}.", rule=Rule.ORDER_UNKNOWN)
    return order


def opportunity_of(world: WorldState, said: str) -> Opportunity:
    """The opportunity whose URL or name in the scenario is given, as it is now. *Raises* :class:`RefusalError`."""
    for opportunity in world.catalogue.opportunities.values():
        if said in {opportunity.source_id, opportunity.id}:
            return world.booking_system.opportunities.get(opportunity.id, opportunity)
    raise RefusalError(404, "NotFoundError", f"There is no opportunity {said[:200]!r}.", rule=Rule.SELLER_ILLEGAL)


def _items(world: WorldState, action: Action) -> tuple[OrderItemId, ...]:
    """The items whose identifiers or names in the scenario the action gives; none at all means every item of the order.

    *Raises* what ``items_meant`` raises.
    """
    if _is_about_opportunity(action):
        return ()
    order = order_of(world, action)
    named = {item.id: item.identifier for item in order.items}
    return items_meant(world, order, [named.get(OrderItemId(item), item) for item in action.items or ()])


def _order(world: WorldState, action: Action) -> OrderId:
    """The order that is the action's object; every one where that is an opportunity."""
    return EVERY_ORDER if _is_about_opportunity(action) else order_of(world, action).id


def _cancel(world: WorldState, action: Action) -> SellerCommand:
    return CancelBySeller(order_id=_order(world, action), item_ids=_items(world, action))


def _cancel_with_message(world: WorldState, action: Action) -> SellerCommand:
    return CancelBySeller(
        order_id=_order(world, action),
        item_ids=_items(world, action),
        message=action.message or DEFAULT_MESSAGE,
    )


def _replace(world: WorldState, action: Action) -> SellerCommand:
    item_ids = _items(world, action)
    chosen = None if action.by is None else opportunity_of(world, action.by)
    by = chosen or replacement_for(world, order_of(world, action), item_ids)
    return ReplaceBySeller(order_id=_order(world, action), item_ids=item_ids, opportunity_id=by.id)


def _notice(world: WorldState, action: Action) -> SellerCommand:
    return GiveCustomerNotice(
        order_id=_order(world, action), item_ids=_items(world, action), notice=action.message or DEFAULT_NOTICE
    )


def _mark(status: OrderItemStatus) -> Callable[[WorldState, Action], SellerCommand]:
    def mark(world: WorldState, action: Action) -> SellerCommand:
        return MarkAttendance(order_id=_order(world, action), item_ids=_items(world, action), status=status)

    return mark


def _access(kind: AccessKind) -> Callable[[WorldState, Action], SellerCommand]:
    def update(world: WorldState, action: Action) -> SellerCommand:
        value = action.value or default_access(world, kind)
        return UpdateAccess(order_id=_order(world, action), item_ids=_items(world, action), kind=kind, value=value)

    return update


def _change_time(world: WorldState, action: Action) -> SellerCommand:
    opportunity = opportunity_of(world, action.object.id)
    if action.value is None:
        return ChangeLogistics(opportunity_id=opportunity.id, starts=moved_start(opportunity))
    if not is_date_time(action.value):
        raise _wrong(f"imin-mock:value must be a date-time with its offset, not {action.value[:60]!r}.")
    starts = zoned(action.value, opportunity.starts.tz_id or "UTC")
    return ChangeLogistics(opportunity_id=opportunity.id, starts=starts)


def _change_name(world: WorldState, action: Action) -> SellerCommand:
    opportunity = opportunity_of(world, action.object.id)
    return ChangeLogistics(opportunity_id=opportunity.id, name=action.value or f"{opportunity.name} (renamed)")


def _change_location(world: WorldState, action: Action) -> SellerCommand:
    opportunity = opportunity_of(world, action.object.id)
    return ChangeLogistics(
        opportunity_id=opportunity.id, place_name=action.value or f"{opportunity.place.name}, Annexe"
    )


_ITEMS = frozenset({"items"})

DEEDS: Mapping[str, Deed] = {
    "SellerRequestedCancellationSimulateAction": Deed(
        takes=_ITEMS, says="The Seller cancels, without a word.", command=_cancel
    ),
    "SellerRequestedCancellationWithMessageSimulateAction": Deed(
        takes=_ITEMS | {"message"}, says="The Seller cancels and says why.", command=_cancel_with_message
    ),
    "ReplacementSimulateAction": Deed(
        takes=_ITEMS | {"by"}, says="The Seller moves items to another opportunity.", command=_replace
    ),
    "CustomerNoticeSimulateAction": Deed(
        takes=_ITEMS | {"message"}, says="The Seller leaves a notice for the customer.", command=_notice
    ),
    "AttendeeAttendedSimulateAction": Deed(
        takes=_ITEMS, says="The attendee came.", command=_mark(OrderItemStatus.ATTENDED)
    ),
    "AttendeeAbsentSimulateAction": Deed(
        takes=_ITEMS, says="The attendee did not come.", command=_mark(OrderItemStatus.ABSENT)
    ),
    "AccessPassUpdateSimulateAction": Deed(
        takes=_ITEMS | {"value"}, says="A new access pass.", command=_access(AccessKind.PASS)
    ),
    "AccessCodeUpdateSimulateAction": Deed(
        takes=_ITEMS | {"value"}, says="A new access code.", command=_access(AccessKind.CODE)
    ),
    "AccessChannelUpdateSimulateAction": Deed(
        takes=_ITEMS | {"value"}, says="A new access channel.", command=_access(AccessKind.CHANNEL)
    ),
    "ChangeOfLogisticsTimeSimulateAction": Deed(
        to_order=False, takes=frozenset({"value"}), says="The opportunity starts at another time.", command=_change_time
    ),
    "ChangeOfLogisticsNameSimulateAction": Deed(
        to_order=False, takes=frozenset({"value"}), says="The opportunity has another name.", command=_change_name
    ),
    "ChangeOfLogisticsLocationSimulateAction": Deed(
        to_order=False, takes=frozenset({"value"}), says="The opportunity's place has another name.", command=_change_location
    ),
}  # fmt: skip
"""The action types that mean something here."""

PROPOSAL_ACTIONS = frozenset(
    {
        "SellerAcceptOrderProposalSimulateAction",
        "SellerAmendOrderProposalSimulateAction",
        "SellerRejectOrderProposalSimulateAction",
    }
)
"""The rest of the standard's types: they are about what imin does not do."""


def _wrong(detail: str, kind: str = "OpenBookingError") -> RefusalError:
    return RefusalError(422, kind, detail, rule=Rule.SELLER_ILLEGAL)


def _meant(kind: str) -> str:
    close = nearest(kind, [*DEEDS, *PROPOSAL_ACTIONS])
    there_are = f" There are: {', '.join(f'test:{each}' for each in DEEDS)}."
    return f" Did you mean 'test:{close}'?" if close else there_are


DEFAULT_MESSAGE = "The provider has cancelled this booking."
DEFAULT_NOTICE = "Please arrive ten minutes before the start."


def replacement_for(world: WorldState, order: Order, item_ids: tuple[OrderItemId, ...]) -> Opportunity:
    """The first other opportunity of the order's Seller that costs none of the items more.

    *Raises* :class:`SellerActionNotPermittedError` if there is none.
    """
    truth = world.booking_system
    items = [item for item in order.items if not item_ids or item.id in item_ids]
    confirmed = [item for item in items if truth.state_of(item.id).status is OrderItemStatus.CONFIRMED]
    taken = {world.opportunity_of(item, truth).id for item in confirmed}
    offers = [world.offer_of(item, truth) for item in confirmed]
    for opportunity in world.catalogue.opportunities.values():
        suits = opportunity.seller_id == order.seller_id and opportunity.id not in taken
        if suits and all(
            opportunity.offer.price_minor <= offer.price_minor and opportunity.offer.currency == offer.currency
            for offer in offers
        ):
            return truth.opportunities.get(opportunity.id, opportunity)
    raise SellerActionNotPermittedError(
        Rule.SELLER_ILLEGAL, "The Seller has no other opportunity at the same price or a lower one to move this to."
    )


def default_access(world: WorldState, kind: AccessKind) -> str:
    """A way of access that the order has not had before: it follows the number of changes in the feed."""
    number = len(world.booking_system.feed_log) + 1
    return f"https://live.example/rooms/{number}" if kind is AccessKind.CHANNEL else f"{kind.value}-{number}"


def moved_start(opportunity: Opportunity) -> ZonedDateTime:
    """An hour later than now planned. *Raises* :class:`NoSuchInstantError` at the end of the calendar."""
    starts = later_in_zone(opportunity.starts, TimeDelta(hours=1))
    if starts is None:
        raise NoSuchInstantError("An hour later than planned is after the end of the calendar: say when it starts.")
    return starts

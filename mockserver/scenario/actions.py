"""The ``do`` of a scenario as commands of the domain. Must never know when they are due."""

from typing import assert_never

from mockserver.domain.commands import (
    EVERY_ORDER,
    AccessKind,
    ActOnOpportunity,
    CancelBySeller,
    ChangeLogistics,
    Command,
    EnterState,
    GiveCustomerNotice,
    ItemsCommand,
    MarkAttendance,
    ReplaceBySeller,
    UpdateAccess,
)
from mockserver.domain.identifiers import OpportunityId, OrderId, OrderItemId, StateName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.scenario import document as spec
from mockserver.scenario.bookings import item_id, order_id
from mockserver.scenario.faults import Path
from mockserver.scenario.notation import Calendar

_ItemsAction = (
    spec.SellerCancelsSpec
    | spec.SellerReplacesSpec
    | spec.CustomerNoticeSpec
    | spec.AttendedSpec
    | spec.AbsentSpec
    | spec.AccessPassSpec
    | spec.AccessCodeSpec
    | spec.AccessChannelSpec
)


def build_command(action: spec.AnyAction, path: Path, document: spec.Document, calendar: Calendar) -> Command:
    """The command that the action means. *Raises*: :class:`MisfitError` for a start out of the calendar's range."""
    match action:
        case spec.ChangeOfLogisticsSpec(opportunity=opportunity, name=name, starts=starts, place=place):
            return ChangeLogistics(
                opportunity_id=OpportunityId(opportunity),
                name=name,
                starts=None if starts is None else calendar.zoned(starts, (*path, "starts")),
                place_name=place,
            )
        case spec.EnterSpec(state=state):
            return EnterState(state=StateName(state))
        case _:
            return _on_items(action, document)


def _on_items(action: _ItemsAction, document: spec.Document) -> Command:
    """The command of an action that is done to items of one order, or to all that is booked on an opportunity."""
    if action.opportunity is not None:
        deed = _to(action, EVERY_ORDER, ())
        return ActOnOpportunity(opportunity_id=OpportunityId(action.opportunity), deed=deed)
    assert action.order is not None, "an action says whose items it is about"
    items = tuple(item_id(document, action.order, item) for item in action.items)
    return _to(action, order_id(document, action.order), items)


def _to(action: _ItemsAction, order: OrderId, items: tuple[OrderItemId, ...]) -> ItemsCommand:
    match action:
        case spec.SellerCancelsSpec():
            return CancelBySeller(order_id=order, item_ids=items, message=action.message)
        case spec.SellerReplacesSpec():
            return ReplaceBySeller(order_id=order, item_ids=items, opportunity_id=OpportunityId(action.by))
        case spec.CustomerNoticeSpec():
            return GiveCustomerNotice(order_id=order, item_ids=items, notice=action.notice)
        case spec.AttendedSpec():
            return MarkAttendance(order_id=order, item_ids=items, status=OrderItemStatus.ATTENDED)
        case spec.AbsentSpec():
            return MarkAttendance(order_id=order, item_ids=items, status=OrderItemStatus.ABSENT)
        case spec.AccessPassSpec():
            return UpdateAccess(order_id=order, item_ids=items, kind=AccessKind.PASS, value=action.value)
        case spec.AccessCodeSpec():
            return UpdateAccess(order_id=order, item_ids=items, kind=AccessKind.CODE, value=action.value)
        case spec.AccessChannelSpec():
            return UpdateAccess(order_id=order, item_ids=items, kind=AccessKind.CHANNEL, value=action.value)
        case _:
            assert_never(action)

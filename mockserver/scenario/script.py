"""The ``do``, ``when`` and ``then`` of a document as commands, steps and expectations, with identifiers and instants.

It must never know who runs them, nor when a command is due.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar, assert_never, cast

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
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import CustomerId, OpportunityId, OrderId, OrderItemId, StateName
from mockserver.scenario import document as spec
from mockserver.scenario import expectations as see
from mockserver.scenario.bookings import customer_id, item_id, order_id
from mockserver.scenario.faults import Path
from mockserver.scenario.notation import Calendar, pence

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


_Told = TypeVar("_Told")


class Script:
    """Builds steps and expectations of one document; ``lines`` are where each stands in the text."""

    def __init__(self, document: spec.Document, calendar: Calendar) -> None:
        self._document = document
        self._calendar = calendar

    def steps(self, lines: Sequence[int]) -> tuple[see.Step, ...]:
        """What the stand-in client asks, in order of its instants; at one instant, in the file's order."""
        told = cast("tuple[spec.AnyStep, ...]", self._document.when)
        steps = [self._step(each, index, line) for index, (each, line) in enumerate(zip(told, lines, strict=True))]
        return tuple(sorted(steps, key=lambda step: step.at))

    def expectations(self, lines: Sequence[int]) -> tuple[see.Expectation, ...]:
        """What must have been observed, in the file's order."""
        told = cast("tuple[spec.AnyExpectation, ...]", self._document.then)
        return tuple(
            self._expectation(each, index, line) for index, (each, line) in enumerate(zip(told, lines, strict=True))
        )

    def _step(self, told: spec.AnyStep, index: int, line: int) -> see.Step:
        match told:
            case spec.CancelSpec():
                items = (told.cancel,) if isinstance(told.cancel, str) else told.cancel
                return see.CancelStep(
                    line=line,
                    at=self._calendar.instant(told.at, ("when", index, "at")),
                    answer=_answer(told, told.expect),
                    order_id=self._order(told.of),
                    item_ids=tuple(item_id(self._document, told.of, item) for item in items),
                )
            case spec.ListUpcomingSpec():
                return see.ListUpcomingStep(
                    line=line,
                    at=self._calendar.instant(told.at, ("when", index, "at")),
                    answer=_answer(told, told.expect),
                    customer_id=self._customer(told.list_upcoming),
                    page=told.page,
                    statuses=_by_item(told.expect),
                    cancellable=_by_item(told.cancellable),
                    absent=tuple(OrderItemId(item) for item in told.absent),
                    total=told.total,
                    pages=told.pages,
                )
            case spec.ListOrdersSpec():
                orders = told.expect if isinstance(told.expect, tuple) else None
                return see.ListOrdersStep(
                    line=line,
                    at=self._calendar.instant(told.at, ("when", index, "at")),
                    answer=_answer(told, told.expect),
                    customer_id=self._customer(told.list_orders),
                    page=told.page,
                    order_ids=None if orders is None else tuple(self._order(name) for name in orders),
                    total=told.total,
                    pages=told.pages,
                )
            case spec.GetOrderSpec():
                return see.GetOrderStep(
                    line=line,
                    at=self._calendar.instant(told.at, ("when", index, "at")),
                    answer=_answer(told, told.expect),
                    order_id=self._order(told.get_order),
                    statuses={
                        item_id(self._document, told.get_order, item): status
                        for item, status in _by_item(told.expect).items()
                    },
                )
            case _:
                assert_never(told)

    def _expectation(self, told: spec.AnyExpectation, index: int, line: int) -> see.Expectation:
        at = None if told.at is None else self._calendar.instant(told.at, ("then", index, "at"))
        match told:
            case spec.ItemStatusSpec():
                return see.ItemStatusExpected(
                    line=line, at=at, item_id=OrderItemId(told.item), status=told.status, view=see.Viewpoint(told.view)
                )
            case spec.RefundsSpec():
                return see.RefundsExpected(
                    line=line,
                    at=at,
                    count=told.refunds,
                    order_id=None if told.of is None else self._order(told.of),
                    amount_minor=None if told.amount is None else pence(told.amount),
                )
            case spec.EmailsSpec():
                to = None if told.to is None else self._customer(told.to)
                return see.EmailsExpected(line=line, at=at, count=told.emails, customer_id=to)
            case spec.FeedItemsSpec():
                return see.FeedItemsExpected(line=line, at=at, count=told.feed_items)
            case spec.ReceiptsSpec():
                return see.ReceiptsExpected(line=line, at=at, count=told.receipts, order_id=self._order(told.of))
            case spec.EventsSpec():
                return see.EventsExpected(line=line, at=at, event=told.event, count=told.times)
            case _:
                assert_never(told)

    def _order(self, name: str) -> OrderId:
        return order_id(self._document, name)

    def _customer(self, name: str) -> CustomerId:
        return customer_id(self._document, name)


def _answer(request: spec.RequestSpec, expect: object) -> see.ExpectedAnswer:
    """What is expected of the answer: a status alone, or all that a mapping says; else a list that came is a 200."""
    lost, cut = request.drops, request.truncated
    match expect:
        case int():
            return see.ExpectedAnswer(status=expect, lost=lost, cut=cut)
        case spec.AnswerExpectedSpec(status=status, rule=rule, error=error, says=says):
            return see.ExpectedAnswer(status=status, rule=rule, error=error, says=says, lost=lost, cut=cut)
        case _:
            return see.ExpectedAnswer(lost=lost, cut=cut)


def _by_item(told: Mapping[str, _Told] | int | None) -> Mapping[OrderItemId, _Told]:
    """What is told by item, or nothing."""
    by_item = {} if told is None or isinstance(told, int) else told
    return MappingProxyType({OrderItemId(item): value for item, value in by_item.items()})

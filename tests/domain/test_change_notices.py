"""Of which changes in the OrdersFeed the customer is told."""

import pytest
from whenever import TimeDelta

from mockserver.domain.commands import (
    AccessKind,
    ChangeLogistics,
    Command,
    GiveCustomerNotice,
    MarkAttendance,
    UpdateAccess,
)
from mockserver.domain.events import EmailKind
from mockserver.domain.execution import perform, perform_next_due
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OpportunityId, OrderId, OrderItemId
from tests.making import EPOCH, after, make_opportunity, make_world, pass_time

BOOKING = OrderId("booking")
ONE = (OrderItemId("seat-1"),)


def told_of(*commands: Command) -> list[tuple[EmailKind, tuple[OrderItemId, ...], str | None]]:
    """The e-mails that one reading of the feed brings, after all of the commands."""
    world = make_world({"booking": {"seat-1": make_opportunity(), "seat-2": make_opportunity()}})
    for command in commands:
        perform(world, command, EPOCH)
    while perform_next_due(world, EPOCH + TimeDelta(minutes=10)):
        pass
    return [(email.kind, email.item_ids, email.message) for email in world.imin.emails]


@pytest.mark.parametrize("status", [OrderItemStatus.ATTENDED, OrderItemStatus.ABSENT])
def test_nobody_is_written_to_about_their_own_attendance(status: OrderItemStatus) -> None:
    assert told_of(MarkAttendance(order_id=BOOKING, status=status)) == []


def test_a_notice_is_told_of_the_items_that_have_it_alone() -> None:
    told = told_of(
        MarkAttendance(order_id=BOOKING, status=OrderItemStatus.ATTENDED),
        GiveCustomerNotice(order_id=BOOKING, item_ids=ONE, notice="Bring a towel"),
    )
    assert told == [(EmailKind.CHANGE_NOTICE, ONE, "Bring a towel")]


@pytest.mark.parametrize("kind", AccessKind)
def test_new_access_is_told(kind: AccessKind) -> None:
    told = told_of(UpdateAccess(order_id=BOOKING, item_ids=ONE, kind=kind, value="7741"))
    assert told == [(EmailKind.CHANGE_NOTICE, ONE, None)]


def test_a_notice_that_was_told_is_not_told_again_with_another_change() -> None:
    world = make_world()
    perform(world, GiveCustomerNotice(order_id=BOOKING, notice="Bring a towel"), EPOCH)
    pass_time(world, after(minutes=10))
    perform(world, ChangeLogistics(opportunity_id=OpportunityId("yoga"), name="Gentle Yoga"), after(minutes=10))
    pass_time(world, after(minutes=20))
    perform(world, GiveCustomerNotice(order_id=BOOKING, notice="Bring a mat"), after(minutes=20))
    pass_time(world, after(minutes=30))
    assert [email.message for email in world.imin.emails] == ["Bring a towel", None, "Bring a mat"]

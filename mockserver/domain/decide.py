"""From a command to events: the one place that says which function decides what.

``decide`` does all the refusing and changes nothing. It raises an :class:`~mockserver.domain.errors.OpenBookingError`, or
returns what happens, in order: events, and where the world that they lead to must be asked again, a command that never refuses.
"""

from collections.abc import Sequence
from typing import assert_never

from whenever import Instant

from mockserver.domain import commands as c
from mockserver.domain.cancellation import (
    answer_cancellation,
    consider_cancellation,
    note_pending_shown,
    request_cancellation,
)
from mockserver.domain.events import Event
from mockserver.domain.feed_reader import read_orders_feed
from mockserver.domain.orders_feed import publish_order
from mockserver.domain.refunds import complete_refund, send_cancellation_notice
from mockserver.domain.seller_actions import (
    act_on_opportunity,
    cancel_by_seller,
    change_logistics,
    give_customer_notice,
    mark_attendance,
    replace_by_seller,
    update_access,
)
from mockserver.domain.transitions import count_request, enter_state, fire_timer, use_fault
from mockserver.domain.world import WorldState

Decision = Sequence[Event | c.Following]
"""What follows from a command."""


def decide(world: WorldState, command: c.Command, now: Instant) -> Decision:  # noqa: C901 - a table
    """What happens if ``command`` is given to the world at ``now``."""
    match command:
        case c.RequestCancellation():
            return request_cancellation(world, command, now)
        case c.ConsiderCancellation():
            return consider_cancellation(world, command, now)
        case c.AnswerCancellation():
            return answer_cancellation(world, command, now)
        case c.PublishOrder():
            return publish_order(world, command, now)
        case c.ReadOrdersFeed():
            return read_orders_feed(world, now)
        case c.CompleteRefund():
            return complete_refund(world, command, now)
        case c.SendCancellationNotice():
            return send_cancellation_notice(world, command, now)
        case c.NotePendingShown():
            return note_pending_shown(world, command, now)
        case c.CancelBySeller():
            return cancel_by_seller(world, command, now)
        case c.ReplaceBySeller():
            return replace_by_seller(world, command, now)
        case c.GiveCustomerNotice():
            return give_customer_notice(world, command, now)
        case c.MarkAttendance():
            return mark_attendance(world, command, now)
        case c.UpdateAccess():
            return update_access(world, command, now)
        case c.ActOnOpportunity():
            return act_on_opportunity(world, command, now)
        case c.ChangeLogistics():
            return change_logistics(world, command, now)
        case c.EnterState():
            return enter_state(world, command, now)
        case c.FireTimer():
            return fire_timer(world, command, now)
        case c.UseFault():
            return use_fault(world, command, now)
        case c.CountRequest():
            return count_request(command)
    assert_never(command)

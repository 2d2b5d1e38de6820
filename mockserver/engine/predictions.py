"""What a client of imin would be told about one order item at an instant: by the list, and by a request to cancel it.

It asks the functions that answer a client, and decides nothing itself. Looking changes nothing.
"""

from bisect import bisect_left
from dataclasses import dataclass

from whenever import Instant

from mockserver.domain.behaviour import ApiFault, ApiOperation
from mockserver.domain.cancellability import Cancellability
from mockserver.domain.commands import RequestCancellation
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.rules import Rule
from mockserver.domain.transitions import fault_of
from mockserver.domain.twin_decisions import decide_as_twin
from mockserver.domain.values import OrderItemId
from mockserver.domain.world import WorldState
from mockserver.engine.queries import ShownItem, show_item


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAnswer:
    """What a request to cancel the item alone would get: accepted or refused, by which rule, and why in words."""

    accepted: bool
    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswer:
    """What imin says about an item. ``listed`` among the customer's upcoming items, with the ``flag``.

    The faults are the scripted ones that the next such request would meet before any of this counts.
    """

    listed: bool
    flag: Cancellability
    cancel: CancelAnswer
    list_fault: ApiFault | None
    cancel_fault: ApiFault | None

    @property
    def gist(self) -> tuple[object, ...]:
        """All that must change for the answer to count as another one; the words alone may differ within it."""
        flag, cancel = self.flag, self.cancel
        return (
            self.listed,
            flag.allowed,
            flag.rule,
            cancel.accepted,
            cancel.rule,
            self.list_fault,
            self.cancel_fault,
        )


def answer_about(world: WorldState, item_id: OrderItemId, now: Instant) -> ItemAnswer:
    """What imin says about the item at ``now``, in a world in which all that is due by then is done."""
    shown = show_item(world, item_id, now)
    return ItemAnswer(
        listed=_is_listed(world, shown, now),
        flag=shown.cancellability,
        cancel=_answer_to_cancelling(world, shown, now),
        list_fault=_fault(world, ApiOperation.LIST_UPCOMING, now),
        cancel_fault=_fault(world, ApiOperation.CANCEL, now),
    )


def explain_fault(fault: ApiFault) -> str:
    """What a scripted fault does to a request, in words."""
    parts = [f"{fault.respond.status} in place of the answer"] if fault.respond is not None else []
    parts += [f"the connection is lost {fault.drop_connection.value} the effect"] if fault.drop_connection else []
    parts += ["the body is cut short"] if fault.truncate_body else []
    parts += [f"it takes {fault.latency.format_iso()}"] if fault.latency else []
    return " and ".join(parts) or "nothing"


def _is_listed(world: WorldState, shown: ShownItem, now: Instant) -> bool:
    starts = world.starts_of(shown.order.customer_id)
    own = (shown.opportunity.starts.to_instant(), shown.item.id)
    place = bisect_left(starts, own)
    return own[0] > now and place < len(starts) and starts[place] == own


def _answer_to_cancelling(world: WorldState, shown: ShownItem, now: Instant) -> CancelAnswer:
    command = RequestCancellation(order_id=shown.order.id, item_ids=(shown.item.id,))
    try:
        decision = decide_as_twin(world, command, now)
    except OpenBookingError as refusal:
        return CancelAnswer(accepted=False, rule=refusal.rule, reason=refusal.description)
    if decision:
        return CancelAnswer(accepted=True, rule=Rule.CANCEL_PASSED_ON, reason="The request would be passed on.")
    return CancelAnswer(accepted=True, rule=shown.cancellability.rule, reason=shown.cancellability.reason)


def _fault(world: WorldState, operation: ApiOperation, now: Instant) -> ApiFault | None:
    found = fault_of(world, operation, now)
    return None if found is None else found[1]

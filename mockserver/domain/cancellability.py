"""Whether an order item may be cancelled at an instant, and why: the one predicate behind the flag and the PATCH.

not attended                                                          (Open Booking API 8.3.2)
and the offer has allowCustomerCancellationFullRefund = true
and start - latestCancellationBeforeStartDate, or the start itself, is in the future
"""

from whenever import Instant, ItemizedDelta

from mockserver.domain.catalogue import Offer, Opportunity
from mockserver.domain.readings import ReadingName, Readings
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import ATTENDANCE, OrderItemStatus
from mockserver.domain.values import Value
from mockserver.foundation.calendar import earlier, exact, moved


class Cancellability(Value, frozen=True, kw_only=True):
    """The verdict, the rule that gave it, and the reason in words for the customer.

    ``deadline`` is the instant at which the clock alone takes the permission away; ``None`` where the clock does not matter.
    """

    allowed: bool
    rule: Rule
    reason: str
    deadline: Instant | None = None


_CANCELLED = Cancellability(
    allowed=False, rule=Rule.CANCEL_REPEAT_CANCELLED, reason="This booking is already cancelled."
)
_PENDING = Cancellability(
    allowed=False, rule=Rule.CANCEL_REPEAT_PENDING, reason="The cancellation of this booking is already on its way."
)
_ATTENDED = Cancellability(
    allowed=False, rule=Rule.CANCEL_ATTENDED, reason="This booking cannot be cancelled: its attendance has been noted."
)
_NO_REFUND = Cancellability(
    allowed=False, rule=Rule.CANCEL_OFFER, reason="This booking was made under an offer that cannot be cancelled."
)


def cancellation_deadline(opportunity: Opportunity, offer: Offer, readings: Readings) -> Instant:
    """The instant from which it is too late to cancel, where the offer allows cancelling at all.

    One that lies before the first year has passed.

    *Source*: Open Booking API 8.3.2; whether a day is a calendar day is a reading.
    """
    window = offer.latest_cancellation_before_start
    if window is None:
        return opportunity.starts.to_instant()
    if readings[ReadingName.WINDOW_ARITHMETIC] == "elapsed":
        return earlier(opportunity.starts.to_instant(), exact(window))
    return moved(opportunity.starts, window, -1)


def explain_cancellability(
    status: OrderItemStatus, opportunity: Opportunity, offer: Offer, now: Instant, readings: Readings
) -> Cancellability:
    """Whether an item with this status, opportunity and offer may be cancelled at ``now``, and by which rule."""
    if status is not OrderItemStatus.CONFIRMED:
        if status.is_cancelled:
            return _CANCELLED
        return _ATTENDED if status in ATTENDANCE else _PENDING
    if offer.allow_customer_cancellation_full_refund is not True:
        return _NO_REFUND
    deadline = cancellation_deadline(opportunity, offer, readings)
    if now < deadline or (now == deadline and readings[ReadingName.DEADLINE_INSTANT] == "allowed"):
        return Cancellability(
            allowed=True, rule=Rule.CANCEL_ALLOWED, reason="This booking can be cancelled.", deadline=deadline
        )
    window = offer.latest_cancellation_before_start
    if now >= opportunity.starts.to_instant():
        reason = "This booking can no longer be cancelled because it has already started."
    else:
        reason = f"This booking can no longer be cancelled because it starts in less than {describe_window(window)}."
    rule = Rule.CANCEL_STARTED if window is None else Rule.CANCEL_WINDOW_CLOSED
    return Cancellability(allowed=False, rule=rule, reason=reason, deadline=deadline)


def describe_window(window: ItemizedDelta | None) -> str:
    """A cancellation window in words: ``1 day``, ``2 hours and 30 minutes``, ``1 hour and 0.5 seconds``."""
    amounts = {unit: str(amount) for unit, amount in (window or {}).items() if amount}
    nanoseconds = amounts.pop("nanoseconds", None)
    if nanoseconds is not None:
        amounts["seconds"] = f"{amounts.get('seconds', 0)}.{nanoseconds:0>9}".rstrip("0")
    parts = [f"{amount} {unit if amount != '1' else unit[:-1]}" for unit, amount in amounts.items()]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else "no time"

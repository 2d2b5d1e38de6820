"""Cancelling a booking: the request, what was said to it, and what became of it.

A 204 only says that the request was passed on. Nobody knows what happened to a request whose answer was lost: the order is read
before it is sent again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bookings.imin import ATTEMPTS, PAUSE_SECONDS, Answer, Imin
from bookings.model import Booking, Order, Standing

CANCELLED = "https://openactive.io/CustomerCancelled"
FINAL = {"OrderItemIdInvalidError", "OrderItemNotWithinOrderError", "UnexpectedOrderTypeError"}
"""The standard answers these with 500, and asking again would not help."""

POLL_SECONDS = 30.0
POLLS = 30


class Reply(Enum):
    """What came of a request to cancel."""

    PASSED_ON = "passed on"
    REFUSED = "refused"
    MISUNDERSTOOD = "misunderstood"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The reply for one booking, with imin's reason where it was refused."""

    booking: Booking
    reply: Reply
    reason: str


def _unprefixed(bookings: Sequence[Booking]) -> dict[str, Any]:
    items = [{"type": "OrderItem", "id": booking.url, "orderItemStatus": CANCELLED} for booking in bookings]
    return {"type": "Order", "orderedItem": items}


def _prefixed(bookings: Sequence[Booking]) -> dict[str, Any]:
    items = [{"@type": "OrderItem", "@id": booking.url, "orderItemStatus": CANCELLED} for booking in bookings]
    return {"@type": "Order", "orderedItem": items}


def _identifiers(bookings: Sequence[Booking]) -> dict[str, Any]:
    (booking,) = bookings
    return {"orderIdentifier": booking.order, "orderItemIdentifier": booking.identifier}


FORMS: tuple[Callable[[Sequence[Booking]], dict[str, Any]], ...] = (_unprefixed, _prefixed, _identifiers)
"""imin's documents leave open which body it takes: each of these is tried until one is understood. The last takes one booking."""


def cancel(imin: Imin, bookings: Sequence[Booking]) -> list[Verdict]:
    """Ask for the cancellation of bookings of one order, and say what was replied for each."""
    verdicts: list[Verdict] = []
    for form in FORMS:
        batches = [[booking] for booking in bookings] if form is _identifiers else [list(bookings)]
        verdicts = [verdict for batch in batches for verdict in _send(imin, batch, form(batch))]
        if all(verdict.reply is not Reply.MISUNDERSTOOD for verdict in verdicts):
            break
    return verdicts


def follow(imin: Imin, order: str, identifiers: Iterable[str]) -> Order:
    """The order once none of these bookings is pending any more, or as it is when patience ends."""
    wanted = list(identifiers)
    found = imin.order(order)
    for _ in range(POLLS):
        if all(found.standing_of(each) is not Standing.PENDING for each in wanted):
            break
        imin.pause(POLL_SECONDS)
        found = imin.order(order)
    return found


def sentence(verdict: Verdict, standing: Standing) -> str:
    """What to tell the customer of a request, given how it stands with the booking now."""
    name = verdict.booking.name
    if verdict.reply in {Reply.REFUSED, Reply.MISUNDERSTOOD}:
        return f"{name} could not be cancelled: {verdict.reason or 'no reason was given'}"
    if verdict.reply is Reply.UNCLEAR:
        return f"We could not reach the venue about {name}. It {standing.value}; please try again."
    if standing is Standing.CONFIRMED:
        return f"The venue refused to cancel {name}: you are still booked."
    return f"{name} {standing.value}."


def _send(imin: Imin, batch: Sequence[Booking], body: dict[str, Any]) -> list[Verdict]:
    reply, reason = _replied(imin, batch, body)
    return [Verdict(booking=booking, reply=reply, reason=reason) for booking in batch]


def _replied(imin: Imin, batch: Sequence[Booking], body: dict[str, Any]) -> tuple[Reply, str]:
    order = batch[0].order
    for _ in range(ATTEMPTS):
        answer = imin.ask("PATCH", f"orders/{order}", body=body)
        if answer is not None and (answer.status < 500 or _kind_of(answer) in FINAL):
            return _judged(answer)
        imin.pause(PAUSE_SECONDS if answer is None else answer.pause)
        now = imin.order(order)
        if all(_is_under_way(now.standing_of(booking.identifier)) for booking in batch):
            return Reply.PASSED_ON, ""
    return Reply.UNCLEAR, ""


def _kind_of(answer: Answer) -> str:
    """The type of the error in the answer, under either key; nothing where there is none."""
    said = answer.body or {}
    return str(said.get("@type") or said.get("type") or "")


def _judged(answer: Answer) -> tuple[Reply, str]:
    if answer.status == 204:
        return Reply.PASSED_ON, ""
    reason = str((answer.body or {}).get("description") or "")
    # The standard's general error is what there is to tell a body that was not understood from a cancellation refused.
    misunderstood = answer.status == 400 and _kind_of(answer) == "OpenBookingError"
    return (Reply.MISUNDERSTOOD if misunderstood else Reply.REFUSED), reason


def _is_under_way(standing: Standing) -> bool:
    return standing is Standing.PENDING or standing.is_cancelled

"""What a customer has booked, read from imin's JSON. It never asks the network, and takes what it does not know for unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any


class Standing(Enum):
    """How it stands with a booking, in words for its customer."""

    CONFIRMED = "is booked"
    PENDING = "is waiting for the venue to cancel it"
    CANCELLED = "is cancelled"
    CANCELLED_BY_VENUE = "was cancelled by the venue"
    ATTENDED = "took place, and you were there"
    MISSED = "took place without you"
    UNKNOWN = "is in a state that we do not know yet"

    @property
    def is_cancelled(self) -> bool:
        """Whether it is off for good, whoever has cancelled it."""
        return self in {Standing.CANCELLED, Standing.CANCELLED_BY_VENUE}


STANDINGS: Mapping[str, Standing] = {
    "https://openactive.io/OrderItemConfirmed": Standing.CONFIRMED,
    "https://imin.co/CustomerCancellationPending": Standing.PENDING,
    "https://openactive.io/CustomerCancelled": Standing.CANCELLED,
    "https://openactive.io/SellerCancelled": Standing.CANCELLED_BY_VENUE,
    # Both words are in use: the standard's text and its later tooling differ.
    "https://openactive.io/CustomerAttended": Standing.ATTENDED,
    "https://openactive.io/AttendeeAttended": Standing.ATTENDED,
    "https://openactive.io/CustomerAbsent": Standing.MISSED,
    "https://openactive.io/AttendeeAbsent": Standing.MISSED,
}
"""What each status means; the namespace counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One place that somebody has booked. ``may_cancel`` is ``None`` where imin does not say."""

    identifier: str
    url: str
    order: str
    name: str
    starts: datetime
    standing: Standing
    may_cancel: bool | None
    note: str | None
    """What the venue says about it."""
    access: bool
    """Whether there is a ticket, a code or a link with which to get in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was bought at once, and how many receipts there are: one for the purchase, one more for each refund."""

    identifier: str
    placed: datetime
    bookings: tuple[Booking, ...]
    receipts: int

    def standing_of(self, identifier: str) -> Standing:
        """How it stands with a booking of this order; unknown where the order does not hold it."""
        return next((b.standing for b in self.bookings if b.identifier == identifier), Standing.UNKNOWN)


def booking_of(item: Mapping[str, Any], order: str) -> Booking:
    """The booking that an order item describes. *Raises* ``KeyError`` or ``ValueError`` if it describes none."""
    return Booking(
        identifier=item["identifier"],
        url=item["id"],
        order=order,
        name=_name_of(item["orderedItem"]),
        starts=datetime.fromisoformat(item["orderedItem"]["startDate"]),
        standing=STANDINGS.get(item["orderItemStatus"], Standing.UNKNOWN),
        may_cancel=item.get("imin:isPresentlyCancellable"),
        note=item.get("cancellationMessage") or item.get("customerNotice"),
        access=any(item.get(key) for key in ("accessPass", "accessCode", "accessChannel")),
    )


def order_of(order: Mapping[str, Any]) -> Order:
    """The order that imin describes. *Raises* ``KeyError`` or ``ValueError`` if it describes none."""
    return Order(
        identifier=order["identifier"],
        placed=datetime.fromisoformat(order["orderDate"]),
        bookings=tuple(booking_of(item, order["identifier"]) for item in order["orderedItem"]),
        receipts=len(order.get("imin:receipt", ())),
    )


def _name_of(event: Mapping[str, Any]) -> str:
    """A session has its name two levels up, a slot at its facility."""
    for key in ("superEvent", "facilityUse"):
        if key in event:
            return _name_of(event[key])
    return str(event.get("name", "Your booking"))

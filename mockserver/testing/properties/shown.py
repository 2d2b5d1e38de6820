"""What a client shows to its user, in a small vocabulary: how it stands with a booking, and what came of a wish to cancel.

It knows nothing of imin's JSON or of any client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from mockserver.domain.statuses import OrderItemStatus


class Status(StrEnum):
    """How it stands with a booking, in words."""

    BOOKED = "booked"
    PENDING = "waiting to be cancelled"
    CANCELLED = "cancelled"
    CANCELLED_BY_SELLER = "cancelled by the seller"
    ATTENDED = "attended"
    MISSED = "missed"
    OTHER = "something else"
    """Whatever the client has no word for."""


class Outcome(StrEnum):
    """What a client says right after its user wished to cancel a booking."""

    REQUESTED = "asked for, not cancelled yet"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    """The client could not find out, and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A booking as a client shows it. ``item`` and ``order`` are imin's identifiers.

    ``cancellable``: whether it offers to cancel; ``None`` where it does not say.
    """

    item: str
    order: str
    status: Status
    cancellable: bool | None = None


class UnavailableError(Exception):
    """Raised by a client's methods where imin could not be reached, and its user is told so."""


STATUSES: Mapping[OrderItemStatus, Status] = MappingProxyType(
    {
        OrderItemStatus.CONFIRMED: Status.BOOKED,
        OrderItemStatus.PENDING: Status.PENDING,
        OrderItemStatus.CUSTOMER_CANCELLED: Status.CANCELLED,
        OrderItemStatus.SELLER_CANCELLED: Status.CANCELLED_BY_SELLER,
        OrderItemStatus.ATTENDED: Status.ATTENDED,
        OrderItemStatus.ABSENT: Status.MISSED,
    }
)
"""The word for each of imin's statuses."""

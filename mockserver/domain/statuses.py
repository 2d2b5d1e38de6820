"""The life of an order item, as a table: which status may follow which, in either view.

imin's copy has one status more than the Booking System's truth: *pending*, between imin's 204 and the OrdersFeed.
"""

from enum import StrEnum


class OrderItemStatus(StrEnum):
    """Status of an order item; the value is the standard's word without its namespace."""

    CONFIRMED = "OrderItemConfirmed"
    PENDING = "CustomerCancellationPending"
    CUSTOMER_CANCELLED = "CustomerCancelled"
    SELLER_CANCELLED = "SellerCancelled"
    ATTENDED = "AttendeeAttended"
    ABSENT = "AttendeeAbsent"

    @classmethod
    def _missing_(cls, value: object) -> "OrderItemStatus | None":
        """The word that the standard's text has for attended, which older files and snapshots say too."""
        return cls.ATTENDED if value == "CustomerAttended" else None

    @property
    def is_cancelled(self) -> bool:
        """True for the two terminal statuses: neither is ever reversed (Open Booking API 8.3)."""
        return self is OrderItemStatus.CUSTOMER_CANCELLED or self is OrderItemStatus.SELLER_CANCELLED


_S = OrderItemStatus

CANCELLED = frozenset({_S.CUSTOMER_CANCELLED, _S.SELLER_CANCELLED})
"""Statuses that leave the order's total; both are terminal."""

ATTENDANCE = frozenset({_S.ATTENDED, _S.ABSENT})
"""Statuses that say whether the attendee came."""

BOOKING_SYSTEM_MOVES: dict[OrderItemStatus, frozenset[OrderItemStatus]] = {
    _S.CONFIRMED: frozenset({_S.CUSTOMER_CANCELLED, _S.SELLER_CANCELLED, _S.ATTENDED, _S.ABSENT}),
    _S.ATTENDED: frozenset({_S.ABSENT, _S.SELLER_CANCELLED}),
    _S.ABSENT: frozenset({_S.ATTENDED, _S.SELLER_CANCELLED}),
    _S.CUSTOMER_CANCELLED: frozenset(),
    _S.SELLER_CANCELLED: frozenset(),
}
"""Moves of the truth at the Seller. Source: Open Booking API 8.3, 8.4.10."""

IMIN_MOVES: dict[OrderItemStatus, frozenset[OrderItemStatus]] = {
    _S.CONFIRMED: frozenset({_S.PENDING, _S.CUSTOMER_CANCELLED, _S.SELLER_CANCELLED, _S.ATTENDED, _S.ABSENT}),
    _S.PENDING: frozenset({_S.CONFIRMED, _S.CUSTOMER_CANCELLED, _S.SELLER_CANCELLED, _S.ATTENDED, _S.ABSENT}),
    _S.ATTENDED: frozenset({_S.ABSENT, _S.SELLER_CANCELLED}),
    _S.ABSENT: frozenset({_S.ATTENDED, _S.SELLER_CANCELLED}),
    _S.CUSTOMER_CANCELLED: frozenset(),
    _S.SELLER_CANCELLED: frozenset(),
}
"""Moves of imin's copy. A customer cancels through pending; the feed may also bring any move of the truth."""

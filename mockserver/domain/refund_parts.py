"""What a refund is made of: for each item, the part of the money that is its own, and why it is given back.

A refund is defined by the order's total (Open Booking API 8.4.6), and the total is a sum over items; so is each of its falls.
This module must never know events, e-mails or the feed.
"""

from collections.abc import Iterable
from enum import StrEnum

from mockserver.domain.values import OrderItemId, Value


class RefundCause(StrEnum):
    """Why money is given back for an item."""

    CANCELLED = "cancelled"
    """The item has left the order's total, whoever cancelled it."""
    CHEAPER = "cheaper"
    """The item stays, for less money: a replacement."""


class RefundPart(Value, frozen=True, kw_only=True):
    """The money of one item. *Units*: ``amount_minor`` in pence, more than nothing."""

    item_id: OrderItemId
    amount_minor: int
    cause: RefundCause


def sum_minor(parts: Iterable[RefundPart], item_ids: Iterable[OrderItemId] | None = None) -> int:
    """What the parts come to, in pence; of these items alone where they are given."""
    wanted = None if item_ids is None else frozenset(item_ids)
    return sum(part.amount_minor for part in parts if wanted is None or part.item_id in wanted)

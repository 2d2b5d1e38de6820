"""Refusals, by OpenActive's error types. ``decide`` raises them; nothing has changed when one is raised.

The class name is the standard's ``@type``; ``description`` may be shown to the customer. Which HTTP status each has is the
web layer's matter. *Source*: Open Booking API 10.2.2.
"""

from mockserver.domain.rules import Rule


class OpenBookingError(Exception):
    """A command was refused. ``rule`` says by which rule, ``description`` says it in words for a person."""

    def __init__(self, rule: Rule, description: str) -> None:
        super().__init__(description)
        self.rule = rule
        self.description = description


class CancellationNotPermittedError(OpenBookingError):
    """The item cannot be cancelled now; the description is for the customer."""


class UnknownOrderError(OpenBookingError):
    """This world holds no such order."""


class OrderItemIdInvalidError(OpenBookingError):
    """The id is not that of an order item of this order."""


class OrderItemNotWithinOrderError(OpenBookingError):
    """The item exists, in another order."""


class SellerActionNotPermittedError(OpenBookingError):
    """The standard does not let a Seller do this. Only the control interface can meet it, never a client of imin."""

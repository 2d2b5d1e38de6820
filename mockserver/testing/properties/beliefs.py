"""What a client believed, as the step of a scenario that expects it: in the notation where that can say it, else the nearest.

It must never know what is right.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.domain.catalogue import Order
from mockserver.testing.properties.model import STATUSES, Outcome, Shown, Status

Step = Mapping[str, Any]

_WORDS = {status: word.value for word, status in STATUSES.items()}


def of_list(customer: str, item: str, shown: Shown | None, *, right_status: bool) -> tuple[Step, str]:
    """The belief that an item is listed so, or not at all; and what of it cannot be said."""
    listing: dict[str, Any] = {"list_upcoming": customer}
    if shown is None:
        return {**listing, "absent": [item]}, ""
    if shown.status is Status.OTHER:
        return {**listing, "absent": [item]}, _no_word("that it is not listed")
    listing["expect"] = {item: _WORDS[shown.status]}
    if right_status and shown.cancellable is not None:
        listing["cancellable"] = {item: shown.cancellable}
    return listing, ""


def of_order(order: Order, item: str, shown: Shown | None, *, right_status: bool) -> tuple[Step, str]:
    """The belief that an order shows an item so. A flag shows in a request to cancel: an order has none."""
    look: dict[str, Any] = {"get_order": order.name}
    if shown is None:
        return {
            **look,
            "expect": 404,
        }, f"No step can say that an order shows no {item}; the nearest is that there is no order."
    if shown.status is Status.OTHER:
        return {**look, "expect": 404}, _no_word("that there is no such order")
    if right_status and shown.cancellable is not None:
        expect = 204 if shown.cancellable else 400
        return {"cancel": [item], "of": order.name, "expect": expect}, (
            "An order shows no flag; the step asks to cancel, and expects what the client's flag promises."
        )
    return {**look, "expect": {item: _WORDS[shown.status]}}, ""


def of_outcome(order: Order, items: Sequence[str], item: str, outcome: Outcome) -> tuple[Step, str]:
    """The belief about what came of a wish to cancel."""
    match outcome:
        case Outcome.CANCELLED:
            return {"get_order": order.name, "expect": {item: _WORDS[Status.CANCELLED]}}, ""
        case Outcome.REQUESTED:
            return {"cancel": list(items), "of": order.name, "expect": 204}, ""
        case Outcome.REFUSED:
            return {"cancel": list(items), "of": order.name, "expect": 400}, ""
        case Outcome.UNCLEAR:
            return {"cancel": list(items), "of": order.name, "expect": 503}, (
                "No step can say that a client found nothing out; the nearest is that imin could not answer."
            )


def of_history(customer: str, names: Sequence[str | None]) -> tuple[Step, str]:
    """The belief about a customer's orders; ``None`` for one that there is not."""
    known = [name for name in names if name is not None]
    if len(known) < len(names):
        return {"list_orders": customer, "expect": 404}, "The client showed an order that this world does not have."
    return {"list_orders": customer, "expect": known}, ""


def of_failure(question: Step) -> tuple[Step, str]:
    """The belief of a client that failed: none, so that the nearest is that imin gave no answer that it could use."""
    return {
        **question,
        "expect": 503,
    }, "No step can say that a client failed; the nearest is that imin could not answer."


def _no_word(nearest: str) -> str:
    return f"No step can say that the client had no word for it; the nearest is {nearest}."

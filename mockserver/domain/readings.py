"""Where imin is silent: one named choice each, with its options, the default, and the evidence.

A scenario sets readings by name. Code asks ``readings[ReadingName.X]`` and gets one of the declared options.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ReadingName(StrEnum):
    """The names of all readings."""

    PATCH_BODY = "patch-body"
    REPEAT_CANCEL_WHILE_PENDING = "repeat-cancel-while-pending"
    CANCEL_OF_CANCELLED_UNREAD = "cancel-of-cancelled-unread"
    CANCELLED_ITEMS_IN_UPCOMING = "cancelled-items-in-upcoming"
    EMPTY_COLLECTION = "empty-collection"
    UNKNOWN_CUSTOMER = "unknown-customer"
    UNKNOWN_ORDER_ITEM = "unknown-order-item"
    LATE_REFUSAL = "late-refusal"
    DEADLINE_INSTANT = "deadline-instant"
    WINDOW_ARITHMETIC = "window-arithmetic"
    PAGE_PAST_THE_END = "page-past-the-end"
    ATTENDED_STATUS = "attended-status"
    ERROR_KEYS = "error-keys"
    LINKS = "links"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A question that imin leaves open. ``options`` maps each option to what it means.

    ``declared``: a client learns the option only by being refused, so it is built for one and says which. Who tries a client
    under the readings leaves these alone, unless somebody asks.
    """

    name: ReadingName
    question: str
    options: Mapping[str, str]
    default: str
    evidence: str
    declared: bool = False


READINGS: dict[ReadingName, Reading] = {
    reading.name: reading
    for reading in (
        Reading(
            name=ReadingName.PATCH_BODY,
            question="Which body does PATCH /orders/{orderIdentifier} take?",
            options={
                "any": "each of the three forms below",
                "unprefixed": "an Order with type, id",
                "prefixed": "an Order with @type, @id",
                "identifiers": "orderIdentifier and orderItemIdentifier",
            },
            default="any",
            evidence="imin's example is lost. Its page names the two identifiers; its GETs use type/id; the standard, @type/@id.",
            declared=True,
        ),
        Reading(
            name=ReadingName.REPEAT_CANCEL_WHILE_PENDING,
            question="Is a second request for a pending item accepted?",
            options={"accepted": "204, nothing changes", "refused": "400 CancellationNotPermittedError"},
            default="accepted",
            evidence="The standard wants all endpoints idempotent but knows no pending status.",
        ),
        Reading(
            name=ReadingName.CANCEL_OF_CANCELLED_UNREAD,
            question="Is a request accepted for an item that the Seller has cancelled, while imin has not read of it?",
            options={
                "accepted": "204: pending until imin reads the feed, then SellerCancelled",
                "refused": "400 CancellationNotPermittedError, as the Booking System refuses",
            },
            default="accepted",
            evidence="The standard wants the same success for what is cancelled already; the reference one refuses it late.",
        ),
        Reading(
            name=ReadingName.CANCELLED_ITEMS_IN_UPCOMING,
            question="Does a cancelled item stay in Upcoming OrderItems?",
            options={
                "kept": "until its start, with its status",
                "dropped": "it leaves the list when imin reads the feed",
            },
            default="kept",
            evidence="imin says the change is reflected in the GET endpoints; whether a finally cancelled item stays is unknown.",
        ),
        Reading(
            name=ReadingName.EMPTY_COLLECTION,
            question="How does a list without items look?",
            options={"key-omitted": "imin:item is absent", "empty-array": "imin:item is []"},
            default="key-omitted",
            evidence="imin documents that a field is dropped when its array is empty.",
        ),
        Reading(
            name=ReadingName.UNKNOWN_CUSTOMER,
            question="What is a list of an unknown customer?",
            options={"empty": "200 with imin:totalItems 0", "not-found": "404 NotFoundError"},
            default="empty",
            evidence="None.",
        ),
        Reading(
            name=ReadingName.UNKNOWN_ORDER_ITEM,
            question="What is the status for an item that the order does not hold?",
            options={"400": "400 with the standard's error type", "404": "404 with the standard's error type"},
            default="400",
            evidence="The standard says 500; imin documents only 204 and 400.",
        ),
        Reading(
            name=ReadingName.LATE_REFUSAL,
            question="What becomes of a pending item that the Booking System refuses?",
            options={"reverts": "OrderItemConfirmed again", "stays-pending": "it stays pending"},
            default="reverts",
            evidence="None; the standard has no pending status to leave.",
        ),
        Reading(
            name=ReadingName.DEADLINE_INSTANT,
            question="Is the deadline instant itself too late?",
            options={"too-late": "the deadline must be in the future", "allowed": "the exact instant still counts"},
            default="too-late",
            evidence='The standard says "in the future"; the reference implementation allows the exact instant.',
        ),
        Reading(
            name=ReadingName.WINDOW_ARITHMETIC,
            question="Is P1D before the start a calendar day or 24 hours?",
            options={"calendar": "the same local time the day before", "elapsed": "24 hours, whatever the clocks do"},
            default="calendar",
            evidence="ISO 8601 means the calendar, and so does the conformance suite; the reference implementation counts hours.",
        ),
        Reading(
            name=ReadingName.PAGE_PAST_THE_END,
            question="What is a page past the last one?",
            options={"empty": "200 without items", "not-found": "404 NotFoundError"},
            default="empty",
            evidence="None.",
        ),
        Reading(
            name=ReadingName.ATTENDED_STATUS,
            question="Which word says that the attendee came?",
            options={"CustomerAttended": "the standard's text", "AttendeeAttended": "the standard's later tooling"},
            default="CustomerAttended",
            evidence="CR3 says CustomerAttended; its data models and conformance suite moved to AttendeeAttended.",
        ),
        Reading(
            name=ReadingName.ERROR_KEYS,
            question="Which key names the type of an error?",
            options={"prefixed": "@type", "unprefixed": "type"},
            default="prefixed",
            evidence="imin's own 400 on the access-pass endpoint has @type; its 1.0 dialect elsewhere has type.",
        ),
        Reading(
            name=ReadingName.LINKS,
            question="Which address do ids and links carry?",
            options={"called": "the address that the client called, or --public-url", "imin": "https://book.imin.co"},
            default="called",
            evidence="imin shows https://book.imin.co; a client that follows links must stay with the mock.",
        ),
    )
}
"""The whole table, by name."""

DECLARED_READINGS: frozenset[ReadingName] = frozenset(name for name, reading in READINGS.items() if reading.declared)
"""Those that a client is built for."""

Readings = Mapping[ReadingName, str]
"""One chosen option for every reading."""

DEFAULT_READINGS: Readings = MappingProxyType({name: reading.default for name, reading in READINGS.items()})
"""The default of every reading."""

"""Where imin is silent: one named choice each, with its options, the default, and the evidence.

A scenario sets readings by name, a command line as ``name=option``. Code asks ``readings[ReadingName.X]`` and gets one of
the declared options.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from mockserver.foundation.suggestions import did_you_mean


class ReadingName(StrEnum):
    """The names of all readings."""

    REFUSED_KEY = "refused-key"
    PATCH_BODY = "patch-body"
    REPEAT_CANCEL_WHILE_PENDING = "repeat-cancel-while-pending"
    CANCEL_OF_CANCELLED_UNREAD = "cancel-of-cancelled-unread"
    CANCELLED_ITEMS_IN_UPCOMING = "cancelled-items-in-upcoming"
    EMPTY_COLLECTION = "empty-collection"
    UNKNOWN_CUSTOMER = "unknown-customer"
    UNKNOWN_ORDER_ITEM = "unknown-order-item"
    WRONG_TYPE_OR_ID = "wrong-type-or-id"
    INVALID_QUERY = "invalid-query"
    LIST_ID = "list-id"
    FREE_RECEIPT = "free-receipt"
    SELLER_NAME = "seller-name"
    RECEIPT_DATE = "receipt-date"
    LATE_REFUSAL = "late-refusal"
    DEADLINE_INSTANT = "deadline-instant"
    WINDOW_ARITHMETIC = "window-arithmetic"
    PAGE_PAST_THE_END = "page-past-the-end"
    ATTENDED_STATUS = "attended-status"
    FEED_ORDERED_ITEM = "feed-ordered-item"
    ERROR_KEYS = "error-keys"
    LINKS = "links"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A question that imin leaves open. ``options`` maps each option to what it means.

    ``declared``: a client learns the option only by being refused, so it is built for one and says which. Who tries a client
    under the readings leaves these alone, unless somebody asks. ``of_server``: it is about requests that reach no world, and so a
    server alone can choose it.
    """

    name: ReadingName
    question: str
    options: Mapping[str, str]
    default: str
    evidence: str
    declared: bool = False
    of_server: bool = False


READINGS: dict[ReadingName, Reading] = {
    reading.name: reading
    for reading in (
        Reading(
            name=ReadingName.REFUSED_KEY,
            question="What is the answer to a request without a key, or with one that imin does not know?",
            options={
                "problem": "401 with the mock's own words, which tell what is wrong with the key",
                "gateway": '401 {"message": "No API key found in request"} without, 401 {"message": "Unauthorized"} with another',
                "gateway-403": 'the same without, 403 {"message": "Invalid authentication credentials"} with another',
                "standard": "403 NoAPITokenError without, 401 InvalidAPITokenError with another",
            },
            default="problem",
            evidence="imin documents that a key is needed, not what happens without; its applications stand behind the Kong"
            " gateway, whose newer and older versions answer so; the standard has types of its own.",
            of_server=True,
        ),
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
            options={
                "400": "400 with the standard's error type",
                "404": "404 with the standard's error type",
                "500": "500 with the standard's error type, as in the standard",
            },
            default="400",
            evidence="The standard says 500; imin documents only 204 and 400.",
        ),
        Reading(
            name=ReadingName.WRONG_TYPE_OR_ID,
            question="What is the status for a cancellation with a wrong type, or an id that is not one of the order's items?",
            options={
                "400": "400 with the standard's error type",
                "500": "500 with the standard's error type, as in the standard",
            },
            default="400",
            evidence="The standard says 500 for UnexpectedOrderTypeError, OrderItemIdInvalidError and"
            " OrderItemNotWithinOrderError; imin documents only 204 and 400.",
        ),
        Reading(
            name=ReadingName.INVALID_QUERY,
            question="What is the body of the 400 for a wrong query?",
            options={
                "query-helper": '{"error": {"type": "InvalidQuery", "details": [...]}}',
                "flat": "the flat error of the standard, of type OpenBookingError",
            },
            default="query-helper",
            evidence="imin's shared query helper answers in the first form; nothing shows that this API uses it.",
        ),
        Reading(
            name=ReadingName.LIST_ID,
            question="What is the id of a list that was asked for without a page?",
            options={
                "as-asked": "the URL that was asked for, to the letter",
                "with-page": "the URL that was asked for, with the page that it means",
            },
            default="as-asked",
            evidence="imin shows the request's URL as the id, in an example that names its page.",
        ),
        Reading(
            name=ReadingName.FREE_RECEIPT,
            question="Has an order for which nothing was to pay a receipt?",
            options={"absent": "none, and imin:receipt is absent", "given": "one, as every order"},
            default="absent",
            evidence='imin documents that imin:receipt is absent if there is none, and elsewhere that "each successful Order" has'
            " one.",
        ),
        Reading(
            name=ReadingName.SELLER_NAME,
            question="Does the seller of an order have its name?",
            options={"absent": "type, id and termsOfService alone", "shown": "the name too"},
            default="absent",
            evidence="imin's example of an order shows its seller without a name; the standard recommends one.",
        ),
        Reading(
            name=ReadingName.RECEIPT_DATE,
            question="How is the date of a receipt written?",
            options={
                "microseconds": "2030-05-31T08:00:00.000000+00:00",
                "seconds": "2030-05-31T08:00:00Z, as the date of an order is",
            },
            default="microseconds",
            evidence="imin's example of a receipt has microseconds and an offset; that of an order has neither.",
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
            options={
                "AttendeeAttended": "the standard's data models",
                "CustomerAttended": "the standard's text",
            },
            default="AttendeeAttended",
            evidence="CR3 says CustomerAttended; its data models, validator and conformance suite moved to AttendeeAttended.",
        ),
        Reading(
            name=ReadingName.FEED_ORDERED_ITEM,
            question="How does an item of the OrdersFeed name its opportunity?",
            options={
                "iri": "the @id alone, and its data once the Seller has changed them",
                "reference": "an object with @type and @id, and its data once the Seller has changed them",
                "data": "an object with all its data",
            },
            default="iri",
            evidence="CR3 shows a reference, which the standard's own validator refuses; its data models take an @id or the data"
            " (Open Booking API issue 198).",
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

WORLD_READINGS: Mapping[ReadingName, Reading] = MappingProxyType(
    {name: reading for name, reading in READINGS.items() if not reading.of_server}
)
"""Those that a scenario and a world can choose."""

Readings = Mapping[ReadingName, str]
"""One chosen option for every reading that a world has."""

DEFAULT_READINGS: Readings = MappingProxyType({name: reading.default for name, reading in WORLD_READINGS.items()})
"""The default of every reading that a world has."""


class UnknownReadingError(Exception):
    """There is no such reading, or no such option of it; the message says what there is."""


def chosen_readings(written: Iterable[str], *, of_world: bool = False) -> Mapping[ReadingName, str]:
    """The options that are chosen, ``of_world`` for one world alone; of a reading named twice, the last one.

    *Raises* :class:`UnknownReadingError`.
    """
    chosen: dict[ReadingName, str] = {}
    for text in written:
        name, between, option = text.partition("=")
        if not between:
            raise UnknownReadingError(f"{text[:64]!r} is not NAME=OPTION, such as links=imin.")
        reading = READINGS[reading_named(name)]
        if of_world and reading.of_server:
            raise UnknownReadingError(
                f"{name} is about requests that reach no world: a server chooses it, with --readings {name}=OPTION."
            )
        if option not in reading.options:
            meant = did_you_mean(option, reading.options)
            raise UnknownReadingError(
                f"{option[:64]!r} is no option of {name}.{meant} It takes {', '.join(reading.options)}."
            )
        chosen[reading.name] = option
    return chosen


def reading_named(name: str) -> ReadingName:
    """The reading of this name. *Raises* :class:`UnknownReadingError`."""
    try:
        return ReadingName(name)
    except ValueError:
        meant = did_you_mean(name, [each.value for each in ReadingName]) or " imin-mock readings lists them."
        raise UnknownReadingError(f"There is no reading {name[:64]!r}.{meant}") from None

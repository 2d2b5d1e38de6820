"""The JSON of imin's face as JSON Schema: exactly what :mod:`mockserver.web.imin_api.wire` writes and what PATCH takes.

A document rather than code. It must never know an HTTP path or a status; :mod:`mockserver.web.imin_api.openapi` does.
"""

from typing import Any

from mockserver.domain.statuses import OrderItemStatus
from mockserver.engine.queries import ITEMS_PER_PAGE
from mockserver.foundation.patterns import whole
from mockserver.web.imin_api.cancellation_body import CANCELLED_URL
from mockserver.web.imin_api.wire import COLLECTION_CONTEXT, ORDER_CONTEXT
from mockserver.web.openactive import status_url

Schema = dict[str, Any]

UUID: Schema = {"type": "string", "format": "uuid"}
_TEXT: Schema = {"type": "string"}
_URL: Schema = {"type": "string", "format": "uri"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_ITEM_URL_PATTERN = whole(r"https?://[^/?#\s]+/api/v2/orders/[^/?#\s]+/order-items/[^/?#\s]+")


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _object(required: Schema, optional: Schema | None = None, *, description: str | None = None) -> Schema:
    """An object of exactly these properties."""
    schema: Schema = {"type": "object", "description": description} if description else {"type": "object"}
    return {
        **schema,
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def _kind(name: str) -> Schema:
    return {"const": name}


def _list(items: Schema, description: str, **limits: int) -> Schema:
    return {"type": "array", "items": items, "description": description, **limits}


_STATUSES = [status_url(status) for status in OrderItemStatus] + [
    status_url(OrderItemStatus.ATTENDED, "CustomerAttended")
]

_ITEM_BASE: Schema = {
    "type": _kind("OrderItem"),
    "id": {"type": "string", "format": "uri", "pattern": _ITEM_URL_PATTERN},
    "identifier": _said(_TEXT, "Opaque; orderItemIdentifier of a cancellation."),
    "orderedItem": {"oneOf": [_ref("ScheduledSession"), _ref("Slot")]},
    "acceptedOffer": _ref("Offer"),
    "orderItemStatus": _ref("OrderItemStatus"),
}
_ITEM_EXTRAS: Schema = {
    "attendee": _object({"type": _kind("Person"), "name": _TEXT}),
    "cancellationMessage": _said(_TEXT, "The Seller's words, beside SellerCancelled."),
    "customerNotice": _TEXT,
    "accessPass": _list(_object({"type": _kind("Barcode"), "text": _TEXT}), "Access passes.", minItems=1),
    "accessCode": _list(
        _object({"type": _kind("PropertyValue"), "name": _TEXT, "description": _TEXT}), "Access codes.", minItems=1
    ),
    "accessChannel": _object({"type": _kind("VirtualLocation"), "url": _TEXT}),
}
_OPPORTUNITY: Schema = {"id": _URL, "identifier": _TEXT, "startDate": _INSTANT, "endDate": _INSTANT}
_FACILITY: Schema = {"id": _URL, "identifier": _TEXT, "name": _TEXT}
_EVENT_STATUS: Schema = {
    "eventStatus": _said(_kind("https://schema.org/EventScheduled"), "In orders; the list of upcoming items has none.")
}
_VIEW: Schema = {
    "id": _URL,
    "type": _kind("PartialCollectionView"),
    "first": _URL,
    "last": _URL,
    "imin:currentPage": {"type": "integer", "minimum": 1},
    "imin:itemsPerPage": {"const": ITEMS_PER_PAGE},
    "imin:totalPages": _COUNT,
    "urlTemplate": {"type": "string", "pattern": whole(r".*page=\{page\}")},
}


def _collection(of: str, title: str) -> Schema:
    items = _list(_ref(of), "Absent from a page without items (by default; a reading).", maxItems=ITEMS_PER_PAGE)
    envelope = {
        "@context": {"const": COLLECTION_CONTEXT},
        "id": _URL,
        "type": _kind("imin:RestrictedCollection"),
        "imin:totalItems": _COUNT,
        "view": _ref("PartialCollectionView"),
    }
    return _object(envelope, {"imin:item": items}, description=title)


def _error(type_key: str) -> Schema:
    return _object({"@context": {"const": "https://openactive.io/"}, type_key: _TEXT, "description": _TEXT})


ANSWERS: dict[str, Schema] = {
    "UpcomingOrderItems": _collection("UpcomingOrderItem", "A page of what the customer will attend, earliest first."),
    "Orders": _collection("Order", "A page of the customer's orders, newest first."),
    "PartialCollectionView": _object(
        _VIEW,
        {"next": _URL, "previous": _URL},
        description="Where the page stands; next and previous only if there are.",
    ),
    "UpcomingOrderItem": _object(
        {
            **_ITEM_BASE,
            "imin:isPresentlyCancellable": _said(
                {"type": "boolean"}, "Whether a cancellation sent at the instant of this answer would be accepted."
            ),
            "imin:order": _object({"type": _kind("Order"), "id": _URL, "identifier": UUID}),
        },
        _ITEM_EXTRAS,
    ),
    "Order": _object(
        {
            "type": _kind("Order"),
            "@context": {"const": ORDER_CONTEXT},
            "id": _URL,
            "identifier": UUID,
            "orderDate": _INSTANT,
            "confirmationNumber": _TEXT,
            "seller": _ref("Seller"),
            "orderedItem": _list(_ref("OrderItem"), "What was booked.", minItems=1),
        },
        {
            "imin:receipt": _list(
                _ref("Invoice"),
                "Newest first: the booking's, and one for each refund. Absent if there is none.",
                minItems=1,
            )
        },
    ),
    "OrderItem": _object(_ITEM_BASE, _ITEM_EXTRAS, description="An item of an order; without the flag."),
    "OrderItemStatus": {
        "enum": _STATUSES,
        "description": "The pending status is in imin's own namespace, every other one in OpenActive's.",
    },
    "ScheduledSession": _object(
        {
            "type": _kind("ScheduledSession"),
            **_OPPORTUNITY,
            "superEvent": _object(
                {
                    "type": _kind("SessionSeries"),
                    "location": _ref("Place"),
                    "superEvent": _object(
                        {"type": _kind("EventSeries"), "name": _TEXT, "organizer": _ref("Organization")}
                    ),
                }
            ),
        },
        _EVENT_STATUS,
        description="A session.",
    ),
    "Slot": _object(
        {
            "type": _kind("Slot"),
            **_OPPORTUNITY,
            "remainingUses": _COUNT,
            "maximumUses": {"type": "integer", "minimum": 1},
            "facilityUse": {"oneOf": [_ref("FacilityUse"), _ref("IndividualFacilityUse")]},
        },
        _EVENT_STATUS,
        description="A facility's slot.",
    ),
    "FacilityUse": _object(
        {
            "type": _kind("FacilityUse"),
            **_FACILITY,
            "location": _ref("Place"),
            "provider": _ref("Organization"),
        },
        description="A facility.",
    ),
    "IndividualFacilityUse": _object(
        {"type": _kind("IndividualFacilityUse"), **_FACILITY, "facilityUse": _ref("FacilityUse")},
        description="One of several like facilities, such as a court.",
    ),
    "Offer": _object(
        {
            "type": _kind("Offer"),
            "id": _URL,
            "name": _TEXT,
            "price": {"type": "number", "minimum": 0},
            "priceCurrency": {"type": "string", "pattern": whole("[A-Z]{3}")},
        },
        {
            "allowCustomerCancellationFullRefund": {"type": "boolean"},
            "latestCancellationBeforeStartDate": _said(
                {"type": "string", "format": "duration"}, "How long before the start it is too late to cancel."
            ),
        },
        description="The offer as it was when it was accepted.",
    ),
    "Invoice": _object({"type": _kind("Invoice"), "url": _URL, "dateCreated": _INSTANT}),
    "Organization": _object({"type": _kind("Organization"), "id": _URL, "name": _TEXT}),
    "Seller": _object(
        {
            "type": _kind("Organization"),
            "id": _URL,
            "termsOfService": _list(
                _object({"type": {"enum": ["PrivacyPolicy", "TermsOfUse"]}, "name": _TEXT, "url": _URL}), "Its terms."
            ),
        },
        {"name": _said(_TEXT, "Where a reading says so.")},
    ),
    "Place": _object(
        {
            "type": _kind("Place"),
            "identifier": _TEXT,
            "name": _TEXT,
            "url": _URL,
            "geo": _object(
                {"type": _kind("GeoCoordinates"), "latitude": {"type": "number"}, "longitude": {"type": "number"}}
            ),
            "address": _object(
                {
                    "type": _kind("PostalAddress"),
                    **dict.fromkeys(
                        ("addressLocality", "postalCode", "addressRegion", "addressCountry", "streetAddress"), _TEXT
                    ),
                }
            ),
        }
    ),
    "OpenBookingError": {
        "oneOf": [_error("@type"), _error("type")],
        "description": "A refusal. @type (or type, a reading) is OpenActive's; the description may be shown to the customer.",
    },
    "GatewayMessage": _object({"message": _TEXT}, description="What a gateway says of a key (a reading)."),
    "InvalidQuery": _object(
        {"error": _object({"type": _kind("InvalidQuery"), "details": _list(_TEXT, "What is wrong.", minItems=1)})},
        description="A wrong query string.",
    ),
    "Problem": _object(
        {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
        description="What imin would never answer (RFC 9457); beside it stands the header X-Imin-Mock-Fault.",
    ),
}
"""Every schema that an answer refers to."""


def _request_object(required: Schema, optional: Schema, description: str) -> Schema:
    """An object of these properties; names with a namespace prefix are exempt (Open Booking API 9.2.8)."""
    schema = _object(required, optional, description=description)
    return {**schema, "patternProperties": {":": {}}}


def _order_form(prefix: str, description: str) -> Schema:
    item = _request_object(
        {
            f"{prefix}type": _kind("OrderItem"),
            f"{prefix}id": {"type": "string", "pattern": _ITEM_URL_PATTERN},
            "orderItemStatus": _kind(CANCELLED_URL),
        },
        {"@context": True},
        "An item to cancel: its id as the lists show it.",
    )
    items = _list(item, "The items to cancel: all of them or none.", minItems=1)
    return _request_object({f"{prefix}type": _kind("Order"), "orderedItem": items}, {"@context": True}, description)


CANCELLATION: dict[str, Schema] = {
    "UnprefixedCancellation": _order_form("", "An Order with type and id, as imin's own answers have them."),
    "PrefixedCancellation": _order_form("@", "An Order with @type and @id, as in the newest standard."),
    "IdentifiersCancellation": _request_object(
        {"orderIdentifier": UUID, "orderItemIdentifier": {"type": "string", "minLength": 1}},
        {},
        "The two values that imin's page names: the order in the path, and one item of it.",
    ),
}
"""The three forms of a cancellation; the reading patch-body says which of them a world takes."""

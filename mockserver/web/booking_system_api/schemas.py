"""JSON Schemas of the Booking System's face: the feed's page, the standard's error, the actions with their members."""

from collections.abc import Iterable
from typing import Any

from mockserver.domain.statuses import OrderItemStatus
from mockserver.foundation.patterns import whole
from mockserver.web.booking_system_api.actions import DEEDS, OPPORTUNITY_TYPES
from mockserver.web.booking_system_api.deeds_by_name import ACTIONS, schemas_of
from mockserver.web.openactive import status_url

Schema = dict[str, Any]

_URL: Schema = {"type": "string", "format": "uri"}
_TEXT: Schema = {"type": "string", "minLength": 1}


def _object(properties: Schema, *optional: str, closed: bool = True) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        **({"additionalProperties": False} if closed else {}),
    }


def _constant(value: str) -> Schema:
    return {"const": value}


STATUSES = sorted(
    {status_url(status) for status in OrderItemStatus if status is not OrderItemStatus.PENDING}
    | {status_url(OrderItemStatus.ATTENDED, "CustomerAttended")}
)

OFFER = _object(
    {
        "@type": _constant("Offer"),
        "@id": _URL,
        "name": _TEXT,
        "price": {"type": "number", "minimum": 0},
        "priceCurrency": _TEXT,
        "allowCustomerCancellationFullRefund": {"type": "boolean"},
        "latestCancellationBeforeStartDate": {"type": "string", "format": "duration"},
    },
    "allowCustomerCancellationFullRefund",
    "latestCancellationBeforeStartDate",
)

_REFERENCE = {
    "title": "Reference",
    **_object({"@type": {"enum": list(OPPORTUNITY_TYPES)}, "@id": _URL}),
}
_PLACE = _object(
    {
        "@type": _constant("Place"),
        "identifier": _TEXT,
        "name": _TEXT,
        "url": _URL,
        "geo": _object(
            {"@type": _constant("GeoCoordinates"), "latitude": {"type": "number"}, "longitude": {"type": "number"}}
        ),
        "address": _object(
            {
                "@type": _constant("PostalAddress"),
                **dict.fromkeys(
                    ("addressLocality", "postalCode", "addressRegion", "addressCountry", "streetAddress"), _TEXT
                ),
            }
        ),
    }
)
_TIMES: Schema = {
    "startDate": {"type": "string", "format": "date-time"},
    "endDate": {"type": "string", "format": "date-time"},
}
_SESSION = {
    "title": "ScheduledSession",
    **_object(
        {
            "@type": _constant("ScheduledSession"),
            "@id": _URL,
            **_TIMES,
            "name": _TEXT,
            "location": _PLACE,
            "superEvent": _URL,
        }
    ),
}
_FACILITY = _object(
    {
        "@type": _constant("FacilityUse"),
        "@id": _URL,
        "name": _TEXT,
        "url": _URL,
        "location": _PLACE,
        "provider": _object({"@type": _constant("Organization"), "@id": _URL, "name": _TEXT}),
        "facilityType": {
            "type": "array",
            "minItems": 1,
            "items": _object({"@type": _constant("Concept"), "@id": _URL, "prefLabel": _TEXT, "inScheme": _URL}),
        },
    }
)
_INDIVIDUAL = _object(
    {"@type": _constant("IndividualFacilityUse"), "@id": _URL, "name": _TEXT, "aggregateFacilityUse": _FACILITY}
)
_SLOT = {
    "title": "Slot",
    **_object({"@type": _constant("Slot"), "@id": _URL, **_TIMES, "facilityUse": {"oneOf": [_FACILITY, _INDIVIDUAL]}}),
}

ORDER_ITEM = _object(
    {
        "@type": _constant("OrderItem"),
        "@id": _URL,
        "orderItemStatus": {"enum": STATUSES},
        "acceptedOffer": OFFER,
        "orderedItem": {"oneOf": [_URL, _REFERENCE, _SESSION, _SLOT]},
        "cancellationMessage": _TEXT,
        "customerNotice": _TEXT,
        "accessPass": {
            "type": "array",
            "minItems": 1,
            "items": _object({"@type": _constant("Barcode"), "text": _TEXT}),
        },
        "accessCode": {
            "type": "array",
            "minItems": 1,
            "items": _object({"@type": _constant("PropertyValue"), "name": _TEXT, "description": _TEXT}),
        },
        "accessChannel": _object({"@type": _constant("VirtualLocation"), "url": _TEXT}),
    },
    *("cancellationMessage", "customerNotice", "accessPass", "accessCode", "accessChannel"),
)

ORDER = _object(
    {
        "@context": _constant("https://openactive.io/"),
        "@type": _constant("Order"),
        "@id": _URL,
        "identifier": _TEXT,
        "orderedItem": {"type": "array", "minItems": 1, "items": ORDER_ITEM},
        "totalPaymentDue": _object(
            {
                "@type": _constant("PriceSpecification"),
                "price": {"type": "number", "minimum": 0},
                "priceCurrency": _TEXT,
            }
        ),
    }
)

FEED_ITEM = _object(
    {
        "state": _constant("updated"),
        "kind": _constant("Order"),
        "id": _TEXT,
        "modified": {"type": "integer", "minimum": 1},
        "data": ORDER,
    }
)

FEED_PAGE = _object({"next": _URL, "items": {"type": "array", "items": FEED_ITEM}})

ERROR = _object(
    {
        "@context": _constant("https://openactive.io/"),
        "@type": {"type": "string", "pattern": whole(".*Error")},
        "description": _TEXT,
    }
)

PROBLEM = _object(
    {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": {"type": "string"}}, closed=False
)

_MEMBERS: Schema = {
    "items": {
        "type": ["array", "null"],
        "items": {"type": "string"},
        "description": "The order items' identifiers; left out, every item of the order.",
    },
    "message": {"type": ["string", "null"], "description": "What the Seller says to the customer."},
    "by": {
        "type": ["string", "null"],
        "description": "The @id of the opportunity to move to, or its name in the scenario.",
    },
    "value": {"type": ["string", "null"], "description": "The new value; left out, one that follows from the world."},
}


def _actions(kind: str) -> list[Schema]:
    """The schemas of an action: of an order, whose items it may name, and of an opportunity, which means all that is booked."""
    of_order = _action(kind, ["Order"], "The order's URL, identifier or name")
    if not DEEDS[kind].to_order:
        return [_action(kind, OPPORTUNITY_TYPES, "The opportunity's URL, or its name")]
    on_opportunity = _action(
        kind, OPPORTUNITY_TYPES, "The URL or name of an opportunity, for all that is booked on it,"
    )
    if "imin-mock:items" in on_opportunity["properties"]:
        on_opportunity["properties"]["imin-mock:items"] = {"type": "null"}
    if "imin-mock:by" in on_opportunity["properties"]:
        # One order's replacement follows from the order; for everybody's it must be said.
        on_opportunity["properties"]["imin-mock:by"] = {**_MEMBERS["by"], "type": "string"}
        on_opportunity["required"] = [*on_opportunity["required"], "imin-mock:by"]
    return [of_order, {**on_opportunity, "title": f"{kind} on an opportunity"}]


def _action(kind: str, object_types: Iterable[str], what: str) -> Schema:
    deed = DEEDS[kind]
    members = {
        f"imin-mock:{name}": _MEMBERS[name] for name in ("items", "message", "by", "value") if name in deed.takes
    }
    if kind == "ChangeOfLogisticsTimeSimulateAction":
        members["imin-mock:value"] = {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "The new start.",
        }
    described = _object(
        {
            "@context": {"description": "Any JSON-LD context; it is not read."},
            "@type": {"enum": [f"test:{kind}", kind]},
            "object": _object(
                {
                    "@type": {"enum": [*object_types]},
                    "@id": {"type": "string", "description": f"{what} in the scenario."},
                }
            ),
            **members,
        },
        "@context",
        *members,
    )
    return {"title": kind, "description": deed.says, **described}


ACTION: Schema = {
    "oneOf": [
        *(each for word in ACTIONS for each in schemas_of(word)),
        *(each for kind in DEEDS for each in _actions(kind)),
    ]
}

_CONTEXT = ["https://openactive.io/", "https://openactive.io/test-interface"]

ACTION_EXAMPLES: Schema = {
    "as a scenario says it": {"do": "seller_cancels", "order": "booking", "message": "The instructor is ill."},
    "as a scenario says that the class is off": {"do": "seller_cancels", "opportunity": "yoga"},
    "the whole order": {
        "@context": _CONTEXT,
        "@type": "test:SellerRequestedCancellationWithMessageSimulateAction",
        "object": {"@type": "Order", "@id": "booking"},
        "imin-mock:message": "The instructor is ill.",
    },
    "the class is off": {
        "@context": _CONTEXT,
        "@type": "test:SellerRequestedCancellationWithMessageSimulateAction",
        "object": {"@type": "ScheduledSession", "@id": "yoga"},
        "imin-mock:message": "The hall is flooded.",
    },
    "one item": {
        "@type": "test:SellerRequestedCancellationSimulateAction",
        "object": {"@type": "Order", "@id": "booking"},
        "imin-mock:items": ["seat-1"],
    },
    "another name": {
        "@type": "test:ChangeOfLogisticsNameSimulateAction",
        "object": {"@type": "ScheduledSession", "@id": "yoga"},
        "imin-mock:value": "Morning Yoga",
    },
}

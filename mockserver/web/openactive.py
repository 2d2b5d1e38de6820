"""What both faces say in OpenActive's words: statuses, prices, offers, ways of access, and the standard's types of errors.

imin's face writes ``type`` and ``id``, the OrdersFeed ``@type`` and ``@id``: ``at`` is what stands before them. *Source* of
the errors: Open Booking API 10.2.2, 10.2.3.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from whenever import ZonedDateTime

from mockserver.domain.catalogue import Offer, Place
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.world import ItemState
from mockserver.foundation.calendar import written

ACCESS_CODE = "Access code"
"""What the ``name`` says that an access code must have."""


def status_url(status: OrderItemStatus, attended: str = "AttendeeAttended") -> str:
    """The wire form of a status. imin's own pending status is in imin's namespace, all others in OpenActive's."""
    if status is OrderItemStatus.PENDING:
        return f"https://imin.co/{status}"
    return f"https://openactive.io/{attended if status is OrderItemStatus.ATTENDED else status}"


def price(minor: int) -> float | int:
    """Pence as a JSON number of pounds."""
    return minor // 100 if minor % 100 == 0 else minor / 100


def offer_terms(offer: Offer, at: str = "") -> dict[str, Any]:
    """The accepted offer, with what it says about cancelling; what it does not say is left out."""
    shown: dict[str, Any] = {
        f"{at}type": "Offer",
        f"{at}id": offer.id,
        "name": offer.name,
        "price": price(offer.price_minor),
        "priceCurrency": offer.currency,
    }
    if offer.allow_customer_cancellation_full_refund is not None:
        shown["allowCustomerCancellationFullRefund"] = offer.allow_customer_cancellation_full_refund
    if offer.latest_cancellation_before_start is not None:
        shown["latestCancellationBeforeStartDate"] = written(offer.latest_cancellation_before_start)
    return shown


def ways_of_access(state: ItemState, at: str = "") -> dict[str, Any]:
    """The item's access pass, code and channel, where it has one."""
    shown: dict[str, Any] = {}
    if state.access_pass:
        shown["accessPass"] = [{f"{at}type": "Barcode", "text": state.access_pass}]
    if state.access_code:
        code = {f"{at}type": "PropertyValue", "name": ACCESS_CODE, "description": state.access_code}
        shown["accessCode"] = [code]
    if state.access_channel:
        shown["accessChannel"] = {f"{at}type": "VirtualLocation", "url": state.access_channel}
    return shown


def date_time(instant: ZonedDateTime) -> str:
    """A date-time with its offset, exactly: ``2030-06-05T19:00:00+01:00``, with a fraction where the second is not whole."""
    return instant.to_fixed_offset().format_iso()


def place(place: Place, at: str = "") -> dict[str, Any]:
    """A venue with its address."""
    return {
        f"{at}type": "Place",
        "identifier": place.identifier,
        "name": place.name,
        "url": place.url,
        "geo": {f"{at}type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude},
        "address": {
            f"{at}type": "PostalAddress",
            "addressLocality": place.locality,
            "postalCode": place.postal_code,
            "addressRegion": place.region,
            "addressCountry": place.country,
            "streetAddress": place.street_address,
        },
    }


_BY_STATUS: Mapping[int, str] = {
    400: """IncompleteCustomerDetailsError IncompleteBrokerDetailsError UnnecessaryPaymentDetailsError
        MissingPaymentDetailsError IncompletePaymentDetailsError InvalidPaymentDetailsError TotalPaymentDueMismatchError
        CancellationNotPermittedError PatchContainsExcessivePropertiesError PatchNotAllowedOnPropertyError""",
    401: "InvalidAPITokenError InvalidAuthorizationDetailsError",
    403: "UnauthenticatedError NoAPITokenError",
    404: "UnknownOrderError UnknownOrIncorrectEndpointError NotFoundError",
    405: "MethodNotAllowedError",
    409: """OpportunityHasInsufficientCapacityError UnableToProcessOrderItemError IncompleteAttendeeDetailsError
        IncompleteOrderItemError IncompleteIntakeFormError InvalidIntakeFormError UnacceptableOfferError UnknownOfferError
        UnknownOpportunityError InvalidOpportunityOrOfferIdError OpportunityOfferPairNotBookableError
        OpportunityIntractableError OpportunityIsInConflictError OpportunityIsFullError
        OpportunityCapacityIsReservedByLeaseError""",
    410: "GoneError",
    429: "TooManyRequestsError",
    500: """OrderAlreadyExistsError OrderProposalVersionOutdatedError OrderCreationFailedError UnexpectedOrderTypeError
        SellerNotFoundError SellerMismatchError OrderItemNotWithinOrderError OrderItemIdInvalidError
        InternalOpenBookingError InternalApplicationError InternalLibraryError InternalLibraryConfigurationError""",
    503: """TemporarilyUnableToProduceOrderQuoteError TemporarilyUnableToCreateOrderError
        TemporarilyUnableToUpdateOrderError TemporarilyUnableToDeleteOrderError""",
}

STATUS_OF_TYPE: Mapping[str, int] = MappingProxyType(
    {kind: status for status, kinds in _BY_STATUS.items() for kind in kinds.split()}
)
"""Every subclass of OpenBookingError with its status."""


def standard_type(kind: str) -> str:
    """The type that the standard has for a refusal; its base class, which has no status of its own, where it has none."""
    return kind if kind in STATUS_OF_TYPE else "OpenBookingError"

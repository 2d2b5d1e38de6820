"""The standard's error types with their statuses: what an error may be called, and what it is then answered with.

*Source*: Open Booking API 10.2.2, 10.2.3.
"""

from collections.abc import Mapping
from types import MappingProxyType

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

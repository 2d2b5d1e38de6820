"""How the Booking System says no: the standard's flat error, with its media type. *Source*: Open Booking API 10.2, 11.1.1.

The standard answers some of a caller's mistakes with 500; this face does not, so that a 500 always means a bug of the mock.
"""

from typing import Any

from mockserver.domain.errors import (
    CancellationNotPermittedError,
    OpenBookingError,
    OrderItemIdInvalidError,
    OrderItemNotWithinOrderError,
    SellerActionNotPermittedError,
    UnknownOrderError,
)
from mockserver.domain.rules import Rule
from mockserver.web.answers import Answer, json_answer
from mockserver.web.operation import RefusalError

BOOKING_JSON = "application/vnd.openactive.booking+json; version=1"

STATUS_OF_ERROR: dict[type[OpenBookingError], int] = {
    CancellationNotPermittedError: 409,
    UnknownOrderError: 404,
    OrderItemIdInvalidError: 404,
    OrderItemNotWithinOrderError: 404,
    SellerActionNotPermittedError: 409,
}
"""Every domain refusal, on this face and on the control interface."""

_RULE_OF_STATUS = {
    413: Rule.BODY_TOO_LARGE,
    415: Rule.BODY_MEDIA_TYPE,
    400: Rule.BODY_NOT_JSON,
    422: Rule.SELLER_ILLEGAL,
}
_KIND_OF_STATUS = {405: "MethodNotAllowedError", 404: "UnknownOrIncorrectEndpointError"}


def explain_refusal(error: Exception) -> RefusalError | None:
    """A domain refusal as one of HTTP; ``None`` for anything else."""
    if not isinstance(error, OpenBookingError):
        return None
    return RefusalError(STATUS_OF_ERROR[type(error)], type(error).__name__, error.description, rule=error.rule)


def error_answer(refusal: RefusalError) -> Answer:
    """A refusal in the standard's shape; a body of another shape is 400, as the standard has no 422."""
    status = 400 if refusal.status == 422 else refusal.status
    is_standard = refusal.kind.endswith("Error")
    value: dict[str, Any] = {
        "@context": "https://openactive.io/",
        "@type": refusal.kind if is_standard else _KIND_OF_STATUS.get(status, "OpenBookingError"),
        "description": refusal.detail,
    }
    rule = refusal.rule or _RULE_OF_STATUS.get(refusal.status)
    return json_answer(value, status, media_type=BOOKING_JSON.encode(), rule=rule, headers=refusal.headers)

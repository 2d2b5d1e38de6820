"""How the Booking System says no: the standard's flat error, with its media type. *Source*: Open Booking API 10.2, 11.1.1.

The type decides the status: the standard answers some of a caller's mistakes with 500, and so does this face. A 500 that is a bug
of the mock has the header ``X-Imin-Mock-Fault``.
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
from mockserver.web.authentication import marked
from mockserver.web.openactive import STATUS_OF_TYPE, standard_type
from mockserver.web.operation import RefusalError

DOCUMENT_PATH = "/booking-system/openapi.json"
BOOKING_JSON = "application/vnd.openactive.booking+json; version=1"

STATUS_OF_ERROR: dict[type[OpenBookingError], int] = {
    CancellationNotPermittedError: 409,
    UnknownOrderError: 404,
    OrderItemIdInvalidError: 404,
    OrderItemNotWithinOrderError: 404,
    SellerActionNotPermittedError: 409,
}
"""Every domain refusal on the control interface; on this face too, where the standard has no type for it."""

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
    """A refusal in the standard's shape, with the status of its type. A body of another shape is 400, as there is no 422."""
    status = 400 if refusal.status == 422 else refusal.status
    kind = standard_type(refusal.kind if refusal.kind in STATUS_OF_TYPE else _KIND_OF_STATUS.get(status, ""))
    value: dict[str, Any] = {"@context": "https://openactive.io/", "@type": kind, "description": refusal.detail}
    return json_answer(
        value,
        STATUS_OF_TYPE.get(kind, status),
        media_type=BOOKING_JSON.encode(),
        rule=refusal.rule or _RULE_OF_STATUS.get(refusal.status),
        headers=refusal.headers,
    )


def refuse_key(rule: Rule, detail: str) -> Answer:
    """The standard's refusal of a key, with the header that says that it is the mock's."""
    kind = "NoAPITokenError" if rule is Rule.KEY_MISSING else "InvalidAPITokenError"
    return marked(error_answer(RefusalError(STATUS_OF_TYPE[kind], kind, detail, rule=rule)))


def unknown_endpoint(path: str) -> Answer:
    """The standard's answer where nothing answers, with the header that says that it is the mock's."""
    detail = f"The Booking System has no {path!r}; {DOCUMENT_PATH} lists its paths."
    headers = [(b"x-imin-mock-fault", b"unknown-route")]
    return error_answer(RefusalError(404, "UnknownOrIncorrectEndpointError", detail, headers=headers))

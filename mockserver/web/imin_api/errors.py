"""imin's error bodies, and the one table from a domain refusal to an HTTP status.

The shape is flat, ``{@context, @type, description}``, as imin's own 400 on its access-pass endpoint. A wrong query has the
shape of imin's shared query helper.
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
from mockserver.domain.readings import ReadingName, Readings
from mockserver.domain.rules import Rule
from mockserver.web.answers import JSON, Answer, Headers, json_answer
from mockserver.web.openactive import STATUS_OF_TYPE, standard_type

STATUS_OF_ERROR: dict[type[OpenBookingError], int | ReadingName] = {
    CancellationNotPermittedError: 400,
    UnknownOrderError: 404,
    OrderItemIdInvalidError: ReadingName.UNKNOWN_ORDER_ITEM,
    OrderItemNotWithinOrderError: ReadingName.UNKNOWN_ORDER_ITEM,
    SellerActionNotPermittedError: 409,
}
"""Every domain refusal; a reading where imin's status is unknown."""


class RefusedRequestError(Exception):
    """A request that is wrong on the wire. ``type`` is the standard's error type."""

    def __init__(self, status: int, kind: str, rule: Rule, description: str, headers: Headers | None = None) -> None:
        super().__init__(description)
        self.status, self.kind, self.rule, self.description = status, kind, rule, description
        self.headers = headers


class InvalidQueryError(Exception):
    """The query string is wrong; ``details`` says where, in the words of imin's query helper."""

    def __init__(self, rule: Rule, details: list[str]) -> None:
        super().__init__("; ".join(details))
        self.rule, self.details = rule, details


def error_answer(
    readings: Readings, status: int, kind: str, rule: Rule, description: str, headers: Headers | None = None
) -> Answer:
    """An error in imin's shape."""
    value: dict[str, Any] = {
        "@context": "https://openactive.io/",
        "@type" if readings[ReadingName.ERROR_KEYS] == "prefixed" else "type": kind,
        "description": description,
    }
    return json_answer(value, status, media_type=JSON, rule=rule, headers=headers)


def refusal_answer(readings: Readings, refusal: OpenBookingError) -> Answer:
    """A domain refusal in imin's shape, with the status of the table."""
    status = STATUS_OF_ERROR[type(refusal)]
    code = int(readings[status]) if isinstance(status, ReadingName) else status
    return error_answer(readings, code, standard_type(type(refusal).__name__), refusal.rule, refusal.description)


def refused_request_answer(readings: Readings, error: RefusedRequestError) -> Answer:
    """What is wrong on the wire in imin's shape; a reading says what becomes of the types that the standard answers with 500."""
    status = error.status
    if STATUS_OF_TYPE.get(error.kind) == 500:
        status = int(readings[ReadingName.WRONG_TYPE_OR_ID])
    return error_answer(readings, status, error.kind, error.rule, error.description, error.headers)


def invalid_query_answer(readings: Readings, error: InvalidQueryError) -> Answer:
    """400 InvalidQuery, as imin's shared query helper gives it; or the flat error (a reading)."""
    if readings[ReadingName.INVALID_QUERY] == "flat":
        return error_answer(readings, 400, "OpenBookingError", error.rule, f"{'; '.join(error.details)}.")
    return json_answer({"error": {"type": "InvalidQuery", "details": error.details}}, 400, rule=error.rule)

"""What imin's face refuses, as one table: of each operation, the rules that refuse it, by the status of the answer.

The OpenAPI document, behaviour coverage and the tests read it. A rule that stands under several statuses is moved between them by
a reading. What decides a refusal names the rule and nothing of this table; a test holds the two together.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.rules import Rule

Refusals = Mapping[int, tuple[Rule, ...]]
"""Rules by status."""

OF_EVERY_OPERATION: Refusals = MappingProxyType(
    {
        401: (Rule.KEY_MISSING, Rule.KEY_REFUSED),
        403: (Rule.KEY_MISSING, Rule.KEY_REFUSED),
        414: (Rule.URL_TOO_LONG,),
    }
)
"""What any request may be refused for."""

_OF_A_LIST: Refusals = MappingProxyType(
    {
        400: (Rule.QUERY_CUSTOMER_REQUIRED, Rule.QUERY_PAGE_INVALID),
        404: (Rule.LIST_UNKNOWN_CUSTOMER, Rule.LIST_PAST_THE_END),
    }
)

REFUSALS: Mapping[ApiOperation, Refusals] = MappingProxyType(
    {
        ApiOperation.LIST_UPCOMING: _OF_A_LIST,
        ApiOperation.LIST_ORDERS: _OF_A_LIST,
        ApiOperation.GET_ORDER: MappingProxyType({404: (Rule.ORDER_UNKNOWN,)}),
        ApiOperation.CANCEL: MappingProxyType(
            {
                400: (
                    Rule.BODY_NOT_JSON,
                    Rule.BODY_NOT_A_CANCELLATION,
                    Rule.BODY_ORDER_MISMATCH,
                    Rule.BODY_ORDER_TYPE,
                    Rule.BODY_EXCESSIVE_PROPERTIES,
                    Rule.BODY_STATUS_NOT_ALLOWED,
                    Rule.BODY_NO_ITEMS,
                    Rule.BODY_ITEM_TWICE,
                    Rule.BODY_ITEM_ID,
                    Rule.CANCEL_UNKNOWN_ITEM,
                    Rule.CANCEL_REPEAT_PENDING,
                    Rule.CANCEL_CANCELLED_UNREAD,
                    Rule.CANCEL_ATTENDED,
                    Rule.CANCEL_OFFER,
                    Rule.CANCEL_WINDOW_CLOSED,
                    Rule.CANCEL_STARTED,
                    Rule.CANCEL_REFUSED_AT_ONCE,
                ),
                404: (Rule.ORDER_UNKNOWN, Rule.CANCEL_UNKNOWN_ITEM),
                413: (Rule.BODY_TOO_LARGE,),
                415: (Rule.BODY_MEDIA_TYPE,),
                500: (Rule.BODY_ORDER_TYPE, Rule.BODY_ITEM_TWICE, Rule.BODY_ITEM_ID, Rule.CANCEL_UNKNOWN_ITEM),
            }
        ),
    }
)
"""What each operation may be refused for beside that."""


def causes_of_refusal() -> Iterator[tuple[int, Rule]]:
    """Every status with each rule that gives it on imin's face, once, by status."""
    tables = (OF_EVERY_OPERATION, *REFUSALS.values())
    for status in sorted({status for table in tables for status in table}):
        for rule in dict.fromkeys(rule for table in tables for rule in table.get(status, ())):
            yield status, rule

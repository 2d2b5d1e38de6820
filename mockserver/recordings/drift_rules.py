"""What is compared between imin and the mock, and how, as one table: what differs by nature, and what must be the same.

A place in an answer is written as in ``imin:item[].acceptedOffer.price``. The first rule whose pattern fits decides; what no rule
names must have the same shape. It must never know any recording.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import msgspec

from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.exchange_files.lenient_json import RecordingError


class How(StrEnum):
    """How two values are compared."""

    IGNORE = "ignore"
    """Not at all: what one side has and the other has not, is no drift either."""
    SHAPE = "shape"
    """By their types and names alone."""
    SAME = "same"
    """By their values; of a list, by the number of its entries and, where they have one, their identifiers in order."""
    ORIGIN = "origin"
    """By whether they begin with the address that the client called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRule:
    """How a place is compared; ``blames`` are the rules and readings of the mock that a difference there speaks against.

    ``*`` in a pattern stands for any text.
    """

    id: str
    pattern: str
    how: How
    says: str
    blames: tuple[Rule, ...] = ()
    readings: tuple[ReadingName, ...] = ()


_R, _N = Rule, ReadingName

# fmt: off
RULES: tuple[DriftRule, ...] = (
    DriftRule(id="optional", how=How.IGNORE,
        pattern=r"*.attendee*|*.access*|*.cancellationMessage|*.customerNotice|*.eventStatus|*.orderItemMessage*",
        says="What an item may have or not is not derived from a recording."),
    DriftRule(id="item-status", pattern="*.orderItemStatus", how=How.SAME, says="The status of an item, namespace and all.",
        blames=(_R.CANCEL_PASSED_ON, _R.ANSWER_CONFIRMED, _R.ANSWER_REVERTS, _R.FEED_MOVES_PENDING),
        readings=(_N.LATE_REFUSAL, _N.ATTENDED_STATUS)),
    DriftRule(id="flag", pattern="*.imin:isPresentlyCancellable", how=How.SAME, says="Whether imin lets the customer cancel.",
        blames=(_R.CANCEL_ALLOWED, _R.CANCEL_WINDOW_CLOSED, _R.CANCEL_STARTED, _R.CANCEL_OFFER),
        readings=(_N.DEADLINE_INSTANT, _N.WINDOW_ARITHMETIC)),
    DriftRule(id="listed", pattern="imin:item", how=How.SAME, says="Which items or orders a page has, in which order.",
        blames=(_R.LIST_UPCOMING_ORDER, _R.LIST_HISTORY_ORDER, _R.LIST_TEN_A_PAGE, _R.LIST_EMPTY),
        readings=(_N.CANCELLED_ITEMS_IN_UPCOMING, _N.EMPTY_COLLECTION)),
    DriftRule(id="items-of-order", pattern="orderedItem|imin:item[[]].orderedItem", how=How.SAME, says="The items of an order.",
        blames=(_R.BODY_ITEM_ID,)),
    DriftRule(id="totals", pattern="imin:total*|view.imin:*", how=How.SAME, says="How much there is, on how many pages.",
        blames=(_R.LIST_TEN_A_PAGE, _R.LIST_PAST_THE_END), readings=(_N.CANCELLED_ITEMS_IN_UPCOMING,)),
    DriftRule(id="receipts", pattern="imin:receipt|*.imin:receipt", how=How.SAME, says="One receipt more for each refund.",
        blames=(_R.REFUND_RECEIPT, _R.REFUND_ONCE, _R.REFUND_FROM_FEED), readings=(_N.FREE_RECEIPT,)),
    DriftRule(id="seller", pattern="seller.name|*.seller.name", how=How.SHAPE, says="Whether an order names its seller.",
        readings=(_N.SELLER_NAME,)),
    DriftRule(id="types", pattern="type|@type|*.type|*.@type", how=How.SAME, says="The types of things and of errors.",
        blames=(_R.CANCEL_REFUSED_AT_ONCE, _R.BODY_ORDER_TYPE), readings=(_N.ERROR_KEYS, _N.INVALID_QUERY)),
    DriftRule(id="pages", pattern="view.next|view.previous", how=How.SHAPE, says="Whether there is another page.",
        blames=(_R.LIST_TEN_A_PAGE,)),
    DriftRule(id="links", pattern="id|@id|*.id|*.@id|view.first|view.last|*.url", how=How.ORIGIN,
        says="Ids and links begin with the address that was called, or with imin's own.",
        blames=(_R.BODY_ITEM_ID,), readings=(_N.LINKS,)),
    DriftRule(id="context", pattern="@context|*.@context", how=How.IGNORE, says="Namespaces are versioned by whoever owns them."),
)
# fmt: on
"""The table; rules of a user's own go before it."""

SHAPE = DriftRule(id="shape", pattern="*", how=How.SHAPE, says="Whatever no other rule names has the same shape.")
STATUS = DriftRule(
    id="status",
    pattern="(status)",
    how=How.SAME,
    says="The HTTP status.",
    blames=(Rule.CANCEL_PASSED_ON,),
    readings=(
        ReadingName.PATCH_BODY,
        ReadingName.REPEAT_CANCEL_WHILE_PENDING,
        ReadingName.CANCEL_OF_CANCELLED_UNREAD,
        ReadingName.UNKNOWN_CUSTOMER,
        ReadingName.UNKNOWN_ORDER_ITEM,
        ReadingName.WRONG_TYPE_OR_ID,
        ReadingName.PAGE_PAST_THE_END,
        ReadingName.DEADLINE_INSTANT,
        ReadingName.WINDOW_ARITHMETIC,
    ),
)


def rule_for(path: str, own: Sequence[DriftRule]) -> DriftRule:
    """The rule that decides about a place."""
    return next((each for each in (*own, *RULES) if _pattern(each.pattern).fullmatch(path)), SHAPE)


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    """The places that a pattern means; ``[[]]`` stands for ``[]``, as some write it."""
    written = pattern.replace("[[]]", "[]").split("|")
    return re.compile("|".join(".*".join(map(re.escape, each.split("*"))) for each in written))


class _Own(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    compare: How
    says: str = "A rule of your own."


def own_rules(path: Path) -> tuple[DriftRule, ...]:
    """The rules in a YAML file: a list of ``{path: ..., compare: ignore | shape | same}``. *Raises* :class:`RecordingError`."""
    import yaml

    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        rules = msgspec.convert(told, list[_Own])
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise RecordingError(
            f"{path} is no list of rules such as {{path: 'imin:item[].acceptedOffer.*', compare: ignore}}: {error}"
        ) from None
    return tuple(
        DriftRule(id=f"{path.name}:{number}", pattern=each.path, how=each.compare, says=each.says)
        for number, each in enumerate(rules, start=1)
    )

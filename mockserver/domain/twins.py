"""The evil twins, as one table: each is a world in which exactly one law does not hold that a client may wrongly rely on.

A client's tests are worth something if they notice. This table says what is broken, what a client would see, and what a test
must assert to see it; how it is broken is not known here.
"""

from dataclasses import dataclass
from enum import StrEnum

from mockserver.domain.rules import Rule
from mockserver.foundation.suggestions import did_you_mean


class Twin(StrEnum):
    """The names of all twins; a name is also a part of a key: ``happy-path~refunds-twice``."""

    NEVER_CANCELS = "never-cancels"
    PENDING_FOR_EVER = "pending-for-ever"
    FEED_LOSES_ITEM = "feed-loses-item"
    ONE_OF_TWO_CANCELLED = "one-of-two-cancelled"
    CANCEL_AFTER_DEADLINE = "cancel-after-deadline"
    REVERSAL_AFTER_CANCELLATION = "reversal-after-cancellation"
    CANCELLED_BEFORE_THE_FEED = "cancelled-before-the-feed"
    REFUND_WITHOUT_CANCELLATION = "refund-without-cancellation"
    REFUNDS_TWICE = "refunds-twice"
    NEVER_REFUNDS = "never-refunds"
    REFUNDS_HALF = "refunds-half"
    EMAIL_BEFORE_REFUND = "email-before-refund"
    EMAILS_TWICE = "emails-twice"
    TOTALS_RISE = "totals-rise"
    FLAG_STUCK_TRUE = "flag-stuck-true"
    REFUSALS_LOOK_ACCEPTED = "refusals-look-accepted"
    ERROR_WITHOUT_BODY = "error-without-body"
    WRONG_STATUS_NAMESPACE = "wrong-status-namespace"
    ITEMS_IN_RANDOM_ORDER = "items-in-random-order"
    PAGE_REPEATS_ITEM = "page-repeats-item"
    PAGES_NEVER_END = "pages-never-end"
    DUPLICATE_IDENTIFIERS = "duplicate-identifiers"


class SeenBy(StrEnum):
    """Where the breach shows."""

    CLIENT = "client"
    """In what imin's API answers."""
    LEDGER = "ledger"
    """Only in money, in e-mails or in the OrdersFeed: at the control interface and at the Booking System's face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinDescription:
    """What a twin breaks, what it looks like from outside, and what a test must assert to notice it."""

    twin: Twin
    breaks: Rule
    seen_by: SeenBy
    does: str
    assert_that: str


_T, _C, _L = Twin, SeenBy.CLIENT, SeenBy.LEDGER

# fmt: off
_TABLE: tuple[tuple[Twin, Rule, SeenBy, str, str], ...] = (
    (_T.NEVER_CANCELS, Rule.CANCEL_PASSED_ON, _C,
     "A cancellation is answered 204 and passed on to nobody: the item stays OrderItemConfirmed.",
     "after the 204 the item is CustomerCancellationPending"),
    (_T.PENDING_FOR_EVER, Rule.ANSWER_CONFIRMED, _C,
     "The Booking System never answers: the item stays CustomerCancellationPending for ever.",
     "in the end the item is CustomerCancelled"),
    (_T.FEED_LOSES_ITEM, Rule.FEED_PUBLISHES, _C,
     "The Booking System cancels, but its OrdersFeed never says so: imin shows the item pending for ever.",
     "in the end the item is CustomerCancelled, whoever has cancelled it"),
    (_T.ONE_OF_TWO_CANCELLED, Rule.CANCEL_ATOMIC, _C,
     "Of several items in one request only the first is passed on, and the answer is 204 all the same.",
     "after the 204 every item of the request is CustomerCancellationPending"),
    (_T.CANCEL_AFTER_DEADLINE, Rule.CANCEL_WINDOW_CLOSED, _C,
     "A cancellation is accepted however late it is.",
     "to cancel within the offer's window, or after the start, is answered 400"),
    (_T.REVERSAL_AFTER_CANCELLATION, Rule.ANSWER_REVERTS, _C,
     "A minute after imin has shown an item as cancelled it shows it as OrderItemConfirmed again.",
     "an item that was cancelled is still cancelled minutes later"),
    (_T.CANCELLED_BEFORE_THE_FEED, Rule.FEED_MOVES_PENDING, _C,
     "Right after the 204 the item is CustomerCancelled, though the Booking System has not answered.",
     "after the 204 the item is CustomerCancellationPending, and nothing says that it is cancelled"),
    (_T.REFUND_WITHOUT_CANCELLATION, Rule.REFUND_FROM_FEED, _C,
     "The Booking System refuses, the item is confirmed again, and its price is refunded all the same.",
     "an order of which nothing is cancelled has one receipt"),
    (_T.REFUNDS_TWICE, Rule.REFUND_ONCE, _C,
     "Every refund is paid a second time, and adds a second receipt.",
     "one cancellation adds one receipt to the order"),
    (_T.NEVER_REFUNDS, Rule.REFUND_RECEIPT, _C,
     "The item is cancelled, and its refund never gets through: no receipt is added.",
     "a cancelled item that cost something adds a receipt to its order"),
    (_T.REFUNDS_HALF, Rule.REFUND_FROM_FEED, _L,
     "Every refund is half of what is due.",
     "the refund's amount is the price of what was cancelled (GET /__admin/worlds/{key}/refunds)"),
    (_T.EMAIL_BEFORE_REFUND, Rule.EMAIL_AFTER_REFUND, _L,
     "The customer is told that the money is back before it is.",
     "no cancellation-confirmation is sent before its refund is completed (GET /__admin/worlds/{key}/emails)"),
    (_T.EMAILS_TWICE, Rule.EMAIL_AFTER_REFUND, _L,
     "The customer gets every e-mail twice.",
     "one cancellation sends one cancellation-confirmation (GET /__admin/worlds/{key}/emails)"),
    (_T.TOTALS_RISE, Rule.REFUND_FROM_FEED, _L,
     "In the OrdersFeed a cancellation raises the order's totalPaymentDue.",
     "totalPaymentDue in the OrdersFeed is the price of what is not cancelled"),
    (_T.FLAG_STUCK_TRUE, Rule.CANCEL_ALLOWED, _C,
     "imin:isPresentlyCancellable is true for every item, at any time.",
     "an item that is pending, cancelled or too late has imin:isPresentlyCancellable false"),
    (_T.REFUSALS_LOOK_ACCEPTED, Rule.CANCEL_REFUSED_AT_ONCE, _C,
     "A cancellation that is refused is answered 204, and nothing follows.",
     "a cancellation that cannot be is answered 400, and a client tells its user so"),
    (_T.ERROR_WITHOUT_BODY, Rule.CANCEL_REFUSED_AT_ONCE, _C,
     "A 400 has no body: nothing says why.",
     "a 400 has a JSON body with a type and a description, and a client shows its user that"),
    (_T.WRONG_STATUS_NAMESPACE, Rule.FEED_MOVES_PENDING, _C,
     "The pending status is https://openactive.io/CustomerCancellationPending, not in imin's namespace.",
     "the pending status is https://imin.co/CustomerCancellationPending, namespace and all"),
    (_T.ITEMS_IN_RANDOM_ORDER, Rule.LIST_UPCOMING_ORDER, _C,
     "A page's items are in an order that means nothing (the same one every time).",
     "upcoming items come earliest start first"),
    (_T.PAGE_REPEATS_ITEM, Rule.LIST_TEN_A_PAGE, _C,
     "The last item of every page stands there twice.",
     "no item is listed twice, and all pages together hold imin:totalItems"),
    (_T.PAGES_NEVER_END, Rule.LIST_TEN_A_PAGE, _C,
     "The last page has a next too, which is the first page.",
     "the last page has no next, or reading stops after imin:totalPages"),
    (_T.DUPLICATE_IDENTIFIERS, Rule.BODY_ITEM_ID, _C,
     "All items of a list or of an order have the identifier and the id of its first item.",
     "no two items have one identifier"),
)
# fmt: on

TWINS: dict[Twin, TwinDescription] = {
    name: TwinDescription(twin=name, breaks=breaks, seen_by=seen_by, does=does, assert_that=assert_that)
    for name, breaks, seen_by, does, assert_that in _TABLE
}
"""The whole table, by name."""


def explain_no_twin(name: str) -> str:
    """Why there is no twin of this name, in words, with the one that was perhaps meant."""
    meant = did_you_mean(name, [each.value for each in Twin]) or " imin-mock twins --list names them all."
    return f"There is no twin of that name.{meant}"

"""Every behaviour that a client can observe, as one table of rules: its id, what it says, on what basis, and the source.

``decide`` names the rule when it refuses or acts; the error header, the timeline, the docs and the control interface all read
this table. A rule's id is stable: tests of integrators may refer to it.
"""

from enum import StrEnum

from mockserver.domain.values import Value


class Basis(StrEnum):
    """Who says so."""

    DOCUMENTED = "documented"
    """imin's own public documentation says it or shows it."""
    STANDARD = "standard"
    """The OpenActive Open Booking API 1.0 or RPDE 1.0 says it; imin states that it implements them."""
    ASSUMED = "assumed"
    """Nobody says it; this is our choice, and real imin may differ."""


class Rule(StrEnum):
    """The ids of all rules."""

    KEY_MISSING = "key.missing"
    KEY_REFUSED = "key.refused"
    KEY_NAMES_WORLD = "key.names-a-world"

    URL_TOO_LONG = "url.too-long"
    QUERY_CUSTOMER_REQUIRED = "query.customer-identifier-required"
    QUERY_PAGE_INVALID = "query.page-invalid"
    LIST_UPCOMING_ORDER = "list.upcoming-earliest-first"
    LIST_HISTORY_ORDER = "list.orders-newest-first"
    LIST_TEN_A_PAGE = "list.ten-a-page"
    LIST_PAST_THE_END = "list.page-past-the-end"
    LIST_EMPTY = "list.empty-collection"
    LIST_UNKNOWN_CUSTOMER = "list.unknown-customer"
    ORDER_UNKNOWN = "order.unknown"

    BODY_TOO_LARGE = "body.too-large"
    BODY_MEDIA_TYPE = "body.media-type"
    BODY_NOT_JSON = "body.not-json"
    BODY_NOT_A_CANCELLATION = "body.not-a-cancellation"
    BODY_ORDER_MISMATCH = "body.order-mismatch"
    BODY_ORDER_TYPE = "body.order-type"
    BODY_EXCESSIVE_PROPERTIES = "body.excessive-properties"
    BODY_STATUS_NOT_ALLOWED = "body.status-not-allowed"
    BODY_NO_ITEMS = "body.no-items"
    BODY_ITEM_TWICE = "body.item-listed-twice"
    BODY_ITEM_ID = "body.item-id"

    CANCEL_PASSED_ON = "cancel.passed-on"
    CANCEL_ATOMIC = "cancel.all-or-none"
    CANCEL_UNKNOWN_ITEM = "cancel.unknown-item"
    CANCEL_REPEAT_CANCELLED = "cancel.repeat-after-cancelled"
    CANCEL_REPEAT_PENDING = "cancel.repeat-while-pending"
    CANCEL_CANCELLED_UNREAD = "cancel.cancelled-and-not-yet-read"
    CANCEL_ATTENDED = "cancel.attended"
    CANCEL_OFFER = "cancel.offer-without-refund"
    CANCEL_WINDOW_CLOSED = "cancel.window-closed"
    CANCEL_STARTED = "cancel.already-started"
    CANCEL_REFUSED_AT_ONCE = "cancel.booking-system-refuses-at-once"
    CANCEL_ALLOWED = "cancel.presently-cancellable"

    ANSWER_CONFIRMED = "answer.confirmed"
    ANSWER_REFUSED = "answer.refused-late"
    ANSWER_REVERTS = "answer.refusal-reverts"
    ANSWER_AFTER_READS = "answer.after-reads"

    SELLER_CANCELS = "seller.cancels"
    SELLER_REPLACES = "seller.replaces"
    SELLER_NOTICE = "seller.customer-notice"
    SELLER_ATTENDANCE = "seller.attendance"
    SELLER_ACCESS = "seller.access-update"
    SELLER_LOGISTICS = "seller.change-of-logistics"
    SELLER_ILLEGAL = "seller.illegal-action"

    FEED_PUBLISHES = "feed.one-item-per-change"
    FEED_DUPLICATE = "feed.duplicate-is-harmless"
    FEED_READ = "feed.read-at-interval"
    FEED_OUTAGE = "feed.outage"
    FEED_MOVES_PENDING = "feed.moves-imin"
    FEED_CURSOR_INVALID = "feed.cursor-invalid"

    REFUND_FROM_FEED = "refund.only-from-the-feed"
    REFUND_ONCE = "refund.once-per-item"
    REFUND_RETRIED = "refund.retried"
    REFUND_RECEIPT = "refund.new-receipt"

    EMAIL_AFTER_REFUND = "email.after-refund"
    EMAIL_NOTICE = "email.before-a-slow-refund"
    EMAIL_CHANGE = "email.change-notice"

    API_FAULT = "api.fault"
    BEHAVIOUR = "behaviour.state"
    AGENDA = "agenda.due-work"


class RuleText(Value, frozen=True, kw_only=True):
    """What a rule says and why we believe it."""

    rule: Rule
    says: str
    basis: Basis
    source: str


_PAGE = "imin docs: Cancellations & Refunds"
_UPCOMING = "imin docs: Upcoming OrderItems"
_HISTORY = "imin docs: Order History"
_D, _S, _A = Basis.DOCUMENTED, Basis.STANDARD, Basis.ASSUMED
_OBA = "Open Booking API 1.0 CR3"

# fmt: off
_TABLE: tuple[tuple[Rule, Basis, str, str], ...] = (
    (Rule.KEY_MISSING, _A, "imin docs: every endpoint needs X-API-KEY; the answer without it is not documented",
     "A request without X-API-KEY is answered 401 (a reading)."),
    (Rule.KEY_REFUSED, _A, "own decision",
     "A key that names no scenario is answered 401 (a reading) and never logged."),
    (Rule.KEY_NAMES_WORLD, _A, "own decision",
     "The key names a world: <scenario>[~<twin>][@<label>]. Its first use creates it."),
    (Rule.URL_TOO_LONG, _D, "imin docs: Understanding responses; the status is RFC 9110's",
     "A URL has at most 2,048 characters; a longer one is answered 414."),
    (Rule.QUERY_CUSTOMER_REQUIRED, _A, "imin app-utils: query validation helper",
     "A list needs exactly one customerIdentifier; without it the answer is 400 InvalidQuery (its shape is a reading)."),
    (Rule.QUERY_PAGE_INVALID, _A, "imin app-utils: query validation helper",
     "page is a whole number from 1; anything else is 400 InvalidQuery (its shape is a reading). Left out, it is 1."),
    (Rule.LIST_UPCOMING_ORDER, _D, _UPCOMING,
     "Upcoming order items are those that have not started, earliest start first."),
    (Rule.LIST_HISTORY_ORDER, _D, _HISTORY, "Orders are sorted by orderDate, newest first."),
    (Rule.LIST_TEN_A_PAGE, _D, _UPCOMING, "A page holds ten; imin:totalPages is the rounded-up tenth of imin:totalItems."),
    (Rule.LIST_PAST_THE_END, _A, "own decision", "A page past the end is a page without items, or 404 (a reading)."),
    (Rule.LIST_EMPTY, _D, "imin docs: Understanding responses",
     "A field whose array is empty is left out, so an empty page has no imin:item (a reading)."),
    (Rule.LIST_UNKNOWN_CUSTOMER, _A, "own decision", "An unknown customer has an empty list, or is 404 (a reading)."),
    (Rule.ORDER_UNKNOWN, _S, f"{_OBA} 10.2.2.6", "An order that this world does not hold is 404 UnknownOrderError."),
    (Rule.BODY_TOO_LARGE, _A, "own decision", "A body over the size limit is answered 413; what still comes of it is not read."),
    (Rule.BODY_MEDIA_TYPE, _A, "imin's old checkout examples; Open Booking API 11.1.1",
     "A PATCH is JSON: application/json or application/vnd.openactive.booking+json. Another type is 415."),
    (Rule.BODY_NOT_JSON, _A, "own decision", "A body that is not one JSON object is 400."),
    (Rule.BODY_NOT_A_CANCELLATION, _A, "imin docs name two values; Open Booking API 9.2.8 shows the order form",
     "A cancellation has one of three forms: type/id, @type/@id, or the two bare identifiers (a reading)."),
    (Rule.BODY_ORDER_MISMATCH, _A, "own decision", "An orderIdentifier in the body is the one in the path."),
    (Rule.BODY_ORDER_TYPE, _S, f"{_OBA} 10.2.2.6",
     "The body's type is Order, each item's is OrderItem; else 400 or 500 (a reading)."),
    (Rule.BODY_EXCESSIVE_PROPERTIES, _S, f"{_OBA} 9.2.8",
     "Only @context, type, orderedItem and, on an item, type, id, orderItemStatus may appear; prefixed names are exempt."),
    (Rule.BODY_STATUS_NOT_ALLOWED, _S, f"{_OBA} 9.2.8",
     "Only https://openactive.io/CustomerCancelled may be written to orderItemStatus."),
    (Rule.BODY_NO_ITEMS, _A, "own decision", "A cancellation lists at least one item."),
    (Rule.BODY_ITEM_TWICE, _A, "own decision", "A cancellation lists no item twice."),
    (Rule.BODY_ITEM_ID, _A, "imin docs: item ids; Open Booking API 10.2.2.6",
     "An item's id is its URL, .../orders/{order}/order-items/{item}, of the order in the path; else 400 or 500 (a reading)."),
    (Rule.CANCEL_PASSED_ON, _D, _PAGE,
     "204 without a body: the request was passed on. The item is CustomerCancellationPending, not cancelled."),
    (Rule.CANCEL_ATOMIC, _S, f"{_OBA} 9.2.8", "All listed items or none."),
    (Rule.CANCEL_UNKNOWN_ITEM, _A, "Open Booking API 10.2.2.6 says 500; imin documents only 204 and 400",
     "An item that the order does not hold is refused with 400, 404 or 500 (a reading)."),
    (Rule.CANCEL_REPEAT_CANCELLED, _S, f"{_OBA} 9.2.8", "To cancel a cancelled item again is 204 and changes nothing."),
    (Rule.CANCEL_REPEAT_PENDING, _A, "own decision after the standard's idempotency",
     "To cancel a pending item again is 204 and changes nothing, or 400 (a reading)."),
    (Rule.CANCEL_CANCELLED_UNREAD, _S, f"{_OBA} 9.2.8",
     "What the Seller has cancelled, and imin has not read of, is 204 too (a reading): pending, then SellerCancelled."),
    (Rule.CANCEL_ATTENDED, _S, f"{_OBA} 8.3.2", "An item whose attendance is noted cannot be cancelled."),
    (Rule.CANCEL_OFFER, _S, f"{_OBA} 8.3.2",
     "An item is cancellable only if its offer has allowCustomerCancellationFullRefund true."),
    (Rule.CANCEL_WINDOW_CLOSED, _S, f"{_OBA} 8.3.2",
     "With latestCancellationBeforeStartDate, start minus that period must be in the future."),
    (Rule.CANCEL_STARTED, _S, f"{_OBA} 8.3.1, 8.3.2", "Without a window, the start must be in the future."),
    (Rule.CANCEL_REFUSED_AT_ONCE, _S, f"{_OBA} 8.3.2 step 2",
     "A Booking System may refuse for rules of its own: 400 CancellationNotPermittedError with its reason."),
    (Rule.CANCEL_ALLOWED, _D, _PAGE,
     "imin:isPresentlyCancellable folds the standard's conditions, computed at the time of the request."),
    (Rule.ANSWER_CONFIRMED, _D, _PAGE, "The Booking System confirms later, through its OrdersFeed."),
    (Rule.ANSWER_REFUSED, _A, "own decision", "The Booking System may refuse after the 204."),
    (Rule.ANSWER_REVERTS, _A, "own decision",
     "A refused item becomes OrderItemConfirmed again, or stays pending (a reading)."),
    (Rule.ANSWER_AFTER_READS, _A, "own decision",
     "A scenario may let the answer come after the client has seen the pending item a number of times."),
    (Rule.SELLER_CANCELS, _S, f"{_OBA} 8.3.3",
     "A Seller may cancel any item that is not cancelled, whatever its offer says; a message may go with it."),
    (Rule.SELLER_REPLACES, _S, f"{_OBA} 8.4.3.1", "A Seller may replace an opportunity at the same price or a lower one."),
    (Rule.SELLER_NOTICE, _S, f"{_OBA} 8.4.8",
     "A Seller may leave a customerNotice on an item that is not cancelled; a cancellation takes it away."),
    (Rule.SELLER_ATTENDANCE, _S, f"{_OBA} 8.4.10", "A Seller may note that an attendee came or did not."),
    (Rule.SELLER_ACCESS, _S, f"{_OBA} 8.4.11", "A Seller may set an access pass, code or channel."),
    (Rule.SELLER_LOGISTICS, _S, "Open Booking API issue 198; the conformance suite puts the data into the OrdersFeed",
     "A Seller may change an opportunity's name, start or place; the OrdersFeed then has the opportunity's data."),
    (Rule.SELLER_ILLEGAL, _S, f"{_OBA} 8.3, 8.4", "A Seller's action that the standard does not allow is refused."),
    (Rule.FEED_PUBLISHES, _S, f"{_OBA} 8.4; RPDE 1.0 section 4",
     "A change puts the whole order, once, at the end of the feed under a new change number. New orders never appear."),
    (Rule.FEED_DUPLICATE, _S, f"{_OBA} 8.4.6; RPDE 1.0 section 5.2", "An order read again, unchanged, has no effect."),
    (Rule.FEED_READ, _S, f"{_OBA} 8.4.4", "imin reads the OrdersFeed at its interval, at most 60 seconds."),
    (Rule.FEED_OUTAGE, _S, "RPDE 1.0 section 5.1.4", "During an outage the feed answers 503 and imin tries again later."),
    (Rule.FEED_MOVES_PENDING, _D, _PAGE, "Only the OrdersFeed moves imin's copy to a cancelled status."),
    (Rule.FEED_CURSOR_INVALID, _A, "own decision",
     "afterChangeNumber is a whole number; anything else is 400."),
    (Rule.REFUND_FROM_FEED, _S, f"{_OBA} 8.3.2 step 5; {_PAGE}",
     "A refund follows only from reading the OrdersFeed: the amount by which the order's total fell."),
    (Rule.REFUND_ONCE, _S, f"{_OBA} 8.4.6",
     "No item is refunded twice, however often the feed says it: a refund names its items, each with its own money."),
    (Rule.REFUND_RETRIED, _S, f"{_OBA} 8.4.6", "A failed refund is tried again."),
    (Rule.REFUND_RECEIPT, _S, f"{_OBA} 8.4.6; imin docs: Order History",
     "A refund adds an Invoice at the head of imin:receipt. A free order has none (a reading), and no imin:receipt."),
    (Rule.EMAIL_AFTER_REFUND, _D, _PAGE,
     "The customer gets an e-mail once the refund is done, or at once if none is due. It tells of its items' money alone."),
    (Rule.EMAIL_NOTICE, _S, f"{_OBA} 8.4.6",
     "If the refund takes more than a minute, the customer is told of the cancellation before it."),
    (Rule.EMAIL_CHANGE, _S, f"{_OBA} 8.4.6 to 8.4.11", "The customer is told of a Seller's notice, replacement or change."),
    (Rule.API_FAULT, _A, "own decision", "A scenario may let imin's API fail: a status, latency, a lost or cut answer."),
    (Rule.BEHAVIOUR, _A, "own decision", "The scenario's machine decides how the Booking System and imin behave."),
    (Rule.AGENDA, _A, "own decision", "Everything that happens later is due at an instant and happens in order."),
)

# fmt: on
RULES: dict[Rule, RuleText] = {
    rule: RuleText(rule=rule, says=says, basis=basis, source=source) for rule, basis, source, says in _TABLE
}
"""The whole table, by id."""

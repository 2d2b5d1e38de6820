"""What a foreign recording shows of imin: customers, orders, and each order item as it was seen from time to time.

It reads imin's JSON as a client would, and takes nothing for granted. It must never know what the mock would say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from whenever import Instant, TimeDelta

from mockserver.exchange_files.bodies import Kept
from mockserver.exchange_files.lenient_json import RecordingError, json_of
from mockserver.exchange_files.session import LAST_YEAR, RecordedExchange, Session, instant_in

PENDING, CONFIRMED, CUSTOMER_CANCELLED = "CustomerCancellationPending", "OrderItemConfirmed", "CustomerCancelled"
EARLIEST_YEAR = 1900
_PATHS = re.compile(r"/api/v2/(?:(?P<list>order-items|orders)|orders/(?P<order>[^/]+))/?")
_ITEM_URL = re.compile(r".*/order-items/([^/?#]+)")


Key = tuple[str, str]
"""An order's identifier, and an item's within it: an item's own is one of its kind in its order only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An item as one answer showed it: its status, and where they were shown, imin:isPresentlyCancellable and its start."""

    index: int
    at: Instant
    status: str
    flag: bool | None
    starts: Instant | None = None


@dataclass(slots=True, kw_only=True)
class SeenItem:
    """An order item: its JSON when it was first seen, and all sightings."""

    identifier: str
    order: str
    told: dict[str, Any]
    sightings: list[Sighting] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        return self.order, self.identifier


@dataclass(slots=True, kw_only=True)
class SeenOrder:
    """An order: whose it is and when it was placed, where that was shown, and how many receipts it had at which instants."""

    identifier: str
    customer: str | None = None
    placed: Instant | None = None
    receipts: list[tuple[Instant, int]] = field(default_factory=list)
    items: dict[str, None] = field(default_factory=dict)
    """The identifiers of its items, in its own order where the order itself was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCancellation:
    """A PATCH: what it asked for and what it got. ``inferred``: by what changed afterwards, its body being lost."""

    index: int
    at: Instant
    order: str
    items: tuple[str, ...]
    status: int
    error: str | None
    inferred: bool = False

    @property
    def keys(self) -> tuple[Key, ...]:
        """The items that it asked for."""
        return tuple((self.order, each) for each in self.items)


@dataclass(slots=True, kw_only=True)
class Seen:
    """All that a recording shows. ``at`` has the instant of each exchange; ``totals`` what lists said that there was.

    ``places`` are those of items and orders (without an item) in a customer's lists, counted through all pages.
    """

    at: list[Instant]
    items: dict[Key, SeenItem] = field(default_factory=dict)
    orders: dict[str, SeenOrder] = field(default_factory=dict)
    customers: dict[str, None] = field(default_factory=dict)
    cancellations: list[SeenCancellation] = field(default_factory=list)
    totals: dict[tuple[str, str], tuple[int, Instant]] = field(default_factory=dict)
    places: dict[tuple[str, str], dict[Key, int]] = field(default_factory=dict)


def is_imins(taken: RecordedExchange) -> bool:
    """Whether this is a request to the part of imin's API that the mock has."""
    return _PATHS.fullmatch(taken.path) is not None


def order_of(taken: RecordedExchange) -> str | None:
    """The identifier of the order that the path names."""
    found = _PATHS.fullmatch(taken.path)
    return unquote(found["order"]) if found and found["order"] else None


def seen_in(session: Session) -> Seen:
    """Everything that the session shows, in its order."""
    seen = Seen(at=list(_instants(session)))
    for index, taken in enumerate(session.exchanges):
        at, order = seen.at[index], order_of(taken)
        value = json_of(taken.response_body) if taken.answered is Kept.WHOLE else None
        if taken.method == "PATCH" and order is not None:
            error = value.get("@type", value.get("type")) if isinstance(value, dict) else None
            seen.cancellations.append(
                SeenCancellation(
                    index=index, at=at, order=order, items=tuple(items_in(taken.body)), status=taken.status, error=error
                )
            )
        elif taken.status == 200 and taken.method == "GET":
            _look(seen, taken, value if isinstance(value, dict) else {}, index, order)
    seen.cancellations = [_inferred(seen, each, session.exchanges[each.index]) for each in seen.cancellations]
    return seen


def _inferred(seen: Seen, asked: SeenCancellation, taken: RecordedExchange) -> SeenCancellation:
    """The cancellation; where its body was not kept, of those items that were seen to change after it."""
    is_refused = asked.status != 204 and 0 < asked.status < 500
    if taken.asked is Kept.WHOLE or asked.items or is_refused or asked.order not in seen.orders:
        return asked
    items = tuple(
        each for each in seen.orders[asked.order].items if _changed(seen.items.get((asked.order, each)), asked.index)
    )
    return replace(asked, items=items, inferred=True)


def _changed(item: SeenItem | None, index: int) -> bool:
    """Whether the item was confirmed, as far as is known, and the next time one of those that a customer asked to cancel."""
    sightings = [] if item is None else item.sightings
    before = next((each.status for each in reversed(sightings) if each.index < index), CONFIRMED)
    after = next((each.status for each in sightings if each.index > index), None)
    return before == CONFIRMED and after in {PENDING, CUSTOMER_CANCELLED}


def _look(seen: Seen, taken: RecordedExchange, value: dict[str, Any], index: int, order: str | None) -> None:
    at = seen.at[index]
    if order is not None:
        _see_order(seen, value, index, None)
        return
    customer = dict(parse_qsl(taken.target.partition("?")[2])).get("customerIdentifier")
    if customer is None:
        return
    seen.customers.setdefault(customer)
    listing = taken.path.rstrip("/").rpartition("/")[2]
    total = value.get("imin:totalItems")
    if isinstance(total, int):
        seen.totals.setdefault((listing, customer), (total, at))
    page = dict(parse_qsl(taken.target.partition("?")[2])).get("page", "1")
    first = (int(page) - 1) * 10 if page.isdecimal() else 0
    places = seen.places.setdefault((listing, customer), {})
    for nth, each in enumerate(_dicts(value.get("imin:item"))):
        if listing == "orders":
            places.setdefault((str(each.get("identifier")), ""), first + nth)
            _see_order(seen, each, index, customer)
        else:
            told = each.get("imin:order")
            number = told.get("identifier") if isinstance(told, dict) else None
            if isinstance(number, str):
                places.setdefault((number, str(each.get("identifier"))), first + nth)
                owner = seen.orders.setdefault(number, SeenOrder(identifier=number))
                owner.customer = owner.customer or customer
                _see_item(seen, each, number, index)


def _see_order(seen: Seen, told: dict[str, Any], index: int, customer: str | None) -> None:
    number = told.get("identifier")
    if not isinstance(number, str):
        return
    order = seen.orders.setdefault(number, SeenOrder(identifier=number))
    order.customer = order.customer or customer
    order.placed = order.placed or instant_of(told.get("orderDate"))
    receipts = told.get("imin:receipt")
    order.receipts.append((seen.at[index], len(receipts) if isinstance(receipts, list) else 0))
    listed = _dicts(told.get("orderedItem"))
    order.items = dict.fromkeys([str(each.get("identifier")) for each in listed]) | order.items
    for each in listed:
        _see_item(seen, each, number, index)


def _see_item(seen: Seen, told: dict[str, Any], order: str, index: int) -> None:
    identifier, status = told.get("identifier"), told.get("orderItemStatus")
    if not isinstance(identifier, str):
        return
    item = seen.items.setdefault((order, identifier), SeenItem(identifier=identifier, order=order, told=told))
    seen.orders[order].items.setdefault(identifier)
    flag, opportunity = told.get("imin:isPresentlyCancellable"), told.get("orderedItem")
    item.sightings.append(
        Sighting(
            index=index,
            at=seen.at[index],
            status=str(status).rpartition("/")[2],
            flag=flag if isinstance(flag, bool) else None,
            starts=instant_of(opportunity.get("startDate")) if isinstance(opportunity, dict) else None,
        )
    )


def items_in(body: bytes) -> Iterator[str]:
    """The identifiers of the items that a cancellation asks for, in whichever form."""
    value = json_of(body)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("orderItemIdentifier"), str):
        yield value["orderItemIdentifier"]
    for each in _dicts(value.get("orderedItem")):
        found = _ITEM_URL.fullmatch(str(each.get("id", each.get("@id"))))
        if found:
            yield unquote(found[1])


def _instants(session: Session) -> Iterator[Instant]:
    """When each request was made, by imin's clock where its answers have a date; never going back."""
    skew = _skew(session)
    known = [_instant(each, skew) for each in session.exchanges]
    latest = next((each for each in known if each is not None), None)
    if latest is None:
        raise RecordingError(
            "does not say when it was taken: no entry has a startedDateTime with an offset that could be one, and no answer"
            " a Date. Record it with one of them."
        )
    for each in known:
        latest = max(latest, each or latest)
        if not EARLIEST_YEAR <= int(latest.format_iso()[:4]) < LAST_YEAR:
            raise RecordingError(
                f"was taken at {latest.format_iso()}, too near to an end of the calendar to be counted from."
            )
        yield latest


def _instant(taken: RecordedExchange, skew: TimeDelta) -> Instant | None:
    return taken.at or taken.date or (None if taken.wall is None else taken.wall + skew)


def _skew(session: Session) -> TimeDelta:
    """How far imin's clock is ahead of the recorder's, by the answers in the middle; nothing where none has both."""
    ahead = sorted(
        each.date - each.wall for each in session.exchanges if each.date is not None and each.wall is not None
    )
    return ahead[len(ahead) // 2] if ahead else TimeDelta.ZERO


def instant_of(told: Any) -> Instant | None:
    """The instant of a date-time of imin's; ``None`` where it is none that could be."""
    found = instant_in(told) if isinstance(told, str) else None
    return found if found is not None and EARLIEST_YEAR <= int(found.format_iso()[:4]) < LAST_YEAR else None


def _dicts(told: Any) -> list[dict[str, Any]]:
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []

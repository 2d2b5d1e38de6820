"""The catalogue of a document: its sellers, customers, opportunities and orders, with everything left out made up.

What is made up follows from the seed and the name of the thing alone, so that adding an order never changes another's
identifiers. This module must never know how the world behaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from whenever import Instant, ItemizedDelta, TimeDelta, ZonedDateTime

from mockserver.domain.catalogue import (
    Catalogue,
    Customer,
    IndividualFacility,
    Offer,
    Opportunity,
    OpportunityKind,
    Order,
    OrderItem,
    Place,
    Seller,
)
from mockserver.domain.values import CustomerId, OpportunityId, OrderId, OrderItemId, SellerId, replace
from mockserver.foundation.limits import Limit
from mockserver.scenario.document import (
    CancellableSpec,
    Document,
    ItemSpec,
    OfferSpec,
    OpportunitySpec,
    OrderSpec,
    PlaceSpec,
)
from mockserver.scenario.faults import MisfitError, Path, show
from mockserver.scenario.notation import DEFAULT_PRICE, Calendar, elapsed, pence, period, shift

_FEED = {OpportunityKind.SCHEDULED_SESSION: "scheduled-sessions", OpportunityKind.SLOT: "slots"}
_PARENT_FEED = {OpportunityKind.SCHEDULED_SESSION: "session-series", OpportunityKind.SLOT: "facility-uses"}

APART = TimeDelta(minutes=1)
"""How long after one order of a series the next was placed."""

_TOWNS = (
    ("Leeds", "West Yorkshire", "LS1 4AP", 53.7974, -1.5438),
    ("Bristol", "Bristol", "BS1 5TY", 51.4495, -2.5970),
    ("Norwich", "Norfolk", "NR2 1TF", 52.6293, 1.2920),
    ("Exeter", "Devon", "EX1 1GF", 50.7236, -3.5275),
    ("Stirling", "Stirlingshire", "FK8 2LQ", 56.1191, -3.9369),
)


def refuse_too_many(document: Document, most: Limit) -> None:
    """*Raises* :class:`MisfitError` where a document makes more opportunities and order items than may be, at what makes them."""
    made = 0
    for name, opportunity in document.opportunities.items():
        times = 1 if opportunity.repeats is None else opportunity.repeats.times
        made += times
        if made > most:
            where: Path = ("opportunities", name) if times == 1 else ("opportunities", name, "repeats", "times")
            raise MisfitError(
                where, f"with this there are {made:,} opportunities and order items, which are too many {most.told}"
            )
    for name, order in document.orders.items():
        series = document.opportunities[next(iter(order.for_each.values()))].repeats if order.for_each else None
        made += len(order.for_each) * series.times if series is not None else len(order.items)
        if made > most:
            where = ("orders", name, "items") if series is None else ("orders", name, "for_each")
            raise MisfitError(
                where, f"with this there are {made:,} opportunities and order items, which are too many {most.told}"
            )


def build_catalogue(document: Document, calendar: Calendar) -> Catalogue:
    """All that was booked in the document. *Raises*: :class:`MisfitError` for what is out of the calendar's range."""
    sellers = {
        SellerId(name): Seller(
            id=SellerId(name), name=spec.name, url=spec.url or f"https://data.{name.lower()}.example"
        )
        for name, spec in document.sellers.items()
    }
    customers = {name: _customer(name, document) for name in document.customers}
    opportunities: dict[OpportunityId, Opportunity] = {}
    for name, opportunity in document.opportunities.items():
        for built in _opportunities(name, opportunity, sellers[SellerId(opportunity.seller)], calendar):
            opportunities[built.id] = built
    orders: dict[OrderId, Order] = {}
    for name, order in document.orders.items():
        for booked in _orders(name, order, document, customers[order.customer].id, opportunities, calendar):
            if booked.id in orders:
                raise MisfitError(
                    ("orders", name), f"{show(orders[booked.id].name)} has the same identifier: {booked.id}"
                )
            orders[booked.id] = booked
    catalogue = Catalogue(
        sellers=sellers,
        customers={customer.id: customer for customer in customers.values()},
        opportunities=opportunities,
        orders=orders,
    )
    _refuse_one_id_of_two(document, catalogue)
    return catalogue


def order_id(document: Document, name: str) -> OrderId:
    """The UUID of the order that the document calls so, one of a ``for_each`` included."""
    spec = document.orders.get(name)
    if spec is not None and spec.identifier is not None:
        return OrderId(spec.identifier)
    return _Made.of(document.seed, name).order_id


def customer_id(document: Document, name: str) -> CustomerId:
    """The identifier of the customer that the document calls so."""
    return CustomerId(document.customers[name].identifier or name)


def item_id(document: Document, order: str, item: str) -> OrderItemId:
    """What the world calls an item of the order: its name, behind the order's where items of several orders have it."""
    return OrderItemId(f"{order}:{item}" if item in document.shared_items else item)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What is made up for an order, from the seed and its name."""

    order_id: OrderId
    confirmation_number: str
    receipt_number: int

    @classmethod
    def of(cls, seed: int, name: str) -> "_Made":
        digest = sha256(f"{seed}/order/{name}".encode()).digest()
        return cls(
            order_id=OrderId(str(UUID(bytes=digest[:16], version=5))),
            confirmation_number=f"C-{int.from_bytes(digest[16:21]) % 10**8:08}",
            receipt_number=100_000 + int.from_bytes(digest[21:27]) % 900_000_000,
        )


def _refuse_one_id_of_two(document: Document, catalogue: Catalogue) -> None:
    """*Raises* :class:`MisfitError` where two different things would have one id.

    Opportunities of sellers with different addresses have different ids by themselves, and so has each of a series.
    """
    sellers: dict[str, Seller] = {}
    for seller in catalogue.sellers.values():
        named = catalogue.opportunities.get(OpportunityId(seller.url.rpartition("/")[2]))
        if sellers.setdefault(seller.url.lower(), seller) is not seller or (named and named.source_id == seller.url):
            raise MisfitError(("sellers", seller.id, "url"), f"something else has this id: {seller.url}")
    places: dict[str, Place] = {}
    for name in document.opportunities:
        opportunities = catalogue.opportunities
        place = (opportunities.get(OpportunityId(name)) or opportunities[OpportunityId(f"{name}-1")]).place
        if places.setdefault(place.url, place) != place or place.url.lower() in sellers:
            raise MisfitError(
                ("opportunities", name, "place", "identifier"), f"something else has this id: {place.url}"
            )


def _customer(name: str, document: Document) -> Customer:
    spec = document.customers[name]
    return Customer(
        id=customer_id(document, name), given_name=spec.given_name, family_name=spec.family_name, email=spec.email
    )


def _opportunities(name: str, spec: OpportunitySpec, seller: Seller, calendar: Calendar) -> Iterator[Opportunity]:
    """The opportunity, or each of its repetitions."""
    path: Path = ("opportunities", name)
    starts = calendar.zoned(spec.starts, (*path, "starts"))
    lasts = _checked_end(starts, elapsed(spec.lasts), (*path, "lasts"))
    place = _place(name, spec, seller)
    if spec.repeats is None:
        yield _opportunity(name, name, spec, seller, place, starts, lasts)
        return
    every = period(spec.repeats.every)
    _checked_repetition(starts, every, spec.repeats.times, lasts, (*path, "repeats"))
    for index in range(spec.repeats.times):
        yield _opportunity(f"{name}-{index + 1}", name, spec, seller, place, shift(starts, every, index), lasts)


def _opportunity(
    name: str,
    series: str,
    spec: OpportunitySpec,
    seller: Seller,
    place: Place,
    starts: ZonedDateTime,
    lasts: TimeDelta,
) -> Opportunity:
    source_id = f"{seller.url}/api/{_FEED[spec.type]}/{name}"
    return Opportunity(
        id=OpportunityId(name),
        kind=spec.type,
        source_id=source_id,
        seller_id=seller.id,
        name=spec.name,
        place=place,
        starts=starts,
        lasts=lasts,
        capacity=spec.capacity,
        offer=_offer(spec.offer, f"{source_id}#/offers/1"),
        part_of=f"{seller.url}/api/{_PARENT_FEED[spec.type]}/{series}",
        individual=_individual(series, spec, seller),
    )


def _individual(series: str, spec: OpportunitySpec, seller: Seller) -> IndividualFacility | None:
    """The one facility of several that the slot is of, where the document names it."""
    if spec.individual_facility_use is None:
        return None
    url = f"{seller.url}/api/individual-facility-uses/{series}"
    return IndividualFacility(id=url, name=spec.individual_facility_use)


def _checked_end(starts: ZonedDateTime, lasts: TimeDelta, path: Path) -> TimeDelta:
    """The length, once the end is known to be in the calendar."""
    try:
        starts + lasts
    except (ValueError, OverflowError):
        raise MisfitError(path, "this ends after the end of the calendar") from None
    return lasts


def _checked_repetition(starts: ZonedDateTime, every: ItemizedDelta, times: int, lasts: TimeDelta, path: Path) -> None:
    try:
        last = shift(starts, every, times - 1)
    except (ValueError, OverflowError):
        raise MisfitError(path, "the last repetition is after the end of the calendar") from None
    _checked_end(last, lasts, path)


def _offer(spec: OfferSpec, offer_id: str) -> Offer:
    """The offer, by default an adult's for 6.50 GBP, refundable in full until the start."""
    cancellable = True if spec.cancellable is None else spec.cancellable
    window = cancellable.until if isinstance(cancellable, CancellableSpec) else None
    return Offer(
        id=offer_id,
        name=spec.name or "Adult",
        price_minor=pence(spec.price or DEFAULT_PRICE),
        allow_customer_cancellation_full_refund=None if cancellable == "unstated" else cancellable is not False,
        latest_cancellation_before_start=period(window) if window else None,
    )


def _place(name: str, spec: OpportunitySpec, seller: Seller) -> Place:
    """The place, made up after the seller where the document is silent: a seller has one venue unless told otherwise."""
    told = spec.place
    choice = sha256(f"place/{seller.id}".encode()).digest()
    locality, region, postcode, latitude, longitude = _TOWNS[choice[0] % len(_TOWNS)]
    identifier = told.identifier or (name if told != PlaceSpec() else str(100 + choice[1]))
    return Place(
        identifier=identifier,
        name=told.name or f"{seller.name} Centre",
        url=f"{seller.url}/venues/{identifier}",
        latitude=latitude if told.latitude is None else told.latitude,
        longitude=longitude if told.longitude is None else told.longitude,
        street_address=told.street or f"{1 + choice[2] % 90} High Street",
        locality=told.locality or locality,
        region=told.region or region,
        postal_code=told.postcode or postcode,
        country=told.country or "GB",
    )


def _orders(
    name: str,
    spec: OrderSpec,
    document: Document,
    customer: CustomerId,
    opportunities: dict[OpportunityId, Opportunity],
    calendar: Calendar,
) -> Iterator[Order]:
    """The order, or one order for each repetition, placed a minute apart, or closer where the world begins before."""
    path: Path = ("orders", name, "placed")
    placed = calendar.instant(spec.placed, path)
    if not spec.for_each:
        made = _Made.of(document.seed, name)
        identifier = order_id(document, name)
        items = tuple(
            _item(item_id(document, name, item), item, of, identifier, opportunities) for item, of in spec.items.items()
        )
        yield _order(name, made, identifier, customer, placed, items)
        return
    series = next(iter(spec.for_each.values()))
    repeats = document.opportunities[series].repeats
    assert repeats is not None, "references are checked before a catalogue is built"
    apart = max(min(APART, (calendar.epoch - placed) / repeats.times), TimeDelta.ZERO)
    for index in range(repeats.times):
        number = index + 1
        made = _Made.of(document.seed, f"{name}-{number}")
        items = tuple(
            _item(OrderItemId(f"{item}-{number}"), f"{item}-{number}", f"{of}-{number}", made.order_id, opportunities)
            for item, of in spec.for_each.items()
        )
        yield _order(f"{name}-{number}", made, made.order_id, customer, placed + index * apart, items)


def _order(
    name: str, made: _Made, identifier: OrderId, customer: CustomerId, placed: Instant, items: tuple[OrderItem, ...]
) -> Order:
    return Order(
        id=identifier,
        name=name,
        customer_id=customer,
        seller_id=items[0].opportunity.seller_id,
        placed_at=placed,
        confirmation_number=made.confirmation_number,
        receipt_number=made.receipt_number,
        items=items,
    )


def _item(
    item: OrderItemId,
    name: str,
    told: str | ItemSpec,
    order: OrderId,
    opportunities: dict[OpportunityId, Opportunity],
) -> OrderItem:
    if isinstance(told, str):
        opportunity = opportunities[OpportunityId(told)]
        return OrderItem(id=item, identifier=name, order_id=order, opportunity=opportunity, offer=opportunity.offer)
    opportunity = opportunities[OpportunityId(told.of)]
    return OrderItem(
        id=item,
        identifier=told.identifier or name,
        order_id=order,
        opportunity=opportunity,
        offer=_booked_offer(told.offer, opportunity.offer),
        attendee=told.attendee,
    )


def _booked_offer(told: OfferSpec, offered: Offer) -> Offer:
    """The offer that the item accepted: the opportunity's, with what the item says laid over it; an own one has an own id."""
    if told == OfferSpec():
        return offered
    own = _offer(told, offered.id)
    terms = own if told.cancellable is not None else offered
    booked = Offer(
        id=offered.id,
        name=told.name or offered.name,
        price_minor=own.price_minor if told.price is not None else offered.price_minor,
        allow_customer_cancellation_full_refund=terms.allow_customer_cancellation_full_refund,
        latest_cancellation_before_start=terms.latest_cancellation_before_start,
    )
    return booked if booked == offered else replace(booked, id=f"{offered.id.rpartition('/')[0]}/{_digest(booked)}")


def _digest(offer: Offer) -> str:
    """What tells offers of one opportunity apart: it follows from their terms alone, so that equal offers have one id."""
    window = offer.latest_cancellation_before_start
    terms = (
        offer.name,
        offer.price_minor,
        offer.allow_customer_cancellation_full_refund,
        window and window.format_iso(),
    )
    return sha256(repr(terms).encode()).hexdigest()[:12]

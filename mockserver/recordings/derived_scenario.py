"""A scenario derived from a foreign recording: its bookings at its times, so that the mock can be asked the same questions.

Times are relative to the first request. What a recording does not show has a declared default, and is said to be assumed. It must
never know how answers are compared.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

import yaml
from whenever import Instant, ItemizedDelta, TimeDelta

from mockserver.domain.catalogue import OpportunityKind
from mockserver.recordings.derived_behaviour import behaviour_of, timeline_of
from mockserver.recordings.observed_items import (
    CUSTOMER_CANCELLED,
    EARLIEST_YEAR,
    PENDING,
    Key,
    Seen,
    SeenItem,
    instant_of,
)

NAME = "derived"
BEFORE = TimeDelta(hours=1)
"""How long before the first request the world begins: what was cancelled already is cancelled in this time."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PERIOD = re.compile(r"P(?=[0-9T])([0-9]{1,6}W)?([0-9]{1,7}D)?(T(?=[0-9])([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}S)?)?")


@dataclass(slots=True, kw_only=True)
class Derived:
    """The scenario's document, what it calls the recorded items, and what of it is assumed.

    ``identifiers`` has for each recorded one of an order or an item that which the mock shows; they differ only where a
    scenario cannot have the recorded one. ``before`` are items that the client had cancelled before the recording began.
    """

    document: dict[str, Any]
    epoch: Instant
    names: dict[Key, str]
    orders: dict[str, str]
    identifiers: dict[str, str]
    before: list[Key]
    assumed: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The scenario's file."""
        return yaml.safe_dump(self.document, sort_keys=False, allow_unicode=True, width=120)


def derive(seen: Seen, refused_now: frozenset[Key] = frozenset()) -> Derived:
    """The scenario of what was seen; ``refused_now`` are items whose cancellation the Booking System refuses at once."""
    names = _names(seen)
    shown = {each: each if _is_fit(each) else f"stand-in-{n}" for n, (_, each) in enumerate(seen.items, start=1)}
    orders = {each: each if _UUID.fullmatch(each) else _uuid(each) for each in seen.orders}
    before = [
        each.key
        for each in seen.items.values()
        if each.sightings[0].status in {PENDING, CUSTOMER_CANCELLED} and not _asked_before(seen, each)
    ]
    begins = min([seen.at[0] - BEFORE, *(_deadline(seen.items[key]) - BEFORE for key in before)])
    epoch = begins.round("second", mode="floor")
    assumed: list[str] = []
    document: dict[str, Any] = {
        "version": 1,
        "title": "Derived from a recording",
        "about": "Made by imin-mock drift. Names, places and e-mail addresses are stand-ins.",
        "epoch": epoch.format_iso(),
        "sellers": {"seller": {"name": "Seller"}},
        "customers": _customers(seen),
        "opportunities": {
            f"booked-{n}": _opportunity(each, epoch, assumed) for n, each in enumerate(seen.items.values(), start=1)
        },
        "orders": _orders(seen, names, {**shown, **orders}, epoch, assumed),
        "behaviour": behaviour_of(seen, names, epoch, refused_now),
        "timeline": timeline_of(seen, names, epoch),
    }
    _fill(document, seen, epoch, assumed)
    return Derived(
        document=document,
        epoch=epoch,
        names=names,
        orders=orders,
        identifiers={**shown, **orders},
        before=before,
        assumed=assumed,
    )


def _is_fit(identifier: str) -> bool:
    """Whether a scenario can have an item of this identifier."""
    return 0 < len(identifier) <= 128 and identifier.isprintable() and identifier not in {".", ".."}


def _names(seen: Seen) -> dict[Key, str]:
    """What the scenario calls each item: as imin does, where that is a name and no other order has it too."""
    called = Counter(identifier for _, identifier in seen.items)
    fit = {key: key[1] for key in seen.items if called[key[1]] == 1 and _NAME.fullmatch(key[1])}
    free = (name for n in count(1) if (name := f"item-{n}") not in called)
    return {key: fit.get(key) or next(free) for key in seen.items}


def since(epoch: Instant, at: Instant) -> str:
    """The instant as a scenario writes it, exactly: hours, minutes and seconds from the epoch."""
    seconds = round((at - epoch).total("seconds"))
    sign, left = ("-", -seconds) if seconds < 0 else ("+", seconds)
    parts = ((left // 3600, "h"), (left % 3600 // 60, "m"), (left % 60, "s"))
    return sign + ("".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0s")


def _customers(seen: Seen) -> dict[str, Any]:
    """Everybody whose list was given, under a stand-in's name; who was refused a list is nobody imin knows."""
    known = [*seen.customers, *(each.customer for each in seen.orders.values() if each.customer), "somebody"]
    return {
        each: {"given_name": "Customer", "family_name": each, "email": f"{each}@example.com"}
        for each in dict.fromkeys(known)
        if _NAME.fullmatch(each)
    }


def _opportunity(item: SeenItem, epoch: Instant, assumed: list[str]) -> dict[str, Any]:
    told = item.told.get("orderedItem")
    told = told if isinstance(told, dict) else {}
    kind = told.get("type", told.get("@type"))
    starts, ends = instant_of(told.get("startDate")), instant_of(told.get("endDate"))
    if starts is None:
        assumed.append(f"{item.identifier} starts a week after the recording")
    begins = starts or item.sightings[0].at + TimeDelta(hours=24 * 7)
    lasts = max((ends - begins).total("seconds"), 60) if ends is not None and starts is not None else 3600
    return {
        "type": kind if kind in set(OpportunityKind) else OpportunityKind.SCHEDULED_SESSION.value,
        "seller": "seller",
        "name": "Activity",
        "starts": since(epoch, begins),
        "lasts": f"PT{round(lasts)}S",
        "offer": _offer(item, assumed),
        **({"individual_facility_use": "Court"} if _is_of_a_court(told) else {}),
    }


def _is_of_a_court(told: Mapping[str, Any]) -> bool:
    """Whether what was booked is a slot of one of several like facilities."""
    facility = told.get("facilityUse")
    is_slot = told.get("type", told.get("@type")) == OpportunityKind.SLOT
    return is_slot and isinstance(facility, dict) and facility.get("type") == "IndividualFacilityUse"


def _offer(item: SeenItem, assumed: list[str]) -> dict[str, Any]:
    offer = item.told.get("acceptedOffer")
    if not isinstance(offer, dict):
        assumed.append(f"{item.identifier} costs 6.50 GBP and may be cancelled until the start")
        return {}
    price, allows = offer.get("price"), offer.get("allowCustomerCancellationFullRefund")
    window = offer.get("latestCancellationBeforeStartDate")
    terms: dict[str, Any] = {}
    if isinstance(price, int | float) and 0 <= price < 1_000_000:
        terms["price"] = f"{price:.2f} GBP"
    if allows is True and isinstance(window, str) and _PERIOD.fullmatch(window):
        terms["cancellable"] = {"until": window}
    else:
        terms["cancellable"] = allows if isinstance(allows, bool) else "unstated"
    return terms


def _deadline(item: SeenItem) -> Instant:
    """The latest instant at which the item can have been cancelled."""
    told, offer = item.told.get("orderedItem"), item.told.get("acceptedOffer")
    starts = instant_of(told.get("startDate")) if isinstance(told, dict) else None
    starts = min(starts or item.sightings[0].at, item.sightings[0].at)
    window = offer.get("latestCancellationBeforeStartDate") if isinstance(offer, dict) else None
    if not isinstance(window, str) or not _PERIOD.fullmatch(window):
        return starts
    try:
        local = starts.to_tz("Europe/London").subtract(ItemizedDelta.parse_iso(window), disambiguation="compatible")
    except ValueError:  # longer than the calendar
        return starts
    return local.to_instant() if local.year >= EARLIEST_YEAR else starts


def _orders(
    seen: Seen, names: Mapping[Key, str], shown: Mapping[str, str], epoch: Instant, assumed: list[str]
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    booked = {key: f"booked-{n}" for n, key in enumerate(seen.items, start=1)}
    for number, (identifier, order) in enumerate(seen.orders.items(), start=1):
        keys = [key for item in order.items if (key := (identifier, item)) in seen.items]
        items = {names[key]: _item(names[key], booked[key], shown[key[1]]) for key in keys}
        if not items:
            continue
        if order.placed is None:
            assumed.append(f"order {identifier} was placed before all that were listed")
        placed = order.placed or _placed_by(seen, order.customer, epoch) - TimeDelta(seconds=number)
        made[f"order-{number}"] = {
            "customer": order.customer or "somebody",
            "placed": since(epoch, placed - _late(seen, epoch)),
            "identifier": shown[identifier],
            "items": items,
        }
    return made


def _item(name: str, opportunity: str, identifier: str) -> str | dict[str, str]:
    return opportunity if name == identifier else {"of": opportunity, "identifier": identifier}


def _fill(document: dict[str, Any], seen: Seen, epoch: Instant, assumed: list[str]) -> None:
    """Bookings that no recorded page shows, so that totals are those of the recording; they come last in every list."""
    for number, ((listing, customer), (total, at)) in enumerate(sorted(seen.totals.items()), start=1):
        mine = [order for order in seen.orders.values() if order.customer == customer]
        if listing == "orders":
            extra = [each for each in document["orders"] if each.startswith(f"more-of-{customer}-")]
            there = len(mine) + sum(_times(document, each) for each in extra)
        else:
            own = {order.identifier for order in mine}
            there = sum(each.order in own and _starts_after(each, at) for each in seen.items.values())
        missing = total - there
        if not 0 < missing <= 10_000 or customer not in document["customers"]:
            continue
        name = f"more-{number}"
        starts = since(epoch, _gap(seen, customer)) if listing == "order-items" else "-8760h"
        every = {"times": missing, "every": "PT1S"}
        assumed.append(f"{missing} more {listing} of {customer}, which no recorded page shows")
        offer = {"type": "ScheduledSession", "seller": "seller", "name": "Activity", "starts": starts, "repeats": every}
        document["opportunities"][name] = offer
        document["orders"][f"more-of-{customer}-{number}"] = {
            "customer": customer,
            "placed": since(epoch, _placed_by(seen, customer, epoch) - _late(seen, epoch) - TimeDelta(minutes=missing)),
            "for_each": {f"more-item-{number}": name},
        }


def _gap(seen: Seen, customer: str) -> Instant:
    """After which start the bookings come that no recorded page shows: in the first gap between those that were shown."""
    before = [seen.items[each] for each in _before_the_gap(seen, ("order-items", customer)) if each in seen.items]
    starts = [item.sightings[0].starts for item in before if item.sightings[0].starts is not None]
    return max(starts, default=seen.at[-1]) + TimeDelta(seconds=1)


def _placed_by(seen: Seen, customer: str | None, epoch: Instant) -> Instant:
    """Before which instant the orders were placed that no recorded page of a customer's orders shows."""
    shown = _before_the_gap(seen, ("orders", customer or ""))
    placed = [seen.orders[order].placed for order, _ in shown if order in seen.orders]
    known = [each for each in placed if each is not None] or [
        o.placed for o in seen.orders.values() if o.placed is not None
    ]
    return min([epoch, *known])


def _late(seen: Seen, epoch: Instant) -> TimeDelta:
    """By how much the latest order was placed after the world begins: all are moved by it, so that their order stays."""
    return max([TimeDelta.ZERO, *(order.placed - epoch for order in seen.orders.values() if order.placed is not None)])


def _before_the_gap(seen: Seen, listing: tuple[str, str]) -> list[Key]:
    """What stands at the beginning of a list, as far as its pages were recorded."""
    places = sorted(seen.places.get(listing, {}).items(), key=lambda pair: pair[1])
    return [key for nth, (key, place) in enumerate(places) if place == nth]


def _times(document: dict[str, Any], order: str) -> int:
    (opportunity,) = document["orders"][order]["for_each"].values()
    return int(document["opportunities"][opportunity]["repeats"]["times"])


def _starts_after(item: SeenItem, at: Instant) -> bool:
    told = item.told.get("orderedItem")
    starts = instant_of(told.get("startDate")) if isinstance(told, dict) else None
    return starts is None or starts > at


def _asked_before(seen: Seen, item: SeenItem) -> bool:
    """Whether the recording itself asked to cancel the item before it first showed it."""
    return any(item.key in each.keys and each.index < item.sightings[0].index for each in seen.cancellations)


def _uuid(text: str) -> str:
    return str(UUID(bytes=sha256(text.encode()).digest()[:16], version=5))

"""How the Booking System must have behaved for a recording to show what it shows: its answers, and what Sellers did.

It assumes a lawful imin: what no lawful one can show is left to be found as drift.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from whenever import Instant, TimeDelta

from mockserver.recordings.observed_items import (
    CONFIRMED,
    CUSTOMER_CANCELLED,
    PENDING,
    Key,
    Seen,
    SeenCancellation,
    SeenItem,
    Sighting,
)

LEAST = TimeDelta(seconds=1)
"""No Booking System answers in the same instant: right after the 204 an item is pending."""

_MARKED = {"CustomerAttended": "attended", "AttendeeAttended": "attended", "AttendeeAbsent": "absent"}


def behaviour_of(seen: Seen, names: Mapping[Key, str], epoch: Instant, refused_now: frozenset[Key]) -> dict[str, Any]:
    """One state in which the Booking System answers for each item as was seen."""
    answers: dict[str, Any] = {}
    cancelled_at: dict[str, Instant] = {}
    for item in seen.items.values():
        asked = _asked(seen, item, epoch)
        if item.key in refused_now:
            answers[names[item.key]] = {"answers": "refuse_now"}
        elif asked is not None:
            answer, ends = _answer(item, asked, _refunded_at(seen, item))
            answers[names[item.key]] = answer
            if ends is not None and answer["answers"] == "confirm":
                cancelled_at[item.order] = max(ends, cancelled_at.get(item.order, ends))
    takes = _refund_takes(seen, cancelled_at)
    booking_system: dict[str, Any] = {"answers": "confirm", "after": "PT30S"}
    if answers:
        booking_system["items"] = answers
    imin = {"reads_feed_every": "PT0S", "refund": {"takes": takes}}
    return {"states": {"as-recorded": {"booking_system": booking_system, "imin": imin}}}


def effective(seen: Seen, asked: SeenCancellation) -> bool:
    """Whether the request had an effect, even if its answer was lost or says otherwise."""
    if asked.status == 204:
        return True
    if 0 < asked.status < 500:
        return False
    for item in (seen.items[each] for each in asked.keys if each in seen.items):
        after = next((each for each in item.sightings if each.index > asked.index), None)
        before = next((each for each in reversed(item.sightings) if each.index < asked.index), None)
        if after is not None and after.status in {PENDING, CUSTOMER_CANCELLED}:
            return before is None or before.status == CONFIRMED
    return False


def _asked(seen: Seen, item: SeenItem, epoch: Instant) -> tuple[Instant, int] | None:
    """When the item's cancellation was first passed on, and by which exchange; -1 for one before the recording."""
    for each in seen.cancellations:
        if item.key in each.keys and effective(seen, each):
            return each.at, each.index
    if item.sightings[0].status in {PENDING, CUSTOMER_CANCELLED}:
        return epoch, -1
    return None


def _refunded_at(seen: Seen, item: SeenItem) -> frozenset[Instant]:
    """The instants at which the item's order was seen with the receipt of a refund."""
    return frozenset(at for at, receipts in seen.orders[item.order].receipts if receipts > 1)


def _answer(
    item: SeenItem, asked: tuple[Instant, int], refunded_at: frozenset[Instant]
) -> tuple[dict[str, Any], Instant | None]:
    """The answer that fits what was seen after the request, and when it came.

    It came when it was first seen; a little sooner where the refund was seen through at the same time, which takes its time.
    """
    at, index = asked
    unanswered = at
    pending = 1 if index == -1 else 0
    for sighting in item.sightings:
        if sighting.index <= index:
            continue
        if sighting.status == PENDING:
            pending += 1
            unanswered = sighting.at
            continue
        after = max(sighting.at - at, LEAST)
        if sighting.status == CUSTOMER_CANCELLED and pending and sighting.at - at < LEAST:
            return {"answers": "confirm", "after": {"reads": pending}}, at
        if sighting.status == CUSTOMER_CANCELLED:
            if sighting.at in refunded_at and sighting.at - unanswered > LEAST and after > LEAST:
                after -= LEAST
            return {"answers": "confirm", "after": _period(after)}, at + after
        if sighting.status == CONFIRMED and (pending or sighting.at - at >= LEAST):
            return {"answers": "refuse", "after": _period(after)}, at + after
        if sighting.status != CONFIRMED:
            break  # the Seller came first
    return {"answers": "never"}, None


def _refund_takes(seen: Seen, cancelled_at: Mapping[str, Instant]) -> str:
    """A time that fits every receipt that was seen, and every one that was not there yet."""
    sooner: list[TimeDelta] = []
    later: list[TimeDelta] = []
    for order, cancelled in cancelled_at.items():
        for at, receipts in seen.orders[order].receipts:
            if at >= cancelled:
                (sooner if receipts > 1 else later).append(at - cancelled)
    if sooner:
        return _period(min(sooner))
    if later:
        return _period(max(later) + TimeDelta(hours=1))
    return "PT0S" if _shows_refunds_at_once(seen) else "PT5S"


def _shows_refunds_at_once(seen: Seen) -> bool:
    """Whether the first answer that shows a Seller's cancellation has its refund's receipt already."""
    first = {(item.order, each.at) for item in seen.items.values() for each in _sellers(item)[:1]}
    return any(
        (order.identifier, at) in first for order in seen.orders.values() for at, count in order.receipts if count > 1
    )


def _sellers(item: SeenItem) -> list[Sighting]:
    return [each for each in item.sightings if each.status == "SellerCancelled"]


def timeline_of(seen: Seen, names: Mapping[Key, str], epoch: Instant) -> list[dict[str, Any]]:
    """What Sellers must have done, each at the latest at the instant when it was first seen."""
    found: list[tuple[Instant, dict[str, Any]]] = []
    numbers = {identifier: number for number, identifier in enumerate(seen.orders, start=1)}
    for nth, item in enumerate(seen.items.values(), start=1):
        first = item.sightings[0]
        changes = [
            (epoch, first.status),
            *((b.at, b.status) for a, b in pairwise(item.sightings) if a.status != b.status),
        ]
        done: set[str] = set()
        for at, status in changes:
            does = "seller_cancels" if status == "SellerCancelled" else _MARKED.get(status)
            if does is not None and does not in done and "seller_cancels" not in done:
                done = {does}
                about = {"order": f"order-{numbers[item.order]}", "items": [names[item.key]]}
                found.append((at, {"at": _since(epoch, at), "do": does, **about}))
        found += [
            (
                b.at,
                {"at": _since(epoch, b.at), "do": "change_of_logistics", "opportunity": f"booked-{nth}", "starts": to},
            )
            for a, b in pairwise(each for each in item.sightings if each.starts is not None)
            if a.starts != b.starts and b.starts is not None
            for to in [b.starts.format_iso()]
        ]
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def _since(epoch: Instant, at: Instant) -> str:
    return f"+{round((at - epoch).total('seconds'))}s"


def _period(duration: TimeDelta) -> str:
    return f"PT{max(round(duration.total('seconds')), 0)}S"

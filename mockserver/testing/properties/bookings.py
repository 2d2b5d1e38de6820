"""Strategies for what was booked: customers, opportunities, offers with their windows, orders, and instants that matter.

Everything is drawn as a scenario file writes it. Shrinking leads to one adult place at the usual price, cancellable until the
start. It must never know how the Booking System behaves.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

EPOCHS = ("2030-06-03T09:00:00+01:00", "2030-03-30T09:00:00+00:00", "2030-10-26T09:00:00+01:00")
"""A summer morning, and the mornings before the nights on which London's clocks go forward and back."""

_WINDOWS = ("P1D", "PT24H", "PT2H", "PT15M", "P1W", "PT0S")
_STARTS = ("+2d10h", "+1d", "+3h", "+26h", "+1d1h30m", "+16h30m", "+17h", "+8d", "-1h")
_PRICES = ("6.50 GBP", "0 GBP", "0.01 GBP", "12.00 GBP")
_PEOPLE = (("asha", "Asha", "Patel"), ("liam", "Liam", "Doyle"), ("zoe", "Zoë", "Ní Bhriain"))
_NIGHTS = ("2030-03-31T01:00:00+00:00", "2030-10-27T01:00:00+00:00")
_AROUND = (0, -1, 1, -60, 60, -3600, 3600)


def windows() -> st.SearchStrategy[Any]:
    """An offer's ``cancellable``: until the start, until a period before it, not at all, or unstated."""
    until = st.sampled_from(_WINDOWS).map(lambda period: {"until": period})
    return st.one_of(st.just(True), until, st.sampled_from([False, "unstated"]))


def offers(*, refundable: bool | None = None) -> st.SearchStrategy[Json]:
    """An offer: its price and its window. ``refundable`` decides whether it may be cancelled at all."""
    chosen = windows()
    if refundable is not None:
        chosen = chosen.filter(lambda window: (window not in (False, "unstated")) is refundable)
    optional = {"price": st.sampled_from(_PRICES), "name": st.just("Adult")}
    if refundable is None:
        return st.fixed_dictionaries({}, optional={**optional, "cancellable": chosen})
    return st.fixed_dictionaries({"cancellable": chosen}, optional=optional)


def customers() -> st.SearchStrategy[dict[str, Json]]:
    """One to three customers, by name."""

    everybody = {
        name: {"given_name": given, "family_name": family, "email": f"{name}@example.com"}
        for name, given, family in _PEOPLE
    }
    return st.sampled_from([dict([*everybody.items()][:number]) for number in range(1, len(everybody) + 1)])


def starts() -> st.SearchStrategy[str]:
    """When an opportunity starts, from the epoch: in days, soon, in a night on which the clocks change, or already past."""
    return st.sampled_from(_STARTS)


def opportunities(sellers: Sequence[str] = ("riverside",)) -> st.SearchStrategy[dict[str, Json]]:
    """One to three sessions or slots of these sellers, by name."""
    each = st.fixed_dictionaries(
        {
            "type": st.sampled_from(["ScheduledSession", "Slot"]),
            "seller": st.sampled_from(list(sellers)),
            "name": st.just("Evening Yoga"),
            "starts": starts(),
        },
        optional={"offer": offers()},
    )
    return st.lists(each, min_size=1, max_size=3).map(
        lambda drawn: {f"session-{number}": one for number, one in enumerate(drawn, 1)}
    )


@st.composite
def orders(
    draw: st.DrawFn,
    customers: Sequence[str],
    opportunities: Mapping[str, Mapping[str, Any]],
    *,
    name: str = "order-1",
    most_items: int = 3,
) -> Json:
    """An order of one of the customers: from one item on, all sold by one seller. Its items are named after ``name``."""
    first = draw(st.sampled_from(list(opportunities)))
    seller = opportunities[first]["seller"]
    same = [each for each, spec in opportunities.items() if spec["seller"] == seller]
    rest = draw(st.lists(st.sampled_from(same), max_size=most_items - 1))
    items: Json = {f"{name}-{number}": each for number, each in enumerate([first, *rest], 1)}
    if draw(st.booleans()):
        items[f"{name}-1"] = {"of": first, "attendee": "Jo", "offer": draw(offers())}
    return {
        "customer": draw(st.sampled_from(list(customers))),
        "placed": draw(st.sampled_from(["-1d", "-3d", "+0s"])),
        "items": items,
    }


def instants_around(*anchors: datetime) -> st.SearchStrategy[datetime]:
    """An anchor itself, or a second, a minute, an hour before or after it.

    Anchors are deadlines and starts, as ``cancellable.deadline`` and ``imin.starts`` of a world's items show them. Without any:
    the instants at which London's clocks change.
    """
    chosen = anchors or tuple(datetime.fromisoformat(night) for night in _NIGHTS)
    return st.builds(
        lambda anchor, seconds: anchor + timedelta(seconds=seconds),
        st.sampled_from(chosen),
        st.sampled_from(_AROUND),
    )

"""Whole scenarios, drawn: what was booked, how the world behaves, by which readings, and what a client asks when.

Every one parses and lives. Shrinking leads to the happy path of one order with one item. It must never know what a
client makes of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from mockserver.domain.readings import READINGS, ReadingName
from mockserver.testing.properties.behaving import behaviours
from mockserver.testing.properties.bookings import EPOCHS, customers, opportunities, orders
from mockserver.testing.properties.drawn import Drawn

Json = dict[str, Any]

_SELLERS = ("riverside", "hilltop")


def readings(*, without: Sequence[ReadingName | str] = ()) -> st.SearchStrategy[dict[str, str]]:
    """Some choices where imin is silent; what is not named has its default."""
    names = {name: reading for name, reading in READINGS.items() if name not in without}
    return st.fixed_dictionaries(
        {},
        optional={
            name.value: st.sampled_from(
                [reading.default, *(option for option in reading.options if option != reading.default)]
            )
            for name, reading in names.items()
        },
    )


def clocks() -> st.SearchStrategy[Any]:
    """A clock that stands still, or one that steps with each request."""
    return st.one_of(st.just("frozen"), st.sampled_from(["PT1S", "PT30S"]).map(lambda step: {"step": step}))


@st.composite
def scenarios(
    draw: st.DrawFn,
    *,
    behaviour: st.SearchStrategy[Json] | None = None,
    api_faults: bool = True,
    asked: bool = False,
    clock: st.SearchStrategy[Any] | None = None,
    law_breakers: Sequence[str | None] = (None,),
    most_orders: int = 3,
) -> Drawn:
    """A valid world as a scenario document.

    ``behaviour`` draws how it behaves; by default any way that there is, with faults of imin's API or without
    (``api_faults``). ``asked``: with ``when`` steps, in which a client asks to cancel and looks. ``clock``: by default frozen.
    ``law_breakers``: of which one breaks a law of the world; ``None`` is an honest one.
    """
    people = draw(customers())
    sellers = _SELLERS[: draw(st.integers(1, len(_SELLERS)))]
    offered = draw(opportunities(sellers))
    number = draw(st.integers(1, most_orders))
    booked = {f"order-{nth}": draw(orders(list(people), offered, name=f"order-{nth}")) for nth in range(1, number + 1)}
    items = [item for order in booked.values() for item in order["items"]]
    ways = behaviours(items, list(booked), api_faults=api_faults) if behaviour is None else behaviour
    chosen = draw(readings(without=() if not asked else ("patch-body",)))
    document: Json = {
        "version": 1,
        "title": "A world drawn by Hypothesis",
        "epoch": draw(st.sampled_from(EPOCHS)),
        "clock": "frozen" if clock is None else draw(clock),
        "readings": chosen,
        "law_breaker": draw(st.sampled_from(list(law_breakers))),
        "sellers": {name: {"name": f"{name.title()} Leisure"} for name in sellers},
        "customers": people,
        "opportunities": offered,
        "orders": booked,
        "behaviour": draw(ways),
        "timeline": draw(_timelines(booked)),
        "when": draw(st.lists(_requests(booked), max_size=5)) if asked else [],
    }
    return Drawn(document={key: value for key, value in document.items() if value or key == "version"})


@st.composite
def _requests(draw: st.DrawFn, booked: Mapping[str, Json]) -> Json:
    """A step of the client: it asks to cancel items of an order, or looks."""
    order = draw(st.sampled_from(list(booked)))
    at = draw(st.sampled_from(["+0s", "+1m", "+90s", "+10m", "+1d", "+2d9h59m59s", "+2d10h", "+1d10h"]))
    match draw(st.sampled_from(["cancel", "list", "order"])):
        case "cancel":
            subset = draw(st.lists(st.sampled_from(list(booked[order]["items"])), min_size=1, unique=True))
            return {"at": at, "cancel": subset, "of": order}
        case "list":
            return {"at": at, "list_upcoming": booked[order]["customer"]}
        case _:
            return {"at": at, "get_order": order}


@st.composite
def _timelines(draw: st.DrawFn, booked: Mapping[str, Json]) -> list[Json]:
    """What the Seller does by itself, mostly nothing."""
    if not draw(st.booleans()):
        return []
    order = draw(st.sampled_from(list(booked)))
    did = draw(
        st.sampled_from(
            [
                {"do": "seller_cancels", "order": order},
                {"do": "attended", "order": order},
                {"do": "customer_notice", "order": order, "notice": "Bring water."},
                {"do": "change_of_logistics", "opportunity": _first_booked(booked[order]), "starts": "+3d"},
            ]
        )
    )
    return [{"at": draw(st.sampled_from(["+2m", "+1h", "+1d"])), **did}]


def _first_booked(order: Mapping[str, Any]) -> str:
    first = next(iter(order["items"].values()))
    name: str = first["of"] if isinstance(first, dict) else first
    return name

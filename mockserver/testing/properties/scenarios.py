"""Whole scenarios, drawn: what was booked, how the world behaves, by which readings, and what a client asks when.

Every one parses and lives. Shrinking leads to the happy path of one order with one item. It must never know what a
client makes of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from mockserver.domain.readings import DECLARED_READINGS, WORLD_READINGS, UnknownReadingError, chosen_readings
from mockserver.engine.queries import ITEMS_PER_PAGE
from mockserver.testing.errors import MockError
from mockserver.testing.properties.behaving import behaviours
from mockserver.testing.properties.bookings import EPOCHS, customers, opportunities, orders
from mockserver.testing.properties.drawn import Drawn

Json = dict[str, Any]

_SELLERS = ("riverside", "hilltop")
_CROWD = ITEMS_PER_PAGE + 2
_CALM = 5
"""How many worlds without a crowd are drawn for each with one: a page more is asked for after every step of a client."""


def readings(fixed: Mapping[str, str] | None = None, *, declared: bool = False) -> st.SearchStrategy[dict[str, str]]:
    """Some choices where imin is silent; what is not named has its default.

    ``fixed`` are the same in every draw. ``declared``: draw those too that a client is built for, such as ``patch-body``, under
    some of whose options it would be refused. *Raises* :class:`MockError` for what is no reading, or no option of it.
    """
    try:
        chosen = chosen_readings((f"{name}={option}" for name, option in (fixed or {}).items()), of_world=True)
    except UnknownReadingError as error:
        raise MockError(str(error)) from error
    drawn = {
        name: reading
        for name, reading in WORLD_READINGS.items()
        if name not in chosen and (declared or name not in DECLARED_READINGS)
    }
    return st.fixed_dictionaries(
        {name.value: st.just(option) for name, option in chosen.items()},
        optional={
            name.value: st.sampled_from(
                [reading.default, *(option for option in reading.options if option != reading.default)]
            )
            for name, reading in drawn.items()
        },
    )


_drawn_readings = readings  # what a parameter of the same name would hide


def clocks() -> st.SearchStrategy[Any]:
    """A clock that stands still, or one that steps with each request."""
    return st.one_of(st.just("frozen"), st.sampled_from(["PT1S", "PT30S"]).map(lambda step: {"step": step}))


def scenarios(
    *,
    behaviour: st.SearchStrategy[Json] | None = None,
    api_faults: bool = True,
    asked: bool = False,
    clock: st.SearchStrategy[Any] | None = None,
    twins: Sequence[str | None] = (None,),
    readings: Mapping[str, str] | None = None,
    declared: bool = False,
    most_orders: int = 3,
    crowds: bool = True,
) -> st.SearchStrategy[Drawn]:
    """A valid world as a scenario document.

    ``behaviour`` draws how it behaves; by default any way that there is, with faults of imin's API or without
    (``api_faults``). ``asked``: with ``when`` steps, in which a client asks to cancel and looks. ``clock``: by default frozen.
    ``twins``: of which one breaks a law of the world; ``None`` is an honest one.

    ``readings`` are fixed in every world, such as ``{"patch-body": "identifiers"}`` for what your client sends; the others are
    drawn, with ``declared`` those too that a client is built for. ``crowds``: now and then a customer has more than fits on a
    page, in one order or in many. *Raises* :class:`MockError` for what is no reading, or no option of it.
    """
    return _worlds(
        behaviour=behaviour,
        api_faults=api_faults,
        asked=asked,
        clock=clock,
        twins=twins,
        # The client that makes the steps is built for the defaults.
        chosen=_drawn_readings(readings, declared=declared and not asked),
        most_orders=most_orders,
        crowds=crowds,
    )


@st.composite
def _worlds(
    draw: st.DrawFn,
    *,
    behaviour: st.SearchStrategy[Json] | None,
    api_faults: bool,
    asked: bool,
    clock: st.SearchStrategy[Any] | None,
    twins: Sequence[str | None],
    chosen: st.SearchStrategy[dict[str, str]],
    most_orders: int,
    crowds: bool,
) -> Drawn:
    people = draw(customers())
    sellers = _SELLERS[: draw(st.integers(1, len(_SELLERS)))]
    offered = draw(opportunities(sellers))
    number = draw(st.integers(1, most_orders))
    booked = {f"order-{nth}": draw(orders(list(people), offered, name=f"order-{nth}")) for nth in range(1, number + 1)}
    if crowds:
        booked |= draw(_crowds(booked))
    items = [item for order in booked.values() for item in order["items"]]
    ways = behaviours(items, list(booked), api_faults=api_faults) if behaviour is None else behaviour
    document: Json = {
        "version": 1,
        "title": "A world drawn by Hypothesis",
        "epoch": draw(st.sampled_from(EPOCHS)),
        "clock": "frozen" if clock is None else draw(clock),
        "readings": draw(chosen),
        "twin": draw(st.sampled_from(list(twins))),
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
def _crowds(draw: st.DrawFn, booked: Mapping[str, Json]) -> dict[str, Json]:
    """Mostly nothing; else one of the orders with more items than fit on a page, or as many orders like it."""
    if not draw(st.sampled_from([*[False] * _CALM, True])):
        return {}
    name = draw(st.sampled_from(list(booked)))
    order = booked[name]
    first = _first_booked(order)
    if draw(st.sampled_from([False, False, False, True])):
        names = [f"order-{nth}" for nth in range(len(booked) + 1, len(booked) + _CROWD)]
        return {each: {**order, "items": {f"{each}-1": first}} for each in names}
    more = {f"{name}-{nth}": first for nth in range(len(order["items"]) + 1, _CROWD + 1)}
    return {name: {**order, "items": {**order["items"], **more}}}


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

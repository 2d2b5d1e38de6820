"""Whole scenarios, drawn: what was booked, by which readings, and what a client asks when. How worlds behave is drawn elsewhere.

Every one parses and lives, and is written as a scenario file writes it. Shrinking leads to the happy path of one order with one
adult place at the usual price, cancellable until the start. It must never know what a client makes of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import yaml
from hypothesis import strategies as st

from mockserver.client.errors import MockError
from mockserver.domain.readings import DECLARED_READINGS, WORLD_READINGS, UnknownReadingError, chosen_readings
from mockserver.engine.queries import ITEMS_PER_PAGE
from mockserver.scenario.scenario import Scenario, parse_scenario
from mockserver.testing.properties.behaviours import behaviours

NAME = "drawn"
"""What a drawn scenario is called: the first part of its key."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """A scenario document as plain values. Its ``text`` can be served, run, or written to a file as it is."""

    document: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        """The text of the scenario file."""
        return text_of(self.document)

    @cached_property
    def scenario(self) -> Scenario:
        """The parsed scenario. *Raises* ``ScenarioFaults`` for a document that is none."""
        return parse_scenario(self.text, name=NAME)

    def __repr__(self) -> str:
        return f"Drawn:\n{self.text}"


def text_of(document: Mapping[str, Any]) -> str:
    """A document as the text of a scenario file."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(dict(document), Dumper=_plain(dumper), sort_keys=False, allow_unicode=True, width=120)
    return text


def _plain(dumper: Any) -> Any:
    """A dumper that writes a value out wherever it stands: a scenario file has no anchors."""
    return type("PlainDumper", (dumper,), {"ignore_aliases": lambda *_: True})


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

"""What makes no sense in a document although every key and name is right: an order of two sellers, a move that does nothing.

Each check reads the plain value and says nothing where it cannot tell, because something else is wrong there and reported.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.domain.behaviour import BODILESS
from mockserver.scenario.document import DEFAULT_EPOCH
from mockserver.scenario.faults import Misfit, Path, show
from mockserver.scenario.names import Names, mapping, repeats_of
from mockserver.scenario.notation import DEFAULT_PRICE, elapsed, moment, pence
from mockserver.scenario.references import action_places, places

_Found = Iterator[Misfit]


def nonsense(document: Mapping[str, object], names: Mapping[str, Names]) -> _Found:
    """Everything in the document that cannot be meant."""
    yield from empty_values(document)
    yield from _clock(document)
    yield from _individual_facilities(document)
    yield from _orders(document)
    yield from _out_of_the_worlds_time(document)
    yield from _names_taken_twice(document, names)
    yield from _identifiers_taken_twice(document)
    yield from _idle_moves(document)
    yield from _actions(document)
    yield from _cancellations(document)
    yield from uncarriable(document)


def empty_values(value: object, path: Path = ()) -> _Found:
    """Keys without a value, except inside a canned body, where null is JSON's."""
    if value is None:
        yield Misfit(path=path, message="this has no value", hint="leave the key out, or say what it is", of_key=True)
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in parts:
        if key != "body":
            yield from empty_values(each, (*path, key))


def _clock(document: Mapping[str, object]) -> _Found:
    clock = document.get("clock")
    if not isinstance(clock, dict):
        return
    if clock.keys() <= {"running", "step"} and len(clock) != 1:
        yield Misfit(
            path=("clock",), message="a clock is running or steps: one of the two", hint="or write clock: frozen"
        )
    step = clock.get("step")
    if isinstance(step, str) and _takes_no_time(step):
        yield Misfit(
            path=("clock", "step"), message="a clock that steps by nothing stands still", hint="write clock: frozen"
        )


def _out_of_the_worlds_time(document: Mapping[str, object]) -> _Found:
    """Orders that are placed when the world has begun already, and requests and expectations before it begins."""
    epoch = document.get("epoch", DEFAULT_EPOCH)
    for path, placed in places(document, ("orders", "*", "placed")):
        if _side(placed, epoch) > 0:
            yield Misfit(
                path=path, message="an order is placed before the world begins", hint="imin lists what was booked"
            )
    for part, what in (("when", "a request is made"), ("then", "an expectation is met")):
        for path, at in places(document, (part, "*", "at")):
            if _side(at, epoch) < 0:
                yield Misfit(path=path, message=f"{what} after the world has begun", hint="write +0s for its beginning")


def _side(instant: object, epoch: object) -> int:
    """On which side of the epoch an instant is: before it -1, after it 1; 0 at it, or where that cannot be told."""
    if not isinstance(instant, str) or not isinstance(epoch, str):
        return 0
    if instant[:1] in ("+", "-"):
        return 0 if not instant.strip("+-0wdhms") else -1 if instant[0] == "-" else 1
    try:
        told, begins = moment(instant).to_instant(), moment(epoch).to_instant()
    except ValueError:
        return 0
    return (told > begins) - (told < begins)


def _takes_no_time(step: str) -> bool:
    try:
        return not elapsed(step)
    except ValueError:
        return False


def _individual_facilities(document: Mapping[str, object]) -> _Found:
    for path, opportunity in places(document, ("opportunities", "*")):
        told = mapping(opportunity)
        if "individual_facility_use" in told and told.get("type") == "ScheduledSession":
            message = "only a slot is of an individual facility, such as a court"
            yield Misfit(path=(*path, "individual_facility_use"), message=message, of_key=True)


def _orders(document: Mapping[str, object]) -> _Found:
    opportunities = mapping(document.get("opportunities"))
    for path, order in places(document, ("orders", "*")):
        if not isinstance(order, dict):
            continue
        items, series = mapping(order.get("items")), mapping(order.get("for_each"))
        if bool(items) == bool(series):
            hint = "items: {seat-1: <opportunity>}" if not items else None
            said = "both items and for_each" if items else "no items"
            yield Misfit(path=path, message=f"the order has {said}", hint=hint, of_key=True)
        if series and "identifier" in order:
            yield Misfit(path=(*path, "identifier"), message="orders made by for_each cannot share one identifier")
        if len({repeats_of(opportunities.get(of)) for of in series.values() if isinstance(of, str)} - {None}) > 1:
            yield Misfit(path=(*path, "for_each"), message="these opportunities do not repeat equally often")
        yield from _two_sellers(path, items or series, "items" if items else "for_each", document)


def _two_sellers(path: Path, items: Mapping[str, object], key: str, document: Mapping[str, object]) -> _Found:
    first: tuple[str, object] | None = None
    for item, of in items.items():
        seller = mapping(_opportunity(of, document)).get("seller")
        if not isinstance(seller, str):
            continue
        first = first or (item, seller)
        if seller != first[1]:
            message = (
                f"an order has one seller: {show(item)} is sold by {show(seller)}, {show(first[0])} by {show(first[1])}"
            )
            yield Misfit(path=(*path, key, item), message=message, hint="make it two orders")


def _opportunity(of: object, document: Mapping[str, object]) -> object:
    """The opportunity that an item, an opportunity's name, or the name of one repetition is about."""
    name = mapping(of).get("of") if isinstance(of, dict) else of
    opportunities = mapping(document.get("opportunities"))
    if not isinstance(name, str):
        return None
    return opportunities.get(name) or opportunities.get(name.rpartition("-")[0])


def _names_taken_twice(document: Mapping[str, object], names: Mapping[str, Names]) -> _Found:
    """Names of items that two series use, and names that collide with one of a series."""
    seen: dict[str, str] = {}
    for path, item in places(document, ("orders", "*", "for_each", "@")):
        order, name = str(path[1]), str(item)
        if name in seen:
            message = f"the order {show(seen[name])} already has an item {show(name)}"
            yield Misfit(path=path, message=message, hint="the items of a series need a name of their own", of_key=True)
        seen.setdefault(name, order)
    for kind, pattern in (
        ("order item", ("orders", "*", "items", "@")),
        ("order", ("orders", "@")),
        ("opportunity", ("opportunities", "@")),
    ):
        series = Names(kind=kind, single={}, series=names[kind].series)
        for path, taken in places(document, pattern):
            if str(taken) in series:
                yield Misfit(path=path, message=f"{show(taken)} is also the name of one of a series", of_key=True)


def _identifiers_taken_twice(document: Mapping[str, object]) -> _Found:
    for kind in ("customers", "orders"):
        taken = {name: name for name in mapping(document.get(kind))} if kind == "customers" else {}
        for path, identifier in places(document, (kind, "*", "identifier")):
            owner = str(path[1])
            if isinstance(identifier, str) and taken.setdefault(identifier, owner) != owner:
                message = f"{show(identifier)} already is the identifier of {show(taken[identifier])}"
                yield Misfit(path=path, message=message)
    for order, spec in mapping(document.get("orders")).items():
        held = mapping(mapping(spec).get("items"))
        taken = {name: name for name in held}
        for path, identifier in places(held, ("*", "identifier")):
            item = str(path[0])
            if isinstance(identifier, str) and taken.setdefault(identifier, item) != item:
                message = f"{show(identifier)} already is what {show(taken[identifier])} is called in this order"
                yield Misfit(path=("orders", order, "items", *path), message=message)


def _idle_moves(document: Mapping[str, object]) -> _Found:
    for state in (("behaviour", "always"), ("behaviour", "states", "*")):
        for kind in ("on", "after", "at"):
            for path, move in places(document, (*state, kind, "*")):
                if isinstance(move, dict) and not move.keys() & {"to", "do"}:
                    yield Misfit(
                        path=path, message="this does nothing", hint="say where it goes (to), or what it does (do)"
                    )


def _actions(document: Mapping[str, object]) -> _Found:
    orders = mapping(document.get("orders"))
    for path, action in action_places(document):
        if not isinstance(action, dict):
            continue
        timed = path[0] == "timeline"
        if timed and "at" not in action:
            yield Misfit(path=path, message='lacks "at": an entry of the timeline has an instant')
        if not timed and "at" in action:
            yield Misfit(path=(*path, "at"), message="only an entry of the timeline has an instant", of_key=True)
        if action.get("do") == "change_of_logistics" and not action.keys() & {"name", "starts", "place"}:
            yield Misfit(path=path, message="this changes nothing", hint="give name, starts or place")
        yield from unclear_target(path, action)
        booked = action.get("opportunity")
        if action.get("do") == "seller_replaces" and isinstance(booked, str):
            yield from _replacement((*path, "by"), action.get("by"), [booked], document)
        order = orders.get(str(action.get("order")))
        held = mapping(mapping(order).get("items"))
        chosen = action.get("items", list(held))
        if not isinstance(chosen, list) or not held:
            continue
        for index, item in enumerate(chosen):
            if isinstance(item, str) and _of_its_order(item, str(action["order"])) not in held:
                message = f"the order {show(action['order'])} has no item {show(item)}"
                yield Misfit(path=(*path, "items", index), message=message)
        if action.get("do") == "seller_replaces":
            names = {_of_its_order(item, str(action["order"])) for item in chosen if isinstance(item, str)}
            replaced = [of for item, of in held.items() if item in names]
            yield from _replacement((*path, "by"), action.get("by"), replaced, document)


def unclear_target(path: Path, action: Mapping[Any, object]) -> _Found:
    """An action on items that says neither whose, or both."""
    if action.get("do") in (None, "enter", "change_of_logistics"):
        return
    if "order" not in action and "opportunity" not in action:
        hint = "or opportunity, for all that is booked on one"
        yield Misfit(path=path, message='lacks "order"', hint=hint)
    elif "opportunity" in action and (beside := next((key for key in ("order", "items") if key in action), None)):
        hint = "an opportunity means all that is booked on it, in any order"
        yield Misfit(path=(*path, beside), message="does not go with opportunity", hint=hint, of_key=True)


def _of_its_order(item: str, order: str) -> str:
    """What the order itself calls an item that may be named with its order before it."""
    return item.removeprefix(f"{order}:")


def _replacement(path: Path, by: object, replaced: list[object], document: Mapping[str, object]) -> _Found:
    """A replacement that the standard forbids: dearer, or of another seller."""
    new = _opportunity(by, document)
    for of in replaced:
        old = _opportunity(of, document)
        if old is None or new is None:
            continue
        if mapping(old).get("seller") != mapping(new).get("seller"):
            yield Misfit(path=path, message="a replacement is an opportunity of the same seller")
            return
        price, was = _price(new), _price(of, old)
        if price is not None and was is not None and price > was:
            message = (
                f"a replacement costs the same or less: {show(by)} is {price / 100:.2f} GBP, it was {was / 100:.2f} GBP"
            )
            yield Misfit(path=path, message=message)
            return


def _price(*offered: object) -> int | None:
    """The price in pence that the first of these with an offer's price says; silent, it is the default."""
    for each in offered:
        price = mapping(mapping(each).get("offer")).get("price")
        if price is not None:
            return _pence(price)
    return pence(DEFAULT_PRICE)


def _pence(price: object) -> int | None:
    """The pence of a price that is one; what is none is reported elsewhere."""
    try:
        return pence(price) if isinstance(price, str) else None
    except ValueError:
        return None


def _cancellations(document: Mapping[str, object]) -> _Found:
    """Items of another order in a cancellation that is not expected to be refused."""
    for path, step in places(document, ("when", "?cancel")):
        expect = mapping(step).get("expect")
        refused = (mapping(expect).get("status") if isinstance(expect, dict) else expect) not in (None, 204)
        order = mapping(mapping(document.get("orders")).get(str(mapping(step).get("of"))))
        held = mapping(order.get("items"))
        if refused or not held:
            continue
        for where, item in places(step, ("cancel", "+")):
            if isinstance(item, str) and _of_its_order(item, str(mapping(step)["of"])) not in held:
                message = f"the order {show(mapping(step)['of'])} has no item {show(item)}"
                yield Misfit(path=(*path, *where), message=message, hint="expect: 400, if that is the point")


WRITTEN_BY_THE_MOCK = frozenset(
    {
        *(
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
        ),
        "upgrade",
    }
)
"""Headers that frame a message or belong to its connection, and the world's own ``Date``: a second one contradicts the first."""

BODY_WHERE_NONE_IS = "an answer with the status {} has no body"


def uncarriable(document: Mapping[str, object]) -> Iterator[Misfit]:
    """Every canned answer that HTTP has no way to carry."""
    for state in (("always",), ("states", "*")):
        for path, respond in places(document, ("behaviour", *state, "imin", "api", "*", "+", "respond")):
            yield from _headers((*path, "headers"), mapping(mapping(respond).get("headers")))
            status, body = mapping(respond).get("status"), mapping(respond).get("body")
            if isinstance(status, int) and status in BODILESS and body not in (None, ""):
                yield Misfit(path=(*path, "body"), message=BODY_WHERE_NONE_IS.format(status))


def _headers(path: Path, headers: Mapping[str, object]) -> Iterator[Misfit]:
    seen: dict[str, str] = {}
    for name in headers:
        if name.lower() in WRITTEN_BY_THE_MOCK:
            hint = "truncate_body and drop_connection break a message on purpose"
            yield Misfit(path=(*path, name), message=f"the mock itself writes {name}", hint=hint, of_key=True)
        first = seen.setdefault(name.lower(), name)
        if first != name:
            yield Misfit(path=(*path, name), message=f"the header {show(first)} stands here already", of_key=True)

"""One id is one thing, in whatever world a file describes; and each id is a URI that a client can go on from."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.catalogue import Catalogue
from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.scenario import parse_scenario
from mockserver.web.answers import to_json
from mockserver.web.imin_api import wire
from tests.scenario.writing import make_document, make_seed
from tests.web.calling import ADDRESS, Stage, set_stage

URI = re.compile(
    r"https?://[^/?#\[\]\s]+(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})*)*(#[A-Za-z0-9._~/-]+)?", re.ASCII
)
"""RFC 3986 with an authority, and with one fragment at the most."""

NAMES = st.sampled_from(["yoga", "Yoga", "yoga-1", "7", "311", "a.b_c"])
TERMS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Adult", "Junior", "Senior"]),
        "price": st.sampled_from(["6.50 GBP", "3 GBP"]),
        "cancellable": st.sampled_from([True, False, "unstated", {"until": "P1D"}, {"until": "PT24H"}]),
    },
)
PLACES = st.fixed_dictionaries(
    {},
    optional={
        "identifier": st.sampled_from(["7", "yoga", "311"]),
        "name": st.sampled_from(["Hall", "Court 1"]),
        "street": st.just("9 Low Road"),
    },
)
SESSIONS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["ScheduledSession", "Slot"]),
        "seller": st.sampled_from(["riverside", "Riverside"]),
        "name": st.sampled_from(["Yoga", "Spin"]),
        "starts": st.just("+2d"),
    },
    optional={"offer": TERMS, "place": PLACES, "repeats": st.just({"times": 2})},
)
ADDRESSES = st.sampled_from(["https://a.example", "https://a.example/api/slots", "http://b.example:8080/x%20y", None])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document in which names, identifiers and terms often meet."""
    sellers = {name: {"name": "S", "url": draw(ADDRESSES)} for name in ("riverside", "Riverside")}
    sessions = draw(st.dictionaries(NAMES, SESSIONS, min_size=1, max_size=4))
    single = [name for name, spec in sessions.items() if "repeats" not in spec]
    items = st.fixed_dictionaries({"of": st.sampled_from(single), "offer": TERMS}) if single else st.nothing()
    orders = st.dictionaries(
        st.sampled_from(["a", "b"]), st.dictionaries(NAMES, items, min_size=1, max_size=3), max_size=2
    )
    return {
        **make_document({"opportunities": sessions}),
        "sellers": {name: {k: v for k, v in spec.items() if v} for name, spec in sellers.items()},
        "orders": {
            name: {"customer": "asha", "items": held} for name, held in draw(orders if single else st.just({})).items()
        },
    }


def identified(catalogue: Catalogue, stage: Stage) -> Iterator[tuple[str, object]]:
    """Every id that a client can meet, with the thing that it is the id of."""
    for seller in catalogue.sellers.values():
        yield seller.url, seller
    for opportunity in catalogue.opportunities.values():
        yield opportunity.source_id, opportunity
        yield opportunity.offer.id, opportunity.offer
        yield opportunity.place.url, opportunity.place
    for order in catalogue.orders.values():
        shown = msgspec.json.decode(to_json(wire.order(stage.live_world.world, order, ADDRESS)))
        yield shown["id"], order
        for item, told in zip(order.items, shown["orderedItem"], strict=True):
            yield told["id"], item
            yield item.offer.id, item.offer


def parsed(document: dict[str, Any]) -> str | None:
    """The text of the document, or nothing where it is refused."""
    import json

    text = json.dumps(document, ensure_ascii=False)
    try:
        parse_scenario(text, name="made")
    except ScenarioFaults:
        return None
    return text


@given(documents())
def test_one_id_is_one_thing_and_a_uri(document: dict[str, Any]) -> None:
    text = parsed(document)
    if text is None:
        return
    stage = set_stage(text)
    owners: dict[str, object] = {}
    for uri, thing in identified(stage.live_world.world.catalogue, stage):
        assert URI.fullmatch(uri), uri
        assert owners.setdefault(uri, thing) == thing


def test_offers_of_other_terms_have_other_ids_and_equal_offers_one() -> None:
    def booked(*terms: dict[str, Any]) -> list[str]:
        items = {f"i{n}": {"of": "yoga", "offer": each} for n, each in enumerate(terms)}
        seed = make_seed({"orders/booking/items": items})
        return [item.offer.id for item in seed.catalogue.orders_by_name["booking"].items]

    junior, senior = {"name": "Junior", "price": "3 GBP"}, {"name": "Senior", "price": "4 GBP"}
    first, second, third, plain, same = booked(junior, senior, junior, {}, {"name": "Adult"})
    assert len({first, second, plain}) == 3
    assert (first, plain) == (third, same)
    assert booked(senior, junior)[1] == first, "an id does not depend on what else is booked"
    assert plain.endswith("/yoga#/offers/1")


@pytest.mark.parametrize(
    "terms", [{"price": "3 GBP"}, {"name": "Junior"}, {"cancellable": False}, {"cancellable": {"until": "P1D"}}]
)
def test_each_term_by_itself_makes_another_offer(terms: dict[str, Any]) -> None:
    seed = make_seed({"orders/booking/items": {"a": {"of": "yoga", "offer": terms}, "b": "yoga"}})
    mine, plain = seed.catalogue.orders_by_name["booking"].items
    assert mine.offer.id != plain.offer.id


def test_own_offers_that_differ_in_one_term_alone_have_two_ids() -> None:
    base = {"name": "Junior", "price": "3 GBP", "cancellable": True}
    others: list[dict[str, Any]] = [
        {"name": "Senior"},
        {"price": "2 GBP"},
        {"cancellable": False},
        {"cancellable": "unstated"},
        {"cancellable": {"until": "P1D"}},
        {"cancellable": {"until": "PT24H"}},
    ]
    items = {f"i{n}": {"of": "yoga", "offer": {**base, **each}} for n, each in enumerate([{}, *others])}
    booked = make_seed({"orders/booking/items": items}).catalogue.orders_by_name["booking"].items
    assert len({item.offer.id for item in booked}) == len(items)

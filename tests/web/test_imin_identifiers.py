"""Identifiers as brokers and Booking Systems give them: any text, an item's one of its kind only within its order."""

from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.rules import Rule
from mockserver.engine.queries import items_called
from mockserver.web.imin_api.cancellation_body import CANCELLED_URL
from mockserver.web.imin_api.wire import escaped
from tests.web.calling import ADDRESS, Received, Stage, scenario, session, set_stage

ODD = (
    "kim+swim@example.org",
    "kim swim@example.org",
    "saml|northwind|77",
    "a/b/c",
    "50%",
    "50%25",
    "q?x=1&page=2#top",
    "Ærø Ñandú",
    "会員七",
    "😀",
    " ",
    "...",
    '"',
    "<b>",
    "\\",
)
ASHA = {"given_name": "Asha", "family_name": "Patel", "email": "asha@example.com"}
LISTS = ("order-items", "orders")


def known_as(*identifiers: str) -> Stage:
    """A customer for each identifier, each with one order of one item, whose identifier is the customer's."""
    return set_stage(
        scenario(
            customers={f"c{n}": {**ASHA, "identifier": each} for n, each in enumerate(identifiers)},
            orders={
                f"o{n}": {"customer": f"c{n}", "items": {f"i{n}": {"of": "yoga", "identifier": each}}}
                for n, each in enumerate(identifiers)
            },
        )
    )


@pytest.fixture(scope="module")
def odd() -> Stage:
    return known_as(*ODD)


def listed(stage: Stage, path: str, asked: str) -> Received:
    return stage.get(f"/api/v2/{path}?customerIdentifier={asked}")


@pytest.mark.parametrize("identifier", ODD)
@pytest.mark.parametrize("path", LISTS)
def test_a_list_answers_to_the_percent_encoded_identifier_and_its_links_lead_back(
    odd: Stage, path: str, identifier: str
) -> None:
    encoded = quote(identifier, safe="")
    shown = listed(odd, path, encoded).json
    assert shown["imin:totalItems"] == 1
    assert shown["view"]["id"] == f"{ADDRESS}/api/v2/{path}?customerIdentifier={encoded}&page=1"
    assert odd.get(shown["view"]["first"].removeprefix(ADDRESS)).json == {**shown, "id": shown["view"]["first"]}
    assert odd.get(shown["id"].removeprefix(ADDRESS)).json == shown


@pytest.mark.parametrize("path", LISTS)
def test_a_raw_plus_in_a_query_is_a_space_and_so_somebody_else(path: str) -> None:
    stage = known_as("kim+swim@example.org")
    assert listed(stage, path, "kim+swim@example.org").json["imin:totalItems"] == 0
    assert listed(stage, path, "kim%2Bswim%40example.org").json["imin:totalItems"] == 1
    assert "kim%2Bswim%40example.org" in listed(stage, path, "kim%2Bswim%40example.org").json["view"]["id"]


@pytest.mark.parametrize("identifier", ODD)
@pytest.mark.parametrize("form", ["url", "identifiers"])
def test_an_item_is_cancelled_by_the_id_or_the_identifier_that_a_list_shows(identifier: str, form: str) -> None:
    stage = known_as(*ODD)
    asked = quote(identifier, safe="")
    (item,) = listed(stage, "order-items", asked).json["imin:item"]
    assert item["identifier"] == identifier
    assert urlsplit(item["id"]).path.rpartition("/")[2] == asked
    order = item["imin:order"]["identifier"]
    body = (
        {"orderIdentifier": order, "orderItemIdentifier": item["identifier"]}
        if form == "identifiers"
        else {
            "type": "Order",
            "orderedItem": [{"type": "OrderItem", "id": item["id"], "orderItemStatus": CANCELLED_URL}],
        }
    )
    assert stage.call("PATCH", f"/api/v2/orders/{order}", body).status == 204
    (item,) = listed(stage, "order-items", asked).json["imin:item"]
    assert item["orderItemStatus"] == "https://imin.co/CustomerCancellationPending"


@given(
    identifiers=st.sets(
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40),
        min_size=1,
        max_size=4,
    )
)
def test_whoever_is_known_by_an_identifier_is_found_by_it_and_by_no_other(identifiers: set[str]) -> None:
    usable = sorted(identifiers - {".", ".."})
    if not usable:
        return
    stage = known_as(*usable)
    for each in usable:
        (item,) = listed(stage, "order-items", quote(each, safe="")).json["imin:item"]
        assert item["identifier"] == each
        assert unquote(item["id"].rpartition("/")[2]) == each
        item["id"].encode("ascii")


TWICE = scenario(
    customers={"asha": ASHA},
    opportunities={"yoga": session(), "run": session(name="Run", starts="+3d")},
    orders={
        "first": {"customer": "asha", "items": {"1": "yoga", "2": "yoga"}},
        "second": {"customer": "asha", "items": {"1": "run"}},
        "third": {"customer": "asha", "items": {"last": {"of": "run", "identifier": "2"}}},
    },
)


def test_two_orders_may_number_their_items_alike_and_their_ids_differ() -> None:
    shown = set_stage(TWICE).get("/api/v2/order-items?customerIdentifier=asha").json["imin:item"]
    assert sorted(item["identifier"] for item in shown) == ["1", "1", "2", "2"]
    assert len({item["id"] for item in shown}) == 4


def cancelled(stage: Stage, order: str, item: str) -> Received:
    return stage.cancel(order, {"orderIdentifier": stage.order(order), "orderItemIdentifier": item})


def statuses(stage: Stage) -> dict[str, str]:
    world = stage.live_world.world
    return {item: world.imin.state_of(item).status for item in world.catalogue.items}


def test_a_cancellation_is_about_the_item_of_its_own_order() -> None:
    stage = set_stage(TWICE)
    assert cancelled(stage, "second", "1").status == 204
    assert [name for name, status in statuses(stage).items() if status != "OrderItemConfirmed"] == ["second:1"]
    assert cancelled(stage, "third", "2").status == 204
    assert cancelled(stage, "first", "2").status == 204


@pytest.mark.parametrize(
    ("order", "item", "kind"),
    [
        ("second", "2", "OrderItemNotWithinOrderError"),
        ("third", "last", "OrderItemIdInvalidError"),
        ("second", "second:1", "OrderItemIdInvalidError"),
        ("first", "3", "OrderItemIdInvalidError"),
    ],
)
def test_what_the_order_does_not_have_is_refused_and_so_is_a_name_that_only_the_file_knows(
    order: str, item: str, kind: str
) -> None:
    stage = set_stage(TWICE)
    answer = cancelled(stage, order, item)
    assert (answer.status, answer.rule) == (400, Rule.CANCEL_UNKNOWN_ITEM)
    assert answer.json["@type"] == kind


def test_the_feed_tells_items_of_one_identifier_apart_by_their_order() -> None:
    stage = set_stage(TWICE)
    for order in ("first", "second"):
        assert cancelled(stage, order, "1").status == 204
    stage.live_world.until_quiet()
    fed = [each["data"] for each in stage.get("/booking-system/orders-rpde").json["items"]]
    ids = [item["@id"] for order in fed for item in order["orderedItem"]]
    assert len(set(ids)) == len(ids) == 3


def test_a_seller_names_items_as_the_file_does_or_as_the_order_shows_them() -> None:
    for named in ("second:1", "1"):
        stage = set_stage(TWICE)
        action = {
            "@type": "test:SellerRequestedCancellationSimulateAction",
            "object": {"@type": "Order", "@id": "second"},
            "imin-mock:items": [named],
        }
        assert stage.call("POST", "/booking-system/test-interface/actions", action).status == 204
        told = stage.live_world.world.booking_system.states
        assert list(told) == ["second:1"]


def test_a_name_that_orders_share_is_asked_for_with_its_order_whatever_the_identifiers_are() -> None:
    orders = {
        "first": {"customer": "asha", "items": {"1": {"of": "yoga", "identifier": "A"}}},
        "second": {"customer": "asha", "items": {"1": "yoga"}},
    }
    stage = set_stage(scenario(orders=orders))
    assert [item.id for item in items_called(stage.live_world.world.catalogue, "1")] == ["first:1", "second:1"]
    assert [item.id for item in items_called(stage.live_world.world.catalogue, "A")] == ["first:1"]
    assert items_called(stage.live_world.world.catalogue, "first") == []


def test_an_explanation_is_asked_by_name_or_by_an_identifier_that_only_one_order_has() -> None:
    stage = set_stage(TWICE)
    stage.live_world  # noqa: B018 - the world begins
    explained = "/__admin/worlds/stage/order-items/{}/explanation"
    assert stage.get(explained.format("second%3A1")).json["order_name"] == "second"
    assert stage.get(explained.format("last")).json["order_name"] == "third"
    several = stage.get(explained.format("1"))
    assert several.status == 404
    assert several.json["detail"] == "Several orders have an order item '1'; say which: first:1, second:1."


@given(st.text() | st.text("aB7-._~:/#%"))
def test_an_identifier_stands_in_a_path_as_the_library_quotes_it(identifier: str) -> None:
    assert escaped(identifier) == quote(identifier, safe="")

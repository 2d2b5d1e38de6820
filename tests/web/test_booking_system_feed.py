"""The OrdersFeed is valid RPDE at every instant, says what the Booking System knows, and nothing personal."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.web.booking_system_api import feed
from tests.web.calling import ADDRESS, KEY, Received, Stage, scenario, session, set_stage
from tests.web.described import BOOKING_JSON, WORLD, Described

FEED = "/booking-system/orders-rpde"
NEVER_IN_AN_ORDER = {
    *("bookingService", "broker", "brokerRole", "seller", "customer", "orderNumber", "payment"),
    *("orderCreationStatus", "orderProposalVersion", "orderStatus"),
}
NEVER_IN_AN_ITEM = {
    "attendee",
    "attendeeDetailsRequired",
    "orderItemIntakeForm",
    "orderItemIntakeFormResponse",
    "position",
}
ORDERS = ["first", "second", "third", "fourth", "fifth"]


def many_orders(**parts: Any) -> str:
    orders = {
        name: {"customer": "asha", "placed": "-3d", "items": {f"{name}-1": "yoga", f"{name}-2": "swim"}}
        for name in ORDERS
    }
    return scenario(opportunities={"yoga": session(), "swim": session(name="Swim")}, orders=orders, **parts)


def read(stage: Stage, url: str) -> Received:
    answer = Described(stage).call("GET", url.removeprefix(ADDRESS))
    assert_valid(url, answer)
    return answer


def assert_valid(url: str, answer: Received) -> None:
    """The rules by which an Orders feed's page is validated, written anew."""
    assert answer.status == 200
    assert re.match(r"application/vnd\.openactive\.booking\+json", answer.header("content-type") or "")
    assert "public" not in (answer.header("cache-control") or "")
    page = answer.json
    assert page.keys() == {"next", "items"}
    following, asked = urlsplit(page["next"]), urlsplit(url)
    assert following.scheme in {"http", "https"}
    assert "." in (following.hostname or "")
    assert (following.netloc, following.path) == (asked.netloc, asked.path)
    for item in page["items"]:
        assert item.keys() == {"state", "kind", "id", "modified", "data"}
        assert (item["state"], item["kind"]) == ("updated", "Order")
        assert isinstance(item["modified"], int)
        assert item["modified"] >= 1
        assert_snapshot(item)
    numbers = [item["modified"] for item in page["items"]]
    assert numbers == sorted(set(numbers))
    assert len({item["id"] for item in page["items"]}) == len(numbers)
    if numbers:
        assert dict(parse_qsl(following.query)) == {"afterChangeNumber": str(numbers[-1])}
        assert page["next"] != url
        assert numbers[0] > int(dict(parse_qsl(asked.query)).get("afterChangeNumber", "0"))
    else:
        assert page["next"] == url


def assert_snapshot(item: dict[str, Any]) -> None:
    order = item["data"]
    assert not order.keys() & NEVER_IN_AN_ORDER
    assert order["identifier"] == item["id"]
    assert order["@id"].endswith(f"/orders/{item['id']}")
    assert len(order["orderedItem"]) == 2
    assert "PENDING".lower() not in repr(order).lower()
    for each in order["orderedItem"]:
        assert not each.keys() & NEVER_IN_AN_ITEM
        assert each["@id"].startswith(order["@id"] + "#/orderedItem/")
        assert ("cancellationMessage" in each) <= each["orderItemStatus"].endswith("/SellerCancelled")
    live = [e for e in order["orderedItem"] if not e["orderItemStatus"].endswith("Cancelled")]
    assert order["totalPaymentDue"]["price"] == sum(each["acceptedOffer"]["price"] for each in live)
    assert "asha" not in repr(item).lower()


def walk(stage: Stage, url: str = ADDRESS + FEED) -> Iterator[dict[str, Any]]:
    while True:
        page = read(stage, url).json
        if page["next"] == url:
            return
        yield from page["items"]
        url = page["next"]


def seller_cancels(stage: Stage, order: str, item: str) -> None:
    Described(stage).post(
        f"{WORLD}/actions",
        {
            "@type": "test:SellerRequestedCancellationSimulateAction",
            "object": {"@type": "Order", "@id": order},
            "imin-mock:items": [item],
        },
    )


def test_a_new_order_is_not_in_the_feed_and_an_empty_feed_names_itself() -> None:
    page = read(set_stage(), ADDRESS + FEED).json
    assert page == {"next": ADDRESS + FEED, "items": []}


def test_a_change_shows_the_whole_order_once() -> None:
    stage = set_stage()
    seller_cancels(stage, "booking", "seat-2")
    (item,) = walk(stage)
    statuses = [each["orderItemStatus"] for each in item["data"]["orderedItem"]]
    assert statuses == ["https://openactive.io/OrderItemConfirmed", "https://openactive.io/SellerCancelled"]
    assert item["data"]["totalPaymentDue"] == {"@type": "PriceSpecification", "price": 6.5, "priceCurrency": "GBP"}
    assert item["data"]["orderedItem"][0]["orderedItem"] == source_id(stage)


def source_id(stage: Stage) -> str:
    """The ``@id`` of what the first item of the booking is booked on."""
    return stage.live_world.world.catalogue.orders_by_name["booking"].items[0].opportunity.source_id


def test_the_last_page_echoes_the_url_that_was_called_to_the_letter() -> None:
    stage = set_stage()
    for query in (
        "?afterChangeNumber=9007199254740991",
        "?afterChangeNumber=007",
        f"?afterChangeNumber={10**30}",
        "?x=%20y",
    ):
        assert read(stage, ADDRESS + FEED + query).json == {"next": ADDRESS + FEED + query, "items": []}


def test_following_the_last_page_gives_the_identical_page() -> None:
    stage = set_stage()
    url = f"{ADDRESS}{FEED}?afterChangeNumber=9007199254740991"
    first = read(stage, url)
    assert read(stage, first.json["next"]).body == first.body


@pytest.mark.parametrize(
    "query",
    ["-1", "", "abc", "1.0", "1e3", "+1", "%201", "1%00", "٣", "0x1", "null", "1&afterChangeNumber=1", "9" * 1001],
)
def test_a_wrong_change_number_is_refused_by_its_rule(query: str) -> None:
    answer = Described().call("GET", f"{FEED}?afterChangeNumber={query}")
    assert (answer.status, answer.rule) == (400, "feed.cursor-invalid")
    assert answer.header("content-type") == BOOKING_JSON
    assert answer.json["@type"] == "OpenBookingError"
    assert "one whole number from 0" in answer.json["description"]


def test_an_order_that_changes_again_moves_to_the_end_and_stands_there_alone() -> None:
    stage = set_stage(many_orders())
    for order in ("first", "second", "first"):
        seller_cancels(stage, order, f"{order}-{1 if not list(walk(stage)) else 2}")
    items = list(walk(stage))
    names = [stage.live_world.world.catalogue.orders[item["id"]].name for item in items]
    assert names == ["second", "first"]
    assert [item["modified"] for item in items] == [2, 3]


def test_an_outage_is_503_with_retry_after_and_ends_with_its_state() -> None:
    states = {"broken": {"booking_system": {"feed": {"outage": True}}}, "fine": {}}
    stage = set_stage(scenario(behaviour={"initial": "broken", "states": states}))
    answer = Described(stage).call("GET", FEED)
    assert (answer.status, answer.rule, answer.header("retry-after")) == (503, "feed.outage", "60")
    assert Described(stage).call("PUT", f"{WORLD}/behaviour", {"state": "fine"}).json["state"] == "fine"
    assert read(stage, ADDRESS + FEED).status == 200


def test_the_reading_says_how_attended_is_spelt() -> None:
    for word in ("CustomerAttended", "AttendeeAttended"):
        stage = set_stage(scenario(readings={"attended-status": word}))
        action = {"@type": "test:AttendeeAttendedSimulateAction", "object": {"@type": "Order", "@id": "booking"}}
        Described(stage).post(f"{WORLD}/actions", action)
        (item,) = walk(stage)
        assert {e["orderItemStatus"] for e in item["data"]["orderedItem"]} == {f"https://openactive.io/{word}"}


def test_a_notice_goes_with_the_cancellation_and_the_sellers_word_stays() -> None:
    stage = set_stage()
    for kind, message in (("CustomerNotice", "Bring a mat"), ("SellerRequestedCancellationWithMessage", "Flooded")):
        action = {"@type": f"test:{kind}SimulateAction", "object": {"@type": "Order", "@id": "booking"}}
        Described(stage).post(
            f"{WORLD}/actions", {**action, "imin-mock:message": message, "imin-mock:items": ["seat-1"]}
        )
        if kind == "CustomerNotice":
            assert next(walk(stage))["data"]["orderedItem"][0]["customerNotice"] == "Bring a mat"
    first, second = next(walk(stage))["data"]["orderedItem"]
    assert first["cancellationMessage"] == "Flooded"
    assert "customerNotice" not in first
    assert not {"customerNotice", "cancellationMessage"} & second.keys()


def test_what_the_customer_only_asked_for_is_not_in_the_feed() -> None:
    stage = set_stage()
    body = {"orderIdentifier": stage.order("booking"), "orderItemIdentifier": "seat-1"}
    assert stage.cancel("booking", body).status == 204
    assert list(walk(stage)) == []
    Described(stage).post(f"{WORLD}/clock/advance", {"by": "PT30S"})
    item = next(walk(stage))["data"]["orderedItem"][0]
    assert item["orderItemStatus"].endswith("/CustomerCancelled")


def test_head_is_get_without_the_body_and_other_methods_are_refused() -> None:
    stage = set_stage()
    head, got = stage.call("HEAD", FEED), stage.call("GET", FEED)
    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")
    refused = stage.call("POST", FEED)
    assert (refused.status, refused.header("allow")) == (405, "GET, HEAD")
    assert refused.json["@type"] == "MethodNotAllowedError"


def test_the_date_is_the_worlds() -> None:
    assert set_stage().call("GET", FEED).header("date") == "Mon, 03 Jun 2030 08:00:00 GMT"


@pytest.mark.parametrize("key", [None, "", "nope", "happy path", "stage@a/b"])
def test_without_a_good_key_there_is_no_feed(key: str | None) -> None:
    answer = Described().call("GET", FEED, key=key)
    missing = not key
    assert answer.status == (403 if missing else 401)
    assert answer.json["@type"] == ("NoAPITokenError" if missing else "InvalidAPITokenError")
    assert answer.header("x-imin-mock-fault") == ("key-missing" if missing else "key-refused")
    assert answer.header("content-type") == BOOKING_JSON


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/booking-system/", "/booking-system/orders", "/booking-system/orders-rpde/"])
def test_an_unknown_endpoint_is_answered_as_the_standard_says_and_as_ours(method: str, path: str) -> None:
    answer = set_stage().call(method, path)
    assert (answer.status, answer.json["@type"]) == (404, "UnknownOrIncorrectEndpointError")
    assert answer.header("content-type") == BOOKING_JSON
    assert answer.header("x-imin-mock-fault") == "unknown-route"


def test_one_key_never_sees_what_happened_under_another() -> None:
    stage = set_stage()
    seller_cancels(stage, "booking", "seat-1")
    assert stage.call("GET", FEED, key=f"{KEY}@other").json["items"] == []


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(ORDERS), st.sampled_from(["1", "2"])),
            st.sampled_from(["PT1S", "PT45S", "PT10M"]),
            st.just("page"),
        ),
        max_size=25,
    ),
    st.sampled_from([{}, {"lag": "PT40S"}, {"duplicates": 2}, {"reorder": True}, {"reorder": True, "lag": "PT5S"}]),
)
@settings(max_examples=40)
def test_a_reader_who_pages_while_the_feed_changes_misses_nothing(steps: list[Any], behaviour: dict[str, Any]) -> None:
    states = {"nasty": {"booking_system": {"answers": "confirm", "after": "PT5S", "feed": behaviour}}}
    stage = set_stage(many_orders(behaviour={"states": states}))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(feed, "ITEMS_PER_PAGE", 2)
        url, copies, last = ADDRESS + FEED, {}, 0
        for step in [*steps, "PT24H", "page", "page", "page", "page"]:
            if step == "page":
                page = read(stage, url).json
                for item in page["items"]:
                    assert item["modified"] > last
                    last = item["modified"]
                    copies[item["id"]] = item["data"]
                url = page["next"]
            elif isinstance(step, str):
                Described(stage).post(f"{WORLD}/clock/advance", {"by": step})
            else:
                seller_cancels(stage, step[0], f"{step[0]}-{step[1]}")
        assert read(stage, url).json["next"] == url
        assert {order: copies[order] for order in copies} == {item["id"]: item["data"] for item in walk(stage)}
        truth = stage.live_world.world.booking_system
        cancelled = {i for i, state in truth.states.items() if state.status.is_cancelled}
        shown = {
            each["@id"].rpartition("/")[2]
            for data in copies.values()
            for each in data["orderedItem"]
            if each["orderItemStatus"].endswith("Cancelled")
        }
        assert shown == cancelled

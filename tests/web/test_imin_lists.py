import pytest

from tests.web.calling import ADDRESS, Stage, scenario, session, set_stage

CUSTOMERS = {
    "asha": {"given_name": "Asha", "family_name": "Patel", "email": "asha@example.com"},
    "ben": {"given_name": "Ben", "family_name": "Okafor", "email": "ben@example.com"},
}
ITEMS = "/api/v2/order-items?customerIdentifier=asha"
ORDERS = "/api/v2/orders?customerIdentifier=asha"


@pytest.fixture(scope="module")
def crowded() -> Stage:
    """One customer with 137 upcoming items, each in an order of its own; another with nothing."""
    return set_stage(
        scenario(
            customers=CUSTOMERS,
            opportunities={"yoga": session(repeats={"times": 137})},
            orders={"series": {"customer": "asha", "for_each": {"seat": "yoga"}}},
        )
    )


def test_the_envelope_has_imins_keys_in_imins_order() -> None:
    envelope = set_stage().get(ITEMS).json
    assert list(envelope) == ["@context", "id", "type", "imin:totalItems", "view", "imin:item"]
    assert envelope["@context"] == [
        "https://openactive.io/",
        "https://schema.imin.co/",
        "https://openactive.io/ns-beta",
    ]
    assert envelope["type"] == "imin:RestrictedCollection"
    assert envelope["id"] == f"{ADDRESS}{ITEMS}"
    assert envelope["view"] == {
        "id": f"{ADDRESS}{ITEMS}&page=1",
        "type": "PartialCollectionView",
        "first": f"{ADDRESS}{ITEMS}&page=1",
        "last": f"{ADDRESS}{ITEMS}&page=1",
        "imin:currentPage": 1,
        "imin:itemsPerPage": 10,
        "imin:totalPages": 1,
        "urlTemplate": f"{ADDRESS}{ITEMS}&page={{page}}",
    }


def test_an_upcoming_item_shows_its_session_offer_status_flag_and_order() -> None:
    stage = set_stage()
    item = stage.get(ITEMS).json["imin:item"][0]
    source = item["orderedItem"]["identifier"]
    assert list(item) == [
        "type", "id", "identifier", "orderedItem", "acceptedOffer", "orderItemStatus",
        "imin:isPresentlyCancellable", "imin:order",
    ]  # fmt: skip
    assert (item["type"], item["identifier"], item["id"]) == (
        "OrderItem",
        "seat-1",
        stage.item_url("booking", "seat-1"),
    )
    assert list(item["orderedItem"]) == ["type", "id", "identifier", "startDate", "endDate", "superEvent"]
    assert item["orderedItem"]["type"] == "ScheduledSession"
    assert item["orderedItem"]["id"].startswith(
        "https://search.imin.co/events-api/v2/scheduled-sessions/https%3A%2F%2F"
    )
    assert source.startswith("https://")
    assert item["orderedItem"]["startDate"] == "2030-06-05T19:00:00+01:00"
    series = item["orderedItem"]["superEvent"]
    assert (series["type"], list(series)) == ("SessionSeries", ["type", "location", "superEvent"])
    assert list(series["location"]) == ["type", "identifier", "name", "url", "geo", "address"]
    assert series["superEvent"]["type"] == "EventSeries"
    assert series["superEvent"]["organizer"]["name"] == "Riverside Leisure"
    assert item["acceptedOffer"]["price"] == 6.5
    assert item["acceptedOffer"]["latestCancellationBeforeStartDate"] == "P1D"
    assert item["orderItemStatus"] == "https://openactive.io/OrderItemConfirmed"
    assert item["imin:isPresentlyCancellable"] is True
    order = stage.order("booking")
    assert item["imin:order"] == {"type": "Order", "id": f"{ADDRESS}/api/v2/orders/{order}", "identifier": order}


def test_a_facility_slot_has_a_facility_use_and_its_own_search_address() -> None:
    stage = set_stage(scenario(opportunities={"yoga": session(type="Slot", name="Badminton Court")}))
    slot = stage.get(ITEMS).json["imin:item"][0]["orderedItem"]
    assert list(slot) == [
        "type", "id", "identifier", "startDate", "endDate", "remainingUses", "maximumUses", "facilityUse",
    ]  # fmt: skip
    assert slot["type"] == "Slot"
    assert slot["id"].startswith("https://search.imin.co/facilities-api/v2/slots/")
    facility = slot["facilityUse"]
    assert list(facility) == ["type", "id", "identifier", "name", "location", "provider"]
    assert facility["type"] == "FacilityUse"
    assert facility["identifier"] == "https://data.riverside.example/api/facility-uses/yoga"
    assert facility["id"] == (
        "https://search.imin.co/facilities-api/v2/facility-uses/"
        "https%3A%2F%2Fdata.riverside.example%2Fapi%2Ffacility-uses%2Fyoga"
    )


def test_an_order_has_imins_keys_and_its_items_say_when_and_no_flag() -> None:
    stage = set_stage()
    order = stage.get(f"/api/v2/orders/{stage.order('booking')}").json
    assert list(order) == [
        "type", "@context", "id", "identifier", "orderDate", "confirmationNumber", "imin:receipt", "seller", "orderedItem",
    ]  # fmt: skip
    assert order["@context"] == ["https://openactive.io/", "https://openactive.io/ns-beta"]
    assert order["orderDate"] == "2030-05-31T08:00:00Z"
    assert order["imin:receipt"][0]["dateCreated"] == "2030-05-31T08:00:00.000000+00:00"
    assert list(order["seller"]) == ["type", "id", "termsOfService"]
    assert [document["type"] for document in order["seller"]["termsOfService"]] == ["PrivacyPolicy", "TermsOfUse"]
    assert order["orderedItem"][0]["orderedItem"]["eventStatus"] == "https://schema.org/EventScheduled"
    assert "imin:isPresentlyCancellable" not in order["orderedItem"][0]
    assert stage.get(ORDERS).json["imin:item"] == [order]


def test_137_items_fill_fourteen_pages_and_every_item_is_on_exactly_one(crowded: Stage) -> None:
    target, seen, numbers = ITEMS, [], []
    while target:
        page = crowded.get(target).json
        assert page["imin:totalItems"] == 137
        assert page["view"]["imin:totalPages"] == 14
        seen += [item["identifier"] for item in page["imin:item"]]
        numbers.append(len(page["imin:item"]))
        assert page["view"].get("previous", "none").endswith(f"page={len(numbers) - 1}") is (len(numbers) > 1)
        target = page["view"].get("next", "").removeprefix(ADDRESS)
    assert numbers == [10] * 13 + [7]
    assert seen == [f"seat-{number}" for number in range(1, 138)]


def test_upcoming_items_come_earliest_first_and_leave_when_they_start(crowded: Stage) -> None:
    starts = [item["orderedItem"]["startDate"] for item in crowded.get(ITEMS).json["imin:item"]]
    assert starts == sorted(starts)
    stage = set_stage()
    starts_at = stage.live_world.world.catalogue.items
    (start,) = {item.opportunity.starts.to_instant() for item in starts_at.values()}
    stage.live_world.advance_to(start.subtract(nanoseconds=1))
    assert stage.get(ITEMS).json["imin:totalItems"] == 2
    stage.live_world.advance_to(start)
    assert stage.get(ITEMS).json["imin:totalItems"] == 0


def test_orders_come_newest_first() -> None:
    orders = {
        name: {"customer": "asha", "placed": placed, "items": {f"seat-{name}": "yoga"}}
        for name, placed in (("older", "-3d"), ("newest", "-1h"), ("newer", "-1d"))
    }
    stage = set_stage(scenario(orders=orders))
    shown = [order["identifier"] for order in stage.get(ORDERS).json["imin:item"]]
    assert shown == [stage.order("newest"), stage.order("newer"), stage.order("older")]


@pytest.mark.parametrize("path", ["order-items", "orders"])
@pytest.mark.parametrize(
    ("query", "details"),
    [
        ("", "0.customerIdentifier but instead got: undefined"),
        ("page=1", "0.customerIdentifier but instead got: undefined"),
        ("customerIdentifier=", '0.customerIdentifier but instead got: ""'),
        ("customerIdentifier=asha&customerIdentifier=asha", "0.customerIdentifier but instead got: an array"),
        ("customerIdentifier=asha&page=0", '0.page but instead got: "0"'),
        ("customerIdentifier=asha&page=000", '0.page but instead got: "000"'),
        ("customerIdentifier=asha&page=-1", '0.page but instead got: "-1"'),
        ("customerIdentifier=asha&page=%2B1", '0.page but instead got: "+1"'),
        ("customerIdentifier=asha&page=1.0", '0.page but instead got: "1.0"'),
        ("customerIdentifier=asha&page=1_0", '0.page but instead got: "1_0"'),
        ("customerIdentifier=asha&page=abc", '0.page but instead got: "abc"'),
        ("customerIdentifier=asha&page=", '0.page but instead got: ""'),
        ("customerIdentifier=asha&page=%D9%A1", '0.page but instead got: "\u0661"'),
        ("customerIdentifier=asha&page=%00", '0.page but instead got: "\u0000"'),
        ("customerIdentifier=asha&page=1&page=2", "0.page but instead got: an array"),
        ("customerIdentifier=asha&page=9007199254740992", '0.page but instead got: "9007199254740992"'),
        ("customerIdentifier=asha&page=" + "4" * 31, '0.page but instead got: "' + "4" * 31 + '"'),
        ("customerIdentifier=asha&page=" + "9" * 1500, '0.page but instead got: "' + "9" * 40 + '"'),
    ],
)
def test_a_wrong_query_is_400_invalid_query_and_says_where(path: str, query: str, details: str) -> None:
    stage = set_stage()
    before = stage.state()
    answer = stage.get(f"/api/v2/{path}?{query}")
    assert answer.status == 400
    assert answer.json["error"]["type"] == "InvalidQuery"
    assert answer.json["error"]["details"][0].endswith(details)
    assert answer.rule == ("query.page-invalid" if "0.page" in details else "query.customer-identifier-required")
    assert answer.header("x-imin-mock-fault") is None
    assert stage.state() == before


def test_other_parameters_are_tolerated_and_leading_zeros_are_a_number() -> None:
    assert set_stage().get(f"{ITEMS}&utm=1&page=001").json["view"]["imin:currentPage"] == 1


@pytest.mark.parametrize("page", [2, 15, 2**53 - 1])
def test_a_page_past_the_end_is_empty_and_its_previous_is_the_last_one(crowded: Stage, page: int) -> None:
    envelope = crowded.get(f"{ITEMS}&page={page}").json
    assert envelope["view"]["imin:currentPage"] == page
    if page > 14:
        assert "imin:item" not in envelope
        assert "next" not in envelope["view"]
        assert envelope["view"]["previous"].endswith("page=14")
    else:
        assert len(envelope["imin:item"]) == 10


def test_a_page_past_the_end_is_404_where_the_reading_says_so() -> None:
    stage = set_stage(scenario(readings={"page-past-the-end": "not-found"}))
    answer = stage.get(f"{ITEMS}&page=2")
    assert (answer.status, answer.rule) == (404, "list.page-past-the-end")
    assert answer.json["@type"] == "NotFoundError"
    assert stage.get("/api/v2/orders?customerIdentifier=nobody&page=1").status == 200


@pytest.mark.parametrize("path", ["order-items", "orders"])
@pytest.mark.parametrize(("reading", "expected"), [("key-omitted", None), ("empty-array", [])])
def test_an_empty_collection_omits_its_items_or_has_an_empty_list(path: str, reading: str, expected: object) -> None:
    stage = set_stage(scenario(customers=CUSTOMERS, readings={"empty-collection": reading}))
    envelope = stage.get(f"/api/v2/{path}?customerIdentifier=ben").json
    assert envelope["imin:totalItems"] == envelope["view"]["imin:totalPages"] == 0
    assert envelope.get("imin:item") == expected
    assert ("imin:item" in envelope) is (expected is not None)
    assert envelope["view"]["last"] == envelope["view"]["first"]


@pytest.mark.parametrize("path", ["order-items", "orders"])
@pytest.mark.parametrize("customer", ["nobody", "%00", "%F0%9F%A7%98", "a%2Fb%3F%23%26", "%ff"])
def test_an_unknown_customer_has_an_empty_list_or_is_404_by_the_reading(path: str, customer: str) -> None:
    target = f"/api/v2/{path}?customerIdentifier={customer}"
    empty = set_stage().get(target)
    assert (empty.status, empty.json["imin:totalItems"]) == (200, 0)
    missing = set_stage(scenario(readings={"unknown-customer": "not-found"})).get(target)
    assert (missing.status, missing.rule) == (404, "list.unknown-customer")
    assert missing.header("x-imin-mock-fault") is None


@pytest.mark.parametrize("order", ["nope", "%00", "00000000-0000-4000-8000-000000000000", "%F0%9F%A7%98", "booking"])
def test_an_unknown_order_is_404_for_get_and_patch(order: str) -> None:
    stage = set_stage()
    for method in ("GET", "PATCH"):
        answer = stage.call(method, f"/api/v2/orders/{order}", b"{}" if method == "PATCH" else b"")
        assert (answer.status, answer.rule, answer.json["@type"]) == (404, "order.unknown", "UnknownOrderError")


def test_the_error_type_stands_under_type_where_the_reading_says_so() -> None:
    stage = set_stage(scenario(readings={"error-keys": "unprefixed"}))
    error = stage.get("/api/v2/orders/nope").json
    assert list(error) == ["@context", "type", "description"]


@pytest.mark.parametrize(("reading", "left"), [("kept", 1), ("dropped", 0)])
def test_a_cancelled_item_stays_upcoming_or_leaves_when_imin_has_read_the_feed(reading: str, left: int) -> None:
    orders = {"booking": {"customer": "asha", "items": {"seat-1": "yoga"}}}
    stage = set_stage(scenario(orders=orders, readings={"cancelled-items-in-upcoming": reading}))
    stage.cancel("booking", {"orderIdentifier": stage.order("booking"), "orderItemIdentifier": "seat-1"})
    assert stage.get(ITEMS).json["imin:item"][0]["orderItemStatus"] == "https://imin.co/CustomerCancellationPending"
    stage.live_world.until_quiet()
    envelope = stage.get(ITEMS).json
    assert envelope["imin:totalItems"] == left
    assert [item["orderItemStatus"] for item in envelope.get("imin:item", [])] == [
        "https://openactive.io/CustomerCancelled"
    ] * left

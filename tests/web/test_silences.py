"""What the mock does where imin says nothing: docs/reference/limits.md lists each silence with its test, which is here."""

import gzip
import re
from typing import Any

import pytest

from mockserver.domain.readings import READINGS
from tests.library import ROOT
from tests.web.calling import ADDRESS, Received, Stage, scenario, session, set_stage

ITEMS = "/api/v2/order-items?customerIdentifier=asha"
ORDERS = "/api/v2/orders?customerIdentifier=asha"
LIMITS = ROOT / "docs" / "reference" / "limits.md"
OWN_CANCELLED = "https://openactive.io/CustomerCancelled"


def order_path(stage: Stage) -> str:
    return f"/api/v2/orders/{stage.order('booking')}"


def body_of(stage: Stage, item: str = "seat-1", order: str = "booking", **more: Any) -> dict[str, Any]:
    entry = {"type": "OrderItem", "id": stage.item_url(order, item), "orderItemStatus": OWN_CANCELLED}
    return {"type": "Order", "orderedItem": [entry], **more}


def told_as_ours(answer: Received, fault: str) -> bool:
    return answer.header("x-imin-mock-fault") == fault


FORMS = {
    ("problem", None): (401, "key-missing", "application/problem+json", "title"),
    ("problem", "nonesuch"): (401, "key-refused", "application/problem+json", "title"),
    ("gateway", None): (401, "key-missing", "application/json", "message"),
    ("gateway", "nonesuch"): (401, "key-refused", "application/json", "message"),
    ("gateway-403", None): (401, "key-missing", "application/json", "message"),
    ("gateway-403", "nonesuch"): (403, "key-refused", "application/json", "message"),
    ("standard", None): (403, "key-missing", "application/json", "@type"),
    ("standard", "nonesuch"): (401, "key-refused", "application/json", "@type"),
}
SAYS = {
    ("gateway", None): "No API key found in request",
    ("gateway", "nonesuch"): "Unauthorized",
    ("gateway-403", None): "No API key found in request",
    ("gateway-403", "nonesuch"): "Invalid authentication credentials",
    ("standard", None): "NoAPITokenError",
    ("standard", "nonesuch"): "InvalidAPITokenError",
}


@pytest.mark.parametrize("case", FORMS, ids=str)
def test_a_refused_key_is_answered_as_the_servers_reading_says_and_always_as_ours(case: tuple[str, str | None]) -> None:
    option, key = case
    status, fault, media_type, member = FORMS[case]
    for path in (ITEMS, "/api/v2/nonesuch"):
        answer = set_stage(readings=(f"refused-key={option}",)).get(path, key=key)
        assert (answer.status, answer.header("content-type")) == (status, media_type)
        assert answer.json[member] == SAYS.get(case, "This key names no world")
        assert told_as_ours(answer, fault)
        assert answer.rule == fault.replace("key-", "key.")
        assert (answer.header("www-authenticate") is not None) is (status == 401)
        assert "nonesuch" not in answer.body.decode() or option == "problem"


def test_a_scenario_or_a_world_cannot_choose_what_becomes_of_requests_that_reach_no_world() -> None:
    assert READINGS[next(n for n in READINGS if n.value == "refused-key")].of_server
    with pytest.raises(Exception, match="refused-key"):
        set_stage(scenario(readings={"refused-key": "gateway"}))
    made = set_stage().call("POST", "/__admin/worlds", {"key": "stage@x", "readings": {"refused-key": "gateway"}})
    assert made.status == 409
    assert "a server chooses it, with --readings refused-key=OPTION" in made.json["detail"]
    imposed = set_stage(readings=("refused-key=gateway", "links=imin")).live_world.world.readings
    assert "refused-key" not in imposed
    assert imposed[next(n for n in READINGS if n.value == "links")] == "imin"


@pytest.mark.parametrize("path", ["order-items", "orders"])
def test_a_wrong_query_has_the_shape_of_the_reading(path: str) -> None:
    helper = set_stage().get(f"/api/v2/{path}")
    assert list(helper.json) == ["error"]
    flat = set_stage(scenario(readings={"invalid-query": "flat"})).get(f"/api/v2/{path}")
    assert (flat.status, flat.rule) == (400, helper.rule)
    assert flat.json["@type"] == "OpenBookingError"
    assert flat.json["description"] == f"{helper.json['error']['details'][0]}."


@pytest.mark.parametrize("option", ["400", "500"])
def test_a_wrong_type_or_id_has_the_status_of_the_reading(option: str) -> None:
    orders = {
        "booking": {"customer": "asha", "items": {"seat-1": "yoga"}},
        "other": {"customer": "asha", "items": {"seat-9": "yoga"}},
    }
    stage = set_stage(scenario(orders=orders, readings={"wrong-type-or-id": option}))
    twice = body_of(stage)
    twice["orderedItem"] *= 2
    for body, kind in (
        (body_of(stage, type="Offer"), "UnexpectedOrderTypeError"),
        (body_of(stage, "seat-9", "other"), "OrderItemNotWithinOrderError"),
        (
            {"type": "Order", "orderedItem": [body_of(stage)["orderedItem"][0] | {"id": "seat-1"}]},
            "OrderItemIdInvalidError",
        ),
        (twice, "OrderItemIdInvalidError"),
    ):
        before = stage.state()
        answer = stage.cancel("booking", body)
        assert (answer.status, answer.json["@type"]) == (int(option), kind)
        assert answer.header("x-imin-mock-fault") is None
        assert stage.state() == before
    assert stage.cancel("booking", body_of(stage, extra=1)).status == 400


@pytest.mark.parametrize("option", ["400", "404", "500"])
@pytest.mark.parametrize("item", ["seat-7", "seat-9"])
def test_an_item_that_the_order_does_not_hold_has_the_status_of_the_reading(option: str, item: str) -> None:
    orders = {
        "booking": {"customer": "asha", "items": {"seat-1": "yoga"}},
        "other": {"customer": "asha", "items": {"seat-9": "yoga"}},
    }
    stage = set_stage(scenario(orders=orders, readings={"unknown-order-item": option}))
    answer = stage.cancel("booking", {"orderIdentifier": stage.order("booking"), "orderItemIdentifier": item})
    assert (answer.status, answer.rule) == (int(option), "cancel.unknown-item")


@pytest.mark.parametrize(("option", "first", "second"), [("absent", 0, 1), ("given", 1, 1)])
def test_a_free_order_has_a_receipt_as_the_reading_says_and_none_is_no_key(
    option: str, first: int, second: int
) -> None:
    free, paid = session(offer={"price": "0 GBP"}), session(name="Swim")
    orders = {
        "free": {"customer": "asha", "placed": "-1d", "items": {"seat-1": "gratis"}},
        "half": {"customer": "asha", "placed": "-2d", "items": {"seat-2": "gratis", "seat-3": "swim"}},
    }
    text = scenario(opportunities={"gratis": free, "swim": paid}, orders=orders, readings={"free-receipt": option})
    shown = set_stage(text).get(ORDERS).json["imin:item"]
    assert [len(order.get("imin:receipt", ())) for order in shown] == [first, second]
    assert ("imin:receipt" in shown[0]) is bool(first)


@pytest.mark.parametrize(("option", "name"), [("absent", None), ("shown", "Riverside Leisure")])
def test_the_seller_of_an_order_has_its_name_as_the_reading_says(option: str, name: str | None) -> None:
    stage = set_stage(scenario(readings={"seller-name": option}))
    assert stage.get(order_path(stage)).json["seller"].get("name") == name


@pytest.mark.parametrize(
    ("option", "date"),
    [("microseconds", "2030-05-31T08:00:00.000000+00:00"), ("seconds", "2030-05-31T08:00:00Z")],
)
def test_the_date_of_a_receipt_is_written_as_the_reading_says(option: str, date: str) -> None:
    stage = set_stage(scenario(readings={"receipt-date": option}))
    assert stage.get(order_path(stage)).json["imin:receipt"][0]["dateCreated"] == date


@pytest.mark.parametrize(("option", "ending"), [("as-asked", "=asha"), ("with-page", "=asha&page=1")])
def test_the_id_of_a_list_has_its_page_as_the_reading_says(option: str, ending: str) -> None:
    stage = set_stage(scenario(readings={"list-id": option}))
    for path in ("order-items", "orders"):
        listed = stage.get(f"/api/v2/{path}?customerIdentifier=asha").json
        assert listed["id"].endswith(ending)
        assert listed["view"]["id"].endswith("=asha&page=1")


# Silences with a default alone.


def test_an_orders_items_have_no_flag_and_an_order_no_totals_and_no_customer() -> None:
    stage = set_stage()
    order = stage.get(order_path(stage)).json
    assert not {"totalPaymentDue", "customer", "broker"} & order.keys()
    assert all("imin:isPresentlyCancellable" not in item for item in order["orderedItem"])


@pytest.mark.parametrize("context", [None, "https://schema.org/", ["x"], {}, 7])
@pytest.mark.parametrize("inside", [True, False])
def test_the_context_of_a_cancellation_is_not_read(context: Any, inside: bool) -> None:
    stage = set_stage()
    body = body_of(stage)
    (body["orderedItem"][0] if inside else body)["@context"] = context
    assert stage.cancel("booking", body).status == 204


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "iso-8859-1", "x"])
def test_parameters_of_a_content_type_are_not_read_and_a_body_is_utf_8(charset: str) -> None:
    stage = set_stage()
    headers = [(b"content-type", f"Application/JSON; charset={charset}".encode())]
    assert stage.cancel("booking", body_of(stage), headers=headers).status == 204
    latin = b'{"orderIdentifier": "\xe9", "orderItemIdentifier": "x"}'
    assert stage.cancel("booking", latin, headers=headers).rule == "body.not-json"


def test_answers_name_no_charset() -> None:
    stage = set_stage()
    assert stage.get(ITEMS).header("content-type") == "application/json"
    assert stage.get("/api/v2/orders/nope").header("content-type") == "application/json"


@pytest.mark.parametrize(
    "path", ["/api/v2/order-items/", "/api/v2/orders/", "/API/v2/orders", "/api/v2/Orders", "/api/v2//orders"]
)
def test_a_trailing_slash_or_another_case_of_a_path_is_an_unknown_route(path: str) -> None:
    answer = set_stage().get(f"{path}?customerIdentifier=asha")
    assert answer.status == 404
    assert told_as_ours(answer, "unknown-route")


def test_an_order_in_upper_case_is_unknown() -> None:
    stage = set_stage()
    answer = stage.get(f"/api/v2/orders/{stage.order('booking').upper()}")
    assert (answer.status, answer.rule) == (404, "order.unknown")


@pytest.mark.parametrize("name", ["customeridentifier", "CustomerIdentifier", "customer_identifier"])
def test_names_in_a_query_have_one_case(name: str) -> None:
    assert set_stage().get(f"/api/v2/orders?{name}=asha").rule == "query.customer-identifier-required"
    assert set_stage().get(f"{ORDERS}&Page=x").status == 200


@pytest.mark.parametrize(("page", "number"), [("01", 1), ("0002", 2)])
def test_leading_zeros_of_a_page_are_not_read(page: str, number: int) -> None:
    assert set_stage().get(f"{ITEMS}&page={page}").json["view"]["imin:currentPage"] == number


def test_no_page_has_a_number_that_a_reader_of_json_may_round() -> None:
    last = 2**53 - 1
    assert set_stage().get(f"{ITEMS}&page={last}").json["view"]["imin:currentPage"] == last
    # One of 32 digits, besides, looks like a live key: taken out of an answer, a number would leave it broken.
    for page in (last + 1, "1" * 32, "1" * 999):
        answer = set_stage().get(f"{ITEMS}&page={page}")
        assert (answer.status, answer.rule) == (400, "query.page-invalid")
        assert answer.json["error"]["type"] == "InvalidQuery"


def test_options_is_a_method_that_the_paths_do_not_have_and_no_preflight_is_granted() -> None:
    stage = set_stage()
    preflight = [(b"origin", b"https://app.example"), (b"access-control-request-method", b"PATCH")]
    for headers in ([], preflight):
        answer = stage.call("OPTIONS", order_path(stage), headers=headers)
        assert answer.status in {403, 405}
        assert answer.header("x-imin-mock-fault") is not None
        assert not [name for name, _ in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("accept", [b"text/html", b"application/ld+json", b"application/json;q=0", b"*/*", b"x"])
def test_accept_is_not_read(accept: bytes) -> None:
    answer = set_stage().get(ITEMS, headers=[(b"accept", accept)])
    assert (answer.status, answer.header("content-type")) == (200, "application/json")


def test_answers_are_never_packed_partial_or_conditional() -> None:
    stage = set_stage()
    plain = stage.get(ITEMS)
    asked = [(b"accept-encoding", b"gzip"), (b"range", b"bytes=0-9"), (b"if-none-match", b"*")]
    same = stage.get(ITEMS, headers=asked)
    assert (same.status, same.body) == (200, plain.body)
    assert (
        not {"content-encoding", "etag", "last-modified", "cache-control", "vary", "accept-ranges"}
        & dict(same.headers).keys()
    )


def test_a_packed_body_is_not_unpacked() -> None:
    stage = set_stage()
    packed = gzip.compress(b'{"orderIdentifier": "x", "orderItemIdentifier": "y"}')
    answer = stage.cancel("booking", packed, headers=[(b"content-encoding", b"gzip")])
    assert (answer.status, answer.rule) == (400, "body.not-json")


def test_a_slot_says_how_often_it_can_still_be_booked_as_far_as_imin_knows() -> None:
    orders = {"booking": {"customer": "asha", "items": {"seat-1": "court", "seat-2": "court"}}}
    stage = set_stage(scenario(opportunities={"court": session(type="Slot", capacity=3)}, orders=orders))

    def uses() -> list[tuple[int, int]]:
        slots = [item["orderedItem"] for item in stage.get(ITEMS).json["imin:item"]]
        return [(slot["remainingUses"], slot["maximumUses"]) for slot in slots]

    assert uses() == [(1, 3)] * 2
    assert stage.cancel("booking", body_of(stage)).status == 204
    assert uses() == [(1, 3)] * 2
    stage.live_world.until_quiet()
    assert uses() == [(2, 3)] * 2


def test_a_court_of_a_facility_stands_between_the_slot_and_the_facility() -> None:
    court = session(type="Slot", name="Tennis", individual_facility_use="Clay Court 1")
    orders = {"booking": {"customer": "asha", "items": {"seat-1": "court"}}}
    stage = set_stage(scenario(opportunities={"court": court}, orders=orders))
    use = stage.get(ITEMS).json["imin:item"][0]["orderedItem"]["facilityUse"]
    assert list(use) == ["type", "id", "identifier", "name", "facilityUse"]
    assert (use["type"], use["name"]) == ("IndividualFacilityUse", "Clay Court 1")
    assert (use["facilityUse"]["type"], use["facilityUse"]["name"]) == ("FacilityUse", "Tennis")
    assert use["id"] != use["facilityUse"]["id"]


# What imin documents of addresses.


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_url_has_at_most_2048_characters_counted_as_imins(method: str, more: int) -> None:
    stage = set_stage(public_url="https://a.very.long.host.name.that.is.not.counted.example")
    length = 2_048 - len("https://book.imin.co") + more
    target = ITEMS + "&x=" + "a" * (length - len(ITEMS) - 3)
    answer = stage.call(method, target)
    assert (answer.status, answer.rule) == ((414, "url.too-long") if more else (200, None))
    assert answer.header("x-imin-mock-fault") is None


def test_a_path_that_is_too_long_is_told_before_its_body_is_read() -> None:
    stage = set_stage(body_limit=10)
    answer = stage.call("PATCH", f"/api/v2/orders/{'%61' * 700}", b" " * 11)
    assert (answer.status, answer.rule) == (414, "url.too-long")
    assert "2,048" in answer.json["description"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("customerIdentifier=asha&page=1", "customerIdentifier=asha&page=1"),
        ("page=01&customerIdentifier=as%68a&utm=", "page=01&customerIdentifier=as%68a&utm="),
        ("customerIdentifier=asha&x=<b>\"{}", "customerIdentifier=asha&x=%3Cb%3E%22%7B%7D"),
    ],
)  # fmt: skip
def test_the_id_of_a_list_is_the_url_that_was_asked_for(query: str, shown: str) -> None:
    assert set_stage().get(f"/api/v2/order-items?{query}").json["id"] == f"{ADDRESS}/api/v2/order-items?{shown}"


KEY_LIKE = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize("path", ["order-items", "orders"])
@pytest.mark.parametrize(
    "query",
    [
        f"customerIdentifier=asha&key={KEY_LIKE}",
        f"customerIdentifier={KEY_LIKE}",
        "customerIdentifier=asha&key=%30" + KEY_LIKE[1:],
        "customerIdentifier=%30" + KEY_LIKE[1:],
    ],
)
def test_what_looks_like_a_live_key_in_a_query_is_not_repeated(path: str, query: str) -> None:
    answer = set_stage().get(f"/api/v2/{path}?{query}")
    assert answer.status == 200
    assert answer.json["id"] == answer.json["view"]["id"]
    assert KEY_LIKE[1:].lower() not in answer.body.decode().lower()


# The page.


def table() -> list[list[str]]:
    """The rows of the table of silences: what imin does not say, what the mock does, the basis, the test or the reading."""
    part = LIMITS.read_text(encoding="utf-8").partition("## Where imin is silent\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in part.splitlines() if line.startswith("| ")
    ]
    return rows[1:]


def test_every_silence_that_is_listed_has_a_test_of_this_module_and_every_such_test_is_listed() -> None:
    rows = table()
    assert {len(row) for row in rows} == {4}
    named = {name for *_, tests in rows for name in re.findall(r"`(test_\w+)`", tests)}
    here = {name for name in globals() if name.startswith("test_")} - {
        "test_every_silence_that_is_listed_has_a_test_of_this_module_and_every_such_test_is_listed",
        "test_every_reading_that_the_page_names_is_one",
    }
    assert named == here


def test_every_reading_that_the_page_names_is_one() -> None:
    named = set(re.findall(r"reading `([\w-]+)`", LIMITS.read_text(encoding="utf-8")))
    assert len(named) > 5
    assert named <= {name.value for name in READINGS}

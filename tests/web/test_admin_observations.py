"""What can be observed in a world, and that looking changes nothing."""

import pytest

from tests.library import ROOT
from tests.web.calling import KEY, scenario, set_stage
from tests.web.described import WORLD, Described


def after_everything() -> Described:
    """One seat of two cancelled, and all that follows."""
    described = asked()
    described.post(f"{WORLD}/clock/advance", {"until_quiet": True})
    return described


def asked() -> Described:
    described = Described(set_stage())
    body = {"orderIdentifier": described.stage.order("booking"), "orderItemIdentifier": "seat-1"}
    assert described.stage.cancel("booking", body).status == 204
    return described


LOOKS = [
    "",
    "/clock",
    "/behaviour",
    "/timeline",
    "/refunds",
    "/emails",
    "/orders",
    "/orders/booking",
    "/feed",
    "/exchanges",
    "/snapshot",
]


@pytest.mark.parametrize("rest", LOOKS)
def test_looking_changes_nothing_and_shows_the_same_again(rest: str) -> None:
    described = after_everything()
    before = described.stage.state()
    first = described.call("GET", WORLD + rest)
    assert described.call("GET", WORLD + rest).body == first.body
    assert described.stage.state() == before


@pytest.mark.parametrize("rest", LOOKS)
def test_two_worlds_with_the_same_life_look_the_same(rest: str) -> None:
    if rest != "/exchanges":
        assert after_everything().call("GET", WORLD + rest).body == after_everything().call("GET", WORLD + rest).body


def test_the_timeline_is_numbered_told_and_names_its_rules() -> None:
    described = after_everything()
    entries = described.get(f"{WORLD}/timeline")["entries"]
    numbers = [entry["number"] for entry in entries]
    assert numbers == sorted(set(numbers))
    assert all(entry["says"] and "." in entry["rule"] for entry in entries)
    assert next(e for e in entries if e["event"] == "cancellation_requested")["item_ids"] == ["seat-1"]


def test_the_timeline_can_be_read_on_from_where_one_stopped_and_in_full() -> None:
    described = after_everything()
    full = described.get(f"{WORLD}/timeline?all=true")
    assert [entry["number"] for entry in full["entries"]] == list(range(1, full["total"] + 1))
    half = full["total"] // 2
    assert described.get(f"{WORLD}/timeline?all=true&after={half}")["entries"] == full["entries"][half:]
    assert described.get(f"{WORLD}/timeline?after={full['total'] + 5}")["entries"] == []
    told = described.get(f"{WORLD}/timeline")["entries"]
    assert [entry for entry in full["entries"] if entry["says"] is not None] == told


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=", f"after={10**30}", "all=perhaps", "x=1", "after=1&after=2"]
)
def test_a_wrong_query_of_the_timeline_is_refused(query: str) -> None:
    assert Described().refused("GET", f"{WORLD}/timeline?{query}", b"", 422)


def test_a_refund_and_an_email_are_shown_with_amounts_as_text() -> None:
    described = after_everything()
    (refund,) = described.get(f"{WORLD}/refunds")["refunds"]
    assert (refund["amount"], refund["status"], refund["items"]) == (
        {"amount": "6.50", "currency": "GBP"},
        "completed",
        ["seat-1"],
    )
    (email,) = described.get(f"{WORLD}/emails")["emails"]
    assert (email["to"], email["kind"], email["refund"]) == (
        "asha@example.com",
        "cancellation-confirmation",
        refund["amount"],
    )
    assert email["at"] == refund["completed_at"]


def test_both_views_of_an_order_differ_between_the_answer_and_the_reading_of_the_feed() -> None:
    described = asked()
    described.post(f"{WORLD}/clock/advance", {"by": "PT40S"})
    order = described.get(f"{WORLD}/orders/booking")
    first, second = order["items"]
    assert (first["imin"]["status"], first["booking_system"]["status"]) == (
        "CustomerCancellationPending",
        "CustomerCancelled",
    )
    assert (first["agree"], second["agree"]) == (False, True)
    assert (order["imin_total"]["amount"], order["booking_system_total"]["amount"]) == ("13.00", "6.50")
    assert (first["cancellable"]["allowed"], second["cancellable"]["allowed"]) == (False, True)
    assert second["cancellable"]["deadline"] == "2030-06-04T18:00:00Z"
    feed = described.get(f"{WORLD}/feed")
    assert (feed["read_to"], feed["newest"], [item["unread"] for item in feed["items"]]) == (0, 1, [True])
    described.post(f"{WORLD}/clock/advance", {"until_quiet": True})
    assert [item["unread"] for item in described.get(f"{WORLD}/feed")["items"]] == [False]
    assert described.get(f"{WORLD}/orders/booking")["items"][0]["agree"] is True


def test_an_order_is_found_by_its_name_and_by_its_identifier() -> None:
    described = Described()
    assert described.get(f"{WORLD}/orders/booking") == described.get(
        f"{WORLD}/orders/{described.stage.order('booking')}"
    )
    described.refused("GET", f"{WORLD}/orders/nope", b"", 404)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["booking"]),
        ("customer=asha", ["booking"]),
        ("customer=nobody", []),
        ("offset=1", []),
        ("limit=1", ["booking"]),
    ],
)
def test_orders_can_be_narrowed_down(query: str, names: list[str]) -> None:
    assert [order["name"] for order in Described().get(f"{WORLD}/orders?{query}")["orders"]] == names


def test_an_exchange_shows_what_was_asked_and_what_was_answered() -> None:
    described = asked()
    shown = described.get(f"{WORLD}/exchanges")
    (exchange,) = shown["exchanges"]
    assert (exchange["method"], exchange["status"], exchange["number"]) == ("PATCH", 204, 1)
    assert exchange["target"] == f"/api/v2/orders/{described.stage.order('booking')}"
    assert ["x-api-key", KEY] in exchange["request"]["headers"]
    assert "seat-1" in exchange["request"]["body"]
    described.stage.get("/api/v2/order-items?customerIdentifier=nobody&page=0")
    newest = described.get(f"{WORLD}/exchanges?last=1")["exchanges"]
    assert [(e["status"], e["rule"]) for e in newest] == [(400, "query.page-invalid")]


def test_exchanges_can_be_forgotten_without_touching_the_world() -> None:
    described = asked()
    before = described.stage.state()
    assert described.call("DELETE", f"{WORLD}/exchanges").status == 204
    shown = described.get(f"{WORLD}/exchanges")
    assert (shown["exchanges"], shown["total"]) == ([], 1)
    assert described.stage.state() == before


def test_a_body_that_is_no_text_is_shown_all_the_same() -> None:
    described = Described()
    described.stage.cancel("booking", b"\xff\x00\xed\xa0\x80")
    (exchange,) = described.get(f"{WORLD}/exchanges")["exchanges"]
    assert "\N{REPLACEMENT CHARACTER}" in exchange["request"]["body"]


@pytest.mark.parametrize("last", ["0", "-1", "x", "10001"])
def test_how_many_exchanges_is_a_number_within_reason(last: str) -> None:
    assert Described().refused("GET", f"{WORLD}/exchanges?last={last}", b"", 422)


def test_a_refund_is_told_in_parts_and_an_email_tells_of_its_own_items_money() -> None:
    text = (ROOT / "scenarios" / "cancelled-and-made-cheaper-in-one-reading.yaml").read_text(encoding="utf-8")
    described = Described(set_stage(text))
    happened = described.post(f"{WORLD}/clock/advance", {"until_quiet": True})["happened"]
    (refund,) = described.get(f"{WORLD}/refunds")["refunds"]
    assert refund["items"] == ["place-1", "place-2", "place-3"]
    assert refund["amount"] == {"amount": "9.00", "currency": "GBP"}
    assert [(part["item"], part["cause"], part["amount"]["amount"]) for part in refund["parts"]] == [
        ("place-1", "cancelled", "5.00"),
        ("place-2", "cheaper", "2.00"),
        ("place-3", "cheaper", "2.00"),
    ]
    change, confirmation = described.get(f"{WORLD}/emails")["emails"]
    assert (change["items"], change["refund"], change["refund_id"]) == (["place-2", "place-3"], None, None)
    assert (confirmation["items"], confirmation["refund"]["amount"]) == (["place-1"], "5.00")
    assert confirmation["refund_id"] == refund["id"]
    said = [entry["says"] for entry in happened]
    assert "imin reads that place-1 is cancelled and a change of place-2, place-3" in said
    told = "9.00 GBP: 5.00 GBP for place-1 (cancelled), 2.00 GBP for place-2 (cheaper), 2.00 GBP for place-3 (cheaper)"
    assert f"imin starts refund-1: {told}" in said


def test_the_customers_of_a_world_are_listed_in_pages() -> None:
    people = {
        name: {"given_name": name.title(), "family_name": "Doe", "email": f"{name}@example.com"} for name in "abc"
    }
    people["c"]["identifier"] = "c+d@example.com"
    described = Described(set_stage(scenario(customers=people, orders={})))
    listed = described.get(f"{WORLD}/customers?offset=1")
    assert listed["total"] == 3
    assert listed["customers"] == [
        {"identifier": "b", "name": "B Doe"},
        {"identifier": "c+d@example.com", "name": "C Doe"},
    ]
    assert len(described.get(f"{WORLD}/customers?limit=2")["customers"]) == 2

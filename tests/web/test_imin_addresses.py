import pytest

from tests.web.calling import scenario, set_stage

ITEMS = "/api/v2/order-items?customerIdentifier=asha"
OWN = "http://127.0.0.1:4646"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        (b"mock.test", "http://mock.test"),
        (b"localhost:4646", "http://localhost:4646"),
        (b"imin_mock-1:80", "http://imin_mock-1:80"),
        (b"[::1]:4646", "http://[::1]:4646"),
        (None, OWN),
        (b"", OWN),
        (b'"><script>alert(1)</script>', OWN),
        (b"a b", OWN),
        (b"mock.test/path", OWN),
        (b"user@mock.test", OWN),
        (b"mock.test:123456", OWN),
        (b"mock.test\n", OWN),
        (b"mock.test, evil.test", OWN),
        (b"\xfc.test", OWN),
        (b"x" * 254, OWN),
        (b"{page}", OWN),
    ],
)
def test_ids_and_links_carry_the_called_address_and_a_hostile_host_is_replaced(
    host: bytes | None, address: str
) -> None:
    envelope = set_stage().get(ITEMS, host=host).json
    assert envelope["id"] == f"{address}{ITEMS}"
    assert envelope["imin:item"][0]["imin:order"]["id"].startswith(f"{address}/api/v2/orders/")
    for link in ("id", "first", "last", "urlTemplate"):
        assert envelope["view"][link].startswith(f"{address}/api/v2/order-items?")


def test_the_public_url_takes_the_place_of_the_called_address() -> None:
    stage = set_stage(public_url="https://booking.example")
    assert stage.get(ITEMS).json["id"] == f"https://booking.example{ITEMS}"


@pytest.mark.parametrize("public_url", [None, "https://booking.example"])
def test_imins_own_address_is_shown_where_the_reading_says_so(public_url: str | None) -> None:
    stage = set_stage(scenario(readings={"links": "imin"}), public_url=public_url)
    envelope = stage.get(ITEMS).json
    assert envelope["id"] == f"https://book.imin.co{ITEMS}"
    assert envelope["imin:item"][0]["id"] == stage.item_url("booking", "seat-1", "https://book.imin.co")


def test_a_customers_identifier_is_escaped_in_links() -> None:
    envelope = set_stage().get("/api/v2/orders?customerIdentifier=a%26page%3D2%20%2F%7Bpage%7D").json
    assert envelope["view"]["first"] == (
        "http://mock.test/api/v2/orders?customerIdentifier=a%26page%3D2%20%2F%7Bpage%7D&page=1"
    )

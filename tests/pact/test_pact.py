"""Pacts of the reference integrator, made and verified with pact-python: the states that they rest on are worlds of the mock."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from bookings.cancelling import Reply, cancel
from bookings.imin import Imin
from pact import Pact, Verifier, match

from mockserver.bootstrap import Server, build_server
from mockserver.settings import Settings
from tests.web.serving import served

HOST = "127.0.0.1"
STATES = "/__admin/pact/provider-states"
ORDER = "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
KEY = "0123456789abcdef-of-our-own"
"""What the integrator's tests have always sent: the key of no scenario."""


def imin_at(http: httpx2.Client, url: object) -> Imin:
    return Imin(http, f"{url}/api/v2", KEY, pause=lambda _: None)


def shown(status: str, *, cancellable: bool, host: str) -> dict[str, Any]:
    """An upcoming item as the integrator reads it; nothing else of the list matters to it."""
    item = {
        "identifier": match.like("seat-1"),
        "id": match.regex(f"{host}/api/v2/orders/{ORDER}/order-items/seat-1", regex=r"^https?://.+/order-items/.+$"),
        "orderItemStatus": status,
        "imin:isPresentlyCancellable": cancellable,
        "imin:order": {"identifier": match.uuid(ORDER, format="lowercase")},
        "orderedItem": {"startDate": match.like("2030-06-05T18:00:00Z")},
    }
    return {"imin:totalItems": 1, "view": {"imin:totalPages": 1}, "imin:item": match.each_like(item, min=1)}


@pytest.fixture
def pacts(tmp_path: Path) -> Path:
    """The folder of the pact that the integrator makes when its tests pass: a list, a cancellation, a refusal."""
    pact = Pact("bookings", "imin").with_specification("V4")
    host = "https://book.imin.co"

    def expects(what: str, state: str, **params: object) -> Any:
        return pact.upon_receiving(what).given(state, params)

    def lists(interaction: Any, status: str, *, cancellable: bool) -> None:
        interaction.with_request("GET", "/api/v2/order-items").with_header("X-API-KEY", KEY).with_query_parameters(
            {"customerIdentifier": "asha", "page": "1"}
        ).will_respond_with(200).with_body(shown(status, cancellable=cancellable, host=host), "application/json")

    lists(
        expects("a list of bookings", "a world of happy-path"),
        "https://openactive.io/OrderItemConfirmed",
        cancellable=True,
    )
    body = {"type": "Order", "orderedItem": [{"type": "OrderItem", "id": f"{host}/api/v2/orders/{ORDER}/order-items/seat-1",
            "orderItemStatus": "https://openactive.io/CustomerCancelled"}]}  # fmt: skip
    expects("a cancellation in time", "happy-path").with_request("PATCH", f"/api/v2/orders/{ORDER}").with_header(
        "X-API-KEY", KEY
    ).with_body(json.dumps(body), "application/json").will_respond_with(204)
    with httpx2.Client() as http, pact.serve(HOST) as server:
        imin = imin_at(http, server.url)
        (booking,) = imin.upcoming("asha").bookings
        assert booking.may_cancel
        (verdict,) = cancel(imin, [booking])
        assert verdict.reply is Reply.PASSED_ON
    pact.write_file(tmp_path)
    return tmp_path


def written(folder: Path, *interactions: dict[str, Any]) -> Path:
    """A pact written by hand, in the form that most pacts have."""
    pact = {
        "consumer": {"name": "bookings"},
        "provider": {"name": "imin"},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    path = folder / "bookings-imin.json"
    path.write_text(json.dumps(pact))
    return path


def interaction(states: list[dict[str, Any]], request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    described = {"method": "GET", "path": "/api/v2/order-items", "query": {"customerIdentifier": ["asha"]}} | request
    return {
        "description": "of " + (" and ".join(state["name"] for state in states) or "nothing"),
        "providerStates": states,
        "request": {**described, "headers": {"X-API-KEY": KEY, "Content-Type": "application/json"}},
        "response": response,
    }


def item(status: str) -> dict[str, Any]:
    return {"status": 200, "body": {"imin:item": [{"orderItemStatus": status}]}}


CONFIRMED, PENDING = (
    item("https://openactive.io/OrderItemConfirmed"),
    item("https://imin.co/CustomerCancellationPending"),
)
CANCELLED = item("https://openactive.io/CustomerCancelled")
A_WORLD = {"name": "a world of happy-path"}


def verify(source: Path, server: Server, *, key: str = "", url: str = STATES, teardown: bool = True) -> str | None:
    """Nothing if the mock keeps the pact, else what the verifier says. ``key``: in place of the one that the pact carries."""
    with served(server.app) as address:
        verifier = Verifier("imin", HOST).add_source(source).add_transport(url=address)
        verifier.state_handler(address + url, teardown=teardown, body=True)
        if key:
            verifier.add_custom_header("X-API-KEY", key)
        try:
            verifier.verify()
        except RuntimeError:
            return verifier.output(strip_ansi=True)
    return None


def answered(server: Server, key: str) -> list[tuple[str, int]]:
    """What the world of the key was asked, and how it answered."""
    return [(exchange.method, exchange.status) for exchange in server.worlds.find(key).exchanges.latest(100)]


def test_the_mock_keeps_the_pact_that_the_integrators_tests_made(pacts: Path) -> None:
    server = build_server(Settings())
    assert verify(pacts, server, key="pact", teardown=False) is None
    # The verifier takes the cancellation first; the list is answered by a world that began afresh after it.
    assert answered(server, "happy-path@pact") == [("GET", 200)]
    assert server.worlds.aliases == {"pact": "happy-path@pact"}


def test_the_key_that_the_pact_carries_works_unchanged_where_the_url_names_it(pacts: Path) -> None:
    server = build_server(Settings())
    assert verify(pacts, server, url=f"{STATES}?key={KEY}", teardown=False) is None
    assert server.worlds.aliases == {KEY: f"happy-path@{KEY}"}


def test_after_a_verification_with_teardown_no_world_is_left(pacts: Path) -> None:
    server = build_server(Settings())
    assert verify(pacts, server, key="pact") is None
    assert (list(server.worlds), server.worlds.aliases) == ([], {})


def test_a_pact_that_the_mock_does_not_keep_is_seen_to_fail(tmp_path: Path) -> None:
    good = interaction([A_WORLD], {}, CONFIRMED)
    bad = interaction([A_WORLD, {"name": "she cancels", "params": {"cancel": ["seat-1"]}}], {}, CONFIRMED)
    server = build_server(Settings())
    said = verify(written(tmp_path, good, bad), server, key="pact")
    assert said is not None
    assert "of a world of happy-path and she cancels" in said
    assert "CustomerCancellationPending" in said
    assert list(server.worlds) == []


def test_a_state_that_nobody_knows_fails_its_interaction(tmp_path: Path) -> None:
    said = verify(
        written(tmp_path, interaction([{"name": "asha has a booking"}], {}, CONFIRMED)),
        build_server(Settings()),
        key="pact",
    )
    assert said is not None
    assert "State change" in said or "state change" in said, said


def test_existing_pacts_keep_their_words_for_states_with_a_file_of_ones_own(tmp_path: Path) -> None:
    states = tmp_path / "states.yaml"
    states.write_text(
        """\
version: 1
states:
  "{customer} has booked {item}": {scenario: happy-path}
  "{customer} has asked to cancel {item}": {scenario: happy-path, cancel: "{item}"}
  the venue has confirmed: {advance: until_quiet}
"""
    )
    asked = {"name": "asha has asked to cancel seat-1"}
    pact = written(
        tmp_path,
        interaction([{"name": "asha has booked seat-1"}], {}, CONFIRMED),
        interaction([asked], {}, PENDING),
        interaction([asked, {"name": "the venue has confirmed"}], {}, CANCELLED),
        interaction([], {"path": "/api/v2/nowhere"}, {"status": 401}),
    )
    assert verify(pact, build_server(Settings(pact_states=states)), key="pact") is None


def test_what_a_setup_answers_fills_the_requests_of_a_pact(tmp_path: Path) -> None:
    request = {
        "path": "/api/v2/orders/of-the-consumers-test",
        "query": {},
        "generators": {"path": {"type": "ProviderState", "expression": "/api/v2/orders/${orderIdentifier}"}},
    }
    pact = written(tmp_path, interaction([A_WORLD], request, {"status": 200, "body": {"identifier": ORDER}}))
    assert verify(pact, build_server(Settings()), key="pact") is None

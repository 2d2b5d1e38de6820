"""Scripted faults of imin's API, met by a real client over a real socket, under both of the parsers that may serve."""

import http.client
import json
from typing import Any

import pytest

from mockserver.bootstrap import Server, build_server
from mockserver.scenario.scenario import parse_scenario
from mockserver.settings import Settings
from tests.serving import PATIENCE
from tests.web.calling import KEY, Stage, scenario, set_stage
from tests.web.serving import served

ITEMS = "/api/v2/order-items?customerIdentifier=asha"
PARSERS = ["httptools", "h11"]


def disrupted(**api: Any) -> str:
    return scenario(behaviour={"states": {"troubled": {"imin": {"api": api}}}})


def serve(text: str) -> Server:
    return build_server(Settings(), also=[parse_scenario(text, name=KEY)])


def connect(address: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)


def ask(connection: http.client.HTTPConnection, method: str = "GET", target: str = ITEMS, body: Any = None) -> Any:
    connection.request(method, target, None if body is None else json.dumps(body), {"X-API-KEY": KEY})
    return connection.getresponse()


def cancellation(server: Server) -> tuple[str, dict[str, str]]:
    order = server.worlds.enter(KEY).world.catalogue.orders_by_name["booking"].id
    return f"/api/v2/orders/{order}", {"orderIdentifier": order, "orderItemIdentifier": "seat-1"}


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(("when", "passed_on"), [("before", False), ("after", True)])
def test_a_lost_connection_ends_without_a_status_line_before_or_after_the_effect(
    parser: str, when: str, *, passed_on: bool
) -> None:
    server = serve(disrupted(cancel={"drop_connection": when, "times": 1}))
    target, body = cancellation(server)
    with served(server.app, http=parser) as address:
        connection = connect(address)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            ask(connection, "PATCH", target, body)
        connection.close()
        again = connect(address)
        item = json.loads(ask(again).read())["imin:item"][0]
        assert item["orderItemStatus"].endswith("CustomerCancellationPending") is passed_on
        assert ask(again, "PATCH", target, body).status == 204
        again.close()


@pytest.mark.parametrize("parser", PARSERS)
def test_a_cut_body_is_announced_in_full_and_the_next_answer_is_whole(parser: str) -> None:
    with served(serve(disrupted(list_upcoming={"truncate_body": True, "times": 1})).app, http=parser) as address:
        connection = connect(address)
        answer = ask(connection)
        announced = int(answer.headers["Content-Length"])
        with pytest.raises(http.client.IncompleteRead) as cut:
            answer.read()
        assert 0 < len(cut.value.partial) < announced
        connection.close()
        again = connect(address)
        assert len(ask(again).read()) == announced
        again.close()


@pytest.mark.parametrize("parser", PARSERS)
def test_a_canned_503_has_its_retry_after_and_the_third_request_is_fine(parser: str) -> None:
    canned = {"status": 503, "headers": {"Retry-After": 2}, "body": {"message": "no healthy upstream"}}
    with served(serve(disrupted(list_upcoming={"respond": canned, "times": 2})).app, http=parser) as address:
        connection = connect(address)
        for _ in range(2):
            answer = ask(connection)
            assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
            assert (answer.headers["Content-Type"], json.loads(answer.read())) == ("application/json", canned["body"])
        fine = ask(connection)
        assert (fine.status, len(json.loads(fine.read())["imin:item"])) == (200, 2)
        connection.close()


@pytest.mark.parametrize("parser", PARSERS)
def test_a_connection_serves_many_requests_and_head_leaves_it_in_step(parser: str) -> None:
    with served(serve(scenario()).app, http=parser) as address:
        connection = connect(address)
        for _ in range(3):
            head = ask(connection, "HEAD")
            assert (head.status, head.read()) == (200, b"")
            got = ask(connection)
            assert len(got.read()) == int(head.headers["Content-Length"])
            assert got.headers["Date"] == "Mon, 03 Jun 2030 08:00:00 GMT"
        connection.close()


@pytest.mark.parametrize("parser", PARSERS)
def test_an_oversized_body_is_refused_over_the_wire_and_the_server_goes_on(parser: str) -> None:
    server = serve(scenario())
    target, _ = cancellation(server)
    journal = server.worlds.find(KEY).journal
    before = len(journal)
    with served(server.app, http=parser) as address:
        connection = connect(address)
        try:
            answer = ask(connection, "PATCH", target, "x" * 10_000_000)
            assert (answer.status, answer.headers["X-Imin-Mock-Rule"]) == (413, "body.too-large")
        except (ConnectionResetError, BrokenPipeError):
            pass  # the server need not read to the end what it refuses
        connection.close()
        again = connect(address)
        assert ask(again).status == 200
        again.close()
    assert len(journal) == before


def test_latency_is_slept_once_and_then_the_real_answer_follows() -> None:
    stage: Stage = set_stage(disrupted(get_order={"latency": "PT3.5S", "times": 1}))
    order = f"/api/v2/orders/{stage.order('booking')}"
    assert [stage.get(order).status, stage.get(order).status] == [200, 200]
    assert stage.slept == [3.5]


def test_a_fault_of_one_operation_leaves_the_others_alone() -> None:
    stage = set_stage(disrupted(list_orders={"respond": {"status": 500}}))
    assert stage.get("/api/v2/orders?customerIdentifier=asha").status == 500
    assert stage.get(ITEMS).status == 200
    assert stage.get("/api/v2/orders?customerIdentifier=asha").status == 500

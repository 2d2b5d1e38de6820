"""The kit for Schemathesis: chains through one world each, and your own server in front of the mock."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response

from mockserver.bootstrap import Server, build_server
from mockserver.engine.exchanges import Exchange
from mockserver.settings import Settings
from tests.schemathesis.running import HOOKS, kit_environment, run_schemathesis
from tests.web.serving import served

ORDER = "/api/v2/orders/406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
DETERMINISTIC = ("--generation-deterministic", "--max-examples")

pytestmark = pytest.mark.timeout(900)  # a guard against a hang, not a promise


def roomy() -> Server:
    return build_server(Settings(most_worlds=100_000))


def has_the_walk(exchanges: Iterable[Exchange]) -> bool:
    """Whether list, accepted cancellation, order and list come in this order, and the last two show it pending."""
    lists = ("/order-items?", "/orders?")
    wanted = [("GET", lists, 200), ("PATCH", (ORDER,), 204), ("GET", (ORDER,), 200), ("GET", lists, 200)]
    for exchange in exchanges:
        method, paths, status = wanted[0]
        if (exchange.method, exchange.status) != (method, status) or not any(path in exchange.target for path in paths):
            continue
        is_before = len(wanted) > 2
        shows_pending = b"CustomerCancellationPending" in exchange.response_body
        shows_item = b'"identifier":"seat-1"' in exchange.response_body
        if (is_before and method == "GET" and not shows_item) or (not is_before and not shows_pending):
            continue
        wanted.pop(0)
        if not wanted:
            return True
    return False


def chains_of(report: Path) -> Iterator[list[tuple[str, str, int]]]:
    """For each request of a run the chain of links that led to it, itself at the end: method, last part of the path, status."""
    finished = (json.loads(line).get("ScenarioFinished") for line in report.read_text(encoding="utf-8").splitlines())
    for recorder in (event["recorder"] for event in finished if event is not None):
        for each in recorder.get("cases", ()):
            chain, step = [], each
            while step is not None:
                case, response = recorder["cases"][step], recorder["interactions"].get(step, {}).get("response") or {}
                name = case["value"]["path"].rpartition("/")[2]
                chain.append((case["value"]["method"], name, response.get("status_code", 0)))
                step = case.get("parent_id")
            yield chain[::-1]


@pytest.mark.exhaustive
def test_the_links_lead_from_a_list_to_a_cancellation_to_the_order_and_back_to_the_list(tmp_path: Path) -> None:
    server, report = roomy(), tmp_path / "run.ndjson"
    kept = ("--report", "ndjson", "--report-ndjson-path", str(report))
    one_order = "{orderIdentifier}"
    way = [("PATCH", one_order, 204), ("GET", one_order, 200)]
    lists = [("GET", "order-items", 200), ("GET", "orders", 200)]
    # What is drawn depends on the port, so that a few examples nearly always hold such a chain, and many do.
    for examples in ("100", "400"):
        with served(server.app) as address:
            ran = run_schemathesis(
                f"{address}/openapi.json", tmp_path, "--phases", "stateful", *DETERMINISTIC, examples, *kept
            )
        assert ran.returncode == 0, ran.stdout
        chains = [chain[-4:] for chain in chains_of(report)]
        has_chain = any(len(c) == 4 and c[0] in lists and c[1:3] == way and c[3] in lists for c in chains)
        # And so it was at the mock, in one world: the list that came last shows the item pending.
        asked = {world.key: world.exchanges.latest(500) for world in server.worlds}
        walked = [key for key, exchanges in asked.items() if has_the_walk(exchanges)]
        if has_chain and walked:
            break
    else:
        pytest.fail("No chain of links went from a list to a cancellation, to the order and back to a list.")
    assert all(key.startswith("happy-path@schemathesis-") for key in walked)
    bodies = [exchange.request_body for exchanges in asked.values() for exchange in exchanges]
    mixture = (b'"orderIdentifier"', b'"orderItemIdentifier"', b'"orderedItem"')
    assert not any(all(name in body for name in mixture) for body in bodies)


@pytest.mark.exhaustive
def test_every_test_case_has_a_world_of_its_own_or_all_have_the_one_that_is_named(tmp_path: Path) -> None:
    server = roomy()
    with served(server.app) as address:
        flags = ("--phases", "fuzzing", *DETERMINISTIC, "5")
        run_schemathesis(f"{address}/openapi.json", tmp_path, *flags, IMIN_SCENARIO="group-booking")
        own = [world.key for world in server.worlds]
        run_schemathesis(f"{address}/openapi.json", tmp_path, *flags, IMIN_API_KEY="window-closed@one")
        asked = {exchange.target for world in server.worlds for exchange in world.exchanges.latest(500)}
    assert len(own) > 10
    assert any("customerIdentifier=hannah" in target for target in asked)
    assert {key.partition("@")[0] for key in own} == {"group-booking"}
    assert [world.key for world in server.worlds][len(own) :] == ["window-closed@one"]


def proxy_of(mock: str, *, is_faulty: bool = False) -> Starlette:
    """A server that passes everything on to imin. A faulty one takes imin's 204 for an answer with a body."""
    passed_on = ("x-api-key", "content-type")
    of_the_line = ("connection", "content-length", "transfer-encoding")

    @asynccontextmanager
    async def with_client(app: Starlette) -> AsyncIterator[None]:
        async with httpx2.AsyncClient(base_url=mock) as app.state.imin:
            yield

    async def pass_on(request: Request) -> Response:
        target = httpx2.URL(raw_path=request.scope["raw_path"] + b"?" + request.scope["query_string"])
        headers = [(name, value) for name, value in request.headers.raw if name.decode() in passed_on]
        answer = await request.app.state.imin.request(
            request.method, target, headers=headers, content=await request.body()
        )
        kept = {name: value for name, value in answer.headers.items() if name not in of_the_line}
        if is_faulty and answer.status_code == 204:
            return Response(b'{"cancelled": true}', 200, kept, "application/json")
        return Response(answer.content, answer.status_code, kept)

    proxy = Starlette(lifespan=with_client)
    proxy.router.default = request_response(pass_on)  # a route would not match a path with a line break in it
    return proxy


@pytest.mark.exhaustive
def test_a_server_in_front_of_the_mock_is_held_to_imins_document(tmp_path: Path) -> None:
    flags = ("--phases", "examples,stateful", *DETERMINISTIC, "10")
    with (
        served(roomy().app) as mock,
        served(proxy_of(mock), lifespan=True) as good,
        served(proxy_of(mock, is_faulty=True), lifespan=True) as faulty,
    ):
        ran = run_schemathesis(f"{mock}/openapi.json", tmp_path, "--url", good, *flags)
        assert ran.returncode == 0, ran.stdout
        ran = run_schemathesis(f"{mock}/openapi.json", tmp_path, "--url", faulty, *flags)
        assert ran.returncode == 1, ran.stdout
        assert "Received: 200" in ran.stdout or "Undocumented" in ran.stdout, ran.stdout


@pytest.mark.parametrize(
    ("variables", "customers"),
    [
        ({}, ["asha"]),
        ({"IMIN_API_KEY": "group-booking@mine"}, ["hannah"]),
        ({"IMIN_SCENARIO": "my-own"}, []),
        ({"IMIN_SCENARIO": "my-own", "IMIN_CUSTOMERS": "c-1, c-2,"}, ["c-1", "c-2"]),
    ],
)
def test_the_hooks_ask_for_customers_of_the_scenario(variables: dict[str, str], customers: list[str]) -> None:
    program = f"import json; from {HOOKS} import CUSTOMERS; print(json.dumps(list(CUSTOMERS)))"
    ran = subprocess.run(
        [sys.executable, "-c", program], env=kit_environment(**variables), capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == customers


def test_a_500_is_no_failure_where_the_standard_has_it_for_a_wrong_request_and_nowhere_else() -> None:
    booking, kinds = (
        "application/vnd.openactive.booking+json; version=1",
        ("UnexpectedOrderTypeError", "InternalLibraryError"),
    )
    actions, orders = "/booking-system/test-interface/actions", "/api/v2/orders/{orderIdentifier}"
    answers = {
        "refusal": (actions, 500, booking, kinds[0], {}),
        "wrong item": (actions, 500, booking, "OrderItemIdInvalidError", {}),
        "bug": (actions, 500, booking, kinds[0], {"x-imin-mock-fault": ["bug"]}),
        "fault of the server": (actions, 500, booking, kinds[1], {}),
        "other type": (actions, 500, "application/problem+json", kinds[0], {}),
        "other status": (actions, 503, booking, kinds[0], {}),
        "other face": (orders, 500, booking, kinds[0], {}),
        "no object": (actions, 500, booking, None, {}),
    }
    program = f"""
import json, sys
from types import SimpleNamespace as Some
from schemathesis.core.failures import ServerError
from {HOOKS} import filter_failure
for name, (path, status, media_type, kind, headers) in json.load(sys.stdin).items():
    body = json.dumps({{"@type": kind}} if kind else []).encode()
    answer = Some(status_code=status, headers={{"content-type": [media_type], **headers}}, json=lambda: json.loads(body))
    case = Some(method="POST", operation=Some(path=path))
    if not filter_failure(None, ServerError(operation="POST", status_code=status), case, answer):
        print(name)
"""
    command, env = [sys.executable, "-c", program], kit_environment()
    ran = subprocess.run(command, env=env, input=json.dumps(answers), capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["refusal", "wrong item"]


def test_the_kit_itself_loads_neither_schemathesis_nor_hypothesis() -> None:
    program = "import sys, mockserver.testing; print({'schemathesis', 'hypothesis', 'pytest'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", program], env=kit_environment(), capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"

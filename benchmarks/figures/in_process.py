"""What a request in this process adds to what the client library itself costs, and what a world for each test costs.

Side by side in one run: the same client with our transport, and with one of the library's own that makes an equal response from
ready parts at once. The two take turns at being first; a value is the difference between the means of a round.
"""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import httpx2
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from benchmarks.findings import Finding, Limit, Side
from mockserver.testing import Mock, World
from mockserver.testing.transports.httpx import Transport
from mockserver.testing.transports.requests import Adapter

TITLE = "In this process, without a server"
TIMES = 300
WORLDS = 100
ADDRESS = "https://book.imin.co"
LISTING = "/api/v2/order-items?customerIdentifier=asha"
ADDED = Limit(side=Side.AT_MOST, promised=60)
HERE = Limit(side=Side.AT_MOST, promised=3)
OVER_HTTP = Limit(side=Side.AT_MOST, promised=10)

Ask = Callable[[str, str, dict[str, str] | None], Any]


class _Ready(HTTPAdapter):
    """The library's own adapter without its network: urllib3's response from ready parts, as ``requests`` takes it."""

    def __init__(self, ready: requests.Response) -> None:
        super().__init__()
        self._body, self._status, self._reason = ready.content, ready.status_code, ready.reason
        self._parts = list(ready.headers.items())

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        raw = HTTPResponse(
            body=BytesIO(self._body),
            headers=HTTPHeaderDict(self._parts),
            status=self._status,
            version=11,
            reason=self._reason,
            preload_content=False,
            decode_content=False,
            request_method=request.method,
        )
        return self.build_response(request, raw)


def measure(rounds: int) -> list[Finding]:
    """Microseconds that a GET and a PATCH add with each library; milliseconds of a world's life."""
    findings = []
    with Mock() as mock:
        world = mock.world()
        order = world.order("booking").identifier
        body = {"orderIdentifier": order, "orderItemIdentifier": "seat-1"}
        requests_of = {
            "GET, a ready listing": ("GET", LISTING, None),
            "PATCH": ("PATCH", f"/api/v2/orders/{order}", body),
        }
        for what, asked in requests_of.items():
            for library, pair in _pairs(world, asked).items():
                findings.append(
                    Finding(
                        what=f"{library}, {what}: added", unit="us", values=_added(pair, asked, rounds), limit=ADDED
                    )
                )
        findings.append(_test_client(world, rounds))
        findings.append(
            Finding(
                what="a world for a test: made, first listing with httpx, dropped", unit="ms", limit=HERE,
                values=[_lives(mock, Transport(mock), ADDRESS) for _ in range(rounds)],
            )
        )  # fmt: skip
        findings.append(
            Finding(
                what="the same over HTTP", unit="ms", limit=OVER_HTTP,
                values=[_lives(Mock.at(mock.url), None, mock.url) for _ in range(rounds)],
            )
        )  # fmt: skip
    return findings


def _pairs(world: World, asked: tuple[str, str, dict[str, str] | None]) -> dict[str, tuple[Ask, Ask]]:
    """For each library, the client with our transport, and the one with a response ready-made."""
    pairs: dict[str, tuple[Ask, Ask]] = {}
    for library in (httpx, httpx2):
        client = _httpx_client(library, Transport(world), world)
        ready = client.request(asked[0], asked[1], json=asked[2])
        pairs[library.__name__] = (_httpx_ask(client), _httpx_ask(_httpx_client(library, _mock(library, ready), world)))
    session, bare = requests.Session(), requests.Session()
    session.mount(ADDRESS, Adapter(world))
    asking = _requests_ask(session, world)
    bare.mount(ADDRESS, _Ready(asking(*asked)))
    pairs["requests"] = (asking, _requests_ask(bare, world))
    return pairs


def _mock(library: Any, ready: Any) -> Any:
    status, headers, body = ready.status_code, ready.headers.raw, ready.content
    return library.MockTransport(lambda _: library.Response(status, headers=headers, stream=library.ByteStream(body)))


def _httpx_client(library: Any, transport: Any, world: World) -> Any:
    return library.Client(transport=transport, base_url=ADDRESS, headers=world.headers, trust_env=False)


def _httpx_ask(client: Any) -> Ask:
    return lambda method, target, body: client.request(method, target, json=body)


def _requests_ask(session: requests.Session, world: World) -> Ask:
    session.trust_env = False
    headers = world.headers
    return lambda method, target, body: session.request(method, ADDRESS + target, json=body, headers=headers)


def _added(pair: tuple[Ask, Ask], asked: tuple[str, str, dict[str, str] | None], rounds: int) -> list[float]:
    values = []
    for number in range(rounds + 1):
        order = pair if number % 2 else pair[::-1]
        spent = {ask: _micros(ask, asked) for ask in order}
        values.append(spent[pair[0]] - spent[pair[1]])
    return values[1:]  # Python's first runs of any code are slower


def _micros(ask: Ask, asked: tuple[str, str, dict[str, str] | None]) -> float:
    expected = 200 if asked[0] == "GET" else 204
    started = time.perf_counter()
    for _ in range(TIMES):
        if ask(*asked).status_code != expected:
            raise RuntimeError(f"The answer is not {expected}.")
    return (time.perf_counter() - started) / TIMES * 1e6


def _test_client(world: World, rounds: int) -> Finding:
    from starlette.testclient import TestClient

    from mockserver.client.in_process import InProcess

    channel = world.channel
    assert isinstance(channel, InProcess)
    client = TestClient(channel.server.app, base_url=ADDRESS, headers=world.headers)
    ask = _httpx_ask(client)
    values = [_micros(ask, ("GET", LISTING, None)) for _ in range(rounds)]
    return Finding(what="for comparison, Starlette's TestClient, GET: in all", unit="us", values=values)


def _lives(mock: Mock, transport: Any, address: str) -> float:
    """Milliseconds of a world's life, one after the other."""
    with httpx.Client(transport=transport, base_url=address, trust_env=False) as client:
        started = time.perf_counter()
        for _ in range(WORLDS):
            world = mock.world()
            if client.get(LISTING, headers=world.headers).status_code != 200:
                raise RuntimeError("The world does not answer.")
            world.drop()
        return (time.perf_counter() - started) / WORLDS * 1e3

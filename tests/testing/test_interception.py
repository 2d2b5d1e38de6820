"""Interception: unchanged client code that calls imin reaches the world, and nobody else is ever called."""

import asyncio
import http.client
import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter

from mockserver.testing import Mock, MockError, World
from mockserver.testing.interception import AlreadyInterceptedError, StrayCallError, intercepted
from tests.serving import PATIENCE
from tests.testing.unchanged import CLIENTS, IMIN, LIVE, PATH, with_requests, with_urllib


@pytest.fixture
def world() -> Iterator[World]:
    with Mock() as mock:
        yield mock.world()


@pytest.mark.parametrize("client", CLIENTS)
def test_calls_to_imin_reach_the_world_with_its_own_key(client: str, world: World) -> None:
    with intercepted(world):
        status, body = CLIENTS[client](IMIN + PATH, {"X-Api-Key": LIVE})
    listed = json.loads(body)
    assert status == 200
    assert listed["id"].startswith(f"{IMIN}/api/v2/order-items")
    assert len(world.exchanges) == 1
    assert LIVE not in str(world.exchanges)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_call_without_a_key_stays_without(client: str, world: World) -> None:
    with intercepted(world):
        status, _ = CLIENTS[client](IMIN + PATH, {})
    assert status == 401
    assert not world.exchanges


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("written", ["https://book.imin.co:443", "https://BOOK.imin.CO"])
def test_imins_address_is_the_same_however_it_is_written(written: str, client: str, world: World) -> None:
    with intercepted(world):
        status, body = CLIENTS[client](written + PATH, {"X-API-KEY": LIVE})
    assert (status, json.loads(body)["id"][:20].lower()) == (200, "https://book.imin.co")


STRANGERS = [
    "https://example.com/",
    "http://book.imin.co/",
    "https://book.imin.co:8443/",
    "http://127.0.0.1:9/",
    "https://[::1]/",
]


@pytest.mark.parametrize("url", STRANGERS)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_call_to_anybody_else_is_refused_before_anything_is_sent(client: str, url: str, world: World) -> None:
    with pytest.raises(StrayCallError, match="nothing was sent"), intercepted(world):
        CLIENTS[client](url, {"X-API-KEY": LIVE})


@pytest.mark.parametrize("client", CLIENTS)
def test_a_refusal_that_the_code_has_swallowed_is_raised_at_the_end(client: str, world: World) -> None:
    def swallow() -> None:
        with suppress(AssertionError):
            CLIENTS[client]("https://example.com/", {})
        assert CLIENTS[client](IMIN + PATH, {"X-API-KEY": LIVE})[0] == 200

    with pytest.raises(StrayCallError, match=r"example\.com"), intercepted(world):
        swallow()
    assert len(world.exchanges) == 1


def test_an_error_of_the_test_says_what_was_refused_before_it(world: World) -> None:
    def fail() -> None:
        with suppress(AssertionError):
            with_requests("https://example.com/", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as told, intercepted(world):
        fail()
    assert "example.com" in told.value.__notes__[0]


def test_a_library_that_nobody_knows_reaches_no_stranger(world: World) -> None:
    with pytest.raises(StrayCallError), intercepted(world):
        socket.create_connection(("book.imin.co", 443))
    with pytest.raises(StrayCallError), intercepted(world), socket.socket() as own:
        own.connect_ex(("203.0.113.1", 443))
    with pytest.raises(StrayCallError), intercepted(world):
        asyncio.run(asyncio.open_connection("203.0.113.1", 443))


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop is not for Windows")
def test_nor_does_one_in_a_loop_that_opens_sockets_by_itself(world: World) -> None:
    import uvloop

    async def reach() -> None:
        await asyncio.get_running_loop().create_connection(asyncio.Protocol, "203.0.113.1", 443)

    with (
        pytest.raises(StrayCallError),
        intercepted(world),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(reach())


def test_what_a_test_names_may_be_called_and_so_may_the_mock(world: World) -> None:
    with Mock() as other:
        address = other.url.removeprefix("http://")
        with intercepted(world, besides=[address]):
            assert httpx.get(f"{other.url}/__admin/health").status_code == 200
            assert with_urllib(f"{world.base_url}/__admin/health", {})[0] == 200
        with pytest.raises(StrayCallError), intercepted(world):
            httpx.get(f"{other.url}/__admin/health")


def test_an_open_connection_is_neither_used_during_nor_kept_after(world: World) -> None:
    with Mock() as real:
        host = real.url
        elsewhere = real.world()
        pool, session, plain = urllib3.PoolManager(), requests.Session(), http.client.HTTPConnection(host[7:])

        def through_all(key: str) -> None:
            pool.request("GET", host + PATH, headers={"X-API-KEY": key})
            session.get(host + PATH, headers={"X-API-KEY": key}, timeout=PATIENCE)
            plain.request("GET", PATH, headers={"X-API-KEY": key})
            plain.getresponse().read()

        through_all(elsewhere.api_key)
        with intercepted(world, host=host):
            through_all(LIVE)
        through_all(elsewhere.api_key)
        assert (len(elsewhere.exchanges), len(world.exchanges)) == (6, 3)
        pool.clear()
        session.close()
        plain.close()


@pytest.mark.parametrize("is_open", [False, True])
def test_nor_is_one_of_a_pool_in_a_loop(world: World, is_open: bool) -> None:
    async def through(session: aiohttp.ClientSession, url: str, key: str) -> None:
        async with session.get(url, headers={"X-API-KEY": key}) as answer:
            assert (answer.status, str(answer.url)) == (200, url)
            await answer.read()

    async def before_during_and_after(real: World) -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit_per_host=1)) as session:
            url = real.base_url + PATH
            if is_open:
                await through(session, url, real.api_key)
            with intercepted(world, host=real.base_url):
                await through(session, url, LIVE)
                await through(session, url, LIVE)
            await through(session, url, real.api_key)

    with Mock() as mock:
        real = mock.world()
        asyncio.run(before_during_and_after(real))
        assert (len(real.exchanges), len(world.exchanges)) == (1 + is_open, 2)


@pytest.mark.parametrize("fails", [False, True])
def test_everything_is_as_before_when_it_ends(world: World, fails: bool) -> None:
    owners = [
        *(library.HTTPTransport for library in (httpx, httpx2)),
        *(library.AsyncHTTPTransport for library in (httpx, httpx2)),
        HTTPAdapter,
        http.client.HTTPConnection,
        http.client.HTTPSConnection,
        urllib3.connection.HTTPConnection,
        urllib3.connection.HTTPSConnection,
        aiohttp.TCPConnector,
        socket.socket,
        socket,
    ]
    before = [dict(vars(owner)) for owner in owners]
    try:
        with intercepted(world):
            assert [dict(vars(owner)) for owner in owners] != before
            assert not fails or 1 / 0
    except ZeroDivisionError:
        assert fails
    assert [dict(vars(owner)) for owner in owners] == before


def test_a_second_interception_is_refused_and_the_first_holds(world: World) -> None:
    refused: list[BaseException] = []

    def intercept() -> None:
        try:
            with intercepted(world):
                pass
        except AlreadyInterceptedError as error:
            refused.append(error)

    with intercepted(world):
        intercept()
        thread = threading.Thread(target=intercept)
        thread.start()
        thread.join()
        assert with_requests(IMIN + PATH, {"X-API-KEY": LIVE})[0] == 200
    assert len(refused) == 2
    assert "End that interception first" in str(refused[0])
    intercept()
    assert len(refused) == 2


@pytest.mark.parametrize("host", ["book.imin.co", "https://", "ftp://x", "https://x/api", "https://x:port", ""])
def test_a_host_that_is_none_is_refused(world: World, host: str) -> None:
    with pytest.raises(MockError, match="scheme and a host"), intercepted(world, host=host):
        pass


def test_a_transport_of_the_clients_own_is_let_be(world: World) -> None:
    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    own = httpx.MockTransport(lambda _: httpx.Response(418))
    with intercepted(world), TestClient(Starlette()) as client:
        assert httpx.Client(transport=own).get("https://example.com/").status_code == 418
        assert client.get("/nothing").status_code == 404

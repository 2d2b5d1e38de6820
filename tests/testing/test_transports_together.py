"""Clients of several kinds, in threads and in a loop, at the same time on one mock: each sees its own world, whole."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3

from mockserver.testing import Mock, World
from mockserver.testing.transports.httpx import AsyncTransport, Transport
from mockserver.testing.transports.requests import Adapter
from tests.serving import ROOT
from tests.testing.meeting import UPCOMING

TIMES = 10


def _with_httpx(world: World) -> None:
    with httpx.Client(transport=Transport(world), base_url="https://book.imin.co", headers=world.headers) as client:
        for _ in range(TIMES):
            assert client.get(UPCOMING).status_code == 200


def _with_requests(world: World) -> None:
    with requests.Session() as session:
        session.mount("https://", Adapter(world))
        for _ in range(TIMES):
            assert session.get(f"https://book.imin.co{UPCOMING}", headers=world.headers).status_code == 200


async def _with_aiohttp(world: World) -> None:
    async with aiohttp.ClientSession(world.base_url, headers=world.headers) as session:
        for _ in range(TIMES):
            async with session.get(UPCOMING) as answer:
                assert (answer.status, (await answer.json())["imin:totalItems"]) == (200, 1)


async def _with_async_httpx(world: World) -> None:
    transport = AsyncTransport(world)
    async with httpx.AsyncClient(transport=transport, base_url="https://book.imin.co", headers=world.headers) as client:
        for _ in range(TIMES):
            assert (await client.get(UPCOMING)).status_code == 200


def test_sync_and_async_clients_work_at_the_same_time_on_one_mock() -> None:
    async def together(worlds: list[World]) -> None:
        await asyncio.gather(*(_with_aiohttp(world) for world in worlds[:2]), *map(_with_async_httpx, worlds[2:4]))

    with Mock() as mock, ThreadPoolExecutor(4) as threads:
        worlds = [mock.world() for _ in range(8)]
        others = [threads.submit(_with_httpx, world) for world in worlds[4:6]]
        others += [threads.submit(_with_requests, world) for world in worlds[6:]]
        asyncio.run(together(worlds))
        for other in others:
            other.result()
        assert [len(world.exchanges) for world in worlds] == [TIMES] * 8


PATIENT: list[Any] = [
    None,
    31,
    (1, 31),
    (1, None),
    urllib3.Timeout(40),
    urllib3.Timeout(connect=1),
    urllib3.Timeout(read=31),
]
IMPATIENT: list[Any] = [29, (31, 29), urllib3.Timeout(20), urllib3.Timeout(read=29)]


@pytest.mark.parametrize("timeout", [*PATIENT, *IMPATIENT], ids=str)
def test_every_form_of_a_timeout_of_requests_is_kept_without_waiting(timeout: Any) -> None:
    with Mock() as mock, requests.Session() as session:
        world = mock.world("slow-answer")  # by thirty seconds
        order = world.orders[0]
        session.mount("https://", Adapter(world))
        body = {"orderIdentifier": order.identifier, "orderItemIdentifier": order.items[0].identifier}
        url = f"https://book.imin.co/api/v2/orders/{order.identifier}"
        if timeout in IMPATIENT:
            with pytest.raises(requests.ReadTimeout):
                session.patch(url, json=body, headers=world.headers, timeout=timeout)
        else:
            assert session.patch(url, json=body, headers=world.headers, timeout=timeout).status_code == 204
        assert len(world.exchanges) == 1  # the request has its effect all the same


@pytest.mark.parametrize(("library", "absent"), [("httpx", ["httpx", "httpx2"]), ("requests", ["requests"])])
def test_without_the_library_its_transport_says_what_to_install(library: str, absent: list[str]) -> None:
    program = f"import sys; sys.modules.update(dict.fromkeys({absent})); import mockserver.testing.transports.{library}"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert f"pip install {library}" in ran.stderr


def test_the_kit_and_interception_load_no_client_library_at_start() -> None:
    program = "import sys, mockserver.testing, mockserver.testing.interception; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"httpx", "httpx2", "requests", "urllib3", "aiohttp", "pytest", "hypothesis"} & set(ran.stdout.split())


@pytest.mark.parametrize("absent", ["httpx", "httpx2", "requests", "aiohttp", "urllib3", "uvloop"])
def test_interception_needs_none_of_the_libraries(absent: str) -> None:
    names = [absent, "requests"] if absent == "urllib3" else [absent]
    program = f"""
import sys, urllib.request, importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in {names} else found(name, *more)
for name in {names}: sys.modules[name] = None
from mockserver.testing import Mock
from mockserver.testing.interception import intercepted
with Mock() as mock, intercepted(mock.world()):
    asked = urllib.request.Request("https://book.imin.co{UPCOMING}", headers={{"X-API-KEY": "live"}})
    with urllib.request.urlopen(asked) as answer:
        print(answer.status)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout == "200\n", ran.stderr


@pytest.mark.parametrize("absent", ["httpx", "httpx2"])
def test_of_httpx_and_httpx2_either_is_enough(absent: str) -> None:
    there = {"httpx": "httpx2", "httpx2": "httpx"}[absent]
    program = f"""
import sys; sys.modules["{absent}"] = None
import {there} as library
from mockserver.testing import Mock
from mockserver.testing.transports.httpx import Transport
with Mock() as mock, library.Client(transport=Transport(mock)) as client:
    print(client.get("http://mock/__admin/health").status_code)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout == "200\n", ran.stderr


def test_a_request_of_neither_library_is_refused() -> None:
    with Mock() as mock, pytest.raises(TypeError, match="httpx or httpx2"):
        Transport(mock).handle_request(requests.Request())


@pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda each: each.__name__)
def test_a_transport_is_one_of_either_library(library: Any) -> None:
    with Mock() as mock:
        assert isinstance(Transport(mock), library.BaseTransport)
        assert isinstance(AsyncTransport(mock), library.AsyncBaseTransport)

"""Clients of several kinds, in threads and in a loop, at the same time on one mock: each sees its own world, whole."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3

from mockserver.testing import Mock, World, for_clients
from mockserver.testing.for_httpx import AsyncTransport, Transport
from mockserver.testing.for_requests import Adapter
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


@pytest.mark.parametrize("library", ["httpx", "httpx2", "requests"])
def test_without_the_library_its_transport_says_what_to_install(library: str) -> None:
    program = f"import sys; sys.modules['{library}'] = None; import mockserver.testing.for_{library}"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert f"pip install {library}" in ran.stderr


def test_the_kit_and_interception_load_no_client_library_at_start() -> None:
    program = "import sys, mockserver.testing, mockserver.testing.intercepting; print(*sys.modules)"
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
from mockserver.testing.intercepting import intercepted
with Mock() as mock, intercepted(mock.world()):
    asked = urllib.request.Request("https://book.imin.co{UPCOMING}", headers={{"X-API-KEY": "live"}})
    with urllib.request.urlopen(asked) as answer:
        print(answer.status)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout == "200\n", ran.stderr


def test_the_transports_of_httpx_and_of_httpx2_differ_in_nothing_but_the_name() -> None:
    first, second = (Path(for_clients.__file__).with_name(f"for_{name}.py").read_text() for name in ("httpx", "httpx2"))
    assert first.replace("httpx", "httpx2") == second

"""A mock beside other processes and other threads than the machine's own: it answers, or says at once what to do instead."""

import os
import pickle
import subprocess
import sys
import types
from typing import Any

import httpx
import pytest
import requests

from mockserver.testing import Mock, MockError, World
from mockserver.testing.interception import StrayCallError, intercepted
from mockserver.testing.transports.httpx import Transport
from mockserver.testing.transports.requests import Adapter
from tests.serving import PATIENCE
from tests.testing.unchanged import IMIN, PATH, with_requests, with_urllib

FORKING = """
import os, socket, sys, threading, warnings
from urllib.parse import urlsplit
warnings.simplefilter("ignore", DeprecationWarning)  # to fork beside a thread is what is tried here
import httpx, urllib.request
from mockserver.testing import Mock
from mockserver.testing.transports.httpx import Transport
from mockserver.testing.interception import intercepted

PATH = "/api/v2/order-items?customerIdentifier=asha"

def with_transport(world):
    with httpx.Client(transport=Transport(world)) as client:
        return client.get("https://book.imin.co" + PATH, headers=world.headers).status_code

def with_interception(world):
    with intercepted(world):
        asked = urllib.request.Request("https://book.imin.co" + PATH, headers=world.headers)
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return answer.status

def by_address(world):
    return httpx.get(world.base_url + PATH, headers=world.headers, timeout=5).status_code

def in_child(ask, world):
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if ask(world) == 200 else 2)
        finally:
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

with Mock() as mock:
    apart, shared = mock.world(), mock.world()
    assert in_child(with_transport, apart) == 0
    assert len(apart.exchanges) == 0, "a mock that does not listen is a copy in the child"
    shared.base_url
    for ask in (with_transport, with_interception, by_address):
        before = len(shared.exchanges)
        assert in_child(ask, shared) == 0, ask
        assert len(shared.exchanges) == before + 1, "one that listens goes on being the parent's"
    busy = threading.Thread(target=lambda: [with_transport(apart) for _ in range(30)])
    busy.start()
    assert [in_child(with_transport, shared) for _ in range(3)] == [0] * 3
    busy.join()
    assert by_address(shared) == 200
    address = (urlsplit(mock.url).hostname, urlsplit(mock.url).port)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # it outlives the parent's mock
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
try:
    socket.create_connection(address, 5).close()
    sys.exit("a child holds the port of a mock that is closed")
except ConnectionRefusedError:
    os.close(writing)
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_child_asks_its_parents_mock_or_a_copy_of_it_and_never_waits_for_ever() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FORKING], capture_output=True, check=False, timeout=PATIENCE, stdin=subprocess.DEVNULL
    )
    assert (ran.returncode, ran.stderr.decode()) == (0, "")


def test_a_world_that_is_sent_to_another_process_is_the_same_world_over_http() -> None:
    with Mock() as mock:
        world = mock.world()
        sent: World = pickle.loads(pickle.dumps(world))
        with httpx.Client(transport=Transport(sent)) as client:
            assert client.get(IMIN + PATH, headers=sent.headers).status_code == 200
        assert len(world.exchanges) == 1
        sent.until_quiet()
        assert sent.now == world.now
    with pytest.raises(MockError, match="closed"):
        pickle.dumps(world)


@pytest.fixture(params=["gevent", "eventlet"])
def green(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The library, as it looks from outside once it has patched the process."""
    kind = {"gevent": ("gevent.monkey", "is_module_patched"), "eventlet": ("eventlet.patcher", "is_monkey_patched")}
    module, name = kind[request.param]
    patched: Any = types.ModuleType(module)
    setattr(patched, name, lambda what: what == "socket")
    monkeypatch.setitem(sys.modules, module, patched)
    return str(request.param)


def test_under_green_threads_a_mock_refuses_to_listen_and_names_them(green: str) -> None:
    with Mock() as mock:
        world = mock.world()
        with pytest.raises(MockError, match=f"^{green} .*testing.transports"):
            _ = world.base_url
        with intercepted(world), pytest.raises(MockError, match=green):
            with_urllib(IMIN + PATH, world.headers)


def test_under_green_threads_all_that_needs_no_port_works(green: str) -> None:
    with Mock() as mock, requests.Session() as session:
        world = mock.world()
        session.mount(IMIN, Adapter(world))
        assert session.get(IMIN + PATH, headers=world.headers).status_code == 200, green
        with intercepted(world):
            assert with_requests(IMIN + PATH, world.headers)[0] == 200
        with pytest.raises(StrayCallError), intercepted(world):
            with_requests("https://example.com/", {})


def test_a_library_that_has_patched_nothing_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: Any = types.ModuleType("gevent.monkey")
    loaded.is_module_patched = lambda _: False
    monkeypatch.setitem(sys.modules, "gevent.monkey", loaded)
    with Mock() as mock:
        assert mock.url


WITHOUT_URLLIB3 = """
import sys
sys.modules.update(dict.fromkeys(["requests", "urllib3", "aiohttp", "uvloop"]))  # as if they were not installed
import httpx
from mockserver.testing import Mock
from mockserver.testing.interception import intercepted

with Mock() as mock:
    world = mock.world()
    with intercepted(world):
        answer = httpx.get("https://book.imin.co/api/v2/orders?customerIdentifier=asha", headers=world.headers)
    assert answer.status_code == 200
    assert httpx.get(world.base_url, timeout=5).status_code == 200
"""


def test_a_client_library_that_a_test_does_not_use_need_not_be_installed() -> None:
    ran = subprocess.run([sys.executable, "-c", WITHOUT_URLLIB3], capture_output=True, check=False, timeout=PATIENCE)
    assert (ran.returncode, ran.stderr.decode()) == (0, "")

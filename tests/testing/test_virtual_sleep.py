"""Under a virtual sleep, code that waits moves its world's clock, and nothing waits."""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from time import sleep as sleep_by_name
from types import ModuleType

import pytest

from mockserver.engine.clock import elapsed_seconds
from mockserver.testing import Mock, World, virtual_sleep
from mockserver.testing import virtual_sleep as public_name
from mockserver.testing.virtual_clock import AlreadySleepingError, EndlessSleepError

REAL = (time.sleep, time.time, time.monotonic, asyncio.sleep, asyncio.tasks.sleep)


@pytest.fixture
def world() -> Iterator[World]:
    with Mock() as mock:
        yield mock.world("happy-path")


def _passed(world: World, since: float) -> float:
    return world.now.timestamp() - since


@pytest.mark.parametrize("seconds", [0.25, 1, 3_600.5, 2 * 86_400])
def test_a_sleep_moves_the_clock_by_as_much_and_takes_no_time(world: World, seconds: float) -> None:
    began, began_really = world.now.timestamp(), elapsed_seconds()
    with virtual_sleep(world):
        time.sleep(seconds)
    assert _passed(world, began) == seconds
    assert elapsed_seconds() - began_really < min(seconds, 10) or seconds < 1


def test_what_falls_due_during_a_sleep_has_happened_after_it(world: World) -> None:
    item = world.order_item("seat-1")
    order = world.order("booking").identifier
    wanted = b'{"orderIdentifier":"%s","orderItemIdentifier":"seat-1"}' % order.encode()
    headers = [(b"x-api-key", world.api_key.encode()), (b"content-type", b"application/json")]
    assert item.imin.status == "OrderItemConfirmed"
    assert world.channel.send("PATCH", f"/api/v2/orders/{order}", headers, wanted).status == 204
    with virtual_sleep(world) as sleeping:
        while world.order_item("seat-1").imin.status == "CustomerCancellationPending":
            time.sleep(5)
    assert world.order_item("seat-1").imin.status == "CustomerCancelled"
    assert sleeping.seconds == sleeping.times * 5 == 60


@pytest.mark.parametrize("clock", [time.time, time.monotonic], ids=["time", "monotonic"])
def test_a_clients_own_patience_ends_when_it_would(world: World, clock: object) -> None:
    name = getattr(clock, "__name__")  # noqa: B009 - the built-in functions' type has none
    polls = 0
    with virtual_sleep(world):
        ends = getattr(time, name)() + 30
        while getattr(time, name)() < ends:
            time.sleep(10)
            polls += 1
    assert polls == 3


def test_what_a_library_imported_by_name_sleeps_virtually_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("a_library")
    vars(library)["wait"] = sleep_by_name
    monkeypatch.setitem(sys.modules, "a_library", library)
    began = world.now.timestamp()
    with virtual_sleep(world):
        vars(library)["wait"](90)
        sleep_by_name(10)
    assert _passed(world, began) == 100
    assert vars(library)["wait"] is REAL[0]


def test_tasks_that_sleep_at_once_sleep_through_the_same_time(world: World) -> None:
    began = world.now.timestamp()
    woken: list[str] = []

    async def nap(name: str, seconds: float) -> str:
        result = await asyncio.sleep(seconds, name)
        woken.append(result)
        return result

    async def naps() -> None:
        await asyncio.gather(nap("long", 5), nap("short", 3), nap("longer", 8))

    with virtual_sleep(world):
        asyncio.run(naps())
    assert woken == ["short", "long", "longer"]
    assert _passed(world, began) == 8


def test_a_timeout_around_many_short_sleeps_ends_them(world: World) -> None:
    async def poll() -> int:
        polls = 0
        try:
            async with asyncio.timeout(30):
                while True:
                    await asyncio.sleep(4)
                    polls += 1
        except TimeoutError:
            return polls

    with virtual_sleep(world):
        assert asyncio.run(poll()) == 7


def test_a_timeout_that_is_shorter_than_a_sleep_cuts_it_off(world: World) -> None:
    with virtual_sleep(world), pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(asyncio.sleep(10), 5))


def test_a_thread_that_begins_inside_sleeps_virtually_and_one_that_was_there_before_does_not(world: World) -> None:
    begin, seen = threading.Event(), list[float]()

    def stranger() -> None:
        begin.wait(10)
        time.sleep(0.01)
        seen.append(time.monotonic())

    before = threading.Thread(target=stranger)
    before.start()
    began = world.now.timestamp()
    with virtual_sleep(world):
        inside = threading.Thread(target=time.sleep, args=(1_000,))
        inside.start()
        inside.join(10)
        begin.set()
        before.join(10)
        assert time.monotonic() > seen[0] + 900
    assert _passed(world, began) == 1_000


def test_a_mock_on_a_port_keeps_its_own_time(world: World) -> None:
    assert world.base_url
    began = world.now.timestamp()
    with virtual_sleep(world):
        time.sleep(60)
        assert asyncio.run(asyncio.sleep(60, "slept")) == "slept"
    assert _passed(world, began) == 120


def test_what_was_replaced_is_put_back_after_an_exception_too(world: World) -> None:
    with pytest.raises(KeyError), virtual_sleep(world):
        assert time.sleep is not REAL[0]
        raise KeyError
    assert (time.sleep, time.time, time.monotonic, asyncio.sleep, asyncio.tasks.sleep) == REAL


def test_one_sleep_at_a_time_is_virtual(world: World) -> None:
    with virtual_sleep(world), pytest.raises(AlreadySleepingError, match="virtual already"), virtual_sleep(world):
        pass
    with virtual_sleep(world):
        time.sleep(1)


@pytest.mark.parametrize("wrong", [-1, -0.001])
def test_a_negative_sleep_is_refused_as_python_does(world: World, wrong: float) -> None:
    with virtual_sleep(world), pytest.raises(ValueError, match="non-negative"):
        time.sleep(wrong)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 1e20])
def test_a_sleep_that_is_no_time_is_an_error_and_moves_nothing(world: World, wrong: float) -> None:
    began = world.now
    with virtual_sleep(world), pytest.raises((ValueError, OverflowError)):
        time.sleep(wrong)
    with virtual_sleep(world):
        time.sleep(1)
    assert world.now - began == timedelta(seconds=1)


def test_a_wait_for_what_never_comes_ends_with_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.testing.virtual_clock.SLEEPS_IN_A_TEST", 20)
    with virtual_sleep(world), pytest.raises(EndlessSleepError, match=r"slept 20 times, for 0:01:40"):
        while True:
            time.sleep(5)


def test_the_name_is_public() -> None:
    assert public_name is virtual_sleep

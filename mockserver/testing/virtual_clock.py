"""Code under test that sleeps moves its world's clock instead, and does not wait.

While it lasts, ``time.sleep`` and ``asyncio.sleep`` advance the world by as much, and ``time.time`` and ``time.monotonic`` have
moved on with it, so that a client's own patience ends when it would. It knows Python's clocks and one world; it must never know
what the client does.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from mockserver.client.errors import MockError
from mockserver.foundation.limits import SLEEPS_IN_A_TEST
from mockserver.testing.interception.calls import replaced
from mockserver.testing.world import World

_TURN = threading.Lock()
_PATIENT = (
    "_pytest",
    "asyncio",
    "concurrent",
    "execnet",
    "hypothesis",
    "mockserver",
    "pluggy",
    "pytest",
    "uvicorn",
    "xdist",
)
"""Whose names for Python's clocks stay as they are: they run the test, or the mock."""


class AlreadySleepingError(MockError):
    """Sleep is virtual already, for another world or in another thread."""


class EndlessSleepError(AssertionError):
    """Code under test sleeps again and again: what it waits for does not come.

    No kind of error that a client expects and would retry on: an ``AssertionError``.
    """


@dataclass(slots=True)
class VirtualSleep:
    """What the code under test has slept. *Units*: ``seconds``, of the world's time."""

    world: World
    seconds: float = 0.0
    times: int = 0
    _turn: threading.RLock = field(default_factory=threading.RLock)
    _asleep: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let the world's time pass. *Raises* :class:`EndlessSleepError`, :class:`MockError` and what ``time.sleep`` raises."""
        with self._turn:
            self._wake_at(self._begin(seconds))

    async def sleep_async(self, seconds: float, yield_to_others: Callable[[], Any]) -> None:
        """The same among tasks: who wakes first moves the clock, and the others sleep on for the rest."""
        due = self._begin(seconds)
        self._asleep.append(due)
        try:
            await yield_to_others()
            while min(self._asleep) < due:
                await yield_to_others()
            self._wake_at(due)
        finally:
            self._asleep.remove(due)
        for _ in range(5):  # the loop sees that timers are due, and whoever set them gets to interrupt this sleep
            await yield_to_others()

    def _begin(self, seconds: float) -> float:
        """When the sleeper wakes."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self.times += 1
        if self.times > SLEEPS_IN_A_TEST:
            raise EndlessSleepError(
                f"The code under test has slept {SLEEPS_IN_A_TEST:,} times, for {timedelta(seconds=round(self.seconds))} of the"
                " world's time: what does it wait for? `imin.timeline` says what has happened in the world, and"
                " `imin.clock.next_due` when something will."
            )
        return self.seconds + seconds

    def _wake_at(self, due: float) -> None:
        with self._turn:
            passing = timedelta(seconds=due) - timedelta(seconds=self.seconds)
            if passing > timedelta():
                self.world.advance(by=passing)
            self.seconds = max(self.seconds, due)


@contextmanager
def virtual_sleep(world: World) -> Iterator[VirtualSleep]:
    """While it lasts, this thread and those that begin in it do not wait when they sleep: the world's clock moves.

    What libraries have imported by name (``from time import sleep``) is led there too. Put it around ``asyncio.run``, not into
    it: an event loop that goes on afterwards would see its clock go back. *Raises* :class:`AlreadySleepingError`.
    """
    if not _TURN.acquire(blocking=False):
        raise AlreadySleepingError("Sleep is virtual already; end that first. One world at a time in a process.")
    try:
        sleeping = VirtualSleep(world)
        with ExitStack() as stack:
            for owner, name, replacement in _replacements(sleeping):
                stack.enter_context(replaced(owner, name, replacement))
            yield sleeping
    finally:
        _TURN.release()


def _replacements(sleeping: VirtualSleep) -> list[tuple[Any, str, Callable[..., Any]]]:
    """What is replaced by what: in Python's own modules, and wherever else a name stands for the same function."""
    virtual = _virtual_clocks(sleeping)
    strangers = [
        module
        for name, module in list(sys.modules.items())
        if (root := name.partition(".")[0]) not in _PATIENT
        and (root not in sys.stdlib_module_names or name == "__main__")
    ]
    return [
        (module, attribute, virtual_one)
        for module in (time, asyncio, asyncio.tasks, *strangers)
        for attribute, value in list(getattr(module, "__dict__", {}).items())
        # By identity: to ask a stranger's object whether it equals something can run anything.
        for real, virtual_one in virtual
        if value is real
    ]


def _virtual_clocks(sleeping: VirtualSleep) -> list[tuple[Callable[..., Any], Callable[..., Any]]]:
    """Python's functions, each with the one that stands for it.

    Threads that were there before, and the mock's own, keep the real ones.
    """
    real_sleep, real_sleep_async, real_time, real_monotonic = time.sleep, asyncio.sleep, time.time, time.monotonic
    others = set(threading.enumerate()) - {threading.current_thread()}

    def is_meant() -> bool:
        thread = threading.current_thread()
        return thread not in others and thread.name != "imin-mock"

    def sleep(seconds: float, /) -> None:
        if is_meant():
            sleeping.sleep(seconds)
        else:
            real_sleep(seconds)

    async def sleep_async(delay: float, result: Any = None) -> Any:
        if not is_meant():
            return await real_sleep_async(delay, result)
        await sleeping.sleep_async(max(delay, 0), lambda: real_sleep_async(0))
        return result

    def now() -> float:
        return real_time() + (sleeping.seconds if is_meant() else 0)

    def monotonic() -> float:
        return real_monotonic() + (sleeping.seconds if is_meant() else 0)

    return [(real_sleep, sleep), (real_sleep_async, sleep_async), (real_time, now), (real_monotonic, monotonic)]

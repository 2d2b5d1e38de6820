"""The world that a test gets, and what is told of it when the test fails.

A test may have several worlds. Their keys are made of the test's own name, so that they are the same in every run and no two
tests share one.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256

import pytest

from mockserver.client.control import ask
from mockserver.client.errors import MockError, WorldExistsError
from mockserver.pytest_plugin.markers import MarkedWorld
from mockserver.pytest_plugin.options import again
from mockserver.testing.failure_report import faults_met, told
from mockserver.testing.interception import Interception, StrayCallError, intercepted
from mockserver.testing.mock import Mock, label_of
from mockserver.testing.virtual_clock import VirtualSleep, virtual_sleep
from mockserver.testing.world import World
from mockserver.web.addresses import IMIN_ADDRESS
from mockserver.web.admin_api.shapes import WorldList

LONGEST_LABEL = 120


class Imin(World):
    """A world of imin, and the means to begin further ones."""

    _mock: Mock
    _label: str
    _nodeid: str
    _wanted: MarkedWorld
    _worlds: list[World]
    _seen: int
    is_judged: bool = True
    """Whether it is still asked for surprises at its end: a test that has not passed has said enough."""

    @classmethod
    def beginning(cls, mock: Mock, nodeid: str, wanted: MarkedWorld, worker: str = "") -> "Imin":
        """The first world of a test, or of the tests of a class, module or session, of which each ``worker`` has one.

        What cannot be fails the test, in words.
        """
        name = "::".join(filter(None, [nodeid or "session", worker]))
        label = f"{label_of(name)[-LONGEST_LABEL:]}-{sha256(name.encode()).hexdigest()[:6]}"
        first = _begun(mock, wanted, label)
        imin = cls(mock.channel, first.api_key)
        imin._mock, imin._label, imin._nodeid, imin._wanted = mock, label, nodeid, wanted
        imin._worlds, imin._seen = [imin], len(mock.channel.surprises)
        return imin

    def world(
        self,
        scenario: str = "happy-path",
        *,
        twin: str | None = None,
        step: str | None = None,
        rate: float | None = None,
        epoch: datetime | str | None = None,
        readings: Mapping[str, str] | None = None,
        then: bool | None = None,
    ) -> World:
        """A further world of this test, with a key of its own; it is judged like the first."""
        wanted = replace(
            self._wanted, scenario=scenario, twin=twin, step=step, rate=rate, epoch=epoch, readings=readings, then=then
        )
        world = _begun(self._mock, wanted, f"{self._label}.{len(self._worlds) + 1}")
        self._worlds.append(world)
        return world

    @property
    def mock(self) -> Mock:
        """The mock that the world is in."""
        return self._mock

    def intercepted(
        self, host: str = IMIN_ADDRESS, *, besides: Collection[str] = ()
    ) -> AbstractContextManager[Interception]:
        """While it lasts, calls of unchanged code to ``host`` reach this world; see :func:`mockserver.testing.intercepted`."""
        return intercepted(self, host, besides=besides)

    def virtual_sleep(self) -> AbstractContextManager[VirtualSleep]:
        """While it lasts, code that sleeps moves this world's clock instead; see :func:`mockserver.testing.virtual_sleep`."""
        return virtual_sleep(self)

    @contextmanager
    def as_wanted(self) -> Iterator[list[str]]:
        """Interception and virtual sleep for all of the test, where its marker asks for them; who else was called, in lines,
        once it is over."""
        strays: list[str] = []
        try:
            with ExitStack() as stack:
                if self._wanted.intercept:
                    stack.enter_context(self.intercepted())
                if self._wanted.virtual_sleep:
                    stack.enter_context(self.virtual_sleep())
                yield strays
        except StrayCallError as stray:
            strays.append(str(stray))

    def surprises(self) -> list[str]:
        """What the test did not mean, in lines: answers that imin would never give, and a ``then:`` that is not met."""
        found = [] if self._wanted.allow_faults else faults_met(self._there(), self._mock.channel, self._seen)
        if found:
            found.append("If the test means it: @pytest.mark.imin(allow_faults=True).")
        unmet = [line for world in self._there() for line in _unmet(world, self._wanted.then)]
        if unmet:
            found += [*unmet, "If the test does not go so far: @pytest.mark.imin(then=False)."]
        return found

    def sections(self, config: pytest.Config) -> list[tuple[str, str]]:
        """What happened in each world, for the report of a failed test, and the command that shows it again."""
        sections = [(f"imin {world.api_key}", told(world)) for world in self._worlds]
        return [*sections, ("imin: once more", again(config, self._nodeid))]

    def forget(self) -> None:
        """The test is over, and its keys are free."""
        for world in self._worlds:
            with suppress(MockError):
                world.drop()

    def _there(self) -> Iterator[World]:
        """The worlds that the test has not dropped itself; to ask one of the others anything would make it anew."""
        there = {each.key for each in ask(self._mock.channel, "GET", "/__admin/worlds", returns=WorldList).worlds}
        return (world for world in self._worlds if world.api_key in there)


def _begun(mock: Mock, wanted: MarkedWorld, label: str) -> World:
    """A new world, or a failed test, with a message instead of our own lines of code."""
    made = _made(mock, wanted, label)
    if isinstance(made, str):
        pytest.fail(made, pytrace=False)
    return made


def _made(mock: Mock, wanted: MarkedWorld, label: str) -> World | str:
    """The world, or why there is none. One of this key is of a run that was killed, or of this test's last try."""
    stem = wanted.scenario if wanted.twin is None else f"{wanted.scenario}~{wanted.twin}"
    begin = partial(
        mock.world,
        wanted.scenario,
        label=label,
        twin=wanted.twin,
        step=wanted.step,
        rate=wanted.rate,
        epoch=wanted.epoch,
        readings=wanted.readings,
    )
    try:
        with suppress(WorldExistsError):
            return begin()
        World(mock.channel, f"{stem}@{label}").drop()
        return begin()
    except MockError as error:
        return f"No world of {stem!r} for this test: {error}"


def _unmet(world: World, then: bool | None) -> list[str]:
    """What the world's scenario expects in vain, once nothing is due any more."""
    if then is False:
        return []
    expected = world.expected()
    if not expected.expectations or (expected.scripted and then is None):
        return []
    to_come = [each.at for each in expected.expectations if each.at is not None and each.state == "to come"]
    if to_come:
        world.advance(to=max(to_come, key=datetime.fromisoformat))
    world.until_quiet()
    return [
        f"{world.api_key}: line {each.line} expects {each.expected}, but {each.found}"
        for each in world.expected().expectations
        if each.state == "unmet"
    ]

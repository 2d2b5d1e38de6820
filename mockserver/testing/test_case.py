"""A fresh world for each test of a ``unittest.TestCase``, also Django's, and a failure that shows what happened in it.

For those whose tests are run by ``unittest`` or by a framework's own runner; pytest has the ``imin`` fixture. It must never
need a test framework beyond Python's own.
"""

import functools
import inspect
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from unittest import SkipTest, TestCase

from mockserver.client.errors import MockError, WorldExistsError
from mockserver.settings import URL_VARIABLE
from mockserver.testing.failure_report import faults_met, told
from mockserver.testing.mock import Mock, label_of
from mockserver.testing.virtual_clock import virtual_sleep
from mockserver.testing.world import World


class IminMixin(TestCase):
    """``self.imin`` is a fresh world in each test. Stand it before the ``TestCase`` of your framework.

    ``imin_scenario`` and the other attributes say which world; ``self.imin_mock.world()`` begins further ones.
    ``imin_scenarios``: folders of your own scenario files. ``imin_virtual_sleep``: code that sleeps moves the world's clock. An
    answer that imin would never give fails the test, unless ``imin_allow_faults``.
    """

    imin_scenario: ClassVar[str] = "happy-path"
    imin_scenarios: ClassVar[tuple[str, ...]] = ()
    imin_step: ClassVar[str | None] = None
    imin_rate: ClassVar[float | None] = None
    imin_epoch: ClassVar[datetime | str | None] = None
    imin_readings: ClassVar[Mapping[str, str] | None] = None
    imin_twin: ClassVar[str | None] = None
    imin_virtual_sleep: ClassVar[bool] = False
    imin_allow_faults: ClassVar[bool] = False
    imin_mock: ClassVar[Mock]
    imin: World
    imin_seen: int
    """How many answers that imin would never give this mock had given before the test."""

    @classmethod
    def setUpClass(cls) -> None:
        """The mock of the class is there before anything else is set up."""
        url = os.environ.get(URL_VARIABLE)
        cls.imin_mock = Mock.at(url) if url else Mock(cls.imin_scenarios)
        cls.addClassCleanup(cls.imin_mock.close)
        if url:
            for file in sorted(file for folder in cls.imin_scenarios for file in Path(folder).glob("*.y*ml")):
                cls.imin_mock.add_scenario(file.stem, file)
        super().setUpClass()

    def __init__(self, methodName: str = "runTest") -> None:  # noqa: N803 - unittest's own name
        super().__init__(methodName)
        method = getattr(self, methodName, None)
        if method is not None:
            setattr(self, methodName, _telling(self, method))

    def setUp(self) -> None:
        """The world is there before a subclass sets anything else up."""
        self.imin = self._begun()
        self.imin_seen = len(self.imin_mock.channel.surprises)
        self.addCleanup(self._end)
        if self.imin_virtual_sleep:
            self.enterContext(virtual_sleep(self.imin))
        super().setUp()

    def _begun(self) -> World:
        begin = functools.partial(
            self.imin_mock.world,
            self.imin_scenario,
            label=label_of(self.id()),
            step=self.imin_step,
            rate=self.imin_rate,
            epoch=self.imin_epoch,
            readings=self.imin_readings,
            twin=self.imin_twin,
        )
        try:
            return begin()
        except WorldExistsError:  # of a run that was killed, or of this test's last try
            stem = self.imin_scenario if self.imin_twin is None else f"{self.imin_scenario}~{self.imin_twin}"
            World(self.imin_mock.channel, f"{stem}@{label_of(self.id())}").drop()
            return begin()

    def _end(self) -> None:
        with suppress(MockError):
            self.imin.drop()


def _telling(case: IminMixin, method: Callable[[], Any]) -> Callable[[], Any]:
    """The test method, whose failure carries what happened in its world; one that meets what imin would never say fails."""

    def tell(error: BaseException) -> None:
        if not isinstance(error, SkipTest) and hasattr(case, "imin"):
            error.add_note(f"\n--- imin {case.imin.api_key}\n{told(case.imin)}")

    def judge() -> None:
        faults = [] if case.imin_allow_faults else faults_met([case.imin], case.imin_mock.channel, case.imin_seen)
        if faults:
            raise AssertionError("\n".join([*faults, "If the test means it: imin_allow_faults = True."]))

    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def told_async() -> Any:
            try:
                result = await method()
                judge()
            except Exception as error:
                tell(error)
                raise
            return result

        return told_async

    @functools.wraps(method)
    def told_plainly() -> Any:
        try:
            result = method()
            judge()
        except Exception as error:
            tell(error)
            raise
        return result

    return told_plainly

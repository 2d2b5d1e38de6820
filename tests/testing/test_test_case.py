"""A ``unittest.TestCase`` with the mixin has a fresh world in each test, and its failure shows what happened there."""

import asyncio
import io
import time
import unittest
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from mockserver.testing import IminMixin, Mock

UPCOMING = "/api/v2/order-items?customerIdentifier=asha"


def run(*cases: type[unittest.TestCase]) -> tuple[unittest.TestResult, str]:
    """The result of these cases, and what the runner has written."""
    written = io.StringIO()
    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(case) for case in cases)
    return unittest.TextTestRunner(written, verbosity=0).run(suite), written.getvalue()


def ask(case: IminMixin, target: str = UPCOMING) -> int:
    headers = [(name.lower().encode(), value.encode()) for name, value in case.imin.headers.items()]
    return case.imin.channel.send("GET", target, headers).status


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with Mock() as mock:
        monkeypatch.setenv("IMIN_MOCK_URL", mock.url)
        yield mock.url


class Fresh(IminMixin, unittest.TestCase):
    def test_one(self) -> None:
        self.assertEqual(ask(self), 200)
        self.assertEqual(len(self.imin.exchanges), 1)
        self.imin.advance("P1D")

    def test_two(self) -> None:
        self.assertEqual(self.imin.exchanges, [])
        self.assertEqual(self.imin.now.isoformat(), "2030-06-03T08:00:00+00:00")


def test_each_test_has_a_fresh_world() -> None:
    result, written = run(Fresh)
    assert result.wasSuccessful(), written
    assert result.testsRun == 2


def test_a_mock_that_runs_elsewhere_is_used_where_the_variable_names_it(elsewhere: str) -> None:
    class There(IminMixin, unittest.TestCase):
        def test_there(self) -> None:
            self.assertEqual(self.imin.base_url, elsewhere)

    for case in (There, There, Fresh):
        result, written = run(case)
        assert result.wasSuccessful(), written


def test_a_world_of_the_same_key_that_a_killed_run_has_left_is_begun_again(elsewhere: str) -> None:
    left = Mock.at(elsewhere).world("happy-path", label=f"{Fresh.__module__}.Fresh.test_two")
    left.advance("PT1H")
    result, written = run(Fresh)
    assert result.wasSuccessful(), written


def test_the_attributes_say_which_world() -> None:
    class Chosen(IminMixin, unittest.TestCase):
        imin_scenario = "free-item"
        imin_step = "PT1S"
        imin_epoch = "2031-01-02T03:04:05Z"
        imin_readings: ClassVar[dict[str, str]] = {"links": "imin"}
        imin_twin = "refunds-twice"

        def test_chosen(self) -> None:
            assert self.imin.api_key.startswith("free-item~refunds-twice@")
            assert self.imin.clock.mode == "stepping"
            assert self.imin.now.year == 2031
            assert ask(self) == 200
            assert "https://book.imin.co/" in self.imin.exchanges[0].response.body

    result, written = run(Chosen)
    assert result.wasSuccessful(), written


@pytest.mark.parametrize("is_async", [False, True])
def test_a_failure_shows_what_happened_in_the_world(is_async: bool) -> None:
    class Failing(IminMixin, unittest.TestCase):
        def test_plain(self) -> None:
            ask(self)
            self.fail("as expected")

    class FailingAsync(IminMixin, unittest.IsolatedAsyncioTestCase):
        async def test_async(self) -> None:
            ask(self)
            self.fail("as expected")

    result, written = run(FailingAsync if is_async else Failing)
    assert len(result.failures) == 1
    assert "as expected" in written
    assert "--- imin happy-path@" in written
    assert "What happened:" in written
    assert "GET /api/v2/order-items?customerIdentifier=asha -> 200" in written


def test_an_answer_that_imin_would_never_give_fails_the_test_unless_it_is_meant() -> None:
    class Surprised(IminMixin, unittest.TestCase):
        def test_unknown_route(self) -> None:
            ask(self, "/api/v2/nothing")

    class Meant(Surprised):
        imin_allow_faults = True

    result, written = run(Surprised)
    assert len(result.failures) == 1
    assert "X-Imin-Mock-Fault: unknown-route" in written
    assert "imin_allow_faults = True" in written
    assert run(Meant)[0].wasSuccessful()


def test_a_skip_and_an_expected_failure_stay_what_they_are() -> None:
    class Odd(IminMixin, unittest.TestCase):
        def test_skipped(self) -> None:
            self.skipTest("not today")

        @unittest.expectedFailure
        def test_expected(self) -> None:
            self.fail("known")

    result, written = run(Odd)
    assert result.wasSuccessful(), written
    assert (len(result.skipped), len(result.expectedFailures)) == (1, 1)
    assert "What happened" not in written


def test_sleep_is_virtual_where_the_class_says_so() -> None:
    class Sleeping(IminMixin, unittest.TestCase):
        imin_virtual_sleep = True

        def test_sleeps(self) -> None:
            before = self.imin.now
            time.sleep(3_600)
            asyncio.run(asyncio.sleep(3_600))
            assert (self.imin.now - before).total_seconds() == 7_200

    real = time.sleep
    result, written = run(Sleeping)
    assert result.wasSuccessful(), written
    assert time.sleep is real


def test_worlds_are_dropped_and_the_mock_is_closed_at_the_end() -> None:
    kept: list[Any] = []

    class Kept(IminMixin, unittest.TestCase):
        def test_kept(self) -> None:
            kept.append((self.imin_mock, self.imin.api_key))

    assert run(Kept)[0].wasSuccessful()
    (mock, _) = kept[0]
    assert len(mock.channel.server.worlds) == 0
    with pytest.raises(Exception, match="closed"):
        _ = mock.url

"""Worlds that the tests of a class, a module or a session share."""

import pytest

from tests.pytest_plugin.running import run


def test_the_tests_of_a_class_share_its_world_and_the_next_class_has_another(pytester: pytest.Pytester) -> None:
    suite = """
class TestOne:
    def test_first(self, class_imin):
        class_imin.advance("PT1H")

    def test_goes_on_where_the_first_has_left_it(self, class_imin, imin):
        assert (class_imin.now - imin.now).total_seconds() == 3600

@pytest.mark.imin("free-item")
class TestTwo:
    def test_of_its_own(self, class_imin, imin):
        assert class_imin.now == imin.now
        assert class_imin.api_key.startswith("free-item@") and class_imin.api_key != imin.api_key
"""
    run(pytester, suite).assert_outcomes(passed=3)


@pytest.mark.parametrize("scope", ["module", "session"])
def test_the_tests_of_a_module_or_session_share_its_world(pytester: pytest.Pytester, scope: str) -> None:
    suite = f"""
pytestmark = pytest.mark.imin("free-item")
class TestOne:
    def test_first(self, {scope}_imin):
        {scope}_imin.advance("PT1H")

def test_goes_on_where_the_first_has_left_it({scope}_imin, imin_mock):
    fresh = imin_mock.world({scope}_imin.api_key.partition("@")[0])
    assert ({scope}_imin.now - fresh.now).total_seconds() == 3600
    assert {scope}_imin.api_key.startswith("{"free-item" if scope == "module" else "happy-path"}@")
"""
    run(pytester, suite).assert_outcomes(passed=2)


def test_a_failure_tells_of_the_shared_world_that_its_test_uses_and_of_no_other(pytester: pytest.Pytester) -> None:
    suite = """
class TestOne:
    def test_uses_it(self, class_imin):
        ask(class_imin, "GET", "/api/v2/order-items?customerIdentifier=asha")
        assert False

    def test_does_not(self):
        assert False, "alone"
"""
    result = run(pytester, suite)
    result.assert_outcomes(failed=2)
    told = result.stdout.str()
    assert told.count("imin happy-path@") == 1
    assert told.index("imin happy-path@") < told.index("alone")
    assert "GET /api/v2/order-items?customerIdentifier=asha -> 200" in told


def test_surprises_of_a_shared_world_are_told_once_when_it_is_over(pytester: pytest.Pytester) -> None:
    suite = """
class TestOne:
    def test_meets_what_imin_would_never_say(self, class_imin):
        assert ask(class_imin, "GET", "/api/v2/nothing") == 404

    def test_passes(self, class_imin):
        pass
"""
    result = run(pytester, suite)
    result.assert_outcomes(passed=2, errors=1)
    assert "X-Imin-Mock-Fault: unknown-route" in result.stdout.str()


def test_a_shared_world_is_forgotten_when_it_is_over(pytester: pytest.Pytester) -> None:
    suite = """
class TestOne:
    def test_one(self, class_imin):
        pass

def test_afterwards(imin_mock):
    assert len(imin_mock.channel.server.worlds) == 0
"""
    run(pytester, suite).assert_outcomes(passed=2)


def test_code_that_sleeps_moves_the_clock_where_the_marker_says_so(pytester: pytest.Pytester) -> None:
    suite = """
import time

@pytest.mark.imin(virtual_sleep=True)
def test_sleeps(imin):
    assert cancel(imin) == 204
    while imin.order_item("seat-1").imin.status == "CustomerCancellationPending":
        time.sleep(10)
    assert imin.order_item("seat-1").imin.status == "CustomerCancelled"

def test_the_next_waits_as_ever(imin):
    before = imin.now
    time.sleep(0.001)
    assert imin.now == before
    with imin.virtual_sleep():
        time.sleep(60)
    assert (imin.now - before).total_seconds() == 60
"""
    run(pytester, suite).assert_outcomes(passed=2)

"""Every test has a world of its own, of the scenario that its marker names."""

import pytest

from tests.pytest_plugin.running import run


def test_a_test_gets_a_fresh_world_and_sees_all_that_happens_in_it(pytester: pytest.Pytester) -> None:
    suite = """
def test_a_cancellation_comes_back_as_money_and_mail(imin):
    assert imin.api_key.startswith("happy-path@")
    assert cancel(imin) == 204
    assert imin.order_item("seat-1").imin.status == "CustomerCancellationPending"
    assert imin.refunds == []
    assert imin.advance_to_next().happened[0].event == "cancellation_confirmed"
    imin.advance("PT1M")
    imin.until_quiet()
    assert [refund.amount.amount for refund in imin.refunds] == ["6.50"]
    assert [mail.to for mail in imin.emails] == ["asha@example.com"]
    assert imin.timeline[-1].event == "email_sent"
    assert imin.explain("seat-1").rules[-1].id == "cancel.repeat-after-cancelled"

def test_the_next_test_meets_nothing_of_it(imin):
    assert imin.order_item("seat-1").imin.status == "OrderItemConfirmed"
    assert imin.refunds == imin.emails == imin.exchanges == []
"""
    run(pytester, suite).assert_outcomes(passed=2)


def test_the_marker_names_the_scenario_and_what_is_chosen_beside_it(pytester: pytest.Pytester) -> None:
    suite = """
@pytest.mark.imin("booking-system-refuses-late", step="PT1S", epoch="2031-01-02T03:04:05Z", readings={"links": "imin"})
def test_chosen(imin):
    assert ask(imin, "GET", "/api/v2/order-items?customerIdentifier=asha") == 200
    assert imin.now.isoformat() == "2031-01-02T03:04:06+00:00"
    assert imin.clock.mode == "stepping"
    assert "https://book.imin.co/" in imin.exchanges[0].response.body

@pytest.mark.imin(scenario="happy-path", rate=60)
def test_running(imin):
    assert (imin.clock.mode, imin.clock.rate) == ("running", 60)

@pytest.mark.imin(twin="refunds-twice")
def test_twin(imin):
    assert imin.api_key.startswith("happy-path~refunds-twice@")

@pytest.mark.imin("free-item")
class TestThose:
    def test_the_class(self, imin):
        assert imin.api_key.startswith("free-item@")

    @pytest.mark.imin("happy-path")
    def test_the_closest_marker_counts(self, imin):
        assert imin.api_key.startswith("happy-path@")
"""
    run(pytester, suite).assert_outcomes(passed=5)


def test_a_second_world_has_a_life_of_its_own(pytester: pytest.Pytester) -> None:
    suite = """
def test_two(imin):
    other, third = imin.world(), imin.world("free-item")
    assert len({imin.api_key, other.api_key, third.api_key}) == 3
    assert cancel(imin) == 204
    assert other.order_item("seat-1").imin.status == "OrderItemConfirmed"
    other.advance("P1D")
    assert other.now > imin.now
"""
    run(pytester, suite).assert_outcomes(passed=1)


NAMES = ["a b", "a/b?c#d", "%41", "<>", "\u00e4\u2603", "x" * 300, "\n", "", "'\"\\"]


def test_any_name_of_a_test_makes_a_key_and_no_two_make_the_same(pytester: pytest.Pytester) -> None:
    suite = f"""
KEYS = set()

@pytest.mark.parametrize("name", {NAMES!r}, ids=repr)
def test_named(imin, name):
    assert ask(imin, "GET", "/api/v2/order-items?customerIdentifier=asha") == 200
    KEYS.add(imin.api_key)

def test_all():
    assert len(KEYS) == {len(NAMES)}
"""
    run(pytester, suite).assert_outcomes(passed=len(NAMES) + 1)


def test_keys_are_the_same_in_every_run(pytester: pytest.Pytester) -> None:
    suite = """
def test_key(imin):
    print(f"KEY {imin.api_key}")
"""
    first, second = (run(pytester, suite, "-s").stdout.str() for _ in range(2))
    keys = [[line for line in text.splitlines() if "KEY" in line] for text in (first, second)]
    assert keys[0] == keys[1] != []


def test_a_test_that_runs_again_gets_a_fresh_world(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    # as plugins do that try a test once more
    for _ in range(2):
        item._initrequest()
        for report in runtestprotocol(item, nextitem=nextitem, log=False):
            item.ihook.pytest_runtest_logreport(report=report)
    return True
"""
    )
    suite = """
def test_twice(imin):
    assert imin.order_item("seat-1").imin.status == "OrderItemConfirmed"
    assert cancel(imin) == 204
"""
    run(pytester, suite).assert_outcomes(passed=2)


def test_async_tests_and_threads_reach_the_same_world(pytester: pytest.Pytester) -> None:
    suite = """
import asyncio
from concurrent.futures import ThreadPoolExecutor

def test_async(imin):
    async def both():
        headers = [(b"x-api-key", imin.api_key.encode())]
        target = "/api/v2/order-items?customerIdentifier=asha"
        before = await imin.channel.send_async("GET", target, headers)
        imin.base_url
        after = await imin.channel.send_async("GET", target, headers)
        imin.advance("PT1M")
        return before.status, after.status
    assert asyncio.run(both()) == (200, 200)
    assert len(imin.exchanges) == 2

def test_threads(imin):
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: cancel(imin), range(16))) == [204] * 16
    assert [each.event for each in imin.timeline].count("cancellation_requested") == 1
"""
    run(pytester, suite).assert_outcomes(passed=2)


def test_calls_to_imins_own_address_reach_the_world_and_others_fail_the_test(pytester: pytest.Pytester) -> None:
    suite = """
import httpx2

LIVE = {"X-API-KEY": "a live key"}
UPCOMING = "https://book.imin.co/api/v2/order-items?customerIdentifier=asha"

@pytest.mark.imin(intercept=True)
def test_marked(imin):
    assert httpx2.get(UPCOMING, headers=LIVE).status_code == 200
    assert [each.status for each in imin.exchanges] == [200]

def test_for_a_while(imin):
    with imin.intercepted():
        assert httpx2.get(UPCOMING, headers=LIVE).status_code == 200

@pytest.mark.imin(intercept=True)
def test_swallows(imin):
    try:
        httpx2.get("https://example.com/")
    except BaseException:
        pass

@pytest.mark.imin(intercept=True)
def test_strays(imin):
    httpx2.get("https://example.com/")

@pytest.mark.imin(intercept=True)
def test_twice(imin):
    with imin.intercepted():
        pass
"""
    result = run(pytester, suite)
    result.assert_outcomes(passed=3, failed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_swallows*", "*https://example.com*nothing was sent*"])
    result.stdout.fnmatch_lines(["*AlreadyInterceptedError: Calls are intercepted already*"])


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ('@pytest.mark.imin("hapy-path")', "Did you mean 'happy-path'?"),
        ('@pytest.mark.imin("Happy Path")', "A key is <scenario>"),
        ('@pytest.mark.imin("happy-path", "free-item")', "a second world is imin.world"),
        ('@pytest.mark.imin("happy-path", scenario="free-item")', "a second world is imin.world"),
        ("@pytest.mark.imin(7)", "takes a scenario's name, not 7"),
        ('@pytest.mark.imin(stp="PT1S")', "takes no 'stp'. Did you mean 'step'?"),
        ('@pytest.mark.imin(step="1s")', 'such as "PT1S"'),
        ('@pytest.mark.imin(step="PT1S", rate=2)', "give step or rate, not both"),
        ("@pytest.mark.imin(rate=0)", "> 0"),
        ('@pytest.mark.imin(epoch="tomorrow")', "date-time with its offset"),
        ('@pytest.mark.imin(readings={"link": "imin"})', "Did you mean 'links'?"),
        ('@pytest.mark.imin(twin="refund-twice")', "Did you mean 'refunds-twice'?"),
    ],
)
def test_a_marker_that_cannot_be_met_fails_its_test_alone_and_says_what_to_do(
    pytester: pytest.Pytester, marker: str, words: str
) -> None:
    result = run(pytester, f"{marker}\ndef test_it(imin): pass\n\ndef test_other(imin): pass")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*{words.replace('[', '[[]')}*"])
    assert "mockserver/" not in result.stdout.str()


@pytest.mark.parametrize("name", ["imim", "imin_", "immin"])
def test_a_marker_that_is_nearly_ours_stops_the_run(pytester: pytest.Pytester, name: str) -> None:
    result = run(pytester, f"@pytest.mark.{name}('free-item')\ndef test_it(imin): pass", "-W", "ignore")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*is marked '{name}'; did you mean @pytest.mark.imin?*"])

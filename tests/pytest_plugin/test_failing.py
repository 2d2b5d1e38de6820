"""A failing test explains itself; a test that met what it did not mean fails."""

import pytest

from tests.pytest_plugin.running import run, run_here


def test_a_failing_test_shows_what_happened_what_was_asked_and_how_to_see_it_again(pytester: pytest.Pytester) -> None:
    suite = """
def test_fails(imin):
    cancel(imin)
    imin.until_quiet()
    cancel(imin, "seat-9")
    other = imin.world("free-item")
    assert imin.refunds == []
"""
    result = run(pytester, suite)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- imin happy-path@*test_fails-* -*",
            "It is 2030-06-03 09:01:05 in Europe/London; nothing is due.",
            "What happened:",
            "  2030-06-03 09:00:00  Asha asks to cancel seat-1; imin passes it on  [[]cancel.passed-on]",
            "  2030-06-03 09:01:05  imin e-mails Asha*",
            "What was asked:",
            "  2030-06-03 09:00:00  PATCH /api/v2/orders/* -> 204",
            "      sent {*CustomerCancelled*",
            "  2030-06-03 09:01:05  PATCH /api/v2/orders/* -> 400  [[]*]",
            "      got  {*",
            "*- imin free-item@*test_fails-*.2 -*",
            "Nothing was asked with its key.",
            "*- imin: once more -*",
            "pytest test_a_failing_test_shows_*.py::test_fails",
        ]
    )


def test_the_command_to_see_it_again_does(pytester: pytest.Pytester) -> None:
    suite = """
@pytest.mark.parametrize("x", ["a b", "it's"])
def test_fails(imin, x):
    assert "imin" in imin.clock.timezone
"""
    result = run(pytester, suite, "--imin-reading=links=imin")
    commands = [line for line in result.outlines if line.startswith("pytest --imin-reading=links=imin ")]
    assert len(commands) == 2
    import shlex

    for command in commands:
        run_here(pytester, *shlex.split(command)[1:]).assert_outcomes(failed=1)


FAULT = 'ask(imin, "GET", "/api/v2/nowhere")'
NO_WORLD = (
    'ask(type("I", (), {"base_url": imin.base_url, "headers": {"X-API-KEY": "no such"}}), "GET", "/api/v2/order-items")'
)


@pytest.mark.parametrize(("deed", "fault"), [(FAULT, "unknown-route"), (NO_WORLD, "key-refused")])
def test_an_answer_that_imin_would_never_give_fails_the_test_that_met_it(
    pytester: pytest.Pytester, deed: str, fault: str
) -> None:
    suite = f"""
def test_before(imin): pass

def test_met(imin):
    {deed}

@pytest.mark.imin(allow_faults=True)
def test_meant(imin):
    {deed}

def test_after(imin): pass
"""
    result = run(pytester, suite)
    result.assert_outcomes(passed=4, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_met*", f"GET /api/v2/*X-Imin-Mock-Fault: {fault}"])
    assert "allow_faults=True" in result.stdout.str()


OWN = """\
version: 1
title: A cancellation is expected of whoever drives it
epoch: 2030-06-03T09:00:00+01:00
sellers:
  riverside: {name: Riverside Leisure}
customers:
  asha: {given_name: Asha, family_name: Patel, email: asha@example.com}
opportunities:
  yoga:
    type: ScheduledSession
    seller: riverside
    name: Evening Yoga
    starts: +2d10h
    offer: {name: Adult, price: 6.50 GBP, cancellable: {until: P1D}}
orders:
  booking: {customer: asha, placed: -3d, items: {seat-1: yoga}}
then:
  - {item: seat-1, status: CustomerCancellationPending, at: +10s}
  - {refunds: 1}
"""


def test_an_unmet_then_fails_the_test_unless_it_opts_out(pytester: pytest.Pytester) -> None:
    (pytester.mkdir("own") / "own.yaml").write_text(OWN)
    suite = """
pytestmark = pytest.mark.imin("own")

def test_cancels(imin):
    assert cancel(imin) == 204

def test_forgets(imin): pass

def test_second(imin):
    cancel(imin)
    imin.world("own")

def test_fails_anyway(imin):
    assert False

@pytest.mark.imin("own", then=False)
def test_opts_out(imin): pass

@pytest.mark.imin("happy-path")
def test_a_scenario_with_steps_of_its_own_expects_them_of_its_own_client(imin): pass

@pytest.mark.imin("happy-path", then=True)
def test_asked_for(imin): pass
"""
    result = run(pytester, suite, "--imin-scenarios", "own")
    result.assert_outcomes(passed=6, failed=1, errors=3)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_forgets*",
            "own@*: line 18 expects seat-1 is CustomerCancellationPending at imin, but seat-1 is OrderItemConfirmed at imin",
            "own@*: line 19 expects 1 refund, but 0 refunds",
            "*then=False*",
            "*ERROR at teardown of test_second*",
            "*ERROR at teardown of test_asked_for*",
        ]
    )


def test_a_test_may_drop_its_worlds_itself(pytester: pytest.Pytester) -> None:
    (pytester.mkdir("own") / "own.yaml").write_text(OWN)
    suite = """
@pytest.mark.imin("own")
def test_drops(imin):
    imin.world("own").drop()
    imin.drop()

@pytest.mark.imin("own")
def test_drops_one(imin):
    imin.world("own")
    imin.drop()
"""
    run(pytester, suite, "--imin-scenarios", "own").assert_outcomes(passed=2, errors=1)


def test_a_failing_test_that_asked_about_nobody_of_its_scenario_is_told_whom_it_has(pytester: pytest.Pytester) -> None:
    suite = """
def test_fails(imin):
    assert ask(imin, "GET", "/api/v2/order-items?customerIdentifier=ash") == 404
def test_knows(imin):
    assert imin.customers == ["asha"]
    assert ask(imin, "GET", "/api/v2/order-items?customerIdentifier=asha") == 404
"""
    result = run(pytester, suite)
    result.stdout.fnmatch_lines(["The scenario has no customer 'ash'; it has 'asha'. Did you mean 'asha'?"])
    assert result.stdout.str().count("The scenario has no customer") == 1

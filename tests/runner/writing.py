"""Small scenarios for the stand-in client: one booking of yoga, with whatever else a test writes."""

from textwrap import dedent

from mockserver.runner.scenario_run import Run, RunOutcome, run_scenario
from mockserver.scenario.scenario import Scenario, parse_scenario

_YOGA = """
version: 1
title: One booking of yoga
sellers: {riverside: {name: Riverside Leisure}}
customers: {asha: {given_name: Asha, family_name: Patel, email: asha@example.com}}
opportunities:
  yoga:
    type: ScheduledSession
    seller: riverside
    name: Yoga
    starts: +2d10h
    offer: {price: 6.50 GBP, cancellable: {until: P1D}}
orders:
  booking: {customer: asha, items: {seat-1: yoga}}
"""


def yoga(text: str, *, epoch: str = "2030-06-03T09:00:00+01:00") -> Scenario:
    """The scenario of one booking of yoga and ``text``."""
    return parse_scenario(f"{_YOGA}epoch: {epoch}\n{dedent(text)}", name="yoga")


def run_yoga(text: str) -> Run:
    """The run of :func:`yoga`."""
    return run_scenario(yoga(text))


def the_failure(run: Run) -> RunOutcome:
    """The one failure of a run that has exactly one."""
    assert [str(each) for each in run.failures[1:]] == []
    assert run.failures
    return run.failures[0]

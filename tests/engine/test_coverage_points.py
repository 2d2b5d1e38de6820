"""What a point of a scenario's own machine is called: its transition in words, for people who look for what is missing."""

from mockserver.engine.coverage.points import machine_points
from mockserver.scenario.scenario import parse_scenario

MACHINE = """\
version: 1
title: Transitions of every kind
behaviour:
  initial: first
  states:
    first:
      on:
        - {event: cancellation_requested, to: second}
        - {event: refund_completed, do: {do: seller_cancels, order: booking}}
      after: {PT30S: second}
      at: {+2h: second}
    second: {}
sellers: {lido: {name: Lido}}
customers: {asha: {given_name: Asha, family_name: Patel, email: asha@example.com}}
opportunities: {swim: {type: Slot, seller: lido, name: Swim, starts: +2d, offer: {name: Adult, price: 6.50 GBP}}}
orders: {booking: {customer: asha, placed: -1d, items: {seat-1: swim}}}
"""


def test_a_transition_is_told_by_what_fires_it_and_where_it_leads() -> None:
    machine = parse_scenario(MACHINE, name="a-case").sample.machine
    assert [point.says for point in machine_points("a-case", machine)] == [
        "a-case: first, on cancellation_requested, becomes second",
        "a-case: first, on refund_completed, does something and stays",
        "a-case: first, after PT30S, becomes second",
        "a-case: first, at an instant, becomes second",
    ]

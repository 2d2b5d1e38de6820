"""Machines to draw: those of scenarios, and one of many moods that has everything a machine can have."""

from mockserver.drawing.graph import Picture
from mockserver.drawing.state_machine import picture_of_machine
from mockserver.scenario.scenario import Scenario, parse_scenario

MOODY = parse_scenario(
    """\
version: 1
title: A Booking System of many moods
sellers: {riverside: {name: Riverside Leisure}}
customers: {asha: {given_name: Asha, family_name: Patel, email: asha@example.com}}
opportunities:
  yoga: {type: ScheduledSession, seller: riverside, name: Evening Yoga, starts: +2d10h}
  spin: {type: ScheduledSession, seller: riverside, name: Spin, starts: +2d10h}
orders: {booking: {customer: asha, placed: -3d, items: {seat-1: yoga, seat-2: yoga}}}
behaviour:
  initial: obliging
  always:
    on:
      - {event: cancelled_by_seller, to: closed}
  states:
    obliging:
      on:
        - {event: cancellation_requested, where: {item: seat-2}, to: stubborn}
        - {event: cancellation_requested, where: {order: booking, customer: asha}, to: slow}
        - {event: refund_completed, do: {do: customer_notice, order: booking, notice: Thank you}}
      after: {PT1H: tired}
      at: {+1d: tired}
    stubborn:
      booking_system: {answers: refuse_now, reason: The instructor is paid, items: {seat-2: {answers: never}}}
      after: {PT10M: obliging, PT20M: slow}
    slow:
      booking_system:
        answers: confirm
        after: {reads: 3}
        feed: {lag: PT5M, duplicates: {times: 2}, reorder: true}
      imin: {reads_feed_every: PT30S, refund: {takes: PT3M, fails: 2}}
      on:
        - {event: cancellation_confirmed, to: tired, do: [{do: seller_cancels, order: booking, items: [seat-1]}]}
    tired:
      booking_system: {answers: refuse, after: PT1.5S, feed: {outage: true}}
      imin: {api: {cancel: {respond: {status: 503}, times: 2}, list_upcoming: {latency: PT2S, truncate_body: true}}}
      after: {PT30M: obliging, PT40M: stubborn}
    closed:
      booking_system: {answers: never}
      imin: {api: {get_order: {drop_connection: after, times: 1}}}
timeline:
  - {at: +3m, do: customer_notice, order: booking, notice: Bring a mat}
  - {at: +1d, do: seller_cancels, order: booking}
  - {at: +1d, do: seller_replaces, order: booking, items: [seat-2], by: spin}
  - {at: +1d, do: attended, order: booking}
  - {at: +1d, do: absent, order: booking}
  - {at: +1d, do: access_pass, order: booking, value: x}
  - {at: +1d, do: change_of_logistics, opportunity: yoga, name: Late Yoga}
  - {at: +1d, do: enter, state: closed}
""",
    name="moody",
)


def machine_picture(scenario: Scenario) -> Picture:
    """The scenario's machine."""
    seed = scenario.sample
    return picture_of_machine(seed.machine, seed.catalogue, seed.epoch, name=scenario.name, title=scenario.title)

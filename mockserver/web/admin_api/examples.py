"""Examples and links of the control interface's document. Every example works as it stands."""

from typing import Any

SCENARIO_TEXT = """\
version: 1
title: One booking, cancelled in time
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
  booking:
    customer: asha
    placed: -3d
    items: {seat-1: yoga}
"""

ADVANCES: dict[str, Any] = {
    "by a period": {"by": "PT5M"},
    "to an instant": {"to": "2030-06-04T09:00:00+01:00"},
    "to what is due next": {"to_next": True},
    "until nothing is due": {"until_quiet": True, "within": "P7D"},
}

OF_WORLD: dict[str, Any] = {
    each: {"operationId": each, "parameters": {"key": "$response.body#/key"}}
    for each in (
        "showWorld",
        "showClock",
        "advanceClock",
        "listOrders",
        "showTimeline",
        "showFeed",
        "listRefunds",
        "listExchanges",
        "snapshotWorld",
        "resetWorld",
        "dropWorld",
    )
}
"""What can be done with a world, once one knows its key."""

OF_SCENARIO: dict[str, Any] = {
    "showScenario": {"operationId": "showScenario", "parameters": {"name": "$response.body#/name"}},
    "createWorld": {"operationId": "createWorld", "requestBody": {"key": "$response.body#/key"}},
}
"""What can be done with a scenario, once it is there."""

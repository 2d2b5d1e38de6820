"""Any walk that the client and the clock can take, drawn at random: it leads nowhere that was not explored."""

from collections.abc import Hashable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mockserver.checker.exploration import Budget, Explorer
from mockserver.checker.laws import Ledger, account
from mockserver.checker.likeness import named_items, parts_of
from mockserver.checker.moves import Client, Stops, Wait, carry_out, settle
from mockserver.checker.sightings import Sighting, sightings
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.execution import EndlessWorkError, begin_world
from mockserver.domain.world import WorldState
from mockserver.scenario.scenario import Scenario
from tests.scenario.writing import make_scenario

STATES = ["calm", "slow", "strict"]
EVENTS = [
    "cancellation_requested",
    "cancellation_confirmed",
    "cancellation_refused",
    "refund_completed",
    "order_update_read",
]
DELAYS = ["PT0S", "PT29S", "PT30S", "PT31S", "PT1M", "PT5M"]


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A machine of up to three states over two orders, each part drawn."""
    places = STATES[: draw(st.integers(1, 3))]
    to = st.sampled_from(places)
    where = st.sampled_from([{}, {"item": "seat-1"}, {"order": "match"}])
    answers = st.fixed_dictionaries(
        {"answers": st.sampled_from(["confirm", "refuse", "refuse_now", "never"]), "after": st.sampled_from(DELAYS)}
    )
    feed = st.fixed_dictionaries({"lag": st.sampled_from(["PT0S", "PT45S"]), "outage": st.just(value=False)})
    states = {
        name: {
            "booking_system": {**draw(answers), "feed": draw(feed)},
            "imin": {"reads_feed_every": draw(st.sampled_from(["PT60S", "PT45S", "PT60S"]))},
            "on": [
                {"event": draw(st.sampled_from(EVENTS)), "where": draw(where), "to": draw(to)}
                for _ in range(draw(st.integers(0, 2)))
            ],
            "after": {draw(st.sampled_from(DELAYS[1:])): draw(to) for _ in range(draw(st.integers(0, 1)))},
        }
        for name in places
    }
    sellers_turn = {"at": "+1m", "do": "seller_cancels", "order": "booking", "items": ["seat-2"]}
    changes: dict[str, Any] = {
        "behaviour/states": states,
        "timeline": [sellers_turn] if draw(st.booleans()) else [],
        "readings": {"late-refusal": draw(st.sampled_from(["reverts", "stays-pending"]))},
        "opportunities/yoga/starts": "+30h",
        "opportunities/yoga/offer": {"cancellable": {"until": "P1D"}},
    }
    return make_scenario(changes)


class Remembering(Explorer):
    """A search that remembers which machine states and statuses it has seen."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.outlines: set[Hashable] = set()

    def _reach(self, world: WorldState, *arguments: Any, **more: Any) -> int:
        self.outlines.add(outline(world, self.explored.items))
        return super()._reach(world, *arguments, **more)


def outline(world: WorldState, items: tuple[Any, ...]) -> Hashable:
    """The machine's state and the items' statuses in both views; items of one order may change places."""
    statuses = [
        (
            world.catalogue.items[item].order_id,
            world.imin.state_of(item).status,
            world.booking_system.state_of(item).status,
        )
        for item in items
    ]
    return world.state_name, tuple(sorted(statuses))


@pytest.mark.exhaustive
@settings(max_examples=40)
@given(scenario=scenarios(), data=st.data())
def test_no_walk_leads_anywhere_that_was_not_explored(scenario: Scenario, data: st.DataObject) -> None:
    seed = scenario.sample
    for orders in parts_of(seed):
        budget = Budget(states=4_000, seconds=1e9, elapsed=lambda: 0.0, started=0.0)
        everything = frozenset(seed.catalogue.items)
        search = Remembering(seed.world(scenario.twin), orders, budget, named=named_items(seed))
        seen = set(search.explore().seen)
        assume(budget.ran_out is None)
        world, now, at_stop, ledger = seed.world(scenario.twin), seed.epoch, True, Ledger()
        client, stops, met = Client(world, orders, everything), Stops(orders), list[Sighting]()
        begin_world(world)
        settle(world, now, met)
        for _ in range(25):
            avoided = frozenset[Any]() if at_stop else ledger.returned
            moves: list[Any] = list(client.moves(world, now, avoided))
            stop = stops.next(world, now, stops.cliffs(world), at_stop=at_stop, client_acts=bool(moves))
            if stop is not None:
                moves.append(Wait(until=stop[0]))
            if not moves:
                break
            move = data.draw(st.sampled_from(moves))
            after, before = world.copy(), world.state_name
            try:
                happened = carry_out(after, move, now, met)
            except (OpenBookingError, EndlessWorkError):
                break
            ledger = account(world, after, happened, ledger, [])
            if isinstance(move, Wait) and stop is not None:
                now, at_stop = stop
            world = after
            assert outline(world, search.explored.items) in search.outlines
            assert {*sightings(world, before, happened)} <= seen

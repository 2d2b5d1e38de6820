"""What can be done inside a world from outside: put its machine into a state, act as a Seller."""

import pytest

from tests.web.calling import Stage, scenario, set_stage
from tests.web.described import WORLD, Described

CANCEL = {"@type": "test:SellerRequestedCancellationSimulateAction", "object": {"@type": "Order", "@id": "booking"}}


def behaving() -> Stage:
    return set_stage(scenario(behaviour={"initial": "obliging", "states": {"obliging": {}, "stubborn": {}}}))


def test_the_machine_can_be_put_into_any_state_that_there_is() -> None:
    described = Described(behaving())
    assert described.get(f"{WORLD}/behaviour") == {"state": "obliging", "states": ["obliging", "stubborn"]}
    assert described.call("PUT", f"{WORLD}/behaviour", {"state": "stubborn"}).json["state"] == "stubborn"
    assert described.get(f"{WORLD}/timeline")["entries"][-1]["event"] == "behaviour_entered"


@pytest.mark.parametrize("state", ["stubbor", "", "x" * 10_000, "\x00"])
def test_a_state_that_there_is_not_is_refused_and_the_nearest_is_named(state: str) -> None:
    words = Described(behaving()).refused("PUT", f"{WORLD}/behaviour", {"state": state}, 409)
    assert "it has: obliging, stubborn" in words
    assert ("Did you mean 'stubborn'?" in words) == (state == "stubbor")


def test_an_action_tells_what_happened_at_once() -> None:
    described = Described()
    happened = described.post(f"{WORLD}/actions", CANCEL)["happened"]
    assert [entry["event"] for entry in happened] == ["cancelled_by_seller", "order_published"]
    assert happened[0]["item_ids"] == ["seat-1", "seat-2"]
    assert described.post(f"{WORLD}/actions", CANCEL)["happened"] == []

"""What a scenario expects, seen from outside while its world lives."""

from tests.web.calling import scenario, set_stage
from tests.web.described import WORLD, Described
from tests.web.meeting import advance, one

THEN = [
    {"item": "seat-1", "status": "CustomerCancellationPending", "at": "+10s"},
    {"refunds": 1},
    {"emails": 0, "at": "+10s"},
]


def states(described: Described) -> list[str]:
    return [each["state"] for each in described.get(f"{WORLD}/expectations")["expectations"]]


def test_each_expectation_is_judged_at_its_own_instant_and_the_others_now() -> None:
    described = Described(set_stage(scenario(then=THEN)))
    stage = described.stage
    assert states(described) == ["to come", "unmet", "to come"]
    stage.cancel("booking", one(stage))
    advance(stage, by="PT1M")
    assert states(described) == ["met", "unmet", "met"]
    advance(stage, until_quiet=True)
    view = described.get(f"{WORLD}/expectations")
    assert [each["state"] for each in view["expectations"]] == ["met", "met", "met"]
    assert (view["quiet"], view["scripted"]) == (True, False)


def test_an_unmet_expectation_says_what_was_found_instead() -> None:
    described = Described(set_stage(scenario(then=THEN)))
    advance(described.stage, by="PT1M")
    first = described.get(f"{WORLD}/expectations")["expectations"][0]
    assert first["expected"] == "seat-1 is CustomerCancellationPending at imin"
    assert first["found"] == "seat-1 is OrderItemConfirmed at imin"
    assert first["line"] == 1

"""No instant, duration or step that the formats admit ends in a fault of the mock: the calendar ends, and the world lives on."""

import itertools
from typing import Any

import pytest

from tests.web.calling import KEY, Received, Stage, scenario, session, set_stage

WORLD = f"/__admin/worlds/{KEY}"
JSON = [(b"content-type", b"application/json")]
YOGA = {"@type": "ScheduledSession", "@id": "yoga"}
LAST = "9999-12-31T23:59:59.999999999Z"
EPOCHS = ["0001-01-01T00:00:00Z", "0001-01-02T09:00:00+14:00", "9999-12-31T12:00:00Z", LAST]
CLOCKS: list[Any] = [
    "frozen",
    {"step": "PT80000000H"},
    {"step": "P629767W43D"},
    {"step": "P99W"},
    {"running": {"rate": 1_000_000}},
]


def ask(stage: Stage, method: str, path: str, body: Any = b"") -> Received:
    answer = stage.call(method, path, body, headers=JSON)
    assert answer.status < 500, (method, path, body, answer.body)
    assert answer.header("x-imin-mock-fault") is None
    return answer


def everything(stage: Stage, key: str) -> None:
    """What may be asked of a world whose clock stands anywhere."""
    world, order = f"/__admin/worlds/{key}", stage.order("booking")
    cancellation = {"orderIdentifier": order, "orderItemIdentifier": "seat-1"}
    customer = stage.live_world.world.catalogue.orders_by_name["booking"].customer_id
    for path in (f"/api/v2/order-items?customerIdentifier={customer}", f"/api/v2/orders/{order}"):
        assert stage.call("GET", path, key=key).status == 200
    assert stage.call("PATCH", f"/api/v2/orders/{order}", cancellation, key=key, headers=JSON).status in (204, 400)
    explained = f"{world}/order-items/seat-1/explanation"
    for path in (
        world,
        f"{world}/clock",
        f"{world}/timeline",
        explained,
        f"{explained}?at={LAST}",
        f"{world}/snapshot",
    ):
        assert ask(stage, "GET", path).status in (200, 409)
    action = {"@type": "test:ChangeOfLogisticsTimeSimulateAction", "object": YOGA}
    for told in ({}, {"imin-mock:value": "0001-01-01T00:00:00Z"}, {"imin-mock:value": LAST}):
        assert ask(stage, "POST", f"{world}/actions", action | told).status in (200, 409)
        assert ask(stage, "GET", explained).status == 200
    for way in (
        {"until_quiet": True, "within": "P9999Y"}, {"until_quiet": True}, {"to_next": True}, {"by": "PT80000000H"},
        {"by": "P9999Y99999M"}, {"to": LAST}, {"to": "0001-01-01T00:00:00Z"}, {"by": "PT0.000000001S"},
    ):  # fmt: skip
        assert ask(stage, "POST", f"{world}/clock/advance", way).status in (200, 409)
    assert ask(stage, "POST", f"{world}/reset").status == 200


@pytest.mark.parametrize(("epoch", "clock"), list(itertools.product(EPOCHS, CLOCKS)))
def test_a_world_at_an_end_of_the_calendar_answers_everything(epoch: str, clock: Any) -> None:
    answers = {"answers": "confirm", "after": "PT80000000H", "feed": {"lag": "PT999999H", "duplicates": 2}}
    refund = {"takes": "P9999D", "fails": 2, "retry_every": "PT80000000H"}
    start = {"booking_system": answers, "imin": {"refund": refund}, "after": {"PT80000000H": "late"}}
    late = {"booking_system": {"answers": "confirm", "after": "PT0S"}}
    states = {"start": start, "late": late}
    text = scenario(
        opportunities={"yoga": session(starts="+3h", lasts="PT1H", offer={"cancellable": {"until": "PT1H"}})},
        orders={"booking": {"customer": "asha", "placed": "+0s", "items": {"seat-1": "yoga", "seat-2": "yoga"}}},
        behaviour={"initial": "start", "states": states},
    )
    stage = set_stage(text)
    key = f"{KEY}@end"
    made = ask(stage, "POST", "/__admin/worlds", {"key": key, "epoch": epoch, "clock": clock})
    if made.status == 201:
        everything(stage, key)
    else:
        assert made.status == 409


def test_what_is_due_after_the_last_year_is_never_done() -> None:
    stage = set_stage(
        scenario(behaviour={"states": {"slow": {"booking_system": {"answers": "confirm", "after": "PT80000000H"}}}})
    )
    body = {"orderIdentifier": stage.order("booking"), "orderItemIdentifier": "seat-1"}
    assert stage.cancel("booking", body).status == 204
    advanced = ask(stage, "POST", f"{WORLD}/clock/advance", {"to": LAST})
    assert (advanced.json["now"], advanced.json["quiet"], advanced.json["happened"]) == (LAST, True, [])
    order = stage.get(f"/api/v2/orders/{stage.order('booking')}").json
    assert [item["orderItemStatus"].rpartition("/")[2] for item in order["orderedItem"]] == [
        "CustomerCancellationPending",
        "OrderItemConfirmed",
    ]


def test_until_quiet_in_the_last_year_ends_with_it() -> None:
    stage = set_stage()
    assert stage.live_world.clock.mode == "frozen"
    ask(stage, "POST", f"{WORLD}/clock/advance", {"to": "9999-12-31T23:59:00Z"})
    assert ask(stage, "POST", f"{WORLD}/clock/advance", {"until_quiet": True}).json["quiet"] is True


def test_a_step_beyond_the_calendar_is_refused_and_one_within_it_ends_with_it() -> None:
    stage = set_stage()
    wrong = ask(stage, "POST", "/__admin/worlds", {"key": f"{KEY}@a", "clock": {"step": "P629767W43D"}})
    assert (wrong.status, wrong.json["detail"]) == (409, "A step of P629767W43D is longer than the calendar.")
    assert ask(stage, "POST", "/__admin/worlds", {"key": f"{KEY}@b", "clock": {"step": "PT80000000H"}}).status == 201
    for _ in range(2):
        stage.call("GET", f"/api/v2/orders/{stage.order('booking')}", key=f"{KEY}@b")
    assert ask(stage, "GET", f"/__admin/worlds/{KEY}@b/clock").json["now"] == LAST


@pytest.mark.parametrize(
    ("value", "status", "says"),
    [
        ("0001-01-01T00:00:00Z", 409, "0001-01-01T00:00:00Z is not within the years 1 to 9999 in Europe/London."),
        (
            "9999-12-31T23:30:00Z",
            409,
            "An opportunity ends before the calendar does, which is at the end of the year 9999.",
        ),
        ("0001-01-02T00:00:00Z", 200, None),
    ],
)
def test_an_opportunity_moves_within_the_calendar_only(value: str, status: int, says: str | None) -> None:
    stage = set_stage()
    stage.get(f"/api/v2/orders/{stage.order('booking')}")
    action = {"@type": "test:ChangeOfLogisticsTimeSimulateAction", "object": YOGA, "imin-mock:value": value}
    answer = ask(stage, "POST", f"{WORLD}/actions", action)
    assert (answer.status, answer.json.get("detail")) == (status, says)
    assert ask(stage, "GET", f"{WORLD}/order-items/seat-1/explanation").status == 200

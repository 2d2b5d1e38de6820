"""A world's clock: it goes forward as told, does what is due on the way, and says so; it never goes back."""

from typing import Any

import pytest
from whenever import Instant

from mockserver.domain.commands import CancelBySeller
from mockserver.domain.values import OrderId
from mockserver.web.admin_api import clock
from tests.web.calling import Stage, scenario, set_stage
from tests.web.described import WORLD, Described

ADVANCE = f"{WORLD}/clock/advance"


def pending_stage() -> Stage:
    stage = set_stage()
    body = {"orderIdentifier": stage.order("booking"), "orderItemIdentifier": "seat-1"}
    assert stage.cancel("booking", body).status == 204
    return stage


def test_a_fresh_clock_stands_at_the_epoch_and_is_quiet() -> None:
    assert Described().get(f"{WORLD}/clock") == {
        "now": "2030-06-03T08:00:00Z",
        "mode": "frozen",
        "rate": None,
        "step": None,
        "epoch": "2030-06-03T08:00:00Z",
        "timezone": "Europe/London",
        "next_due": None,
        "quiet": True,
    }


@pytest.mark.parametrize(
    ("setting", "mode", "rate", "step"),
    [({"running": {"rate": 60}}, "running", 60, None), ({"step": "PT1S"}, "stepping", None, "PT1S")],
)
def test_a_clock_says_how_it_moves(setting: Any, mode: str, rate: Any, step: Any) -> None:
    shown = Described(set_stage(scenario(clock=setting))).get(f"{WORLD}/clock")
    assert (shown["mode"], shown["rate"], shown["step"]) == (mode, rate, step)


def test_everything_due_on_the_way_is_done_before_the_answer() -> None:
    described = Described(pending_stage())
    answer = described.post(ADVANCE, {"by": "PT5M"})
    assert answer["now"] == "2030-06-03T08:05:00Z"
    assert (answer["complete"], answer["quiet"], answer["next_due"]) == (True, True, None)
    events = [entry["event"] for entry in answer["happened"]]
    assert events[0] == "cancellation_confirmed"
    assert {"order_published", "order_update_read", "refund_started", "refund_completed", "email_sent"} <= set(events)
    assert all(entry["says"] and entry["rule"] for entry in answer["happened"])
    assert (
        answer["happened"] == described.get(f"{WORLD}/timeline?after={answer['happened'][0]['number'] - 1}")["entries"]
    )


def test_to_next_stops_at_what_is_due_next_and_stays_where_nothing_is() -> None:
    described = Described(pending_stage())
    assert described.get(f"{WORLD}/clock")["next_due"] == "2030-06-03T08:00:30Z"
    assert described.post(ADVANCE, {"to_next": True})["now"] == "2030-06-03T08:00:30Z"
    assert described.post(ADVANCE, {"until_quiet": True})["quiet"] is True
    quiet = described.post(ADVANCE, {"to_next": True})
    assert (quiet["happened"], quiet["next_due"]) == ([], None)


def test_what_until_quiet_reaches_is_called_quiet_also_where_the_feed_stays_out_of_order() -> None:
    out = {"behaviour": {"states": {"out": {"booking_system": {"feed": {"outage": True}}}}}}
    stage = set_stage(scenario(**out))
    stage.live_world.execute(CancelBySeller(order_id=OrderId(stage.order("booking"))))
    described = Described(stage)
    answer = described.post(ADVANCE, {"until_quiet": True})
    assert (answer["complete"], answer["quiet"]) == (True, True)
    assert answer["next_due"] is not None, "imin tries again, in vain"
    assert described.get(f"{WORLD}/clock")["quiet"] is described.get(f"{WORLD}/expectations")["quiet"] is True


def test_until_quiet_goes_no_further_than_it_is_allowed() -> None:
    described = Described(pending_stage())
    answer = described.post(ADVANCE, {"until_quiet": True, "within": "PT40S"})
    assert (answer["now"], answer["quiet"]) == ("2030-06-03T08:00:30Z", False)
    assert described.post(ADVANCE, {"until_quiet": True, "within": "P1D"})["quiet"] is True


def test_the_way_does_not_matter_only_where_it_leads() -> None:
    stages = [pending_stage() for _ in range(3)]
    Described(stages[0]).post(ADVANCE, {"by": "PT10M"})
    for _ in range(10):
        Described(stages[1]).post(ADVANCE, {"by": "PT1M"})
    Described(stages[2]).post(ADVANCE, {"to": "2030-06-03T09:10:00+01:00"})
    assert stages[0].state() == stages[1].state() == stages[2].state()


def test_a_day_is_the_same_time_tomorrow_also_across_a_clock_change() -> None:
    described = Described(set_stage(scenario(epoch="2030-03-30T12:00:00+00:00")))
    assert described.post(ADVANCE, {"by": "P1D"})["now"] == "2030-03-31T11:00:00Z"
    assert described.post(ADVANCE, {"by": "PT24H"})["now"] == "2030-04-01T11:00:00Z"


WRONG = {
    "nothing": ({}, 422, "exactly one of"),
    "two ways": ({"by": "PT1S", "to_next": True}, 422, "it has by and to_next"),
    "no body": (b"", 400, "empty"),
    "not JSON": (b"{by: 1}", 400, ""),
    "NaN": (b'{"by": NaN}', 400, ""),
    "a number": ({"by": 5}, 422, "Expected `str | null`, got `int`"),
    "misspelt": ({"untl_quiet": True}, 422, "Did you mean 'until_quiet'?"),
    "false": ({"to_next": False}, 422, "can only be true"),
    "within without until_quiet": ({"by": "PT1S", "within": "P1D"}, 422, "belongs to"),
    "not a period": ({"by": "5 minutes"}, 422, "is a period such as"),
    "empty period": ({"by": "P"}, 422, "is a period such as"),
    "a negative period": ({"by": "-PT5M"}, 422, "cannot go back"),
    "a negative part": ({"by": "PT-5M"}, 422, "is a period such as"),
    "Arabic digits": ({"by": "PT٣M"}, 422, "is a period such as"),
    "a newline": ({"by": "PT5M\n"}, 422, "is a period such as"),
    "not an instant": ({"to": "tomorrow"}, 422, "is a date-time with its offset"),
    "no offset": ({"to": "2030-06-03T09:00:00"}, 422, "is a date-time with its offset"),
    "the past": ({"to": "2030-06-03T07:59:59Z"}, 409, "cannot go back"),
    "long ago": ({"to": "0001-01-01T00:00:00Z"}, 409, "cannot go back"),
    "no such day": ({"to": "2030-02-30T00:00:00Z"}, 409, "not an instant"),
    "year 0": ({"to": "0000-01-01T00:00:00Z"}, 409, "not an instant"),
    "beyond the calendar": ({"to": "9999-12-31T23:59:59-12:00"}, 409, "not an instant"),
    "so many years": ({"by": "P9999Y"}, 409, "leads out of the calendar"),
    "so many hours": ({"by": "PT999999999H"}, 409, "leads out of the calendar"),
    "so many seconds": ({"by": "PT99999999999999S"}, 422, "is a period such as"),
    "quiet within ages": ({"until_quiet": True, "within": "P9999Y"}, 409, "leads out of the calendar"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_advance_is_refused_in_words_and_the_clock_stays(case: str) -> None:
    body, status, words = WRONG[case]
    described = Described(pending_stage())
    before = described.get(f"{WORLD}/clock")
    assert words in described.refused("POST", ADVANCE, body, status)
    assert described.get(f"{WORLD}/clock") == before


def test_the_last_instant_of_the_calendar_can_be_reached() -> None:
    described = Described(pending_stage())
    assert described.post(ADVANCE, {"to": "9999-12-31T23:59:59Z"})["now"] == "9999-12-31T23:59:59Z"
    assert "leads out" in described.refused("POST", ADVANCE, {"by": "P1D"}, 409)
    assert described.get(f"{WORLD}/orders/booking")["name"] == "booking"


def test_an_advance_in_which_too_much_happens_stops_early_says_so_and_can_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "EVENTS_OF_ONE_ADVANCE", 50)
    states = {"tick": {"after": {"PT1M": "tock"}}, "tock": {"after": {"PT1M": "tick"}}}
    described = Described(set_stage(scenario(behaviour={"initial": "tick", "states": states})))
    first = described.post(ADVANCE, {"to": "2030-06-03T09:00:00Z"})
    assert (first["complete"], first["quiet"]) == (False, False)
    assert first["now"] < "2030-06-03T09:00:00Z"
    last = first
    for _ in range(10):
        last = described.post(ADVANCE, {"to": "2030-06-03T09:00:00Z"})
    assert (last["complete"], last["now"]) == (True, "2030-06-03T09:00:00Z")


def test_a_running_clock_can_be_pushed_too() -> None:
    described = Described(set_stage(scenario(clock={"running": {"rate": 1000}})))
    answer = described.post(ADVANCE, {"by": "PT1H"})
    assert answer["complete"] is True
    assert Instant(answer["now"]) >= Instant("2030-06-03T09:00:00Z")

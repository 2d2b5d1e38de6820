"""The explanation over HTTP, and that every 400 of imin's face leads to one by the rule in its header."""

from collections.abc import Callable
from typing import Any

import pytest
from whenever import TimeDelta

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.refusals import REFUSALS
from mockserver.domain.rules import RULES, Rule
from tests.web.calling import Received, Stage, scenario, session, set_stage
from tests.web.described import ADMIN, WORLD, Described
from tests.web.wrong_bodies import WRONG_BODIES, identifiers_form

LIST = "/api/v2/order-items"
SEAT = f"{WORLD}/order-items/seat-1/explanation"


def test_the_explanation_names_rules_values_readings_and_cliffs() -> None:
    shown = Described().get(SEAT)
    assert (shown["item"], shown["order_name"], shown["customer"]) == ("seat-1", "booking", "asha")
    assert shown["at"] == "2030-06-03T08:00:00Z"
    assert [rule["id"] for rule in shown["rules"]] == ["cancel.presently-cancellable", "cancel.passed-on"]
    assert shown["answer"]["cancel"]["status"] == 204
    assert shown["circumstances"]["deadline"] == "2030-06-04T18:00:00Z"
    assert {reading["name"]: reading["chosen"] for reading in shown["readings"]} == {
        "deadline-instant": "too-late",
        "window-arithmetic": "calendar",
    }
    assert [(cliff["at"], cliff["cause"], cliff["after"]["cancel"]["status"]) for cliff in shown["cliffs"]] == [
        ("2030-06-04T18:00:00Z", "clock", 400),
        ("2030-06-05T18:00:00Z", "clock", 400),
    ]
    assert shown["seen_until"] is None
    assert shown["twin"] is None


@pytest.mark.parametrize("at", ["2030-06-04T19:00:00%2B01:00", "2030-06-04T19:00:00+01:00", "2030-06-04T18:00:00Z"])
def test_a_later_instant_is_explained_and_the_world_stays_where_it_is(at: str) -> None:
    described = Described()
    before = described.stage.state()
    shown = described.get(f"{SEAT}?at={at}")
    assert shown["at"] == "2030-06-04T18:00:00Z"
    assert shown["rules"][0]["id"] == "cancel.window-closed"
    assert described.stage.state() == before
    assert described.get(f"{WORLD}/clock")["now"] == "2030-06-03T08:00:00Z"


def test_what_the_client_has_done_is_part_of_the_explanation() -> None:
    described = Described()
    described.stage.cancel("booking", identifiers_form(described.stage))
    shown = described.get(SEAT)
    assert shown["circumstances"]["status"] == "CustomerCancellationPending"
    assert shown["cliffs"][0]["cause"] == "due"
    assert "imin reads that seat-1 is cancelled" in shown["cliffs"][0]["happened"]


def test_a_scripted_fault_is_told_with_the_status_that_it_gives() -> None:
    faults = {"cancel": {"respond": {"status": 503}}, "list_upcoming": {"drop_connection": "before"}}
    described = Described(set_stage(scenario(behaviour={"always": {"imin": {"api": faults}}})))
    answer = described.get(SEAT)["answer"]
    assert (answer["cancel"]["status"], answer["cancel"]["fault"]) == (503, "503 in place of the answer")
    assert answer["list_fault"] == "the connection is lost before the effect"


def test_an_instant_before_the_present_is_refused_in_words() -> None:
    described = Described()
    said = described.refused("GET", f"{SEAT}?at=2030-06-03T07:59:59Z", b"", 409)
    assert "cannot go back to 2030-06-03T07:59:59Z" in said


@pytest.mark.parametrize("at", ["tomorrow", "", "2030-06-04", "2030-06-04T19:00", "%00", "+2d"])
def test_what_is_no_instant_is_refused_with_an_example(at: str) -> None:
    assert "2030-06-03T09:00:00+01:00" in Described().refused("GET", f"{SEAT}?at={at}", b"", 422)


@pytest.mark.parametrize(("query", "status"), [("at=2030-02-30T10:00:00Z", 409), ("when=now", 422), ("at=&at=", 422)])
def test_a_wrong_query_is_refused(query: str, status: int) -> None:
    assert Described().refused("GET", f"{SEAT}?{query}", b"", status)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("seat1", "Did you mean 'seat-1'?"),
        ("booking", "'booking' is an order; its items are: seat-1, seat-2."),
        ("zzz", "There are: seat-1, seat-2."),
        ("%00%ff", "There are: seat-1, seat-2."),
        ("s" * 5000, "There is no order item"),
    ],
)
def test_an_unknown_item_is_404_with_a_word_on_what_was_meant(item: str, says: str) -> None:
    assert says in Described().refused("GET", f"{WORLD}/order-items/{item}/explanation", b"", 404)


def test_a_world_that_cannot_be_there_is_404() -> None:
    target = f"{ADMIN}/worlds/stag@nobody/order-items/seat-1/explanation"
    assert "Did you mean 'stage'?" in Described().refused("GET", target, b"", 404)


def test_a_running_world_is_explained_at_its_present_by_default() -> None:
    described = Described(set_stage(scenario(clock={"step": "PT1H"})))
    described.stage.get(f"{LIST}?customerIdentifier=asha")
    assert described.get(SEAT)["at"] == "2030-06-03T09:00:00Z"


def test_an_evil_twin_is_named_in_its_explanation() -> None:
    described = Described(set_stage(scenario(twin="refunds-twice")))
    assert described.get(SEAT)["twin"] == "refunds-twice"


# Every 400, and what it leads to.

Ask = Callable[[Stage], Received]


def _asked(query: str) -> Ask:
    return lambda stage: stage.get(f"{LIST}{query}")


def _wrong_body(rule: Rule) -> Ask:
    body = next(body for body, its_rule, *_ in WRONG_BODIES.values() if its_rule == rule)
    return lambda stage: stage.cancel("booking", body(stage) if callable(body) else body)


def _cancel(stage: Stage) -> Received:
    return stage.cancel("booking", identifiers_form(stage))


def _in_a_week(stage: Stage) -> Received:
    stage.live_world.advance_by(TimeDelta(hours=7 * 24))
    return _cancel(stage)


def _twice(stage: Stage) -> Received:
    assert _cancel(stage).status == 204
    return _cancel(stage)


def _of_offer(cancellable: Any) -> str:
    offer = {"name": "Adult", "price": "6.50 GBP", "cancellable": cancellable}
    return scenario(opportunities={"yoga": session(offer=offer)})


TWO_ORDERS = scenario(
    orders={
        name: {"customer": "asha", "placed": "-3d", "items": {item: "yoga"}}
        for name, item in (("booking", "seat-1"), ("other", "seat-9"))
    }
)
ATTENDED = scenario(timeline=[{"at": "+0s", "do": "attended", "order": "booking"}])
CANCELLED_UNREAD = scenario(
    timeline=[{"at": "+0s", "do": "seller_cancels", "order": "booking"}],
    readings={"cancel-of-cancelled-unread": "refused"},
)
REFUSING = scenario(behaviour={"states": {"stubborn": {"booking_system": {"answers": "refuse_now"}}}})

ABOUT_THE_REQUEST: dict[Rule, Ask] = {
    Rule.QUERY_CUSTOMER_REQUIRED: _asked(""),
    Rule.QUERY_PAGE_INVALID: _asked("?customerIdentifier=asha&page=0"),
    Rule.CANCEL_UNKNOWN_ITEM: lambda stage: stage.cancel("booking", identifiers_form(stage, "seat-9")),
    **{rule: _wrong_body(rule) for rule in REFUSALS[ApiOperation.CANCEL][400] if rule.value.startswith("body.")},
}
"""Requests that are refused whatever the item is: the rule itself is the whole explanation."""

ABOUT_THE_ITEM: dict[Rule, tuple[str, Ask]] = {
    Rule.CANCEL_REPEAT_PENDING: (scenario(readings={"repeat-cancel-while-pending": "refused"}), _twice),
    Rule.CANCEL_CANCELLED_UNREAD: (CANCELLED_UNREAD, _cancel),
    Rule.CANCEL_ATTENDED: (ATTENDED, _in_a_week),
    Rule.CANCEL_OFFER: (_of_offer(False), _cancel),
    Rule.CANCEL_WINDOW_CLOSED: (_of_offer({"until": "P3D"}), _cancel),
    Rule.CANCEL_STARTED: (_of_offer(True), _in_a_week),
    Rule.CANCEL_REFUSED_AT_ONCE: (REFUSING, _cancel),
}
"""Scenarios in which the item is refused, and how to be refused."""


def test_every_rule_that_gives_a_400_is_traced_here() -> None:
    refusing = {rule for statuses in REFUSALS.values() for rule in statuses.get(400, ())}
    assert refusing == {*ABOUT_THE_REQUEST, *ABOUT_THE_ITEM}


@pytest.mark.parametrize("rule", ABOUT_THE_REQUEST)
def test_a_400_about_the_request_leads_to_its_rule(rule: Rule) -> None:
    described = Described(set_stage(TWO_ORDERS))
    answer = ABOUT_THE_REQUEST[rule](described.stage)
    assert (answer.status, answer.rule) == (400, rule.value)
    told = described.get(f"{ADMIN}/rules/{answer.rule}")
    assert (told["says"], told["basis"], told["source"]) == (RULES[rule].says, RULES[rule].basis, RULES[rule].source)


@pytest.mark.parametrize("rule", ABOUT_THE_ITEM)
def test_a_400_about_an_item_leads_to_an_explanation_by_the_same_rule(rule: Rule) -> None:
    text, refused = ABOUT_THE_ITEM[rule]
    described = Described(set_stage(text))
    answer = refused(described.stage)
    assert (answer.status, answer.rule) == (400, rule.value)
    shown = described.get(SEAT)
    assert (shown["answer"]["cancel"]["status"], shown["answer"]["cancel"]["rule"]) == (400, answer.rule)
    assert shown["answer"]["cancel"]["reason"] == answer.json["description"]
    assert RULES[rule].says in [told["says"] for told in shown["rules"]]

"""How a state is made of defaults laid over each other, and what transitions and the timeline become."""

from typing import Any

import pytest
from whenever import Instant, TimeDelta

from mockserver.domain import commands
from mockserver.domain.behaviour import (
    AnswerKind,
    ApiOperation,
    Behaviour,
    BookingSystemAnswer,
    Drop,
    FeedBehaviour,
    RefundBehaviour,
)
from mockserver.domain.state_machine import AfterStay, AtInstant, Machine, OnEvent, State
from mockserver.domain.statuses import OrderItemStatus
from tests.scenario.writing import make_seed

EPOCH = Instant("2030-06-03T08:00:00Z")


def machine(changes: dict[str, Any] | None = None) -> Machine:
    return make_seed(changes).machine


def state(always: dict[str, Any], own: dict[str, Any]) -> State:
    (only,) = machine({"behaviour": {"always": always, "states": {"only": own}}}).states.values()
    return only


def behaviour(always: dict[str, Any], own: dict[str, Any]) -> Behaviour:
    return state(always, own).behaviour


def test_without_a_word_on_behaviour_the_world_is_obliging() -> None:
    quiet = machine()
    assert quiet.initial == "obliging"
    assert quiet.states["obliging"].behaviour == Behaviour()  # type: ignore[index]
    assert quiet.timeline == ()


def test_the_first_state_is_the_initial_one_unless_another_is_named() -> None:
    assert machine({"behaviour": {"states": {"b": {}, "a": {}}}}).initial == "b"
    assert machine({"behaviour": {"initial": "a", "states": {"b": {}, "a": {}}}}).initial == "a"


def test_a_state_is_laid_over_always_key_by_key() -> None:
    always = {
        "booking_system": {
            "answers": "refuse",
            "after": "PT2M",
            "reason": "Full",
            "feed": {"lag": "PT9S", "duplicates": 2},
        },
        "imin": {"reads_feed_every": "PT10S", "refund": {"takes": "PT5M", "fails": 1}},
    }
    own = {"booking_system": {"after": "P1D", "feed": {"reorder": True}}, "imin": {"refund": {"fails": 0}}}
    merged = behaviour(always, own)
    assert merged.answer == BookingSystemAnswer(kind=AnswerKind.REFUSE, after=TimeDelta(hours=24), reason="Full")
    assert merged.feed == FeedBehaviour(lag=TimeDelta(seconds=9), duplicates=2, reorder=True)
    assert merged.reads_feed_every == TimeDelta(seconds=10)
    assert merged.refund == RefundBehaviour(takes=TimeDelta(minutes=5), fails=0)


def test_false_in_a_state_takes_back_what_always_says() -> None:
    always = {
        "booking_system": {"feed": {"outage": True}},
        "imin": {"api": {"cancel": {"truncate_body": True, "times": 2}}},
    }
    merged = behaviour(
        always, {"booking_system": {"feed": {"outage": False}}, "imin": {"api": {"cancel": {"truncate_body": False}}}}
    )
    assert merged.feed.outage is False
    assert merged.api[0].truncate_body is False
    assert merged.api[0].times == 2


def test_an_item_answers_like_the_state_where_it_does_not_say_otherwise() -> None:
    always = {"booking_system": {"items": {"seat-1": {"answers": "refuse_now"}, "seat-2": {"reason": "Late"}}}}
    own = {"booking_system": {"answers": "never", "after": {"reads": 3}, "items": {"seat-1": {"after": "PT1M"}}}}
    merged = behaviour(always, own)
    assert merged.answer == BookingSystemAnswer(kind=AnswerKind.NEVER, after_reads=3)
    assert merged.answer_for("seat-1") == BookingSystemAnswer(kind=AnswerKind.REFUSE_NOW, after=TimeDelta(minutes=1))  # type: ignore[arg-type]
    assert merged.answer_for("seat-2") == BookingSystemAnswer(kind=AnswerKind.NEVER, after_reads=3, reason="Late")  # type: ignore[arg-type]
    assert merged.answer_for("racket") == merged.answer  # type: ignore[arg-type]


def test_duplicates_may_say_how_far_apart_they_are() -> None:
    feed = behaviour({}, {"booking_system": {"feed": {"duplicates": {"times": 3, "every": "PT5M"}}}}).feed
    assert (feed.duplicates, feed.duplicates_every) == (3, TimeDelta(minutes=5))


def test_faults_of_the_api_keep_their_order_and_a_list_replaces_a_single_one() -> None:
    always = {"imin": {"api": {"cancel": {"latency": "PT2S"}, "get_order": {"drop_connection": True}}}}
    own = {"imin": {"api": {"cancel": [{"respond": {"status": 503}, "times": 1}, {"drop_connection": "after"}]}}}
    get_order, cancel_first, cancel_next = behaviour(always, own).api
    assert (get_order.operation, get_order.drop_connection) == (ApiOperation.GET_ORDER, Drop.BEFORE)
    assert (cancel_first.operation, cancel_first.times, cancel_first.latency) == (
        ApiOperation.CANCEL,
        1,
        TimeDelta.ZERO,
    )
    assert (cancel_next.operation, cancel_next.drop_connection, cancel_next.respond) == (
        ApiOperation.CANCEL,
        Drop.AFTER,
        None,
    )


@pytest.mark.parametrize(
    ("respond", "body", "headers"),
    [
        ({"status": 503, "headers": {"Retry-After": 2}}, "", {"Retry-After": "2"}),
        ({"body": "gone"}, "gone", {}),
        ({"body": {"a": [1, None, "é"]}}, '{"a":[1,null,"é"]}', {"Content-Type": "application/json"}),
        ({"body": [], "headers": {"content-type": "x/y"}}, "[]", {"content-type": "x/y"}),
    ],
)
def test_a_canned_body_that_is_not_text_is_json(respond: dict[str, Any], body: str, headers: dict[str, str]) -> None:
    (fault,) = behaviour({}, {"imin": {"api": {"list_orders": {"respond": respond}}}}).api
    assert fault.respond is not None
    assert (fault.respond.status, fault.respond.body, dict(fault.respond.headers)) == (
        respond.get("status", 200),
        body,
        headers,
    )


def test_transitions_keep_the_files_order_and_those_of_always_come_last() -> None:
    always = {"on": [{"event": "email_sent", "to": "only"}], "after": {"P1D": "only"}}
    own = {
        "at": {"+1h": {"to": "only", "do": {"do": "enter", "state": "only"}}},
        "after": {
            "PT10M": "only",
            "PT5M": {"do": [{"do": "attended", "order": "match"}, {"do": "absent", "order": "match"}]},
        },
        "on": [
            {
                "event": "cancellation_requested",
                "where": {"item": "seat-1", "order": "booking", "customer": "asha"},
                "to": "only",
            }
        ],
    }
    on, after, after_next, at, always_on, always_after = state(always, own).transitions
    assert isinstance(on.trigger, OnEvent)
    assert (on.trigger.event, on.trigger.item_id, on.trigger.customer_id) == (
        "cancellation_requested",
        "seat-1",
        "asha",
    )
    assert on.trigger.order_id == make_seed().catalogue.orders_by_name["booking"].id
    assert (after.trigger, after.to, after.do) == (AfterStay(delay=TimeDelta(minutes=10)), "only", ())
    assert (after_next.trigger, after_next.to) == (AfterStay(delay=TimeDelta(minutes=5)), None)
    assert [type(command) for command in after_next.do] == [commands.MarkAttendance, commands.MarkAttendance]
    assert at.trigger == AtInstant(instant=EPOCH + TimeDelta(hours=1))
    assert at.do == (commands.EnterState(state="only"),)  # type: ignore[arg-type]
    assert always_on.trigger == OnEvent(event="email_sent")
    assert always_after.trigger == AfterStay(delay=TimeDelta(hours=24))


def test_every_action_is_a_command() -> None:
    of = {"at": "+1h", "order": "booking"}
    timeline = [
        of | {"do": "seller_cancels", "items": ["seat-1"], "message": "Ill"},
        of | {"do": "seller_replaces", "by": "spin"},
        of | {"do": "customer_notice", "notice": "Bring a mat"},
        of | {"do": "attended"},
        of | {"do": "absent"},
        of | {"do": "access_pass", "value": "A"},
        of | {"do": "access_code", "value": "B"},
        of | {"do": "access_channel", "value": "C"},
        {"at": "-1d", "do": "change_of_logistics", "opportunity": "yoga", "name": "N", "starts": "+3d", "place": "P"},
        {"at": "+1h", "do": "change_of_logistics", "opportunity": "yoga", "name": "N"},
        {"at": "+1h", "do": "enter", "state": "obliging"},
    ]  # fmt: skip
    seed = make_seed({"timeline": timeline})
    order = seed.catalogue.orders_by_name["booking"].id
    entries = seed.machine.timeline
    assert [entry.at for entry in entries if entry.at != EPOCH + TimeDelta(hours=1)] == [EPOCH.subtract(hours=24)]
    moved = entries[8].do
    assert isinstance(moved, commands.ChangeLogistics)
    assert moved.starts is not None
    assert (moved.name, moved.place_name, moved.starts.format_iso()) == (
        "N",
        "P",
        "2030-06-06T09:00:00+01:00[Europe/London]",
    )
    assert [entry.do for index, entry in enumerate(entries) if index != 8] == [
        commands.CancelBySeller(order_id=order, item_ids=("seat-1",), message="Ill"),  # type: ignore[arg-type]
        commands.ReplaceBySeller(order_id=order, opportunity_id="spin"),  # type: ignore[arg-type]
        commands.GiveCustomerNotice(order_id=order, notice="Bring a mat"),
        commands.MarkAttendance(order_id=order, status=OrderItemStatus.ATTENDED),
        commands.MarkAttendance(order_id=order, status=OrderItemStatus.ABSENT),
        commands.UpdateAccess(order_id=order, kind=commands.AccessKind.PASS, value="A"),
        commands.UpdateAccess(order_id=order, kind=commands.AccessKind.CODE, value="B"),
        commands.UpdateAccess(order_id=order, kind=commands.AccessKind.CHANNEL, value="C"),
        commands.ChangeLogistics(opportunity_id="yoga", name="N"),  # type: ignore[arg-type]
        commands.EnterState(state="obliging"),  # type: ignore[arg-type]
    ]

"""The test interface: every action type of the standard, what it does without a word more, and how it is refused."""

import json
from itertools import product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mockserver.web.booking_system_api.actions import DEEDS, PROPOSAL_ACTIONS
from mockserver.web.booking_system_api.deeds_by_name import ACTIONS as BY_NAME
from tests.web.calling import Stage, scenario, session, set_stage
from tests.web.described import BOOKING_JSON, WORLD, Described

ACTIONS = "/booking-system/test-interface/actions"
ORDER = {"@type": "Order", "@id": "booking"}
SESSION = {"@type": "ScheduledSession", "@id": "yoga"}


def two_sessions(**parts: Any) -> str:
    dear = session(name="Dear", offer={"name": "Adult", "price": "9.00 GBP"})
    return scenario(opportunities={"yoga": session(), "dear": dear, "swim": session(name="Swim")}, **parts)


def act(stage: Stage, kind: str, of: dict[str, Any] = ORDER, **more: Any) -> Any:
    members = {f"imin-mock:{name}": value for name, value in more.items()}
    return Described(stage).call("POST", ACTIONS, {"@type": f"test:{kind}SimulateAction", "object": of, **members})


def items(stage: Stage) -> list[Any]:
    """The order's items as the Booking System has them."""
    order = Described(stage).get(f"{WORLD}/orders/booking")
    return [each["booking_system"] for each in order["items"]]


def test_the_standard_knows_fifteen_actions_and_so_do_we() -> None:
    assert len(DEEDS) + len(PROPOSAL_ACTIONS) == 15


@pytest.mark.parametrize("kind", DEEDS)
def test_every_action_does_something_without_a_word_more_and_tells_the_feed_once(kind: str) -> None:
    stage = set_stage(two_sessions())
    answer = act(stage, kind.removesuffix("SimulateAction"), ORDER if DEEDS[kind].to_order else SESSION)
    assert (answer.status, answer.body) == (204, b"")
    assert len(Described(stage).get("/booking-system/orders-rpde")["items"]) == 1
    assert stage.live_world.world.booking_system.states


@pytest.mark.parametrize("kind", DEEDS)
def test_the_same_action_does_the_same_in_every_world(kind: str) -> None:
    stages = [set_stage(two_sessions()) for _ in range(2)]
    for stage in stages:
        act(stage, kind.removesuffix("SimulateAction"), ORDER if DEEDS[kind].to_order else SESSION)
    assert stages[0].state() == stages[1].state()


ON_ORDERS = [kind for kind, deed in DEEDS.items() if deed.to_order]


@pytest.mark.parametrize("kind", ON_ORDERS)
def test_an_action_on_an_opportunity_is_done_to_all_that_is_booked_on_it_in_every_order(kind: str) -> None:
    orders = {
        name: {"customer": "asha", "placed": "-3d", "items": booked}
        for name, booked in (
            ("booking", {"seat-1": "yoga", "seat-2": "yoga"}),
            ("other", {"seat-3": "yoga", "seat-4": "swim"}),
            ("elsewhere", {"seat-5": "swim"}),
        )
    }
    stage = set_stage(scenario(opportunities={"yoga": session(), "swim": session(name="Swim")}, orders=orders))
    more = {"by": "swim"} if "by" in DEEDS[kind].takes else {}
    assert act(stage, kind.removesuffix("SimulateAction"), SESSION, **more).status == 204
    assert sorted(stage.live_world.world.booking_system.states) == ["seat-1", "seat-2", "seat-3"]
    assert len(Described(stage).get("/booking-system/orders-rpde")["items"]) == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"items": ["seat-1"]}, "imin-mock:items belongs to an Order"),
        ({}, "imin-mock:by must say what everybody is moved to"),
    ],
)
def test_an_action_on_an_opportunity_must_be_clear_for_all(more: dict[str, Any], says: str) -> None:
    stage = set_stage(two_sessions())
    answer = act(stage, "Replacement", SESSION, **more)
    assert answer.status == 400
    assert says in answer.json["description"]
    assert not stage.live_world.world.booking_system.states


def test_the_seller_cancels_every_item_with_or_without_a_word() -> None:
    stage = set_stage()
    act(stage, "SellerRequestedCancellation")
    assert [(i["status"], i["cancellation_message"]) for i in items(stage)] == [("SellerCancelled", None)] * 2
    stage = set_stage()
    act(stage, "SellerRequestedCancellationWithMessage", message="Flooded")
    assert [i["cancellation_message"] for i in items(stage)] == ["Flooded"] * 2


def test_one_item_can_be_chosen() -> None:
    stage = set_stage()
    act(stage, "SellerRequestedCancellation", items=["seat-2"])
    assert [i["status"] for i in items(stage)] == ["OrderItemConfirmed", "SellerCancelled"]


def test_a_replacement_is_the_first_other_opportunity_that_is_not_dearer() -> None:
    stage = set_stage(two_sessions())
    act(stage, "Replacement")
    assert [i["opportunity"] for i in items(stage)] == ["swim", "swim"]


def test_a_replacement_can_be_chosen_by_name_or_by_url() -> None:
    stage = set_stage(two_sessions())
    url = stage.live_world.world.catalogue.opportunities
    source_id = next(o.source_id for name, o in url.items() if name == "swim")
    act(stage, "Replacement", items=["seat-1"], by="swim")
    act(stage, "Replacement", items=["seat-2"], by=source_id)
    assert [i["opportunity"] for i in items(stage)] == ["swim", "swim"]


def test_an_access_value_that_is_not_given_differs_from_the_one_before() -> None:
    stage = set_stage()
    act(stage, "AccessCodeUpdate")
    first = items(stage)[0]["access_code"]
    act(stage, "AccessCodeUpdate")
    assert first != items(stage)[0]["access_code"]
    act(stage, "AccessCodeUpdate", value="4711")
    assert items(stage)[0]["access_code"] == "4711"


def test_each_change_of_logistics_changes_its_own_group_of_fields_only() -> None:
    for kind, value, changed in (
        ("Time", "2030-06-07T10:00:00+01:00", {"starts"}),
        ("Name", "Morning Yoga", {"name"}),
        ("Location", "Hall 2", {"place"}),
    ):
        stage = set_stage()
        before = stage.live_world.world.catalogue.opportunities
        old = next(iter(before.values()))
        assert act(stage, f"ChangeOfLogistics{kind}", SESSION, value=value).status == 204
        (new,) = stage.live_world.world.booking_system.opportunities.values()
        fields = ("name", "starts", "place", "lasts", "capacity", "offer", "source_id")
        assert {name for name in fields if getattr(old, name) != getattr(new, name)} == changed


@pytest.mark.parametrize("address", ["http://mock.test/booking-system/orders/", "https://elsewhere.test/x/orders/", ""])
def test_an_order_is_known_by_its_url_at_any_address_and_by_its_identifier(address: str) -> None:
    stage = set_stage()
    order = {"@type": "Order", "@id": address + stage.order("booking")}
    assert act(stage, "SellerRequestedCancellation", order).status == 204


@pytest.mark.parametrize("kind", sorted(PROPOSAL_ACTIONS))
def test_an_action_about_a_proposal_is_refused_because_there_are_none(kind: str) -> None:
    answer = act(set_stage(), kind.removesuffix("SimulateAction"), {"@type": "OrderProposal", "@id": "x"})
    assert (answer.status, answer.rule) == (409, "seller.illegal-action")
    assert answer.json["@type"] == "OpenBookingError"
    assert "without proposals" in answer.json["description"]


CANCEL = "test:SellerRequestedCancellationSimulateAction"
WRONG: dict[str, tuple[Any, int, str, str]] = {
    "no body": (b"", 400, "OpenBookingError", "The body is empty"),
    "not JSON": (b"{", 400, "OpenBookingError", "truncated"),
    "not an object": ([], 400, "OpenBookingError", "Expected `object`"),
    "too deep": (b"[" * 100_000, 400, "OpenBookingError", ""),
    "a surrogate": (b'{"@type": "\\ud800"}', 400, "OpenBookingError", ""),
    "not UTF-8": (b'{"@type": "\xff"}', 400, "OpenBookingError", ""),
    "no object": ({"@type": CANCEL}, 400, "OpenBookingError", "missing required field `object`"),
    "unknown type": ({"@type": "test:SellerRequestedCancelationSimulateAction", "object": ORDER}, 400, "OpenBookingError",
                     "Did you mean 'test:SellerRequestedCancellationSimulateAction'?"),
    "quite unknown type": ({"@type": "x", "object": ORDER}, 400, "OpenBookingError", "There are: test:Seller"),
    "wrong object": ({"@type": CANCEL, "object": ORDER | {"@type": "Event"}}, 500, "UnexpectedOrderTypeError", "not 'Event'"),
    "order quote": ({"@type": CANCEL, "object": {"@type": "OrderQuote", "@id": "booking"}}, 500, "UnexpectedOrderTypeError",
                    "of type Order or ScheduledSession or Slot,"),
    "misspelt member": ({"@type": CANCEL, "object": ORDER, "imin-mock:item": []}, 400, "OpenBookingError",
                        "Did you mean 'imin-mock:items'?"),
    "member of another action": ({"@type": CANCEL, "object": ORDER, "imin-mock:value": "1"}, 400, "OpenBookingError",
                                 "imin-mock:value means nothing to"),
    "items not a list": ({"@type": CANCEL, "object": ORDER, "imin-mock:items": "seat-1"}, 400, "OpenBookingError", "`array"),
    "unknown order": ({"@type": CANCEL, "object": {"@type": "Order", "@id": "x/orders/nope"}}, 404, "UnknownOrderError", "nope"),
    "empty order": ({"@type": CANCEL, "object": {"@type": "Order", "@id": ""}}, 404, "UnknownOrderError", "There is no order"),
    "unknown item": ({"@type": CANCEL, "object": ORDER, "imin-mock:items": ["seat-9"]}, 500, "OrderItemIdInvalidError", "seat-9"),
    "unknown opportunity": ({"@type": "test:ChangeOfLogisticsNameSimulateAction", "object": {"@type": "Slot", "@id": "x"}}, 404,
                            "NotFoundError", "There is no opportunity 'x'"),
    "unknown replacement": ({"@type": "test:ReplacementSimulateAction", "object": ORDER, "imin-mock:by": "x"}, 404,
                            "NotFoundError", "There is no opportunity 'x'"),
    "no replacement": ({"@type": "test:ReplacementSimulateAction", "object": ORDER}, 409, "OpenBookingError",
                       "no other opportunity"),
    "not a date-time": ({"@type": "test:ChangeOfLogisticsTimeSimulateAction", "object": SESSION, "imin-mock:value": "noon"}, 400,
                        "OpenBookingError", "must be a date-time"),
    "no such instant": ({"@type": "test:ChangeOfLogisticsTimeSimulateAction", "object": SESSION,
                         "imin-mock:value": "2030-02-30T10:00:00Z"}, 409, "OpenBookingError", "not an instant"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_action_is_refused_in_the_standards_shape_and_changes_nothing(case: str) -> None:
    body, status, kind, words = WRONG[case]
    stage = set_stage()
    before = stage.state()
    answer = Described(stage).call("POST", ACTIONS, body)
    assert (answer.status, answer.json["@type"]) == (status, kind)
    assert words in answer.json["description"]
    assert answer.header("content-type") == BOOKING_JSON
    assert answer.header("x-imin-mock-fault") is None
    assert answer.rule is not None
    assert stage.state() == before


@pytest.mark.parametrize("case", [case for case, (_, status, *_) in WRONG.items() if status != 400])
def test_the_control_interface_refuses_the_same_actions_with_a_status_of_its_own(case: str) -> None:
    body, status, kind, words = WRONG[case]
    own = {"UnexpectedOrderTypeError": 422, "OrderItemIdInvalidError": 404}.get(kind, status)
    assert words in Described().refused("POST", f"{WORLD}/actions", body, own)


def test_a_body_of_another_media_type_or_size_is_refused() -> None:
    stage = set_stage()
    good = {"@type": CANCEL, "object": ORDER}
    form = stage.call("POST", ACTIONS, good, headers=[(b"content-type", b"application/x-www-form-urlencoded")])
    assert (form.status, form.rule) == (415, "body.media-type")
    assert "Content-Type: application/json" in form.json["description"]
    huge = stage.call("POST", ACTIONS, b" " * 10_000_000)
    assert (huge.status, huge.rule, huge.header("connection")) == (413, "body.too-large", None)
    own = stage.call("POST", ACTIONS, good, headers=[(b"content-type", BOOKING_JSON.encode())])
    assert own.status == 204


NAMED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "seller_cancels": (
        {"order": "booking", "message": "Ill."},
        {"@type": "test:SellerRequestedCancellationWithMessageSimulateAction", "object": ORDER, "imin-mock:message": "Ill."},
    ),
    "customer_notice": (
        {"order": "booking", "items": ["seat-1"], "notice": "Bring water."},
        {"@type": "test:CustomerNoticeSimulateAction", "object": ORDER, "imin-mock:items": ["seat-1"],
         "imin-mock:message": "Bring water."},
    ),
    "attended": ({"order": "booking"}, {"@type": "test:AttendeeAttendedSimulateAction", "object": ORDER}),
    "absent": ({"order": "booking"}, {"@type": "test:AttendeeAbsentSimulateAction", "object": ORDER}),
    "access_code": (
        {"order": "booking", "value": "4711"},
        {"@type": "test:AccessCodeUpdateSimulateAction", "object": ORDER, "imin-mock:value": "4711"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("word", NAMED)
def test_a_deed_in_a_scenarios_words_does_what_the_test_interface_does(word: str) -> None:
    told, action = NAMED[word]
    states = []
    for body in ({"do": word, **told}, action):
        stage = set_stage()
        assert Described(stage).call("POST", ACTIONS, body).status == 204
        states.append(stage.state())
    assert states[0] == states[1]
    assert states[0] != set_stage().state()


def test_everything_that_a_scenario_can_do_can_be_done_from_outside() -> None:
    told: dict[str, dict[str, Any]] = {
        "seller_cancels": {"order": "booking"},
        "seller_replaces": {"order": "booking", "by": "swim"},
        "customer_notice": {"order": "booking", "notice": "x"},
        "attended": {"order": "booking"},
        "absent": {"order": "booking"},
        "access_pass": {"order": "booking", "value": "x"},
        "access_code": {"order": "booking", "value": "x"},
        "access_channel": {"order": "booking", "value": "https://example.com/x"},
        "change_of_logistics": {"opportunity": "yoga", "starts": "+3d", "name": "Late Yoga"},
        "enter": {"state": "stubborn"},
    }
    assert {*told} <= {*BY_NAME}
    for word, more in told.items():
        more_of_it = {"opportunities": {"yoga": session(), "swim": session()}} if word == "seller_replaces" else {}
        states = {"initial": "obliging", "states": {"obliging": {}, "stubborn": {}}}
        stage = set_stage(scenario(behaviour=states, **more_of_it))
        before = stage.state()
        answer = Described(stage).call("POST", ACTIONS, {"do": word, **more})
        assert (word, answer.status, answer.body) == (word, 204, b"")
        assert stage.state() != before


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, 'lacks "order"; or opportunity, for all that is booked on one.'),
        ({"order": None}, 'lacks "order"; or opportunity, for all that is booked on one.'),
        ({"items": ["seat-1"]}, 'lacks "order"; or opportunity, for all that is booked on one.'),
        ({"order": "booking", "opportunity": "yoga"}, "`order` does not go with opportunity; an opportunity means all"),
        (
            {"items": ["seat-1"], "opportunity": "yoga"},
            "`items` does not go with opportunity; an opportunity means all",
        ),
    ],
)
@pytest.mark.parametrize("word", ["seller_cancels", "attended"])
def test_a_deed_that_is_told_of_nothing_or_of_two_things_is_refused(word: str, more: dict[str, Any], says: str) -> None:
    stage = set_stage()
    before = stage.state()
    answer = Described(stage).call("POST", ACTIONS, {"do": word, **more})
    assert (answer.status, stage.state()) == (400, before)
    assert f"{word}: {says}" in answer.json["description"]


NAMES = {"order": "booking", "items": ["seat-1"], "opportunity": "yoga"}
WITH = {"seller_replaces": {"by": "swim"}, "customer_notice": {"notice": "x"}}
WITH |= {word: {"value": "x"} for word in ("access_pass", "access_code", "access_channel")}


@pytest.mark.parametrize("path", [ACTIONS, f"{WORLD}/actions"])
@pytest.mark.parametrize("word", sorted({*BY_NAME} - {"enter", "change_of_logistics"}))
def test_the_published_schema_takes_of_whom_a_deed_is_told_what_the_server_takes(word: str, path: str) -> None:
    document = "/booking-system/openapi.json" if path == ACTIONS else "/__admin/openapi.json"
    described = set_stage().get(document).json
    operation = described["paths"][path.replace(WORLD, "/__admin/worlds/{key}")]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    valid = Draft202012Validator({"components": described["components"], **schema}).is_valid
    told = [
        {key: value for key, value in zip(NAMES, values, strict=True) if value is not ...}
        for values in product(*((value, None, ...) for value in NAMES.values()))
    ]
    taken = []
    for of_whom in told:
        body = {"do": word, **WITH.get(word, {}), **of_whom}
        stage = set_stage(scenario(opportunities={"yoga": session(), "swim": session()}))
        is_taken = stage.call("POST", path, json.dumps(body).encode()).status in {200, 204}
        assert valid(body) == is_taken, body
        taken += [of_whom] * is_taken
    # An order with or without items, or an opportunity; and null for what is not meant.
    assert len(taken) == 6


@pytest.mark.parametrize("of", [ORDER, SESSION], ids=["order", "session"])
@pytest.mark.parametrize("items", [["seat-1"], [], None], ids=str)
def test_the_published_schema_takes_items_of_an_order_alone_as_the_server_does(of: dict[str, Any], items: Any) -> None:
    described = set_stage().get("/booking-system/openapi.json").json
    schema = described["paths"][ACTIONS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = {"@type": "AttendeeAttendedSimulateAction", "object": of, "imin-mock:items": items}
    is_taken = set_stage().call("POST", ACTIONS, json.dumps(body).encode()).status == 204
    assert Draft202012Validator({"components": described["components"], **schema}).is_valid(body) == is_taken
    assert is_taken == (of is ORDER or items is None)


@pytest.mark.parametrize("of", [ORDER, SESSION], ids=["order", "session"])
@pytest.mark.parametrize("more", [{}, {"imin-mock:by": None}, {"imin-mock:by": "swim"}], ids=str)
def test_the_published_schema_asks_what_everybody_is_moved_to_as_the_server_does(of: Any, more: dict[str, Any]) -> None:
    stage = set_stage(two_sessions())
    described = stage.get("/booking-system/openapi.json").json
    schema = described["paths"][ACTIONS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = {"@type": "ReplacementSimulateAction", "object": of, **more}
    is_taken = stage.call("POST", ACTIONS, json.dumps(body).encode()).status == 204
    assert Draft202012Validator({"components": described["components"], **schema}).is_valid(body) == is_taken
    assert is_taken == (of is ORDER or more.get("imin-mock:by") is not None)


def test_what_is_told_to_be_nothing_is_as_if_it_were_left_out() -> None:
    body = {"do": "seller_cancels", "order": None, "opportunity": "yoga"}
    assert Described(set_stage()).call("POST", ACTIONS, body).status == 204


def test_a_start_that_no_calendar_has_is_refused() -> None:
    body = {"do": "change_of_logistics", "opportunity": "yoga", "starts": "+99999999d"}
    assert Described(set_stage()).call("POST", ACTIONS, body).status == 400

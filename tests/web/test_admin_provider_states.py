"""The provider-state URL: each setup a fresh world, to which the key of the interactions leads; each teardown none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.calling import scenario, session, set_stage
from tests.web.changing_states import A_WORLD, change, keys, listed, statuses


def test_the_header_that_a_verifier_sends_along_leads_to_the_world_of_the_state() -> None:
    stage = set_stage()
    answer = change(stage, {"action": "setup", "params": {}, "state": A_WORLD})
    assert answer.status == 200
    assert answer.json == {
        "action": "setup",
        "key": "stage@pact",
        "now": "2030-06-03T08:00:00Z",
        "customerIdentifier": "asha",
        "orderIdentifier": stage.server.worlds.find("stage@pact").world.catalogue.orders_by_name["booking"].id,
        "orderItemIdentifier": "seat-1",
    }
    assert listed(stage).body == listed(stage, "stage@pact").body


def test_a_setup_begins_afresh_whatever_happened_before() -> None:
    stage = set_stage()
    change(stage, {"state": A_WORLD, "params": {"cancel": ["seat-1", "seat-2"], "advance": "until_quiet"}})
    assert statuses(stage) == ["CustomerCancelled", "CustomerCancelled"]
    change(stage, {"state": A_WORLD})
    assert statuses(stage) == ["OrderItemConfirmed", "OrderItemConfirmed"]


def test_a_teardown_drops_the_world_and_the_key_leads_nowhere() -> None:
    stage = set_stage()
    change(stage, {"state": A_WORLD})
    answer = change(stage, {"state": A_WORLD, "action": "teardown"})
    assert answer.status == 200
    assert set(answer.json.values()) == {"teardown", None}
    assert (keys(stage), stage.server.worlds.aliases) == ([], {})
    assert listed(stage).status == 401
    assert change(stage, {"state": A_WORLD, "action": "teardown"}).status == 200


def test_each_state_leads_the_same_key_to_its_own_scenario() -> None:
    stage = set_stage()
    change(stage, {"state": A_WORLD})
    change(stage, {"state": "no-bookings"})
    assert listed(stage).json["imin:totalItems"] == 0
    change(stage, {"state": A_WORLD})
    assert listed(stage).json["imin:totalItems"] == 2


def test_two_keys_are_two_worlds() -> None:
    stage = set_stage()
    for key in ("one", "two"):
        change(stage, {"state": A_WORLD}, key)
    change(stage, {"state": "time", "params": {"cancel": "seat-1"}}, "one")
    assert statuses(stage, "one")[0] == "CustomerCancellationPending"
    assert statuses(stage, "two")[0] == "OrderItemConfirmed"
    assert keys(stage) == ["stage@one", "stage@two"]


@pytest.mark.parametrize("key", ["0123456789abcdef", "A_Key.of-old", "Bearer!"])
def test_any_word_that_names_no_scenario_can_be_the_key_of_the_pacts(key: str) -> None:
    stage = set_stage()
    assert change(stage, {"state": A_WORLD}, key).json["key"] == f"stage@{key}"
    assert len(statuses(stage, key)) == 2


@pytest.mark.parametrize("where", ["header", "query", "parameter"])
def test_a_key_that_looks_like_a_live_one_is_neither_lent_nor_repeated_and_what_to_do_is_said(where: str) -> None:
    stage, live = set_stage(), "0123456789ABCDEFabcdef0123456789"
    told = {"state": A_WORLD, "params": {"key": live}} if where == "parameter" else {"state": A_WORLD}
    answer = change(stage, told, live if where == "header" else None, f"?key={live}" if where == "query" else "")
    assert (answer.status, live.encode() in answer.body) == (422, False)
    assert "X-API-KEY as a custom header" in answer.json["detail"] or where == "parameter"
    assert (keys(stage), stage.server.worlds.aliases) == ([], {})


def test_the_key_may_be_said_in_the_url_or_among_the_parameters_too() -> None:
    stage = set_stage()
    change(stage, {"state": A_WORLD}, None, "?key=of-the-url")
    change(stage, {"state": A_WORLD, "params": {"key": "of-the-state"}}, "of-the-header", "?key=of-the-url")
    assert stage.server.worlds.aliases == {"of-the-url": "stage@of-the-url", "of-the-state": "stage@of-the-state"}


def test_a_key_that_names_the_scenario_itself_needs_no_other_name() -> None:
    stage = set_stage()
    assert change(stage, {"state": A_WORLD}, "stage@mine").json["key"] == "stage@mine"
    assert change(stage, {"state": "stage~refunds-twice"}, "stage~refunds-twice@x").status == 404
    twin = {"state": "a world of stage~refunds-twice"}
    assert change(stage, twin, "stage~refunds-twice@x").json["key"] == "stage~refunds-twice@x"
    assert stage.server.worlds.aliases == {}


def test_a_key_that_names_another_scenario_is_never_led_astray() -> None:
    stage = set_stage()
    listed(stage, "happy-path")
    for body in ({"state": A_WORLD}, {"state": "happy-path", "params": {"label": "other"}}):
        answer = change(stage, body, "happy-path")
        assert (answer.status, answer.rule) == (409, "key.refused")
        assert "names no scenario, such as pact" in answer.json["detail"]
    assert keys(stage) == ["happy-path"]


def test_without_any_key_the_world_has_a_key_of_its_own() -> None:
    stage = set_stage()
    assert change(stage, {"state": A_WORLD}, None).json["key"] == "stage@pact"
    assert change(stage, {"state": A_WORLD, "params": {"label": "mine"}}, None).json["key"] == "stage@mine"


def test_steps_are_taken_in_order_and_a_state_without_a_scenario_goes_on() -> None:
    stage = set_stage()
    change(stage, {"state": A_WORLD, "params": {"advance": "PT5M"}})
    change(stage, {"state": "seat-1 was cancelled", "params": {"cancel": "seat-1", "advance": "until_quiet"}})
    answer = change(stage, {"state": "later", "params": {"steps": [{"cancel": "seat-2"}, {"advance": "to_next"}]}})
    assert answer.json["now"] == "2030-06-03T08:06:35Z"
    assert statuses(stage) == ["CustomerCancelled", "CustomerCancellationPending"]
    assert (
        change(stage, {"state": "on", "params": {"advance": "2030-06-04T09:00:00+01:00"}}).json["now"][:10]
        == "2030-06-04"
    )
    change(stage, {"state": "later", "params": {"advance": "PT1H"}, "action": "teardown"})
    assert keys(stage) == ["stage@pact"]


def test_a_world_begins_with_the_clock_the_epoch_and_the_readings_that_its_state_chooses() -> None:
    stage = set_stage()
    params = {"clock": {"step": "PT1S"}, "epoch": "2031-01-01T00:00:00Z", "readings": {"links": "imin"}}
    assert change(stage, {"state": A_WORLD, "params": params}).json["now"] == "2031-01-01T00:00:00Z"
    assert listed(stage).json["id"].startswith("https://book.imin.co/")
    assert listed(stage).header("date") == "Wed, 01 Jan 2031 00:00:01 GMT"


def test_a_behaviour_is_entered_before_anything_is_cancelled() -> None:
    machine = {"initial": "calm", "states": {"calm": {}, "strict": {"booking_system": {"answers": "refuse_now"}}}}
    stage = set_stage(scenario(behaviour=machine))
    assert change(stage, {"state": A_WORLD, "params": {"cancel": "seat-1"}}).status == 200
    answer = change(stage, {"state": A_WORLD, "params": {"behaviour": "strict", "cancel": "seat-1"}})
    assert answer.status == 409
    assert keys(stage) == []


@pytest.mark.parametrize(
    ("params", "status", "says"),
    [
        ({"cancel": "seat-7"}, 404, "it has: seat-1, seat-2"),
        ({"advance": "PT5M", "cancel": ["seat-1"], "behaviour": "sulky"}, 409, "no state 'sulky'"),
        ({"advance": "-PT5M"}, 422, "A clock cannot go back"),
        ({"advance": "2001-01-01T00:00:00Z"}, 409, "2001"),
        ({"steps": [{"advance": "P2D"}, {"cancel": "seat-1"}]}, 409, "can no longer be cancelled"),
    ],
)
def test_a_state_that_cannot_be_set_up_leaves_no_world_behind(params: dict[str, Any], status: int, says: str) -> None:
    stage = set_stage()
    change(stage, {"state": A_WORLD})
    answer = change(stage, {"state": A_WORLD, "params": params})
    assert (answer.status, says in answer.json["detail"]) == (status, True), answer.body
    assert (keys(stage), stage.server.worlds.aliases, listed(stage).status) == ([], {}, 401)


@pytest.mark.parametrize(
    "params", [{"epoch": "soon"}, {"readings": {"links": "none"}}, {"clock": {}}, {"epoch": "9999-12-31T00:00:00Z"}]
)
def test_a_choice_that_cannot_be_makes_no_world(params: dict[str, Any]) -> None:
    stage = set_stage()
    assert change(stage, {"state": A_WORLD, "params": params}).status in {409, 422}
    assert keys(stage) == []


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"state": "a world of stag"}, 404, "Did you mean 'stage'"),
        ({"state": "a wurld of stage"}, 404, 'Did you mean "a world of stage"'),
        (
            {"state": "time passes", "params": {"minutes": 5}},
            404,
            "a world of {scenario}; and the name of any scenario",
        ),
        ({"state": "stage", "params": {"lable": "x"}}, 422, 'Did you mean "label"'),
        ({"state": "later", "params": {"advance": "PT1S"}}, 409, "there is none"),
        ({"state": A_WORLD, "params": {"key": "a b"}}, 422, "visible ASCII"),
        ({"state": A_WORLD, "params": {"key": 5}}, 422, "visible ASCII"),
        ({"state": A_WORLD, "params": {"key": ""}}, 422, "visible ASCII"),
        ({"state": A_WORLD, "params": {"key": "a/b"}}, 409, 'give the state another "label"'),
        ({"state": A_WORLD, "params": {"label": "x" * 201}}, 409, "1 to 200 visible"),
        ({"state": A_WORLD, "action": "set-up"}, 422, "set-up"),
        ({}, 422, 'neither "state" nor "states"'),
        ({"sate": A_WORLD}, 422, "Did you mean 'state'?"),
        ({"states": [A_WORLD] * 101}, 422, "101 states"),
    ],
)
def test_what_cannot_be_a_state_is_refused_with_what_to_do(body: Any, status: int, says: str) -> None:
    stage = set_stage()
    answer = change(stage, body)
    assert (answer.status, says in answer.json["detail"]) == (status, True), answer.body
    assert answer.header("x-imin-mock-fault") is None
    assert keys(stage) == []


def test_the_requests_of_older_verifiers_are_understood() -> None:
    stage = set_stage()
    several = {"consumer": "app", "states": [A_WORLD, "no-bookings"]}
    assert change(stage, several).json["key"] == "no-bookings@pact"
    assert change(stage, {"consumer": "app", "state": A_WORLD, "states": [A_WORLD]}).json["key"] == "stage@pact"


@pytest.mark.parametrize(
    "nothing", [{"state": ""}, {"state": None}, {"states": []}, {"state": None, "consumer": "app"}]
)
def test_an_interaction_without_a_state_changes_nothing(nothing: Any) -> None:
    stage = set_stage()
    assert change(stage, nothing).json["key"] is None
    assert keys(stage) == []


def test_there_are_no_more_aliases_than_there_may_be_worlds_and_the_oldest_makes_room() -> None:
    stage = set_stage(most_worlds=2)
    for key in ("one", "two", "one", "three"):
        change(stage, {"state": A_WORLD}, key)
    assert list(stage.server.worlds.aliases) == ["one", "three"]
    assert listed(stage, "two").status == 401
    stage.server.worlds.alias("one", "stage@one")
    stage.server.worlds.alias("four", "stage@four")
    assert list(stage.server.worlds.aliases) == ["one", "four"]


def test_a_step_on_whose_way_too_much_happens_is_no_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.web.admin_api.clock.EVENTS_OF_ONE_ADVANCE", 1)
    stage = set_stage()
    answer = change(stage, {"state": A_WORLD, "params": {"cancel": "seat-1", "advance": "P1D"}})
    assert (answer.status, answer.json["title"]) == (409, "Too much happens")
    assert keys(stage) == []


def test_a_key_whose_world_was_forgotten_makes_it_anew_under_its_own_name() -> None:
    stage = set_stage()
    change(stage, {"state": A_WORLD, "params": {"cancel": "seat-1"}})
    stage.server.worlds.drop("stage@pact")
    assert statuses(stage) == ["OrderItemConfirmed", "OrderItemConfirmed"]
    assert keys(stage) == ["stage@pact"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(A_WORLD) | st.just("seat-1"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["scenario", "label", "key", "cancel", "advance", "steps", "behaviour", "epoch", "clock", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(state=_JSON, params=_JSON, action=st.sampled_from(["setup", "teardown", "x"]))
def test_no_body_however_odd_is_a_fault_of_ours(state: Any, params: Any, action: str) -> None:
    stage = set_stage(_STAGE)
    answer = change(stage, {"state": state, "params": params, "action": action})
    assert answer.status in {200, 404, 409, 422}, answer.body
    assert answer.header("x-imin-mock-fault") is None


_STAGE = scenario(opportunities={"yoga": session()})

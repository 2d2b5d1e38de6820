"""The states of one's own, from a file at the start or put there later."""

from pathlib import Path

import pytest

from mockserver.bootstrap import build_server
from mockserver.scenario.faults import ScenarioFaults
from mockserver.settings import Settings, SettingsError
from tests.web.calling import Received, Stage, set_stage
from tests.web.changing_states import A_WORLD, URL, change


def test_the_list_names_the_states_of_the_file_and_where_keys_lead(tmp_path: Path) -> None:
    file = tmp_path / "states.yaml"
    file.write_text('version: 1\nstates:\n  "{who} has a booking": {scenario: happy-path, label: "{who}"}\n')
    stage = Stage(build_server(Settings(pact_states=file)), [])
    assert change(stage, {"state": "asha has a booking", "params": {"since": "today"}}).json["key"] == "happy-path@asha"
    assert stage.get(URL, key=None).json == {
        "states": ["{who} has a booking", "a world of {scenario}"],
        "keys": {"pact": "happy-path@asha"},
    }


def put(stage: Stage, text: str) -> Received:
    return stage.call("PUT", URL, text.encode(), key=None, headers=[(b"content-type", b"application/yaml")])


def test_a_text_that_is_put_replaces_the_states_and_leaves_alone_what_was_set_up() -> None:
    stage = set_stage()
    change(stage, {"state": A_WORLD})
    answer = put(stage, "version: 1\nstates:\n  asha has a booking: {scenario: stage}\n")
    assert (answer.status, answer.json) == (
        200,
        {"states": ["asha has a booking", "a world of {scenario}"], "keys": {"pact": "stage@pact"}},
    )
    assert change(stage, {"state": "asha has a booking"}).json["key"] == "stage@pact"
    put(stage, "version: 1\nstates: {}\n")
    assert change(stage, {"state": "asha has a booking"}).status == 404


def test_a_faulty_text_is_refused_with_its_faults_and_replaces_nothing() -> None:
    stage = set_stage()
    put(stage, "version: 1\nstates:\n  asha has a booking: {scenario: stage}\n")
    answer = put(stage, "version: 1\nstates:\n  a: {scenario: stag}\n  b: {cancel: 1}\n")
    assert (answer.status, [fault["line"] for fault in answer.json["faults"]]) == (422, [3, 4])
    assert answer.json["faults"][0]["hint"] == 'did you mean "stage"?'
    assert change(stage, {"state": "asha has a booking"}).status == 200


def test_a_faulty_file_of_states_stops_the_server_before_it_starts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--pact-states: .* is not a file"):
        Settings(pact_states=tmp_path)
    file = tmp_path / "states.yaml"
    for content in (b"version: 1\nstates:\n  a: {scenario: hapy-path}\n", b"\xff"):
        file.write_bytes(content)
        with pytest.raises(ScenarioFaults, match=r"states\.yaml:"):
            build_server(Settings(pact_states=file))

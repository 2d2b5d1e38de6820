"""Drawn worlds: every one is a scenario, lives, and keeps the laws; a twin among them is found and told."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from mockserver.cli.main import main
from mockserver.domain.behaviour import AnswerKind
from mockserver.domain.twins import Twin
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.scenario import parse_scenario
from mockserver.testing import MockError
from mockserver.testing.properties import (
    Drawn,
    LawBrokenError,
    clocks,
    feed_adversaries,
    instants_around,
    live,
    offers,
    readings,
    saves_counterexamples,
    scenarios,
)

SIMPLEST = settings(database=None, derandomize=True, max_examples=2000, deadline=None)
ANY = settings(SIMPLEST, phases=[Phase.generate])
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@PATIENT
@given(drawn=scenarios(asked=True))
def test_every_drawn_world_lives_and_keeps_the_laws(drawn: Drawn) -> None:
    live(drawn)


@PATIENT
@given(drawn=scenarios(asked=True, behaviour=feed_adversaries()))
def test_an_adverse_feed_breaks_no_law(drawn: Drawn) -> None:
    live(drawn)


@PATIENT
@given(drawn=scenarios(asked=True, clock=clocks()))
def test_every_drawn_world_runs_as_a_scenario_file_does(drawn: Drawn) -> None:
    run = run_scenario(parse_scenario(drawn.text, name="again"))
    # A clock that moves by itself may be past a step; nothing else can go wrong where nothing is expected.
    assert [
        outcome.found for outcome in run.outcomes if "raised" in outcome.found or "never ends" in outcome.found
    ] == []


@pytest.mark.exhaustive
def test_the_simplest_world_is_one_item_that_is_confirmed() -> None:
    document = find(scenarios(), lambda _: True, settings=SIMPLEST).document
    assert list(document["customers"]) == ["asha"]
    assert [order["items"] for order in document["orders"].values()] == [{"order-1-1": "session-1"}]
    assert document["behaviour"] == {"initial": "last", "states": {"last": {}}}
    assert not document.keys() & {"readings", "twin", "timeline", "when"}


@pytest.mark.exhaustive
def test_readings_that_are_fixed_are_in_every_draw_and_those_that_a_client_is_built_for_in_none() -> None:
    @settings(ANY, max_examples=50)
    @given(plain=readings(), held=readings({"links": "imin", "patch-body": "prefixed"}))
    def drawn(plain: dict[str, str], held: dict[str, str]) -> None:
        assert "patch-body" not in plain
        assert (held["links"], held["patch-body"]) == ("imin", "prefixed")

    drawn()
    world = find(scenarios(readings={"links": "imin"}), lambda _: True, settings=SIMPLEST)
    assert world.document["readings"] == {"links": "imin"}
    assert find(readings(declared=True), lambda chosen: chosen.get("patch-body") == "identifiers", settings=ANY)


@pytest.mark.parametrize(("wrong", "says"), [({"link": "imin"}, "Did you mean 'links'?"), ({"links": "x"}, "It takes")])
def test_a_fixed_reading_that_is_none_is_told_at_once(wrong: dict[str, str], says: str) -> None:
    with pytest.raises(MockError, match=re.escape(says)):
        readings(wrong)
    with pytest.raises(MockError, match=re.escape(says)):
        scenarios(readings=wrong)


def _behaviour(told: Callable[[dict[str, Any]], bool]) -> Callable[[Drawn], bool]:
    return lambda drawn: any(told(state) for state in drawn.document["behaviour"]["states"].values())


@pytest.mark.parametrize(
    "what",
    [
        *(
            _behaviour(lambda state, kind=kind: state.get("booking_system", {}).get("answers") == kind.value)  # type: ignore[misc]
            for kind in AnswerKind
        ),
        _behaviour(lambda state: "reads" in str(state.get("booking_system", {}).get("after"))),
        _behaviour(lambda state: "duplicates" in state.get("booking_system", {}).get("feed", {})),
        _behaviour(lambda state: state.get("booking_system", {}).get("feed", {}).get("outage") is True),
        _behaviour(lambda state: "drop_connection" in str(state.get("imin", {}).get("api"))),
        _behaviour(lambda state: "on" in state and "do" in state["on"][0]),
        lambda drawn: len(drawn.document["orders"]) == 3,
        lambda drawn: len(drawn.document["orders"]) > 10,
        lambda drawn: any(len(order["items"]) > 10 for order in drawn.document["orders"].values()),
        lambda drawn: drawn.document["epoch"].startswith("2030-10-26"),
        lambda drawn: drawn.document.get("readings", {}).get("deadline-instant") == "allowed",
    ],
)
def test_there_is_nothing_that_a_document_can_say_and_no_drawing_says(what: Callable[[Drawn], bool]) -> None:
    assert what(find(scenarios(), what, settings=ANY))


@given(offer=offers(refundable=True), other=offers(refundable=False))
def test_an_offer_is_refundable_or_not_as_it_is_wanted(offer: dict[str, Any], other: dict[str, Any]) -> None:
    assert offer["cancellable"] is True or "until" in offer["cancellable"]
    assert other["cancellable"] in (False, "unstated")


@given(data=st.data())
def test_instants_lie_at_and_beside_their_anchors(data: st.DataObject) -> None:
    anchor = datetime.fromisoformat("2030-06-05T19:00:00+01:00")
    assert abs(data.draw(instants_around(anchor)) - anchor) <= timedelta(hours=1)


@pytest.mark.parametrize("beside", [timedelta(), timedelta(seconds=-1), timedelta(seconds=1)])
def test_the_instants_at_which_clocks_change_and_their_neighbours_are_drawn(beside: timedelta) -> None:
    spring = datetime.fromisoformat("2030-03-31T01:00:00+00:00")
    assert find(instants_around(), lambda instant: instant - spring == beside, settings=ANY) == spring + beside


LAWLESS = (Twin.REFUNDS_TWICE, Twin.EMAILS_TWICE, Twin.REVERSAL_AFTER_CANCELLATION)


@pytest.mark.exhaustive
@pytest.mark.parametrize("twin", LAWLESS)
def test_a_broken_law_is_found_told_and_fails_again_without_hypothesis(twin: Twin, tmp_path: Path) -> None:
    @saves_counterexamples(tmp_path)
    @settings(database=None, derandomize=True, max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(scenarios(asked=True, api_faults=False, twins=[twin.value]))
    def no_law_is_broken(drawn: Drawn) -> None:
        live(drawn)

    with pytest.raises(LawBrokenError, match="breaks law-") as failure:
        no_law_is_broken()
    (file,) = tmp_path.iterdir()
    assert f"replay it with: imin-mock run {file}" in failure.value.__notes__[-1]
    ran = CliRunner().invoke(main, ["run", str(file)])
    assert ran.exit_code == 1, ran.output
    assert f"twin: {twin.value}" in file.read_text(encoding="utf-8")
    honest = file.read_text(encoding="utf-8").replace(f"twin: {twin.value}\n", "")
    assert run_scenario(parse_scenario(honest, name="honest")).ok


def test_a_counterexample_that_cannot_be_saved_is_told_with_the_failure_that_it_explains(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.write_text("a file, and so no folder", encoding="utf-8")

    class StoryError(AssertionError):
        counterexample = "version: 1\ntitle: A story\n"

    @saves_counterexamples(folder)
    def fails() -> None:
        raise StoryError

    with pytest.raises(StoryError) as failure:
        fails()
    (note,) = failure.value.__notes__
    assert note.startswith(f"Not saved: {folder}: ")
    assert note.endswith(StoryError.counterexample)

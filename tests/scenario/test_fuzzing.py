"""No text that somebody can write in a scenario file ends in a traceback or in a 500, wherever it is brought to."""

from pathlib import Path

import pytest

from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.scenario import parse_scenario
from tests.scenario.fuzzing import Drawing, exercise
from tests.scenario.writing import make_text
from tests.web.calling import Stage, set_stage

BATCHES = 20
IN_A_BATCH = 15
FOUND = sorted((Path(__file__).parent / "found_by_lot").glob("*.yaml"))


@pytest.fixture(scope="module")
def stage() -> Stage:
    return set_stage()


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_text_drawn_by_lot_is_a_scenario_that_goes_its_way_or_has_faults(stage: Stage, batch: int) -> None:
    for number in range(batch * IN_A_BATCH, (batch + 1) * IN_A_BATCH):
        assert exercise(Drawing(number).text(), stage) == [], number


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_found_by_lot_stays_mended(stage: Stage, path: Path) -> None:
    assert exercise(path.read_bytes().decode("utf-8"), stage) == []


def test_the_same_number_draws_the_same_text() -> None:
    first = [Drawing(number).text() for number in range(20)]
    assert [Drawing(number).text() for number in range(20)] == first
    assert len(set(first)) == 20


def test_enough_of_the_texts_are_scenarios_and_enough_are_not() -> None:
    good = 0
    for number in range(100):
        try:
            parse_scenario(Drawing(number).text(), name="drawn")
        except ScenarioFaults:
            continue
        good += 1
    assert 10 <= good <= 90


def test_what_goes_wrong_is_noticed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("mockserver.runner.scenario_run.request_of", broken)
    text = make_text({"when": [{"at": "+1m", "list_upcoming": "asha"}]})
    assert any(each.startswith("run: ") for each in exercise(text, stage))

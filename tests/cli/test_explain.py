"""``imin-mock explain``: readable, true when the API is asked, and clear about mistakes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from whenever import TimeDelta

from mockserver.cli.main import main
from mockserver.domain.rules import Rule
from mockserver.engine import explanation
from mockserver.engine.explanation import explain_item
from mockserver.engine.predictions import CancelAnswer, ItemAnswer
from mockserver.runner.answers import RULE_HEADER
from mockserver.runner.probes import ProbedScenario, expected_of, predicted, probe
from mockserver.scenario.expectations import CancelStep
from tests.library import NAMES, ROOT, shipped

HAPPY = ROOT / "scenarios" / "happy-path.yaml"
ITEMS_OF_EACH = 4


def explain(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, arguments)])


@pytest.mark.parametrize("arguments", [["happy-path", "seat-1"], [HAPPY, "seat-1"]])
def test_a_scenario_is_named_or_given_as_a_file(arguments: list[str]) -> None:
    result = explain(*arguments)
    assert result.exit_code == 0
    for part in ("seat-1 of order booking", "cancel.passed-on (documented:", "2030-06-04T19:00:00+01:00  by the clock"):
        assert part in result.output


@pytest.mark.parametrize("name", NAMES)
def test_an_explanation_is_readable_at_80_columns(name: str) -> None:
    item = next(iter(shipped(name).sample.catalogue.items), None)
    if item is not None:
        result = explain(name, item, "--probe")
        assert result.exit_code == 0, result.output
        assert [line for line in result.output.splitlines() if len(line) > 80] == []


def test_the_instant_is_relative_to_the_epoch_or_absolute() -> None:
    relative, absolute = (
        explain("happy-path", "seat-1", "--at", "+1d10h"),
        explain("happy-path", "seat-1", "--at", "2030-06-04T19:00:00+01:00"),
    )
    assert relative.output == absolute.output
    assert "400 cancel.window-closed: This booking can no" in relative.output


def test_json_holds_the_same_as_the_control_interface_and_the_probes() -> None:
    shown = json.loads(explain("happy-path", "seat-1", "--json", "--probe").output)
    assert [rule["id"] for rule in shown["rules"]] == ["cancel.presently-cancellable", "cancel.passed-on"]
    assert [each["near"] for each in shown["probes"]] == [
        "as explained",
        *(f"{near} cliff {number}" for number in (1, 2) for near in ("just before", "at", "just after")),
    ]
    assert all(each["agrees"] and each["expected"] == each["found"] for each in shown["probes"])
    assert "probes" not in json.loads(explain("happy-path", "seat-1", "--json").output)


@pytest.mark.parametrize("name", NAMES)
def test_the_api_agrees_with_every_explanation_around_every_cliff(name: str) -> None:
    probed = ProbedScenario.of(shipped(name))
    for item_id in list(probed.fresh().world.catalogue.items)[:ITEMS_OF_EACH]:
        explanation = probed.explain(item_id)
        probes = probe(probed, explanation)
        assert len(probes) >= 1 + 2 * len(explanation.outlook.cliffs)
        assert [each for each in probes if not each.agrees] == []


@pytest.mark.parametrize("name", NAMES)
def test_in_the_middle_of_a_scenario_the_api_answers_as_explained(name: str) -> None:
    probed = ProbedScenario.of(shipped(name))
    live_world = probed.fresh()
    for step in live_world.seed.steps:
        if step.at > live_world.clock.now():
            live_world.advance_to(step.at)
        expected = None
        if isinstance(step, CancelStep) and len(step.item_ids) == 1:
            item = live_world.world.catalogue.items[step.item_ids[0]]
            if item.order_id == step.order_id:
                expected = expected_of(explain_item(live_world.world, item.id, now=live_world.clock.now()).answer)
        response = probed.send(live_world, step)
        if expected is not None:
            status = None if response.dropped else response.status
            assert (status, response.header(RULE_HEADER)) == (expected.status, expected.rule)


@pytest.mark.parametrize("name", NAMES)
def test_no_flip_between_the_cliffs_is_missed(name: str) -> None:
    probed = ProbedScenario.of(shipped(name))
    for item_id in list(probed.fresh().world.catalogue.items)[:2]:
        foreseen = probed.explain(item_id)
        live_world = probed.fresh()
        asked = [foreseen.at + TimeDelta(hours=7 * number, seconds=11) for number in range(1, 40)]
        for _ in range(30):  # as much as any shipped scenario does by itself
            due = live_world.next_due()
            if due is None:
                break
            live_world.advance_to_next()
            asked += [due, due + explanation.MOMENT]
        for at in asked:
            assert probed.explain(item_id, at).answer.gist == predicted(foreseen, at).gist, at


def test_what_was_foreseen_from_the_beginning_is_what_is_explained_later() -> None:
    probed = ProbedScenario.of(shipped("seller-cancels"))
    foreseen = probed.explain(next(iter(probed.fresh().world.catalogue.items)))
    for cliff in foreseen.outlook.cliffs:
        for at in (cliff.at - explanation.MOMENT, cliff.at, cliff.at + explanation.MOMENT):
            assert probed.explain(foreseen.item_id, at).answer.gist == predicted(foreseen, at).gist


def test_an_explanation_that_is_not_true_exits_1_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(answer: ItemAnswer) -> ItemAnswer:
        return replace(answer, cancel=CancelAnswer(accepted=True, rule=Rule.CANCEL_PASSED_ON, reason=""))

    monkeypatch.setattr("mockserver.runner.probes.predicted", lambda e, at: lenient(predicted(e, at)))
    result = explain("happy-path", "seat-1", "--probe")
    assert result.exit_code == 1
    assert "5 of 7 DISAGREE" in result.output
    assert "explained as: list 200, flag false; PATCH 204" in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["happy-pat", "seat-1"], "'happy-pat': There is no scenario of this name. Did you mean 'happy-path'?"),
        (["qqq", "seat-1"], "`imin-mock scenarios` lists them."),
        ([str(HAPPY.with_name("happy-pth.yaml")), "seat-1"], f"Did you mean '{HAPPY}'?"),
        (["happy-path", "seat1"], "There is no order item 'seat1' in this world. Did you mean 'seat-1'?"),
        (["happy-path", "booking"], "'booking' is an order; its items are: seat-1"),
        (["happy-path", "seat-1", "--at", "2d"], "Did you mean '+2d'?"),
        (["happy-path", "seat-1", "--at", "2030-06-05T10:00"], "Did you mean '2030-06-05T10:00+01:00'?"),
        (["happy-path", "seat-1", "--at", "soon"], "'soon' is no instant: write +2d10h"),
        (["happy-path", "seat-1", "--at", "2030-02-30T10:00Z"], "--at: "),
        (["happy-path", "seat-1", "--at", "+9999999d"], "--at: "),
        (["happy-path", "seat-1", "--at", "-1s"], "'-1s' is before the world begins, at 2030-06-03T09:00:00+01:00."),
    ],
)
def test_a_mistake_exits_2_with_a_word_on_what_was_meant(arguments: list[str], says: str) -> None:
    result = explain(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_a_faulty_file_exits_2_with_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(HAPPY.read_text() + "extra: 1\n")
    result = explain(path, "seat-1")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{path}:")


def test_a_scenario_that_runs_in_a_circle_exits_2(tmp_path: Path) -> None:
    path = tmp_path / "circle.yaml"
    circle = "behaviour: {states: {a: {after: {PT0S: b}}, b: {after: {PT0S: a}}}}\n"
    path.write_text(_without_behaviour(HAPPY.read_text()) + circle)
    result = explain(path, "seat-1")
    assert result.exit_code == 2
    assert "runs in a circle" in " ".join(result.stderr.split())


def _without_behaviour(text: str) -> str:
    """A scenario's text up to its behaviour."""
    return text.partition("\nbehaviour:")[0].partition("\nwhen:")[0] + "\n"


def twin_of_happy_path(folder: Path, twin: str) -> Path:
    path = folder / "twin.yaml"
    path.write_text(HAPPY.read_text() + f"twin: {twin}\n")
    return path


def test_an_evil_twin_says_so_and_agrees_with_itself_where_it_bends_decisions(tmp_path: Path) -> None:
    result = explain(twin_of_happy_path(tmp_path, "cancel-after-deadline"), "seat-1", "--probe")
    assert result.exit_code == 0, result.output
    assert "an evil twin     cancel-after-deadline: " in result.output


def test_probing_catches_an_evil_twin_that_shows_other_than_it_decides(tmp_path: Path) -> None:
    result = explain(twin_of_happy_path(tmp_path, "flag-stuck-true"), "seat-1", "--probe")
    assert result.exit_code == 1
    assert "DISAGREE" in result.output
    assert "explained as: list 200, flag false" in result.output

"""The machine finds each bug of a client, tells it, saves it, and the file fails in the same way; a right client passes."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import httpx2
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st

from mockserver.cli.main import main
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.scenario import parse_scenario
from mockserver.testing import MockError, World
from mockserver.testing.properties import (
    Disagreement,
    Drawn,
    IminStateMachine,
    Outcome,
    Shown,
    Status,
    UnavailableError,
    rehearse,
    scenarios,
)
from tests.testing.properties.bugs import (
    BUGS,
    CancelsTheWholeOrder,
    ReadsOnlyTheFirstPage,
    ShowsCancelledAsPending,
    ShowsPendingAsCancelled,
    TakesA204ForCancelled,
)
from tests.testing.properties.reference import Reference

QUICK = settings(
    max_examples=500,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)


HAPPY: dict[str, Any] = {
    "version": 1,
    "title": "One place",
    "sellers": {"riverside": {"name": "Riverside"}},
    "customers": {
        "asha": {"given_name": "Asha", "family_name": "Patel", "email": "asha@example.com", "identifier": "customer-7"}
    },
    "opportunities": {
        "yoga": {"type": "ScheduledSession", "seller": "riverside", "name": "Yoga", "starts": "+2d"},
    },
    "orders": {"booking": {"customer": "asha", "items": {"seat-1": "yoga"}}},
}


def _behaving(**booking_system: Any) -> dict[str, Any]:
    return {**HAPPY, "behaviour": {"states": {"only": {"booking_system": booking_system}}}}


FEW: Sequence[dict[str, Any]] = (
    HAPPY,
    {**HAPPY, "customers": {**HAPPY["customers"], "liam": HAPPY["customers"]["asha"] | {"identifier": "liam"}}},
    {**HAPPY, "orders": {"booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "yoga"}}}},
    {
        **HAPPY,
        "orders": {
            "booking": {"customer": "asha", "items": {"seat-1": "yoga"}},
            "later": {"customer": "asha", "placed": "+0s", "items": {"seat-2": "yoga"}},
        },
    },
    _behaving(answers="refuse"),
    _behaving(answers="refuse_now"),
)
"""A few small worlds in which each of the bugs shows: most tests need no more."""

SMALL = st.sampled_from(FEW).map(lambda document: Drawn(document=document))


def caught(
    machine: type[Reference],
    folder: Path,
    worlds: st.SearchStrategy[Drawn],
    chosen: settings = QUICK,
) -> tuple[Disagreement, Path]:
    """The disagreement that the machine ends with, and its file."""
    sent = type(machine.__name__, (machine,), {"counterexamples": folder, "worlds": worlds})
    with pytest.raises(Disagreement) as failure:
        rehearse(sent, settings=chosen)
    (file,) = folder.iterdir()
    return failure.value, file


@pytest.mark.parametrize("worlds", [scenarios(api_faults=False), scenarios()], ids=["calm", "faulty"])
def test_a_right_client_passes_and_nothing_is_written(worlds: st.SearchStrategy[Drawn], tmp_path: Path) -> None:
    folder = tmp_path / "none"
    sent = type("Right", (Reference,), {"counterexamples": folder, "worlds": worlds})
    rehearse(sent, settings=settings(QUICK, max_examples=25))
    assert not folder.exists()


@pytest.mark.exhaustive
@pytest.mark.parametrize("machine", BUGS, ids=lambda machine: machine.__name__)
def test_each_bug_is_caught_told_and_fails_again_without_hypothesis(machine: type[Reference], tmp_path: Path) -> None:
    disagreement, file = caught(machine, tmp_path, SMALL)
    assert re.search(BUGS[machine], str(disagreement)), disagreement
    assert re.match(r"After .+, at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: your client ", str(disagreement))
    assert f"imin-mock run {file}" in disagreement.__notes__[-1]
    run = run_scenario(parse_scenario(file.read_text(encoding="utf-8"), name="saved"))
    # All steps but the last are as imin's API answered; the last is what the client believed.
    assert [outcome.passed for outcome in run.outcomes] == [True] * (len(run.outcomes) - 1) + [False]
    assert " ".join(str(disagreement).split()) in " ".join(run.scenario.about.split())


def test_the_saved_file_fails_on_the_command_line_at_the_step_of_the_disagreement(tmp_path: Path) -> None:
    _, file = caught(ShowsPendingAsCancelled, tmp_path, SMALL)
    ran = CliRunner().invoke(main, ["run", str(file)])
    assert ran.exit_code == 1
    assert "expected customer-7's upcoming items to show seat-1 CustomerCancelled" in ran.output
    assert "but seat-1 is CustomerCancellationPending (at 2030-06-03 09:00:00)" in ran.output


@pytest.mark.exhaustive
def test_the_counterexample_is_minimal(tmp_path: Path) -> None:
    _, file = caught(TakesA204ForCancelled, tmp_path, scenarios(api_faults=False, crowds=False))
    document = parse_scenario(file.read_text(encoding="utf-8"), name="saved").document
    assert list(document.orders) == ["order-1"]
    assert document.orders["order-1"].items == {"order-1-1": "session-1"}
    assert (document.readings, document.timeline) == ({}, ())
    when = re.findall(r"^  (cancel|get_order|list_upcoming):", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert when == ["cancel", "get_order"]


@pytest.mark.exhaustive
def test_the_same_seed_finds_the_same(tmp_path: Path) -> None:
    def found(number: int, folder: str) -> tuple[str, str, str]:
        sent = seed(number)(type("Seeded", (CancelsTheWholeOrder,), {}))
        disagreement, file = caught(sent, tmp_path / folder, SMALL, settings(QUICK, derandomize=False))
        return str(disagreement), file.name, file.read_text(encoding="utf-8")

    assert found(7, "a") == found(7, "b")


@pytest.mark.exhaustive
def test_workers_that_find_the_same_write_one_whole_file(tmp_path: Path) -> None:
    _, first = caught(ShowsPendingAsCancelled, tmp_path, SMALL)
    _, second = caught(ShowsPendingAsCancelled, tmp_path, SMALL)
    assert first == second
    assert [path.suffix for path in tmp_path.iterdir()] == [".yaml"]


def test_the_test_case_of_a_machine_saves_too_and_takes_settings(tmp_path: Path) -> None:
    class Client(ShowsPendingAsCancelled):
        counterexamples = tmp_path
        worlds = SMALL

    Client.TestCase.settings = QUICK
    assert Client.TestCase is Client.TestCase
    assert ShowsPendingAsCancelled.TestCase is not Client.TestCase
    with pytest.raises(Disagreement):
        Client.TestCase("runTest").runTest()
    assert len(list(tmp_path.iterdir())) == 1


def _only(document: Mapping[str, Any]) -> st.SearchStrategy[Drawn]:
    return st.just(Drawn(document=document))


def test_a_method_that_is_left_out_is_named() -> None:
    class Empty(IminStateMachine):
        worlds: ClassVar[st.SearchStrategy[Drawn]] = scenarios()

    with pytest.raises(NotImplementedError, match="Define connect"):
        rehearse(Empty, settings=QUICK)


def _answering_after_reads(reads: int) -> dict[str, Any]:
    fast = {"reads_feed_every": "PT0S", "refund": {"takes": "PT0S"}}
    state = {"booking_system": {"after": {"reads": reads}}, "imin": fast}
    return {**HAPPY, "behaviour": {"states": {"only": state}}}


@pytest.mark.exhaustive
@pytest.mark.parametrize("reads", [2, 5])
def test_looks_that_move_the_world_are_told_too(reads: int, tmp_path: Path) -> None:
    disagreement, file = caught(ShowsCancelledAsPending, tmp_path, _only(_answering_after_reads(reads)))
    assert "imin's API says cancelled" in str(disagreement)
    run = run_scenario(parse_scenario(file.read_text(encoding="utf-8"), name="saved"))
    assert [outcome.passed for outcome in run.outcomes] == [True] * (len(run.outcomes) - 1) + [False]


def test_an_item_that_changes_while_the_client_looks_may_be_shown_either_way(tmp_path: Path) -> None:
    class Client(Reference):
        worlds = _only(_answering_after_reads(1))
        counterexamples = tmp_path / "none"

    rehearse(Client, settings=settings(QUICK, max_examples=20))
    assert not (tmp_path / "none").exists()


FAILURES: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "a stranger": (lambda machine: machine.strangers(), "shows seat-99"),
    "out of reach": (lambda machine: machine.give_up(), "cannot be reached"),
}


@pytest.mark.parametrize("what", FAILURES)
def test_what_no_client_should_say_of_a_world_without_faults(what: str, tmp_path: Path) -> None:
    class Client(Reference):
        def list_upcoming(self, customer: str) -> Any:
            assert customer == "customer-7"
            return FAILURES[what][0](self)

        def strangers(self) -> Sequence[Shown]:
            return [*super().list_upcoming("customer-7"), Shown(item="seat-99", order="x", status=Status.BOOKED)]

        def give_up(self) -> Any:
            raise UnavailableError("no line")

    disagreement, file = caught(Client, tmp_path, _only(HAPPY))
    assert FAILURES[what][1] in str(disagreement)
    text = file.read_text(encoding="utf-8")
    assert "list_upcoming: asha" in text
    assert not run_scenario(parse_scenario(text, name="saved")).ok


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"clock": {"running": {}}}, "clock: frozen"),
        ({"epoch": "now"}, "an epoch other than now"),
        ({"twin": "refunds-twice"}, "imin-mock twins"),
    ],
)
def test_a_world_in_which_no_run_is_the_same_again_or_judged_is_refused(told: dict[str, Any], says: str) -> None:
    class Client(Reference):
        worlds = _only({**HAPPY, **told})

    with pytest.raises(MockError, match=says):
        rehearse(Client, settings=QUICK)


@pytest.mark.exhaustive
def test_a_client_on_a_real_port_is_seen_as_well(tmp_path: Path) -> None:
    class Client(ShowsPendingAsCancelled):
        def connect(self, world: World) -> None:
            http = httpx2.Client(base_url=world.base_url, trust_env=False)
            self.imin = self.Client(http, f"{world.base_url}/api/v2", world.api_key, pause=self.pause)

        def teardown(self) -> None:
            self.imin._http.close()
            super().teardown()

    _, near = caught(ShowsPendingAsCancelled, tmp_path / "near", _only(HAPPY), settings(QUICK, max_examples=20))
    _, far = caught(Client, tmp_path / "far", _only(HAPPY), settings(QUICK, max_examples=20))
    assert far.read_text(encoding="utf-8") == near.read_text(encoding="utf-8")


class OneBodyForm(Reference):
    """A right client that is built for one form of the body, as most are."""

    def cancel(self, order: str, items: Sequence[str]) -> Mapping[str, Outcome]:
        said: dict[str, Outcome] = {}
        for item in items:
            body = {"orderIdentifier": order, "orderItemIdentifier": item}
            answer = self.imin.ask("PATCH", f"orders/{order}", body=body)
            said[item] = Outcome.REQUESTED if answer.status == 204 else Outcome.REFUSED
        return said


def test_a_right_client_of_one_body_form_passes(tmp_path: Path) -> None:
    sent = type("Right", (OneBodyForm,), {"counterexamples": tmp_path / "none"})
    rehearse(sent, settings=settings(QUICK, max_examples=25))


@pytest.mark.exhaustive
def test_a_client_that_reads_the_first_page_alone_is_caught_within_the_default_number_of_examples(
    tmp_path: Path,
) -> None:
    chosen = settings(QUICK, max_examples=100, stateful_step_count=50)  # what Hypothesis does unless told otherwise
    disagreement, _ = caught(ReadsOnlyTheFirstPage, tmp_path, IminStateMachine.worlds, chosen)
    assert "not shown; imin's API says" in str(disagreement)

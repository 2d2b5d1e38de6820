"""Behaviour coverage: its universe, and that each point is counted when it is met, once, and never otherwise."""

from functools import cache

import pytest

from mockserver.domain.rules import Rule
from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, IMIN_MOVES
from mockserver.engine.coverage.points import NEEDS, NOT_OBSERVED, TITLES, UNREACHED, Family, universe
from mockserver.engine.coverage.report import CoverageReport, merge
from mockserver.runner.scenario_coverage import BY_HAND, Exercised, exercised
from tests.library import NAMES, shipped
from tests.web.calling import scenario, session, set_stage
from tests.web.meeting import UPCOMING, act, advance, counts_of, late_and_unknown, met_by_all, one, report_of


@cache
def all_shipped() -> Exercised:
    return exercised([shipped(name) for name in NAMES])


@cache
def everything() -> CoverageReport:
    return merge(all_shipped().report, met_by_all())


@pytest.mark.parametrize("point", universe())
def test_every_point_can_be_met(point: str) -> None:
    assert everything().counts.get(point, 0) > 0


def test_nothing_is_counted_that_is_not_a_point() -> None:
    assert set(everything().counts) <= {point.id for point in everything().points}


def test_every_transition_of_a_shipped_machine_is_met_by_its_own_scenario() -> None:
    machines = all_shipped().report.machines
    assert len(machines) == sum(
        len(state.transitions) for name in NAMES for state in shipped(name).sample.machine.states.values()
    )
    assert [point for point in machines if point not in all_shipped().report.counts] == []
    assert {point.split(":")[1] for point in machines} == {
        name for point in machines for name in all_shipped().by_point[point]
    }


def test_what_counts_is_met_in_shipped_scenarios_alone() -> None:
    """By their own steps, or by a right client in one of them, and then the report says how."""
    by_hand = {point.id for point in all_shipped().report.missing}
    assert by_hand == set(BY_HAND)
    assert by_hand <= set(counts_of(late_and_unknown()))


def test_what_does_not_count_is_met_by_no_shipped_scenario() -> None:
    assert set(NEEDS) <= set(universe())
    assert set(NEEDS) & set(all_shipped().report.counts) == set()


def test_every_rule_is_a_point_or_says_why_not() -> None:
    points = {rule for rule in Rule if f"rule:{rule.value}" in universe()}
    assert points | set(NOT_OBSERVED) == set(Rule)
    assert not points & set(NOT_OBSERVED)


def test_every_move_of_an_item_is_a_point_in_both_views_or_says_why_not() -> None:
    for family, moves in ((Family.IMIN, IMIN_MOVES), (Family.BOOKING_SYSTEM, BOOKING_SYSTEM_MOVES)):
        for before, following in moves.items():
            for after in following:
                is_point = f"{family.value}:{before.value}-to-{after.value}" in universe()
                assert is_point != (family is Family.IMIN and (before, after) in UNREACHED)


def test_an_id_begins_with_its_family_and_every_family_has_a_title() -> None:
    assert all(point.id.startswith(f"{point.family.value}:") and point.says for point in everything().points)
    assert set(TITLES) == set(Family) == {point.family for point in everything().points}


def test_looking_at_a_list_counts_its_flags_and_its_side_of_the_cliffs() -> None:
    stage = set_stage(scenario(opportunities={"yoga": session(), "swim": session(starts="+3d")}))
    stage.get(f"{UPCOMING}asha")
    assert counts_of(stage) == dict.fromkeys(
        (
            "rule:list.upcoming-earliest-first", "rule:cancel.presently-cancellable", "guard:attended:passes",
            "guard:offer:passes", "guard:window:passes", "cliff:window:list:before", "cliff:start:list:before",
        ),
        1,
    )  # fmt: skip


def test_a_list_that_was_ready_counts_as_one_that_was_made() -> None:
    stage = set_stage()
    for _ in range(3):
        stage.get(f"{UPCOMING}asha")
    assert set(counts_of(stage).values()) == {3}


def test_a_list_is_at_a_cliff_only_at_that_very_instant_though_it_is_kept_ready_longer() -> None:
    stage = set_stage()
    advance(stage, to="2030-06-04T19:00:00+01:00")
    stage.get(f"{UPCOMING}asha")
    advance(stage, by="PT1S")
    stage.get(f"{UPCOMING}asha")
    counts = counts_of(stage)
    assert (counts["cliff:window:list:at"], counts["cliff:window:list:after"]) == (1, 1)
    assert "cliff:window:list:before" not in counts


@pytest.mark.parametrize(("reading", "status"), [("too-late", 400), ("allowed", 204)])
def test_a_patch_at_the_deadline_is_at_the_cliff_whatever_the_reading_makes_of_it(reading: str, status: int) -> None:
    stage = set_stage(scenario(readings={"deadline-instant": reading}))
    advance(stage, to="2030-06-04T19:00:00+01:00")
    assert stage.cancel("booking", one(stage)).status == status
    assert [point for point in counts_of(stage) if point.startswith("cliff:")] == ["cliff:window:patch:at"]


def test_the_items_before_the_one_that_stops_a_cancellation_have_passed() -> None:
    late = session(starts="+10h", name="Early Swim")
    orders = {
        "booking": {
            "customer": "asha",
            "placed": "-3d",
            "items": {"seat-1": "yoga", "seat-2": "swim", "seat-3": "yoga"},
        }
    }
    stage = set_stage(scenario(opportunities={"yoga": session(), "swim": late}, orders=orders))
    body = one(stage)
    body["orderedItem"] += one(stage, "seat-2")["orderedItem"] + one(stage, "seat-3")["orderedItem"]
    assert stage.cancel("booking", body).rule == "cancel.window-closed"
    counts = counts_of(stage)
    assert (counts["guard:window:passes"], counts["guard:window:stops"]) == (1, 1)
    assert (counts["cliff:window:patch:before"], counts["cliff:window:patch:after"]) == (1, 1)
    assert counts["rule:cancel.all-or-none"] == 1


def test_a_refusal_is_counted_once_with_its_status_and_its_rule() -> None:
    stage = set_stage()
    stage.cancel("booking", b"{")
    assert counts_of(stage) == {"rule:body.not-json": 1, "refusal:400:body.not-json": 1}


def test_a_repeat_is_counted_by_what_the_item_was() -> None:
    stage = set_stage()
    for _ in range(2):
        stage.cancel("booking", one(stage))
    advance(stage, until_quiet=True)
    stage.cancel("booking", one(stage))
    counts = counts_of(stage)
    assert counts["rule:cancel.passed-on"] == 1
    assert counts["rule:cancel.repeat-while-pending"] == counts["rule:cancel.repeat-after-cancelled"] == 1


def test_a_repeat_beside_a_fresh_item_is_counted_with_it() -> None:
    stage = set_stage()
    stage.cancel("booking", one(stage))
    both = one(stage)
    both["orderedItem"] += one(stage, "seat-2")["orderedItem"]
    assert stage.cancel("booking", both).status == 204
    counts = counts_of(stage)
    assert (counts["rule:cancel.passed-on"], counts["rule:cancel.repeat-while-pending"]) == (2, 1)
    assert counts["rule:cancel.all-or-none"] == 1


def test_a_change_that_was_taken_back_is_not_one_that_another_overtook() -> None:
    """The feed shows the booking as it is already, so that its second notice is never published; nor is it overtaken."""
    opportunities = {"yoga": session(), "boxing": session(name="Evening Boxing")}
    orders = {
        "booking": {"customer": "asha", "placed": "-3d", "items": {"seat-1": "yoga"}},
        "other": {"customer": "asha", "placed": "-2d", "items": {"ring-1": "boxing"}},
    }
    stage = set_stage(scenario(opportunities=opportunities, orders=orders))
    for _ in range(2):
        act(stage, "CustomerNoticeSimulateAction", **{"imin-mock:message": "Bring a towel"})
    stage.cancel("other", one(stage, "ring-1", "other"))
    advance(stage, until_quiet=True)
    assert "feed:reordered" not in counts_of(stage)
    assert counts_of(stage)["feed:published"] == 2


def test_an_answer_that_a_failure_took_from_the_client_was_not_met() -> None:
    faulty = {"api": {"list_upcoming": {"respond": {"status": 503}}}}
    stage = set_stage(scenario(behaviour={"states": {"down": {"imin": faulty}}}))
    assert stage.get(f"{UPCOMING}asha").status == 503
    assert counts_of(stage) == {"rule:api.fault": 1, "fault:canned": 1}


def test_only_a_feed_that_reorders_is_counted_as_one() -> None:
    assert all_shipped().by_point["feed:reordered"] == ("reordered-feed",)


def test_a_server_that_counts_nothing_answers_the_same() -> None:
    counting, silent = set_stage(), set_stage(coverage=False)
    assert silent.server.worlds.coverage is None
    for stage in (counting, silent):
        stage.cancel("booking", one(stage))
        advance(stage, until_quiet=True)
    assert counting.state() == silent.state()
    assert counting.get(f"{UPCOMING}asha").body == silent.get(f"{UPCOMING}asha").body
    assert report_of(counting).percent > 0

"""Behaviour coverage on the control interface: of the whole server, of one world, and begun anew."""

import msgspec

from mockserver.engine.coverage.points import universe
from mockserver.engine.coverage.report import CoverageReport, report_of
from tests.web.calling import KEY, set_stage
from tests.web.described import Described
from tests.web.meeting import UPCOMING, one
from tests.web.meeting import report_of as met_on

COVERAGE = "/__admin/coverage"
OTHER = f"{KEY}@other"


def test_the_report_is_the_one_that_shards_are_merged_from() -> None:
    described = Described()
    described.stage.get(f"{UPCOMING}asha")
    answer = described.call("GET", COVERAGE)
    assert report_of(answer.body) == met_on(described.stage)
    assert report_of(answer.body).counts["cliff:window:list:before"] == 1


def test_the_report_tells_every_point_with_its_count_and_the_sums_of_the_families() -> None:
    described = Described()
    described.stage.cancel("booking", one(described.stage))
    shown = described.get(COVERAGE)
    assert [point["id"] for point in shown["points"]] == list(universe())
    assert shown["met"] == sum(1 for point in shown["points"] if point["count"] and point["needs"] is None)
    assert {family["family"]: family["met"] for family in shown["families"]}["imin"] == 1


def test_a_world_is_reported_alone() -> None:
    described = Described()
    described.stage.get(f"{UPCOMING}asha", key=OTHER)
    assert described.get(f"{COVERAGE}?world={KEY}")["met"] == 0
    alone = described.get(f"{COVERAGE}?world={OTHER}")
    assert alone == described.get(COVERAGE)
    assert alone["met"] > 0


def test_a_mistake_in_the_key_is_counted_for_the_server_alone() -> None:
    described = Described()
    assert described.stage.get(f"{UPCOMING}asha", key="nonesuch").status == 401
    points = {point["id"]: point["count"] for point in described.get(COVERAGE)["points"]}
    assert points["refusal:401:key.refused"] == 1
    assert described.get(f"{COVERAGE}?world={KEY}")["families"][1]["met_beyond"] == 0


def test_to_delete_is_to_count_from_nothing_again() -> None:
    described = Described()
    described.stage.get(f"{UPCOMING}asha")
    before = described.stage.state()
    assert described.call("DELETE", COVERAGE).status == 204
    assert described.get(COVERAGE)["met"] == 0
    assert described.stage.state() == before
    described.stage.get(f"{UPCOMING}asha")
    assert described.get(COVERAGE)["met"] > 0


def test_looking_at_the_report_counts_nothing() -> None:
    described = Described()
    assert described.get(COVERAGE) == described.get(COVERAGE)


def test_a_world_that_is_not_there_is_404_with_how_to_make_it() -> None:
    assert "nonesuch" in Described().refused("GET", f"{COVERAGE}?world=nonesuch", b"", 404)


def test_a_parameter_that_there_is_not_is_422_with_a_suggestion() -> None:
    assert "Did you mean 'world'?" in Described().refused("GET", f"{COVERAGE}?wrold={KEY}", b"", 422)


def test_a_server_that_counts_nothing_says_so() -> None:
    described = Described(set_stage(coverage=False))
    for method in ("GET", "DELETE"):
        assert "--no-coverage" in described.refused(method, COVERAGE, b"", 409)


def test_an_evil_twin_has_no_report_of_its_own() -> None:
    described = Described()
    twin = f"{KEY}~flag-stuck-true"
    described.stage.get(f"{UPCOMING}asha", key=twin)
    assert "evil twin" in described.refused("GET", f"{COVERAGE}?world={twin}", b"", 409)


def test_another_method_is_405() -> None:
    answer = set_stage().call("POST", COVERAGE, {})
    assert (answer.status, answer.header("allow")) == (405, "DELETE, GET, HEAD")


def test_an_empty_report_reads_back_as_one() -> None:
    body = set_stage().call("GET", COVERAGE).body
    assert report_of(body) == CoverageReport()
    assert msgspec.json.decode(body)["percent"] == 0

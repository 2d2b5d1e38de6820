"""Reports of behaviour coverage: merging is a sum, writing loses nothing, and what is foreign is refused with words."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.coverage.points import Family, Point, universe
from mockserver.engine.coverage.report import CoverageReport, ForeignReportError, merge, plain, report_of

MACHINE = [
    Point(id=f"machine:a-case:state:{n}-on-x", family=Family.MACHINE, says=f"transition {n}") for n in range(1, 5)
]


@st.composite
def reports(draw: st.DrawFn) -> CoverageReport:
    """Any report that a server could give."""
    machines = {point.id: point for point in draw(st.lists(st.sampled_from(MACHINE), max_size=4))}
    points = st.sampled_from([*universe(), *machines])
    return CoverageReport(counts=draw(st.dictionaries(points, st.integers(1, 10**6), max_size=12)), machines=machines)


@given(reports(), reports())
def test_the_order_of_two_reports_does_not_matter(one: CoverageReport, other: CoverageReport) -> None:
    assert merge(one, other) == merge(other, one)


@given(reports(), reports(), reports())
def test_how_shards_are_grouped_does_not_matter(
    one: CoverageReport, two: CoverageReport, three: CoverageReport
) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three)) == merge(one, two, three)


@given(reports())
def test_an_empty_report_changes_nothing(report: CoverageReport) -> None:
    assert merge(report, CoverageReport()) == merge(report) == report


@given(reports(), reports())
def test_a_merged_report_misses_only_what_both_miss(one: CoverageReport, other: CoverageReport) -> None:
    both = merge(one, other)
    missing = {point.id for point in both.missing}
    assert missing == {point.id for point in both.counted if not one.count(point) and not other.count(point)}


@given(reports())
def test_a_report_that_was_written_is_read_as_it_was(report: CoverageReport) -> None:
    assert report_of(msgspec.json.encode(plain(report))) == report


@given(reports())
def test_the_sums_of_a_report_are_those_of_its_points(report: CoverageReport) -> None:
    written = plain(report)
    counted = [point for point in written["points"] if point["needs"] is None]
    met = [point for point in counted if point["count"]]
    assert (written["counted"], written["met"]) == (len(counted), len(met))
    assert written["percent"] == round(100 * len(met) / len(counted), 2)
    assert sum(family["met"] for family in written["families"]) == len(met)
    assert sum(family["counted"] for family in written["families"]) == len(counted)


def test_an_empty_report_has_met_nothing() -> None:
    assert (CoverageReport().percent, CoverageReport().missing) == (0, CoverageReport().counted)


def test_no_transition_of_a_machine_is_missing_where_its_scenario_was_not_used() -> None:
    assert not [point for point in CoverageReport().points if point.family is Family.MACHINE]
    used = CoverageReport(machines={MACHINE[0].id: MACHINE[0]})
    assert MACHINE[0] in used.missing


def _written(**changes: Any) -> bytes:
    return msgspec.json.encode({**plain(CoverageReport()), **changes})


FOREIGN = {
    "empty": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "not JSON": (b"{", "is not JSON"),
    "not UTF-8": (b'{"version": "\xff"}', "is not JSON"),
    "a list where an object belongs, however deep": (b"[" * 100_000, "is no report of behaviour coverage"),
    "too deep in what is not read": (b'{"format": 1, "x": ' + b"[" * 1_000_000, "is nested too deeply for a report"),
    "another document": (b'{"openapi": "3.1.0"}', "is no report of behaviour coverage"),
    "a list": (b"[]", "is no report of behaviour coverage"),
    "another format": (_written(format=2), "counts other points"),
    "other points": (
        _written(universe="0000", version="9.9.9"),
        "was made by imin-mock 9.9.9, which counts other points",
    ),
    "an unknown point": (
        _written(points=[{"id": "rule:x", "family": "rule", "says": "", "count": 1}]),
        "no point 'rule:x'",
    ),
    "a point twice": (
        _written(points=[{"id": "rule:api.fault", "family": "rule", "says": "", "count": 1}] * 2),
        "two counts",
    ),
    "a negative count": (
        _written(points=[{"id": "rule:api.fault", "family": "rule", "says": "", "count": -1}]),
        "a negative count",
    ),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_what_is_no_report_of_this_version_is_refused_with_words(case: str) -> None:
    text, words = FOREIGN[case]
    with pytest.raises(ForeignReportError) as refused:
        report_of(text)
    assert words in str(refused.value)


def test_a_report_of_another_version_with_the_same_points_is_merged() -> None:
    assert report_of(_written(version="0.0.9")) == CoverageReport()

"""What a coverage report says about a diagram: how often each of its marks was met.

A mark that no report can count, such as an entry of the timeline, is left out, and the diagram leaves it uncoloured.
"""

from collections.abc import Iterator

from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, IMIN_MOVES, OrderItemStatus
from mockserver.drawing.graph import Coverage, move_mark, state_mark, status_mark, transition_mark
from mockserver.engine.coverage.points import Family, move_id, transition_id, universe
from mockserver.engine.coverage.report import CoverageReport
from mockserver.scenario.scenario import Scenario

_VIEWS = {"imin": (Family.IMIN, IMIN_MOVES), "booking_system": (Family.BOOKING_SYSTEM, BOOKING_SYSTEM_MOVES)}


def machine_coverage(report: CoverageReport, scenario: Scenario) -> Coverage:
    """How often each transition of the scenario's machine fired, and each state was left or entered."""
    marks: dict[str, int] = {}
    for state in scenario.sample.machine.states.values():
        for index, transition in enumerate(state.transitions):
            point = transition_id(state.name, index, transition, scenario.name)
            if point not in report.machines:
                continue  # no world of this scenario was counted
            count = report.counts.get(point, 0)
            marks[transition_mark(state.name, index)] = count
            for touched in {state.name, transition.to or state.name}:
                marks[state_mark(touched)] = marks.get(state_mark(touched), 0) + count
    return _without_untold(marks, state_mark(scenario.sample.machine.initial))


def life_coverage(report: CoverageReport) -> Coverage:
    """How often an order item made each move, and left or reached each status, in either view."""
    marks: dict[str, int] = {}
    for view, before, after, count in _moves(report):
        marks[move_mark(view, before, after)] = count
        for touched in (before, after):
            marks[status_mark(view, touched)] = marks.get(status_mark(view, touched), 0) + count
    return _without_untold(marks, *(status_mark(view, OrderItemStatus.CONFIRMED) for view in _VIEWS))


def _without_untold(marks: dict[str, int], *beginnings: str) -> dict[str, int]:
    """Everything begins somewhere without a transition: a beginning that nothing has left may have been met all the same."""
    return {mark: count for mark, count in marks.items() if count or mark not in beginnings}


def _moves(report: CoverageReport) -> Iterator[tuple[str, OrderItemStatus, OrderItemStatus, int]]:
    for view, (family, moves) in _VIEWS.items():
        for before, following in moves.items():
            for after in following:
                point = move_id(family, before, after)
                if point in universe():
                    yield view, before, after, report.counts.get(point, 0)

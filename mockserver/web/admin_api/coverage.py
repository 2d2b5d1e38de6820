"""Behaviour coverage, its shapes and its operations: which behaviours the tests have met, on the whole server or in one world."""

from typing import Annotated

from msgspec import Meta, Struct

from mockserver.engine.coverage.ledger import CoverageLedger, NotCountedError, report_of_world
from mockserver.engine.coverage.points import Family
from mockserver.engine.coverage.report import FORMAT, plain
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.rows import (
    NO_QUERY,
    NO_WORLD,
    Paths,
    look,
    problem_says,
)
from mockserver.web.admin_api.shapes import Closed, Count
from mockserver.web.answers import Answer, empty_answer, json_answer
from mockserver.web.decoder import query_of
from mockserver.web.operation import Call, Operation, OperationOutcome


class CoverageQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which world; the whole server, without it."""

    world: Annotated[str, Meta(min_length=1, description="A world's key; without it, the whole server.")] | None = None


class PointView(Closed):
    """A behaviour that tests can meet. ``needs``: why it does not count towards the percentage, if it does not."""

    id: str
    family: Family
    says: str
    needs: str | None
    count: Count


class FamilyView(Closed):
    """The sums of a family. ``met_beyond``: points met that do not count."""

    family: Family
    met: Count
    counted: Count
    met_beyond: Count


class CoverageView(Closed):
    """A report of behaviour coverage, as `imin-mock coverage` reads and merges it."""

    format: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    version: str
    universe: str
    percent: Annotated[float, Meta(ge=0, le=100)]
    met: Count
    counted: Count
    families: list[FamilyView]
    points: list[PointView]


def show_coverage(control: Control, call: Call) -> Answer:
    """What has been met."""
    ledger = _ledger(control)
    if call.query.world is None:
        return json_answer(plain(ledger.report()))
    live_world = control.worlds.find(call.query.world)
    if live_world.tally is None:
        raise NotCountedError(
            "This world is an evil twin: what it does is no behaviour of the mock, and is not counted."
        )
    live_world.catch_up()
    return json_answer(plain(report_of_world(live_world.tally)))


def forget_coverage(control: Control, _: Call) -> Answer:
    """Count from nothing again."""
    _ledger(control).start_anew()
    return empty_answer(204)


def _ledger(control: Control) -> CoverageLedger:
    if control.worlds.coverage is None:
        raise NotCountedError("This server was started with --no-coverage; start it without.")
    return control.worlds.coverage


NOT_COUNTED = problem_says("Nothing is counted: by a server with --no-coverage, or of an evil twin.")

PATHS: Paths = {
    "/__admin/coverage": {
        "GET": look(
            "showCoverage", "observations", "Which behaviours the tests have met", show_coverage,
            CoverageView, query=query_of(CoverageQuery),
            about="Of the whole server, worlds that are gone included, or of one. `imin-mock coverage` reads and merges it.",
            outcomes={404: NO_WORLD, 409: NOT_COUNTED},
        ),
        "DELETE": Operation(
            id="forgetCoverage",
            tag="observations",
            summary="Forget what the tests have met",
            carry_out=forget_coverage,
            query=NO_QUERY,
            outcomes={204: OperationOutcome(says="All counts begin again; worlds stay as they are."), 409: NOT_COUNTED},
        ),
    },
}  # fmt: skip

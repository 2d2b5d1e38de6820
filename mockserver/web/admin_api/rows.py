"""What the rows of the control interface are made of: few words for what many operations have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.web.admin_api import shapes as shape
from mockserver.web.admin_api.control import Control
from mockserver.web.answers import Answer
from mockserver.web.decoder import query_of
from mockserver.web.operation import Call, DescribedOperation, Operation, OperationOutcome, Query

WORLD = "/__admin/worlds/{key}"
PROBLEM_JSON = "application/problem+json"
NO_QUERY = query_of()

CarryOut = Callable[[Control, Call], Answer]
Paths = dict[str, dict[str, DescribedOperation[Control]]]
"""The paths of a resource, with their methods."""


def problem_says(says: str, kind: Any = shape.Problem) -> OperationOutcome:
    """A refusal as problem+json."""
    return OperationOutcome(says=says, shape=kind, media_type=PROBLEM_JSON)


def look(id_: str, tag: str, summary: str, carry_out: CarryOut, of: Any, **more: Any) -> DescribedOperation[Control]:
    """An operation that looks: 200, and what else it may answer."""
    links: Mapping[str, Any] = more.pop("links", {})
    outcomes = {200: OperationOutcome(says=summary + ".", shape=of, links=links), **more.pop("outcomes", {})}
    return Operation(
        id=id_,
        tag=tag,
        summary=summary,
        carry_out=carry_out,
        outcomes=outcomes,
        query=more.pop("query", NO_QUERY),
        **more,
    )


NO_WORLD = problem_says("No world has this key yet.")


def look_at_world(
    id_: str, tag: str, summary: str, carry_out: CarryOut, of: Any, query: Query = NO_QUERY
) -> DescribedOperation[Control]:
    """An operation that looks at a world: 200, or 404 where there is none."""
    return look(id_, tag, summary, carry_out, of, outcomes={404: NO_WORLD}, query=query)

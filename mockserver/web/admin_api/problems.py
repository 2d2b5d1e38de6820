"""How the control interface says no: problem+json (RFC 9457), and the one table from an exception to a status.

404: there is no such thing. 409: the request is well-formed, the world does not permit it. 422: the request is not of the
documented shape. A caller's mistake is never marked as a fault of the mock.
"""

from collections.abc import Iterable
from typing import Any

from mockserver.domain.readings import UnknownReadingError
from mockserver.domain.rules import Rule
from mockserver.engine.clock import BackwardMoveError
from mockserver.engine.coverage.ledger import NotCountedError
from mockserver.engine.exchange_queries import NoLongerKeptError
from mockserver.engine.explanation import TooFarAheadError
from mockserver.engine.keys import KeyRefusedError, parse_key
from mockserver.engine.live_world import WorldFullError
from mockserver.engine.registry import (
    KeyTakenError,
    TooManyScenariosError,
    UnknownScenarioError,
    UnknownWorldError,
    UnreadableScenarioError,
)
from mockserver.engine.snapshots import SnapshotError
from mockserver.scenario.faults import Fault, MisfitError, ScenarioFaults
from mockserver.web.answers import Answer, problem
from mockserver.web.booking_system_api.errors import explain_refusal
from mockserver.web.instants import NoSuchInstantError
from mockserver.web.operation import RefusalError

STATUS_AND_TITLE: dict[type[Exception], tuple[int, str]] = {
    UnknownWorldError: (404, "There is no such world"),
    UnknownScenarioError: (404, "There is no such scenario"),
    KeyTakenError: (409, "The world is there already"),
    KeyRefusedError: (409, "This key cannot name the world"),
    SnapshotError: (409, "The snapshot cannot be restored"),
    WorldFullError: (409, "The world is full"),
    BackwardMoveError: (409, "A clock cannot go back"),
    UnknownReadingError: (409, "There is no such reading"),
    NoSuchInstantError: (409, "There is no such instant"),
    TooFarAheadError: (409, "Too much is due before that"),
    NoLongerKeptError: (409, "Exchanges are no longer kept"),
    NotCountedError: (409, "Nothing is counted"),
    TooManyScenariosError: (409, "There are too many scenarios"),
    UnreadableScenarioError: (409, "The scenario cannot be read"),
    MisfitError: (409, "The scenario does not fit this epoch"),
}
"""Every refusal of the layers below, but for the domain's own and a scenario's faults."""


def problem_answer(refusal: RefusalError) -> Answer:
    """A refusal as problem+json."""
    return problem(
        refusal.status, refusal.kind, refusal.detail, rule=refusal.rule, headers=refusal.headers, **refusal.more
    )


def explain(error: Exception) -> RefusalError | None:
    """What an exception of the layers below means to the caller; ``None`` for a bug of ours."""
    if isinstance(error, ScenarioFaults):
        return faulty_scenario(409, error)
    for kind, (status, title) in STATUS_AND_TITLE.items():
        if isinstance(error, kind):
            return RefusalError(status, title, str(error))
    return explain_refusal(error)


def faulty_scenario(status: int, faults: ScenarioFaults) -> RefusalError:
    """A scenario's text is faulty: all of its faults at once."""
    count = len(faults.faults)
    detail = f"The scenario has {'a fault' if count == 1 else f'{count} faults'}; nothing has changed."
    return RefusalError(status, "The scenario is faulty", detail, faults=fault_views(faults.faults))


def fault_views(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Faults, key by key."""
    return [
        {
            "file": fault.file,
            "line": fault.line,
            "column": fault.column,
            "path": fault.path,
            "message": fault.message,
            "hint": fault.hint,
        }
        for fault in faults
    ]


def well_formed(key: str) -> str:
    """The key, if it has the form of one. *Raises* :class:`RefusalError` that says what a good key is."""
    try:
        parse_key(key)
    except KeyRefusedError as refusal:
        raise RefusalError(422, "The key is not well-formed", str(refusal), rule=Rule.KEY_REFUSED) from None
    return key

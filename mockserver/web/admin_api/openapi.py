"""The OpenAPI 3.1 document of the control interface, made when it is first asked for."""

from typing import Any

import mockserver
from mockserver.engine.keys import SCENARIO_PATTERN
from mockserver.foundation.patterns import whole
from mockserver.web.admin_api.describing import PROBLEM_JSON
from mockserver.web.admin_api.operations import PATHS
from mockserver.web.admin_api.server import LONGEST_NAME
from mockserver.web.admin_api.shapes import Problem
from mockserver.web.openapi_document import openapi_document
from mockserver.web.operation import OperationOutcome

INFO = {
    "title": "The control interface of imin-mock",
    "version": mockserver.__version__,
    "summary": "Scenarios, worlds and their clocks, what Sellers do, and everything that can be observed.",
    "license": {"name": "MIT", "identifier": "MIT"},
}
TAGS = {
    "server": "The server as a whole.",
    "scenarios": "What worlds can be made of.",
    "rules": "Every behaviour with its provenance, and every question that imin leaves open.",
    "worlds": "Make, look at, change, keep and drop worlds.",
    "clock": "A world's time.",
    "pact": "States for Pact verifiers.",
    "observations": "What has happened in a world. Looking changes nothing.",
}
_TEXT = {"type": "string", "minLength": 1}
PARAMETERS: dict[str, dict[str, Any]] = {
    "key": {"description": "The world's key.", "schema": _TEXT, "example": "happy-path"},
    "name": {
        "description": "The scenario's name.",
        "schema": {"type": "string", "pattern": whole(SCENARIO_PATTERN), "maxLength": LONGEST_NAME},
        "example": "happy-path",
    },
    "rule": {"description": "The rule's id.", "schema": _TEXT, "example": "cancel.window-closed"},
    "order": {
        "description": "The order's identifier, or its name in the scenario.",
        "schema": _TEXT,
        "example": "booking",
    },
    "item": {"description": "The order item's identifier.", "schema": _TEXT, "example": "seat-1"},
}


def _problem(says: str) -> OperationOutcome:
    return OperationOutcome(says=says, shape=Problem, media_type=PROBLEM_JSON)


OF_ANY = {
    500: OperationOutcome(
        says="The scenario runs in a circle, or this is a bug of the mock; X-Imin-Mock-Fault says which.",
        shape=Problem,
        media_type=PROBLEM_JSON,
        headers={"X-Imin-Mock-Fault": "endless-scenario, or bug."},
    ),
    422: _problem("The query or the body is not of the documented shape."),
}
OF_BODY = {
    400: _problem("The body is not what its media type says."),
    413: _problem("The body is too large."),
    415: _problem("The body is of another media type."),
}


def build_document(address: str) -> dict[str, Any]:
    """The document for the address that was called."""
    return openapi_document(
        PATHS,
        info=INFO,
        address=address,
        tags=TAGS,
        parameters=PARAMETERS,
        outcomes_of=lambda operation: {**OF_ANY, **(OF_BODY if operation.body else {}), **operation.outcomes},
    )

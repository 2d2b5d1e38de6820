"""The control interface at a glance: its paths, its routes and its document. It asks for no key: who runs the mock uses it."""

from typing import Any

from starlette.routing import Route

import mockserver
from mockserver.engine.keys import SCENARIO_PATTERN
from mockserver.engine.registry import Worlds
from mockserver.foundation.patterns import whole
from mockserver.scenario.provider_states import ProviderStates
from mockserver.web.admin_api import (
    clock,
    coverage,
    exchanges,
    explanation,
    observations,
    provider_states,
    server,
    worlds,
)
from mockserver.web.admin_api.control import Control, ScenarioShelf
from mockserver.web.admin_api.problems import explain, problem_answer
from mockserver.web.admin_api.rows import PROBLEM_JSON, Paths, problem_says
from mockserver.web.admin_api.server import LONGEST_NAME
from mockserver.web.admin_api.shapes import Problem
from mockserver.web.answers import FOR_NOBODY_ELSE
from mockserver.web.openapi_document import document_route, openapi_document
from mockserver.web.operation import OperationOutcome
from mockserver.web.operation_endpoint import Face, OperationEndpoint, operation_routes
from mockserver.web.twin_answers import loud

PATHS: Paths = {
    **server.PATHS,
    **coverage.PATHS,
    **worlds.PATHS,
    **clock.PATHS,
    **observations.PATHS,
    **explanation.PATHS,
    **exchanges.PATHS,
    **provider_states.PATHS,
}
"""Every path with its methods."""

DOCUMENT_PATH = "/__admin/openapi.json"


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


OF_ANY = {
    500: OperationOutcome(
        says="The scenario runs in a circle, or this is a bug of the mock; X-Imin-Mock-Fault says which.",
        shape=Problem,
        media_type=PROBLEM_JSON,
        headers={"X-Imin-Mock-Fault": "endless-scenario, or bug."},
    ),
    422: problem_says("The query or the body is not of the documented shape."),
}
OF_BODY = {
    400: problem_says("The body is not what its media type says."),
    413: problem_says("The body is too large."),
    415: problem_says("The body is of another media type."),
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


def admin_routes(
    worlds: Worlds,
    shelf: ScenarioShelf,
    states: ProviderStates | None,
    *,
    public_url: str | None,
    body_limit: int,
) -> list[Route]:
    """One route per path with all its methods, the document, and an answer for every other path."""
    control = Control(worlds=worlds, shelf=shelf, states=states or ProviderStates())
    face: Face[Control] = Face(
        enter=lambda _: control,
        refuse=problem_answer,
        explain=explain,
        date=lambda _, scope: control.present_of(scope["path_params"].get("key")),
        finish=lambda _, scope, answer: loud(answer, control.twin_of(scope["path_params"].get("key"))),
        public_url=public_url,
        body_limit=body_limit,
        headers=FOR_NOBODY_ELSE,
    )
    return [
        *operation_routes(PATHS, face),
        document_route(DOCUMENT_PATH, build_document, public_url),
        Route("/__admin{unknown:path}", OperationEndpoint({}, face)),
    ]

"""The routes of the control interface. It asks for no key: it is for whoever runs the mock."""

from starlette.routing import Route

from mockserver.engine.registry import Worlds
from mockserver.scenario.provider_states import ProviderStates
from mockserver.web.admin_api.control import Control, ScenarioShelf
from mockserver.web.admin_api.operations import PATHS
from mockserver.web.admin_api.problems import explain, problem_answer
from mockserver.web.answers import FOR_NOBODY_ELSE
from mockserver.web.openapi_document import document_route
from mockserver.web.operation_endpoint import Face, OperationEndpoint, operation_routes
from mockserver.web.twin_answers import loud

DOCUMENT_PATH = "/__admin/openapi.json"


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
        document_route(DOCUMENT_PATH, _build, public_url),
        Route("/__admin{unknown:path}", OperationEndpoint({}, face)),
    ]


def _build(address: str) -> dict[str, object]:
    from mockserver.web.admin_api.openapi import build_document  # only who asks for it pays for it

    return build_document(address)

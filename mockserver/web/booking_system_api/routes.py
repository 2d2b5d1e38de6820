"""The routes of the Booking System's face. The key is the same as for imin's face, and so is the world that it names."""

from starlette.routing import Route

from mockserver.domain.rules import Rule
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.registry import Worlds
from mockserver.web.answers import Answer, Receive, Scope, Send, send_answer
from mockserver.web.authentication import enter_world, one_key, with_word_of_world
from mockserver.web.booking_system_api.errors import (
    DOCUMENT_PATH,
    error_answer,
    explain_refusal,
    refuse_key,
    unknown_endpoint,
)
from mockserver.web.booking_system_api.operations import PATHS, build_document
from mockserver.web.instants import NoSuchInstantError
from mockserver.web.openapi_document import document_route
from mockserver.web.operation import RefusalError
from mockserver.web.operation_endpoint import Face, operation_routes
from mockserver.web.twin_answers import bent


def booking_system_routes(worlds: Worlds, *, public_url: str | None, body_limit: int) -> list[Route]:
    """One route per path with all its methods, and the document."""

    def enter(scope: Scope) -> LiveWorld | Answer:
        return enter_world(worlds, one_key(scope["headers"]), refuse_key)

    face: Face[LiveWorld] = Face(
        enter=enter,
        refuse=error_answer,
        explain=_explain,
        date=lambda live_world, _: live_world.present(),
        finish=lambda live_world, _, answer: with_word_of_world(bent(answer, live_world.twin), live_world),
        public_url=public_url,
        body_limit=body_limit,
    )
    return [
        *operation_routes(PATHS, face),
        document_route(DOCUMENT_PATH, build_document, public_url),
        Route("/booking-system/{unknown:path}", _Unknown()),
    ]


class _Unknown:
    """Everything under a path that the Booking System does not have."""

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        await send_answer(unknown_endpoint(scope["path"]), send, head=scope["method"] == "HEAD")


def _explain(error: Exception) -> RefusalError | None:
    if isinstance(error, NoSuchInstantError):
        return RefusalError(409, "OpenBookingError", str(error), rule=Rule.SELLER_ILLEGAL)
    return explain_refusal(error)

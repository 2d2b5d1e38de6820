"""The routes of the Booking System's face. The key is the same as for imin's face, and so is the world that it names."""

from starlette.routing import Route

from mockserver.domain.rules import Rule
from mockserver.engine.registry import Worlds
from mockserver.engine.rehearsal import Rehearsal
from mockserver.web.answers import Answer, Scope
from mockserver.web.booking_system_api.errors import error_answer, explain_refusal
from mockserver.web.booking_system_api.operations import PATHS
from mockserver.web.document_route import document_route
from mockserver.web.instants import NoSuchInstantError
from mockserver.web.keyed import enter_world, key_of, with_word_of_world
from mockserver.web.law_breaking import bent
from mockserver.web.operation import RefusalError
from mockserver.web.operation_endpoint import Face, operation_routes

DOCUMENT_PATH = "/booking-system/openapi.json"


def booking_system_routes(worlds: Worlds, *, public_url: str | None, body_limit: int) -> list[Route]:
    """One route per path with all its methods, and the document."""

    def enter(scope: Scope) -> Rehearsal | Answer:
        key = b""
        for name, value in scope["headers"]:
            if name == b"x-api-key":
                key = key_of(value, key)
        return enter_world(worlds, key)

    face: Face[Rehearsal] = Face(
        enter=enter,
        refuse=error_answer,
        explain=_explain,
        date=lambda rehearsal, _: rehearsal.present(),
        finish=lambda rehearsal, _, answer: with_word_of_world(bent(answer, rehearsal.law_breaker), rehearsal),
        public_url=public_url,
        body_limit=body_limit,
    )
    return [*operation_routes(PATHS, face), document_route(DOCUMENT_PATH, _build, public_url)]


def _explain(error: Exception) -> RefusalError | None:
    if isinstance(error, NoSuchInstantError):
        return RefusalError(409, "OpenBookingError", str(error), rule=Rule.SELLER_ILLEGAL)
    return explain_refusal(error)


def _build(address: str) -> dict[str, object]:
    from mockserver.web.booking_system_api.openapi import build_document  # only who asks for it pays for it

    return build_document(address)

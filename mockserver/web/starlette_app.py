"""Everything but imin's face: the Booking System's, the control interface, the pages, and what is said where nothing answers.

A Starlette application. It is loaded, and each of its faces put together, when first called: who only calls imin's API does
not wait for it.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from mockserver.engine.clock import wall_now
from mockserver.engine.registry import Worlds
from mockserver.foundation.limits import UPLOAD_TIMES_BODY
from mockserver.web.answers import Answer, http_date, mock_fault
from mockserver.web.internal_errors import fault_of_ours
from mockserver.web.pages.routes import Pages

if TYPE_CHECKING:
    from mockserver.scenario.provider_states import ProviderStates
    from mockserver.web.admin_api.control import ScenarioShelf


def build_application(
    worlds: Worlds,
    scenarios: "ScenarioShelf",
    states: "ProviderStates | None",
    *,
    public_url: str | None,
    body_limit: int,
) -> ASGIApp:
    """The application over a registry of worlds; ``states`` are a Pact verifier's, beside the built-in ones."""

    def booking_system() -> Sequence[Route]:
        from mockserver.web.booking_system_api.routes import booking_system_routes

        return booking_system_routes(worlds, public_url=public_url, body_limit=body_limit)

    def admin() -> Sequence[Route]:
        from mockserver.web.admin_api.routes import admin_routes

        return admin_routes(worlds, scenarios, states, public_url=public_url, body_limit=body_limit * UPLOAD_TIMES_BODY)

    routes: list[BaseRoute] = [
        Route("/booking-system/{rest:path}", LazyFace(booking_system)),
        Route("/__admin{rest:path}", LazyFace(admin)),
        *Pages(worlds, public_url).routes(),
    ]
    handlers: dict[type[Exception] | int, ExceptionHandler] = {
        HTTPException: _on_http_exception,  # type: ignore[dict-item]
        Exception: _on_exception,
    }
    application = Starlette(routes=routes, exception_handlers=handlers)
    application.router.redirect_slashes = False
    return application


async def _on_http_exception(request: Request, error: HTTPException) -> Response:
    kind = {404: "unknown-route", 405: "method-not-allowed"}.get(error.status_code, "http")
    detail = f"{request.method} {request.url.path}: {error.detail}. The page at / lists what is here."
    headers = [(name.lower().encode(), value.encode()) for name, value in (error.headers or {}).items()]
    return _as_response(mock_fault(kind, error.status_code, error.detail, detail, headers=headers))


async def _on_exception(_: Request, error: Exception) -> Response:
    return _as_response(fault_of_ours(error))


def _as_response(answer: Answer) -> Response:
    """An answer as Starlette's kind of response."""
    response = Response(answer.body, answer.status)
    response.raw_headers = [*answer.headers, (b"date", http_date(wall_now()))]
    return response


BuildRoutes = Callable[[], Sequence[Route]]


class LazyFace:
    """An ASGI application over routes that are built at the first request."""

    def __init__(self, build: BuildRoutes) -> None:
        self._build = build
        self._router: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._router is None:
            self._router = Router(routes=self._build(), redirect_slashes=False)
        await self._router(scope, receive, send)

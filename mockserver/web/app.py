"""The whole server as one ASGI application: three faces, two pages, and what is said where none of them answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ExceptionHandler, Receive, Scope, Send

from mockserver.engine.registry import Worlds
from mockserver.web.answers import Answer, mock_fault
from mockserver.web.bugs import fault_of_ours
from mockserver.web.imin_api.endpoint import Sleep
from mockserver.web.imin_api.routes import PREFIX, IminFace
from mockserver.web.lazy_face import LazyFace
from mockserver.web.pages.routes import Pages

if TYPE_CHECKING:
    from mockserver.web.admin_api.control import ScenarioShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the faces need to know. *Units*: ``body_limit`` in bytes."""

    public_url: str | None = None
    body_limit: int = 1024 * 1024
    sleep: Sleep = asyncio.sleep


def make_app(
    worlds: Worlds, scenarios: "ScenarioShelf", settings: WebSettings, more_routes: Sequence[BaseRoute] = ()
) -> "Stage":
    """The application over a registry of worlds."""
    routes: list[BaseRoute] = [
        Route("/booking-system/{rest:path}", LazyFace(lambda: _booking_system(worlds, settings))),
        Route("/__admin{rest:path}", LazyFace(lambda: _admin(worlds, scenarios, settings))),
        *Pages(worlds, settings.public_url).routes(),
        *more_routes,
    ]
    handlers: dict[type[Exception] | int, ExceptionHandler] = {
        HTTPException: _on_http_exception,  # type: ignore[dict-item]
        Exception: _on_exception,
    }
    rest = Starlette(routes=routes, exception_handlers=handlers)
    rest.router.redirect_slashes = False
    imin = IminFace(worlds, public_url=settings.public_url, body_limit=settings.body_limit, sleep=settings.sleep)
    return Stage(imin=imin, rest=rest)


def _booking_system(worlds: Worlds, settings: WebSettings) -> Sequence[Route]:
    from mockserver.web.booking_system_api.routes import booking_system_routes

    return booking_system_routes(worlds, public_url=settings.public_url, body_limit=settings.body_limit)


def _admin(worlds: Worlds, scenarios: "ScenarioShelf", settings: WebSettings) -> Sequence[Route]:
    from mockserver.web.admin_api.routes import admin_routes

    return admin_routes(worlds, scenarios, public_url=settings.public_url, body_limit=settings.body_limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The ASGI application: imin's face, which all the load is on, beside a Starlette application for everything else."""

    imin: IminFace
    rest: Starlette

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self.imin(scope, receive, send)
        else:
            await self.rest(scope, receive, send)


async def _on_http_exception(request: Request, error: HTTPException) -> Response:
    kind = {404: "unknown-route", 405: "method-not-allowed"}.get(error.status_code, "http")
    detail = f"{request.method} {request.url.path}: {error.detail}. The page at / lists what is here."
    headers = [(name.lower().encode(), value.encode()) for name, value in (error.headers or {}).items()]
    return as_response(mock_fault(kind, error.status_code, error.detail, detail, headers=headers))


async def _on_exception(_: Request, error: Exception) -> Response:
    return as_response(fault_of_ours(error))


def as_response(answer: Answer) -> Response:
    """An answer as Starlette's kind of response."""
    response = Response(answer.body, answer.status)
    response.raw_headers = list(answer.headers)
    return response

"""The whole server as one ASGI application: imin's face, which all the load is on, beside an application for everything else."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockserver.engine.registry import Worlds
from mockserver.web.answers import Receive, Scope, Send
from mockserver.web.authentication import keyless_send
from mockserver.web.imin_api.endpoint import Sleep
from mockserver.web.imin_api.routes import PREFIX, IminFace
from mockserver.web.internal_errors import was_told_of_the_end

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from mockserver.scenario.provider_states import ProviderStates
    from mockserver.web.admin_api.control import ScenarioShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What the faces need to know. *Units*: ``body_limit`` in bytes."""

    public_url: str | None = None
    body_limit: int = 1024 * 1024
    provider_states: "ProviderStates | None" = None
    sleep: Sleep = asyncio.sleep


@dataclass(slots=True, kw_only=True)
class App:
    """The ASGI application. What is beside imin's face is built when it is first called, with the web framework it needs."""

    imin: IminFace
    build_rest: "Callable[[], ASGIApp]"
    _rest: "ASGIApp | None" = field(default=None, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["type"] == "http" and scope["path"].startswith(PREFIX):
                await self.imin(scope, receive, send)
                return
            if self._rest is None:
                self._rest = self.build_rest()
            await self._rest(scope, receive, keyless_send(send) if scope["type"] == "http" else send)
        except asyncio.CancelledError:
            if not await was_told_of_the_end(send):
                raise


def make_app(worlds: Worlds, scenarios: "ScenarioShelf", settings: WebSettings) -> App:
    """The application over a registry of worlds."""
    public_url, body_limit = settings.public_url, settings.body_limit

    def build_rest() -> "ASGIApp":
        from mockserver.web.starlette_app import build_application

        return build_application(
            worlds, scenarios, settings.provider_states, public_url=public_url, body_limit=body_limit
        )

    imin = IminFace(worlds, public_url=public_url, body_limit=body_limit, sleep=settings.sleep)
    return App(imin=imin, build_rest=build_rest)

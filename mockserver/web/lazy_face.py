"""A face that is put together when it is first asked for: whoever only calls imin's API does not wait for it at start-up."""

from collections.abc import Callable, Sequence

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

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

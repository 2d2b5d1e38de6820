"""A server in this process, on a free loopback port: one listener whose worlds can be put away for fresh ones between two uses.

It must never know what is tried against it.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from mockserver.bootstrap import Server, build_server
from mockserver.settings import Settings
from mockserver.stand_in.listener import Listener
from mockserver.web.answers import Receive, Scope, Send

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario


class Backstage:
    """Serves as long as its ``with`` lasts; ``url`` is where."""

    def __init__(self) -> None:
        self.server = build_server(Settings())
        self._listener = Listener(self._answer)
        self.url = self._listener.url

    def begin(self, settings: Settings, also: Sequence["Scenario"] = ()) -> Server:
        """Fresh worlds under these settings, in place of all there were."""
        self.server = build_server(settings, also=also)
        return self.server

    def __enter__(self) -> "Backstage":
        self._listener.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.__exit__(kind, error, trace)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.server.app(scope, receive, send)

"""A record of what a world was asked and what was done to it, made at the mock's own door, so that any client is seen.

It must never know what was expected.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from whenever import Instant

from mockserver.engine.live_world import LiveWorld
from mockserver.stand_in.in_process import Response
from mockserver.testing.channels import InProcess
from mockserver.web.answers import Message, Receive, Scope, Send
from mockserver.web.fault_injection import ConnectionDroppedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to imin's API and its answer. ``moved``: something happened in the world by it."""

    at: Instant
    method: str
    path: str
    query: str
    body: bytes
    response: Response
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """Something done by the Seller or to the machine, as a timeline says it."""

    at: Instant
    action: Mapping[str, Any]


@dataclass(slots=True)
class Record:
    """Everything so far, in order."""

    entries: list[Asked | Did] = field(default_factory=list)

    def keep(self, channel: InProcess, live_world: LiveWorld) -> None:
        """Record from now on all that imin's API is asked through this channel, at the present of this world."""
        app = channel.server.app

        async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not scope["path"].startswith("/api/v2/"):
                await app(scope, receive, send)
                return
            at, before = live_world.clock.now(), len(live_world.journal)
            taken: list[Message] = []
            sent: list[Message] = []

            async def take() -> Message:
                taken.append(await receive())
                return taken[-1]

            async def give(message: Message) -> None:
                sent.append(message)
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    note()  # before the client has the whole answer, and asks on
                await send(message)

            def note() -> None:
                self.entries.append(
                    Asked(
                        at=at,
                        method=scope["method"],
                        path=scope["path"],
                        query=scope["query_string"].decode("latin-1"),
                        body=b"".join(message.get("body", b"") for message in taken),
                        response=_response(sent),
                        moved=len(live_world.journal) != before,
                    )
                )

            try:
                await app(scope, take, give)
            except ConnectionDroppedError:
                sent.clear()
                note()
                raise

        channel.server = replace(channel.server, app=recorded)  # type: ignore[arg-type]  # it is only called


def _response(sent: list[Message]) -> Response:
    if not sent:
        return Response(dropped=True)
    headers = sent[0].get("headers", ())
    body = b"".join(message.get("body", b"") for message in sent[1:])
    announced = next((int(value) for name, value in headers if name == b"content-length"), 0)
    return Response(status=sent[0]["status"], headers=headers, body=body, truncated=len(body) < announced)

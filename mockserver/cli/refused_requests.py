"""What the application refuses while somebody watches: a line for each, with its rule.

It stands before the application only then, so that nobody else's requests pass through it. It repeats no key, and nothing that
would steer a terminal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mockserver.engine.live_world import LiveWorld
from mockserver.engine.registry import Worlds
from mockserver.foundation.outgoing_text import without_controls, without_live_keys
from mockserver.web.answers import Application, Message, Receive, Scope, Send

LONGEST_PATH = 120
LONGEST_REASON = 300
LARGEST_ANSWER = 16_384
"""*Units*: bytes. The body of a refusal that is larger is not read for its reason."""

FIRST_REFUSAL = 400

_REASONS = ("description", "detail", "details", "message", "error", "errors")
"""The members of bodies that say why, the clearest first; one may hold another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that was refused. ``rule`` is the rule's id, or else the kind of fault, or nothing; ``world`` is its key's."""

    method: str
    path: str
    status: int
    rule: str
    says: str
    world: LiveWorld | None

    @property
    def sentence(self) -> str:
        """What was asked and answered, and why."""
        return f"{self.method} {self.path} -> {self.status}" + (f": {self.says}" if self.says else "")


def telling(application: Application, worlds: Worlds, tell: Callable[[Refusal], None]) -> Application:
    """The application, each of whose refusals is told."""

    async def tell_and_answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await application(scope, receive, send)
        begun: list[Message] = []

        async def overhear(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun[:] = [message] if message["status"] >= FIRST_REFUSAL else []
            elif begun:
                tell(_refusal(scope, begun.pop(), message.get("body", b""), worlds))
            await send(message)

        return await application(scope, receive, overhear)

    return tell_and_answer


def _refusal(scope: Scope, start: Message, body: bytes, worlds: Worlds) -> Refusal:
    headers: Mapping[bytes, bytes] = dict(start.get("headers", ()))
    rule = headers.get(b"x-imin-mock-rule") or headers.get(b"x-imin-mock-fault") or b""
    return Refusal(
        method=_plain(scope["method"], 20),
        path=_plain(scope["path"], LONGEST_PATH),
        status=start["status"],
        rule=_plain(rule.decode("latin-1"), LONGEST_PATH),
        says=_plain(_reason(body), LONGEST_REASON),
        world=_world(scope["headers"], worlds),
    )


def _world(headers: Iterable[tuple[bytes, bytes]], worlds: Worlds) -> LiveWorld | None:
    key = next((value.strip().decode("latin-1") for name, value in headers if name == b"x-api-key"), None)
    return next((live_world for live_world in worlds if live_world.key == key), None)


def _reason(body: bytes) -> str:
    """What a body says of a refusal: the detail of a problem, the description of an error, what is wrong with a query."""
    if len(body) > LARGEST_ANSWER:
        return ""
    try:
        said: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    while isinstance(said, dict):
        said = next((said[name] for name in _REASONS if said.get(name)), "")
    told = said if isinstance(said, list) else [said]
    return "; ".join(each for each in told if isinstance(each, str))


def _plain(text: str, longest: int) -> str:
    cut = " ".join(without_controls(without_live_keys(text)).split())
    return cut if len(cut) <= longest else f"{cut[:longest]}..."

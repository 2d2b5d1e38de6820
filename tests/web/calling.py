"""Calls of the whole application in this process, without a socket or an event loop; and worlds written as plain mappings."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

from mockserver.bootstrap import Server, build_server
from mockserver.engine.live_world import LiveWorld
from mockserver.scenario.scenario import parse_scenario
from mockserver.settings import Settings

ADDRESS = "http://mock.test"
KEY = "stage"
_SESSION = {"type": "ScheduledSession", "seller": "riverside", "name": "Evening Yoga", "starts": "+2d10h"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a client would have received. Header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)

    @property
    def rule(self) -> str | None:
        """The rule that the answer names."""
        return self.header("x-imin-mock-rule")

    def header(self, name: str) -> str | None:
        """The only header of this name."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, values
        return values[0] if values else None


@dataclass(slots=True)
class Stage:
    """A server with one scenario of the test's own, under the key ``stage``, and how to call it."""

    server: Server
    slept: list[float]

    @property
    def live_world(self) -> LiveWorld:
        """The world of the key."""
        return self.server.worlds.enter(KEY)

    def call(
        self,
        method: str,
        target: str,
        body: Any = b"",
        *,
        key: str | None = KEY,
        host: bytes | None = b"mock.test",
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> Received:
        """One request; a body that is not bytes is sent as JSON."""
        own = [(b"host", host)] if host is not None else []
        own += [(b"x-api-key", key.encode())] if key is not None else []
        return call(self.server.app, method, target, body, [*own, *headers])

    def get(self, target: str, **more: Any) -> Received:
        """``GET``."""
        return self.call("GET", target, **more)

    def cancel(self, order: str, body: Any, **more: Any) -> Received:
        """``PATCH`` of an order, by the scenario's name of it."""
        return self.call("PATCH", f"/api/v2/orders/{self.order(order)}", body, **more)

    def order(self, name: str) -> str:
        """The identifier of the order that the scenario calls so."""
        return self.live_world.world.catalogue.orders_by_name[name].id

    def item_url(self, order: str, item: str, address: str = ADDRESS) -> str:
        """The id of an item."""
        return f"{address}/api/v2/orders/{self.order(order)}/order-items/{item}"

    def state(self) -> tuple[int, str]:
        """All that a refused request may not change: the length of the journal, and the world from top to bottom."""
        world = self.live_world.world
        return len(self.live_world.journal), repr((world.imin, world.booking_system, world.behaviour, world.agenda))


def call(
    app: Any, method: str, target: str, body: Any = b"", headers: list[tuple[bytes, bytes]] | None = None
) -> Received:
    """One request to an application that waits for nothing."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers or [],
        "server": ("127.0.0.1", 4646),
        "client": ("127.0.0.1", 50000),
        "state": {},
    }
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    unread = [{"type": "http.request", "body": content, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        return unread.pop() if unread else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    running = app(scope, receive, send)
    try:
        running.send(None)
    except StopIteration:
        start, *rest = sent
        return Received(
            status=start["status"],
            headers=tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in start["headers"]),
            body=b"".join(message.get("body", b"") for message in rest),
        )
    raise AssertionError("the application waited for something")


def scenario(**parts: Any) -> str:
    """A scenario as text: one customer with a booking of two seats, where nothing else is given."""
    return json.dumps(
        {
            "version": 1,
            "title": "A stage for a test",
            "epoch": "2030-06-03T09:00:00+01:00",
            "sellers": {"riverside": {"name": "Riverside Leisure"}},
            "customers": {"asha": {"given_name": "Asha", "family_name": "Patel", "email": "asha@example.com"}},
            "opportunities": {"yoga": session()},
            "orders": {"booking": {"customer": "asha", "placed": "-3d", "items": {"seat-1": "yoga", "seat-2": "yoga"}}},
            "behaviour": {"states": {"obliging": {"booking_system": {"answers": "confirm", "after": "PT30S"}}}},
        }
        | parts,
        ensure_ascii=False,
    )


def session(**parts: Any) -> dict[str, Any]:
    """An opportunity: a session in two days, to be cancelled until a day before."""
    offer = {"name": "Adult", "price": "6.50 GBP", "cancellable": {"until": "P1D"}}
    return _SESSION | {"offer": offer} | parts


def set_stage(text: str | None = None, **settings: Any) -> Stage:
    """A server with this scenario under the key ``stage``."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    given = parse_scenario(text or scenario(), name=KEY)
    return Stage(build_server(Settings(**settings), also=[given], sleep=sleep), slept)

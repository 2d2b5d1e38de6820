"""Sessions recorded in this process: every request of a scenario's own steps, exported as the control interface exports it."""

from typing import Any

import msgspec

from mockserver.bootstrap import Server, build_server
from mockserver.client.asgi import immediately, request
from mockserver.domain.twins import Twin
from mockserver.runner.steps import request_of
from mockserver.scenario.scenario import Scenario
from mockserver.settings import Settings

HOST = "imin-mock.test"


async def _at_once(_: float) -> None:
    """No latency in a test."""


def recorded(
    scenario: Scenario,
    form: str = "har",
    *,
    readings: dict[str, str] | None = None,
    twin: Twin | None = None,
    doing: Any = None,
) -> bytes:
    """The scenario's own steps as a recorded session; ``doing`` is done to the world before the second step."""
    server = build_server(Settings(coverage=False), sleep=_at_once, also=[scenario])
    key = f"{scenario.name}{'' if twin is None else '~' + twin}@recorded"
    ask(server, "POST", "/__admin/worlds", {"key": key, "readings": readings or {}, "clock": "frozen"})
    live_world = server.worlds.find(key)
    for step in sorted(live_world.seed.steps, key=lambda step: step.at):
        if doing is not None and step is live_world.seed.steps[1]:
            live_world.execute(doing)
        live_world.advance_to(max(step.at, live_world.clock.now()))
        asked = request_of(step, live_world.world.catalogue, live_world.world.readings)
        headers = [(b"host", HOST.encode()), (b"x-api-key", key.encode())]
        headers += [(b"content-type", b"application/json")] if asked.body else []
        immediately(request(server.app, asked.method, asked.target, headers, asked.body))
    if form == "snapshot":
        return ask(server, "GET", f"/__admin/worlds/{key}/snapshot")
    return ask(server, "GET", f"/__admin/worlds/{key}/exchanges?as={form}")


def ask(server: Server, method: str, target: str, body: Any = None) -> bytes:
    """What the control interface answers."""
    sent = b"" if body is None else msgspec.json.encode(body)
    return immediately(request(server.app, method, target, [], sent)).body

"""State changes as a Pact verifier asks for them, and what its interactions then meet. The scenario of the stage is the state."""

from typing import Any

from tests.web.calling import Received, Stage

URL = "/__admin/pact/provider-states"
A_WORLD = "a world of stage"


def change(stage: Stage, body: Any, key: str | None = "pact", query: str = "") -> Received:
    return stage.call("POST", URL + query, body, key=key)


def listed(stage: Stage, key: str = "pact") -> Received:
    return stage.get("/api/v2/order-items?customerIdentifier=asha", key=key)


def statuses(stage: Stage, key: str = "pact") -> list[str]:
    return [item["orderItemStatus"].rpartition("/")[2] for item in listed(stage, key).json["imin:item"]]


def keys(stage: Stage) -> list[str]:
    return [world.key for world in stage.server.worlds]

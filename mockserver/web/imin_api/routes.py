"""The paths of imin's face, at a glance, and the way from a path to its endpoint.

A table instead of a router: every request to imin's face pays for what stands here, and Starlette's router with its exception
middleware takes a third of the time that a whole answer takes (``benchmarks/``).
"""

from collections.abc import Mapping

from mockserver.engine.registry import Worlds
from mockserver.web.answers import Receive, Scope, Send, send_answer
from mockserver.web.fault_injection import ConnectionDroppedError
from mockserver.web.imin_api import order_items, orders
from mockserver.web.imin_api.endpoint import IminEndpoint, Sleep
from mockserver.web.imin_api.rows import ApiRow
from mockserver.web.internal_errors import fault_of_ours

PREFIX = "/api/v2/"

TAGS = {"Order items": "What a customer will attend.", "Orders": "What a customer has booked, and its cancellation."}
"""What the operations are about."""

PATHS: dict[str, dict[str, ApiRow]] = {**order_items.PATHS, **orders.PATHS}
"""Every path with its methods. A path names one thing at the most, ``{so}``."""


class IminFace:
    """imin's face as one ASGI application."""

    def __init__(self, worlds: Worlds, *, public_url: str | None, body_limit: int, sleep: Sleep) -> None:
        def endpoint(operations: Mapping[str, ApiRow]) -> IminEndpoint:
            return IminEndpoint(worlds, operations, public_url=public_url, body_limit=body_limit, sleep=sleep)

        self.plain = {path: endpoint(operations) for path, operations in PATHS.items() if "{" not in path}
        self.naming = [(*_around(path), endpoint(operations)) for path, operations in PATHS.items() if "{" in path]
        self.unknown = endpoint({})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, identifier = scope["path"], ""
        endpoint = self.plain.get(path)
        if endpoint is None:
            endpoint = self.unknown
            for before, name, after, naming in self.naming:
                if path.startswith(before) and (not after or path.endswith(after)):
                    named = path[name]
                    if named and "/" not in named:
                        endpoint, identifier = naming, named
                        break
        try:
            await endpoint(scope, receive, send, identifier)
        except ConnectionDroppedError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever went wrong, the client is told that it is us
            await send_answer(fault_of_ours(error), send)


def _around(path: str) -> tuple[str, slice, str]:
    """What stands before the name in a path, where the name stands, and what comes after."""
    before, _, rest = path.partition("{")
    after = rest.partition("}")[2]
    return before, slice(len(before), -len(after) or None), after

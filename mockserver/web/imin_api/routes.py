"""The paths of imin's face, at a glance, and the way from a path to its endpoint.

A table and a prefix instead of a router: every request to imin's face pays for what stands here, and Starlette's router with
its exception middleware takes a third of the time that a whole answer takes (``benchmarks/``).
"""

from mockserver.domain.behaviour import ApiOperation
from mockserver.engine.registry import Worlds
from mockserver.web.answers import Receive, Scope, Send, send_answer
from mockserver.web.fault_injection import ConnectionDroppedError
from mockserver.web.imin_api.endpoint import IminEndpoint, Sleep
from mockserver.web.internal_errors import fault_of_ours

PREFIX = "/api/v2/"
ORDER = "/api/v2/orders/"
"""What stands before an order's identifier."""

PATHS: dict[str, dict[str, ApiOperation]] = {
    "/api/v2/order-items": {"GET": ApiOperation.LIST_UPCOMING},
    "/api/v2/orders": {"GET": ApiOperation.LIST_ORDERS},
    "/api/v2/orders/{orderIdentifier}": {"GET": ApiOperation.GET_ORDER, "PATCH": ApiOperation.CANCEL},
}


class IminFace:
    """imin's face as one ASGI application."""

    def __init__(self, worlds: Worlds, *, public_url: str | None, body_limit: int, sleep: Sleep) -> None:
        def endpoint(operations: dict[str, ApiOperation]) -> IminEndpoint:
            return IminEndpoint(worlds, operations, public_url=public_url, body_limit=body_limit, sleep=sleep)

        self.endpoints = {path: endpoint(operations) for path, operations in PATHS.items()}
        self.order = self.endpoints["/api/v2/orders/{orderIdentifier}"]
        self.unknown = endpoint({})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        identifier = ""
        if path.startswith(ORDER):
            identifier = path[len(ORDER) :]
            endpoint = self.order if identifier and "/" not in identifier else self.unknown
        else:
            endpoint = self.endpoints.get(path, self.unknown)
        try:
            await endpoint(scope, receive, send, identifier)
        except ConnectionDroppedError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever went wrong, the client is told that it is us
            await send_answer(fault_of_ours(error), send)

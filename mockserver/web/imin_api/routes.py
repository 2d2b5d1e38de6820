"""The paths of imin's face, at a glance."""

from starlette.routing import Route

from mockserver.domain.behaviour import Operation
from mockserver.engine.registry import Worlds
from mockserver.web.imin_api.endpoint import IminEndpoint, Sleep

PATHS: dict[str, dict[str, Operation]] = {
    "/api/v2/order-items": {"GET": Operation.LIST_UPCOMING},
    "/api/v2/orders/{order}": {"GET": Operation.GET_ORDER, "PATCH": Operation.CANCEL},
    "/api/v2/orders": {"GET": Operation.LIST_ORDERS},
    "/api/v2/{unknown:path}": {},
}


def imin_routes(worlds: Worlds, *, public_url: str | None, body_limit: int, sleep: Sleep) -> list[Route]:
    """One route per path with all its methods, the busiest first."""
    return [
        Route(path, IminEndpoint(worlds, operations, public_url=public_url, body_limit=body_limit, sleep=sleep))
        for path, operations in PATHS.items()
    ]

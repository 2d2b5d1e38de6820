"""A face's OpenAPI document as a route: made for the address that was called, when it is first asked for."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.engine.clock import wall_now
from mockserver.web.addresses import called_address
from mockserver.web.answers import FOR_NOBODY_ELSE, http_date, to_json


def document_route(path: str, build: Callable[[str], Mapping[str, object]], public_url: str | None) -> Route:
    """The route of the document that ``build`` makes."""

    async def document(request: Request) -> Response:
        host = request.headers.get("host", "").encode("latin-1")
        address = public_url or called_address(request.scope, host)
        response = Response(to_json(build(address)), media_type="application/json")
        response.raw_headers += [*FOR_NOBODY_ELSE, (b"date", http_date(wall_now()))]
        return response

    return Route(path, document)

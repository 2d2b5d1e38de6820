"""The paths of the pages, at a glance: ``/``, the reference, and imin's OpenAPI document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mockserver.engine.clock import wall_now
from mockserver.engine.registry import Worlds
from mockserver.web.addresses import called_address
from mockserver.web.answers import FOR_NOBODY_ELSE, http_date, to_json
from mockserver.web.openapi_document import document_route

BuildDocument = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedFace:
    """One of the three HTTP faces: where its document is, and what builds it for the address that was called."""

    title: str
    says: str
    document_path: str
    load: Callable[[], BuildDocument]


def _imin() -> BuildDocument:
    from mockserver.web.imin_api.openapi import build_document

    return build_document


def _booking_system() -> BuildDocument:
    from mockserver.web.booking_system_api.operations import build_document

    return build_document


def _admin() -> BuildDocument:
    from mockserver.web.admin_api.routes import build_document

    return build_document


FACES: Mapping[str, DocumentedFace] = {
    "imin": DocumentedFace(
        title="imin's Booking API",
        says="What an integrator calls: list, look, cancel.",
        document_path="/openapi.json",
        load=_imin,
    ),
    "booking-system": DocumentedFace(
        title="The Booking System",
        says="Its OrdersFeed, and OpenActive's test interface for what Sellers do.",
        document_path="/booking-system/openapi.json",
        load=_booking_system,
    ),
    "admin": DocumentedFace(
        title="Control",
        says="Worlds, their clocks, what Sellers do, and all that can be observed.",
        document_path="/__admin/openapi.json",
        load=_admin,
    ),
}
"""The faces, by the name of their page under ``/docs``. A document is built when it is first asked for."""


class Pages:
    """The pages over a registry of worlds. ``public_url`` takes the place of the address that was called."""

    def __init__(self, worlds: Worlds, public_url: str | None) -> None:
        self.worlds = worlds
        self.public_url = public_url

    def routes(self) -> list[Route]:
        """One route per path."""
        return [
            Route("/", self.home),
            document_route("/openapi.json", self.imin_document, self.public_url),
            document_route("/scenario.schema.json", self.scenario_schema, self.public_url),
            Route("/docs", self.contents),
            Route("/docs/{face}", self.reference),
        ]

    def address(self, request: Request) -> str:
        """The address that ids and links carry."""
        return self.public_url or called_address(request.scope, request.headers.get("host", "").encode("latin-1"))

    async def home(self, request: Request) -> Response:
        """``GET /``: for people, or as JSON where that is preferred."""
        address = self.address(request)
        if prefers_json(request.headers.get("accept", "")):
            from mockserver.web.pages.catalogue import listing

            response = Response(to_json(listing(self.worlds, address)), media_type="application/json")
            response.raw_headers += [*FOR_NOBODY_ELSE, (b"date", http_date(wall_now()))]
        else:
            from mockserver.web.pages.home import home_page

            response = home_page(self.worlds, address)
        response.headers["vary"] = "Accept"
        return response

    def imin_document(self, address: str) -> dict[str, Any]:
        """What ``GET /openapi.json`` answers: imin's face."""
        return FACES["imin"].load()(address)

    def scenario_schema(self, _: str) -> dict[str, Any]:
        """What ``GET /scenario.schema.json`` answers: the form of scenario files, for editors."""
        from mockserver.scenario.schema import scenario_schema

        return scenario_schema()

    async def contents(self, _: Request) -> HTMLResponse:
        """``GET /docs``: the three references."""
        from mockserver.web.pages.layout import page
        from mockserver.web.pages.markup import tag

        entries = [
            tag("li", tag("a", face.title, href=f"/docs/{name}"), ": ", face.says, " As a document: ",
                tag("a", face.document_path, href=face.document_path), ".")
            for name, face in FACES.items()
        ]  # fmt: skip
        return page("Reference", tag("ul", entries), here="/docs")

    async def reference(self, request: Request) -> HTMLResponse:
        """``GET /docs/{face}``: one reference, its forms filled in from the query."""
        from mockserver.web.pages.layout import page
        from mockserver.web.pages.markup import tag
        from mockserver.web.pages.reference import reference

        name = request.path_params["face"]
        face = FACES.get(name)
        if face is None:
            known = [tag("li", tag("a", f"/docs/{each}", href=f"/docs/{each}")) for each in FACES]
            return page("There is no such page", tag("ul", known), here="", status=404)
        document = face.load()(self.address(request))
        content = reference(document, request.query_params, face.document_path)
        return page(document["info"]["title"], content, here=f"/docs/{name}")


def prefers_json(accept: str) -> bool:
    """Whether an ``Accept`` header asks for JSON rather than HTML."""
    weights = {"text/html": 0.0, "application/json": 0.0}
    for entry in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in entry.split(";"))
        if media_type in weights:
            weights[media_type] = next((_number(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
    return weights["application/json"] > weights["text/html"]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0

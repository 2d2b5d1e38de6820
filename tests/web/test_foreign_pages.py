"""What a web page of another origin can do: nothing. Asked on every route of every face, as the tables of the faces have them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from mockserver.scenario.provider_states import ProviderStates
from mockserver.web.admin_api import routes as control
from mockserver.web.booking_system_api import operations as booking_system
from mockserver.web.doorkeeper import Doorkeeper
from mockserver.web.hosts import Hosts
from mockserver.web.imin_api.routes import PATHS as IMIN_PATHS
from mockserver.web.operation import Operation
from mockserver.web.starlette_app import build_application
from tests.web.calling import KEY, Received, Stage, call, set_stage

FORM = (b"content-type", b"application/x-www-form-urlencoded")
JSON = (b"content-type", b"application/json")
EVIL = (b"origin", b"https://evil.example")
NEIGHBOUR = (b"origin", b"http://127.0.0.1:3000")
CROSS_SITE = (b"sec-fetch-site", b"cross-site")
HERE = (b"host", b"127.0.0.1:4646")

ATTACKS: dict[str, tuple[int, list[tuple[bytes, bytes]]]] = {
    "a fetch of another site": (403, [HERE, EVIL, (b"sec-fetch-site", b"cross-site"), JSON]),
    "a Blob without a type, in an older browser": (403, [HERE, EVIL]),
    "a form of another site": (403, [HERE, EVIL, FORM]),
    "a form of a page without an origin": (403, [HERE, (b"origin", b"null"), FORM]),
    "an image or a script, which say no origin": (403, [HERE, CROSS_SITE, (b"sec-fetch-mode", b"no-cors")]),
    "a frame": (
        403,
        [HERE, CROSS_SITE, (b"sec-fetch-mode", b"navigate"), (b"sec-fetch-dest", b"iframe")],
    ),
    "a page on another port of this machine": (403, [HERE, NEIGHBOUR, (b"sec-fetch-site", b"same-site")]),
    "the same in an older browser": (403, [HERE, NEIGHBOUR, JSON]),
    "an extension of the browser": (403, [HERE, (b"origin", b"chrome-extension://abcdefgh"), JSON]),
    "a name that was led to this machine": (421, [(b"host", b"evil.example:4646"), (b"sec-fetch-site", b"same-origin"), JSON]),
    "the same with its own origin": (421, [(b"host", b"evil.example"), (b"origin", b"http://evil.example"), JSON]),
    "two hosts": (400, [HERE, (b"host", b"evil.example")]),
    "two hosts, the right one last": (400, [(b"host", b"evil.example"), HERE]),
}  # fmt: skip
"""What a browser sends for a page of somebody else's, and how it is refused."""

VALUES = {
    "key": KEY,
    "name": KEY,
    "rule": "key.missing",
    "item": "seat-1",
    "orderIdentifier": "",
    "number": "1",
    "face": "imin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A path of a face with one of its methods, and the operation that is behind it, where a table names one."""

    method: str
    path: str
    operation: Operation[Any] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes() -> Iterator[Route]:
    """Every route of every face."""
    for tables in (control.PATHS, booking_system.PATHS):
        for path, operations in tables.items():
            yield from (Route(method=method, path=path, operation=each) for method, each in operations.items())
    for path, methods in IMIN_PATHS.items():
        yield from (Route(method=method, path=path) for method in methods)
    stage = set_stage()
    beside: Any = build_application(
        stage.server.worlds, stage.server.scenarios, ProviderStates(), public_url=None, body_limit=1
    )
    for route in beside.routes:
        if "{rest:path}" not in route.path:
            yield Route(method="GET", path=route.path)
    for path in (
        "/__admin/openapi.json",
        "/booking-system/openapi.json",
        "/__admin/nothing",
        "/api/v2/nothing",
        "/nothing",
    ):
        yield Route(method="GET", path=path)


ROUTES = list(routes())
READING = [route for route in ROUTES if route.method == "GET"]


def test_every_face_is_among_the_routes() -> None:
    known = {str(route) for route in ROUTES}
    assert {"GET /", "GET /docs/{face}", "GET /openapi.json", "PATCH /api/v2/orders/{orderIdentifier}"} <= known
    assert {"POST /booking-system/test-interface/actions", "DELETE /__admin/worlds/{key}"} <= known
    assert len(ROUTES) > 45


def asked(stage: Stage, route: Route, method: str, headers: list[tuple[bytes, bytes]], body: Any = None) -> Received:
    """The answer of the whole server, doorkeeper included, to a request that would work."""
    path = route.path
    order = stage.order("booking")
    values = VALUES | {"orderIdentifier": order, "order": order}
    for name, value in values.items():
        path = path.replace("{" + name + "}", value)
    assert "{" not in path, f"{path} has a parameter that this test does not know"
    operation = route.operation
    if body is None and operation is not None and operation.body is not None and method == route.method:
        body = next(iter(operation.body.examples.values()))
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    if body is None and method == "PATCH":
        body = json.dumps({"orderIdentifier": stage.order("booking"), "orderItemIdentifier": "seat-1"}).encode()
    hosts = Hosts()
    assert hosts.allow(HERE[1])  # as after a first request
    door = partial(call, Doorkeeper(stage.server.app, hosts))
    return door(method, path, body or b"", [(b"x-api-key", KEY.encode()), *headers])


def everything(stage: Stage) -> Mapping[str, Any]:
    """All that a request can change, but for the exchanges."""
    server = stage.server
    return {
        "worlds": [(each.key, len(each.journal), repr(each.world), each.clock.now()) for each in server.worlds],
        "scenarios": {name: server.scenarios.find(name).text for name in (KEY, "happy-path")},
        "names": server.scenarios.names(),
        "states": stage.get("/__admin/pact/provider-states").body,
    }


@pytest.fixture(scope="module")
def attacked() -> Stage:
    stage = set_stage()
    stage.server.worlds.enter(KEY)
    return stage


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_foreign_page_changes_nothing_and_reads_nothing(attacked: Stage, route: Route) -> None:
    before = everything(attacked)
    for name, (status, headers) in ATTACKS.items():
        for method in {route.method, "POST", "HEAD", "OPTIONS"}:
            answer = asked(attacked, route, method, headers)
            assert answer.status == status, f"{name}: {method} {route.path}"
            assert answer.header("access-control-allow-origin") is None
            assert answer.header("x-imin-mock-fault") in {"foreign-page", "foreign-host", "not-http"}
            assert KEY.encode() not in answer.body
    assert everything(attacked) == before


FRIENDS: dict[str, list[tuple[bytes, bytes]]] = {
    "a program": [HERE],
    "a program in a container": [(b"host", b"imin:4646")],
    "a page of the mock's own": [HERE, (b"origin", b"http://127.0.0.1:4646"), (b"sec-fetch-site", b"same-origin")],
    "the same in an older browser": [HERE, (b"origin", b"http://127.0.0.1:4646")],
    "an address that somebody typed": [HERE, (b"sec-fetch-site", b"none"), (b"sec-fetch-mode", b"navigate")],
    "a proxy": [HERE, (b"x-forwarded-host", b"evil.example"), (b"forwarded", b"host=evil.example;proto=https")],
}  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_programs_and_the_mock_s_own_pages_are_let_in_everywhere(route: Route) -> None:
    stage = set_stage()
    for name, headers in FRIENDS.items():
        stage = stage if route.method == "GET" else set_stage()
        stage.server.worlds.enter(KEY)
        answer = asked(stage, route, route.method, headers)
        assert answer.status not in {403, 421}, name
        assert answer.status < 500, name


@pytest.mark.parametrize("route", READING, ids=str)
def test_no_get_changes_anything(route: Route) -> None:
    stage = set_stage()
    stage.server.worlds.enter(KEY)
    before = everything(stage)
    for method in ("GET", "HEAD"):
        assert asked(stage, route, method, [HERE]).status < 500
    assert everything(stage) == before


@pytest.mark.parametrize("route", [each for each in ROUTES if each.operation and each.method != "GET"], ids=str)
@pytest.mark.parametrize(
    "form", [b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"text/plain"]
)
def test_a_form_is_taken_by_no_route_though_no_browser_says_whose_it_is(route: Route, form: bytes) -> None:
    operation = route.operation
    assert operation is not None
    if operation.body is not None and form.decode().partition(";")[0] in operation.body.media_types:
        assert route.method == "PUT"  # which no form can be sent with
        return
    stage = set_stage()
    stage.server.worlds.enter(KEY)
    before = everything(stage)
    answer = asked(stage, route, route.method, [HERE, (b"content-type", form), (b"content-length", b"9")])
    assert answer.status == 415
    assert everything(stage) == before


def test_an_empty_form_is_let_be_where_nothing_is_expected() -> None:
    stage = set_stage()
    stage.server.worlds.enter(KEY)
    path = f"/__admin/worlds/{KEY}/reset"
    assert stage.call("POST", path, headers=[FORM, (b"content-length", b"0")]).status == 200


LINK = [HERE, CROSS_SITE, (b"sec-fetch-mode", b"navigate"), (b"sec-fetch-dest", b"document")]


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/imin", "/docs/admin"])
def test_a_link_of_another_site_leads_to_the_pages(attacked: Stage, path: str) -> None:
    assert asked(attacked, Route(method="GET", path=path), "GET", LINK).status == 200
    assert asked(attacked, Route(method="GET", path=path), "POST", LINK).status == 403


@pytest.mark.parametrize(
    "path", ["/__admin/worlds", "/api/v2/orders", "/booking-system/orders-rpde", "/docsx", "/openapi.json"]
)
def test_a_link_of_another_site_leads_nowhere_else(attacked: Stage, path: str) -> None:
    assert asked(attacked, Route(method="GET", path=path), "GET", LINK).status == 403


def test_a_page_behind_a_proxy_that_was_named_is_the_mock_s_own(attacked: Stage) -> None:
    hosts = Hosts(named=["mock.example.com"], public_url="https://public.example.com:8443")
    door = partial(call, Doorkeeper(attacked.server.app, hosts), "GET", "/__admin/worlds", b"")
    for origin in (b"https://mock.example.com", b"http://mock.example.com:8080", b"https://public.example.com:8443"):
        assert door([HERE, (b"origin", origin)]).status == 200
    for origin in (
        b"https://evil.example.com",
        b"https://public.example.com.evil.net:8443",
        b"mock.example.com",
        b"file://",
        b"",
    ):
        assert door([HERE, (b"origin", origin)]).status == 403


def test_http_1_0_needs_no_host_and_http_1_1_does(attacked: Stage) -> None:
    door = Doorkeeper(attacked.server.app, Hosts())
    assert door.explain({"headers": [], "http_version": "1.0", "method": "GET", "path": "/"}) is None
    refused = door.explain({"headers": [], "http_version": "1.1", "method": "GET", "path": "/"})
    assert refused is not None
    assert (refused.status, refused.fault) == (400, "not-http")


def test_a_refused_host_learns_how_to_be_allowed(attacked: Stage) -> None:
    answer = asked(attacked, ROUTES[0], "GET", [(b"host", b"mock.lan:4646")])
    assert "--allowed-hosts mock.lan." in answer.json["detail"]


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/docs/imin", "/openapi.json", "/__admin/openapi.json", "/__admin/worlds", "/__admin/no"]
)
def test_what_tells_of_the_mock_stays_out_of_other_pages_and_of_caches(attacked: Stage, path: str) -> None:
    answer = attacked.get(path)
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("cross-origin-resource-policy") == "same-origin"
    assert answer.header("cache-control") == "no-store"

"""Calls whose answers are held against the OpenAPI document of their face: status, media type and shape."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from starlette.routing import compile_path

from mockserver.web.admin_api.routes import build_document as admin_document
from mockserver.web.booking_system_api.operations import build_document as booking_system_document
from tests.web.calling import ADDRESS, KEY, Received, Stage, set_stage

ADMIN = "/__admin"
WORLD = f"{ADMIN}/worlds/{KEY}"
BOOKING_JSON = "application/vnd.openactive.booking+json; version=1"


@cache
def documents() -> tuple[dict[str, Any], ...]:
    return admin_document(ADDRESS), booking_system_document(ADDRESS)


@dataclass(slots=True)
class Described:
    """A stage on which every answer must be one that the document describes."""

    stage: Stage = field(default_factory=set_stage)

    def __post_init__(self) -> None:
        self.stage.server.worlds.enter(KEY)

    def call(self, method: str, target: str, body: Any = b"", **more: Any) -> Received:
        answer = self.stage.call(method, target, body, **more)
        assert_described(method, target, answer)
        return answer

    def get(self, target: str, **more: Any) -> Any:
        answer = self.call("GET", target, **more)
        assert answer.status == 200, answer.body
        return answer.json

    def post(self, target: str, body: Any, status: int = 200) -> Any:
        answer = self.call("POST", target, body)
        assert answer.status == status, answer.body
        return answer.json if answer.body else None

    def refused(self, method: str, target: str, body: Any, status: int, **more: Any) -> str:
        """What a refusal says; it must be a problem that is the caller's, and change nothing in the world."""
        before = self.stage.state()
        answer = self.call(method, target, body, **more)
        assert answer.status == status, answer.body
        assert answer.header("x-imin-mock-fault") is None
        assert answer.header("content-type") == "application/problem+json"
        assert (answer.json["type"], answer.json["status"]) == ("about:blank", status)
        assert self.stage.state() == before
        return str(answer.json["detail"])


def assert_described(method: str, target: str, answer: Received) -> None:
    """The document has this status for this operation, and its schema takes this body."""
    path = target.partition("?")[0]
    for document in documents():
        for template, methods in document["paths"].items():
            if compile_path(template)[0].match(path) and method.lower() in methods:
                return _assert_fits(document, methods[method.lower()]["responses"], answer)
    raise AssertionError(f"no document describes {method} {target}")


def _assert_fits(document: dict[str, Any], responses: dict[str, Any], answer: Received) -> None:
    assert str(answer.status) in responses, (answer.status, answer.body)
    described = responses[str(answer.status)]
    if "content" not in described:
        assert answer.body == b""
        return
    schema = described["content"][answer.header("content-type")]["schema"]
    Draft202012Validator({"components": document["components"], **schema}).validate(answer.json)

"""The OpenAPI documents of the Booking System's face and of the control interface say what the routes do, all of it."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mockserver.web.admin_api.routes import PATHS as ADMIN_PATHS
from mockserver.web.booking_system_api.operations import PATHS as BOOKING_PATHS
from tests.web.calling import call, set_stage
from tests.web.described import documents

FACES: dict[str, Any] = {"/__admin/openapi.json": ADMIN_PATHS, "/booking-system/openapi.json": BOOKING_PATHS}
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.mark.parametrize("path", FACES)
def test_the_document_is_served_for_the_address_that_was_called(path: str) -> None:
    answer = call(set_stage().server.app, "GET", path, headers=[(b"host", b"elsewhere.test:8080")])
    assert answer.status == 200
    assert answer.json["openapi"] == "3.1.0"
    assert answer.json["servers"] == [{"url": "http://elsewhere.test:8080"}]


@pytest.mark.parametrize("path", FACES)
def test_a_public_url_takes_the_place_of_the_called_address(path: str) -> None:
    answer = set_stage(public_url="https://mock.example").get(path)
    assert answer.json["servers"] == [{"url": "https://mock.example"}]


@pytest.mark.parametrize("path", FACES)
def test_every_path_answers_exactly_the_methods_that_its_document_has(path: str) -> None:
    stage = set_stage()
    document = stage.get(path).json
    assert document["paths"].keys() == FACES[path].keys()
    for template, methods in document["paths"].items():
        target = template.replace("{key}", "stage").replace("{name}", "stage").replace("{order}", "booking")
        target = target.replace("{rule}", "cancel.window-closed")
        described = {method.upper() for method in methods}
        for method in METHODS:
            answer = stage.call(method, target)
            assert (answer.status == 405) == (method not in described), (method, template)
            if answer.status == 405:
                allowed = {*described, *(["HEAD"] if "GET" in described else [])}
                assert answer.header("allow") == ", ".join(sorted(allowed))


@pytest.mark.parametrize("document", documents(), ids=FACES)
def test_the_document_holds_together(document: dict[str, Any]) -> None:
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    for reference in _values_of("$ref", document):
        name = reference.removeprefix("#/components/schemas/")
        assert name in document["components"]["schemas"]
    for operation_id in _values_of("operationId", document):
        assert operation_id in ids
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_example_of_a_body_has_the_shape_that_the_document_gives_it() -> None:
    for document in documents():
        for methods in document["paths"].values():
            for operation in methods.values():
                for content in operation.get("requestBody", {"content": {}})["content"].values():
                    schema = {"components": document["components"], **content["schema"]}
                    assert content["examples"]
                    for example in content["examples"].values():
                        Draft202012Validator(schema).validate(example["value"])


@pytest.mark.parametrize("document", documents(), ids=FACES)
def test_nothing_that_a_request_may_leave_out_has_a_default_which_typed_clients_take_for_required(
    document: dict[str, Any],
) -> None:
    bodies = [
        content["schema"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for content in operation.get("requestBody", {"content": {}})["content"].values()
    ]
    assert bodies
    assert _schemas_with_a_default(bodies, document["components"]["schemas"]) == []


def test_a_default_that_says_something_is_told_in_words() -> None:
    (admin, _) = documents()
    rate = admin["components"]["schemas"]["RunningSpec"]["properties"]["rate"]
    assert rate["description"].endswith("Left out, it is 1.0.")


def _schemas_with_a_default(schemas: list[Any], components: dict[str, Any]) -> list[Any]:
    """All properties with a default in these schemas and in what they refer to."""
    seen: set[str] = set()
    found, unread = [], list(schemas)
    while unread:
        value = unread.pop()
        if isinstance(value, dict):
            found += [name for name, each in value.get("properties", {}).items() if "default" in each]
            name = str(value.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                unread.append(components[name])
            unread += value.values()
        elif isinstance(value, list):
            unread += value
    return found


def _values_of(key: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value[key]] if isinstance(value.get(key), str) else []
        return own + [found for each in value.values() for found in _values_of(key, each)]
    return [found for each in value for found in _values_of(key, each)] if isinstance(value, list) else []

"""An OpenAPI 3.1 document from a face's table of operations, and its route.

It is made for the address that was called, when first asked for. This module must never know which face it describes.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.engine.clock import wall_now
from mockserver.foundation.docstrings import clean_docstrings
from mockserver.web.addresses import called_address
from mockserver.web.answers import FOR_NOBODY_ELSE, http_date, to_json
from mockserver.web.operation import Header, Operation, OperationOutcome, RequestBody, explained

NOTHING: Mapping[str, Any] = MappingProxyType({})
RULE_HEADER, FAULT_HEADER = "X-Imin-Mock-Rule", "X-Imin-Mock-Fault"
_REFERENCE = "#/components/schemas/{name}"


def openapi_document(
    paths: Mapping[str, Mapping[str, Operation[Any]]],
    *,
    info: Mapping[str, Any],
    address: str,
    outcomes_of: Callable[[Operation[Any]], Mapping[int, OperationOutcome]],
    tags: Mapping[str, str] = NOTHING,
    parameters: Mapping[str, Mapping[str, Any]] = NOTHING,
    security: Mapping[str, Any] | None = None,
    schemas: Mapping[str, Any] = NOTHING,
    headers: Mapping[str, Any] = NOTHING,
    examples: Mapping[str, Any] = NOTHING,
) -> dict[str, Any]:
    """The document. ``outcomes_of`` says all that an operation may answer; ``parameters`` describes the names in paths.

    ``schemas`` and ``headers`` are those that are referred to by name, ``examples`` those of answers, by their schema's name.
    """
    operations = [operation for methods in paths.values() for operation in methods.values()]
    outcomes = {operation.id: outcomes_of(operation) for operation in operations}
    every = [outcome for each in outcomes.values() for outcome in each.values()]
    shapes = _Shapes(
        sent=[operation.body.shape for operation in operations if operation.body is not None],
        answered=[outcome.shape for outcome in every],
        named=schemas,
    )

    def described(path: str, operation: Operation[Any]) -> dict[str, Any]:
        known = {**parameters, **operation.named}
        names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
        in_path = [{"name": name, "in": "path", "required": True, **known[name]} for name in names]
        about = explained(operation.about, operation.rules, operation.readings)
        return {
            "operationId": operation.id,
            "summary": operation.summary,
            **({"description": about} if about else {}),
            **({"tags": [operation.tag]} if operation.tag else {}),
            "parameters": [*in_path, *operation.query.parameters],
            **({"requestBody": _body(operation.body, shapes)} if operation.body is not None else {}),
            "responses": {
                str(status): {"$ref": f"#/components/responses/{outcome.name}"}
                if outcome.name
                else _outcome(outcome, shapes, examples)
                for status, outcome in sorted(outcomes[operation.id].items())
            },
        }

    shared = {outcome.name: _outcome(outcome, shapes, examples) for outcome in every if outcome.name}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": dict(info),
        "servers": [{"url": address}],
        **({"security": [{name: []} for name in security]} if security else {}),
        "tags": [{"name": name, "description": says} for name, says in tags.items()],
        "paths": {
            path: {method.lower(): described(path, operation) for method, operation in methods.items()}
            for path, methods in paths.items()
        },
        "components": {
            "schemas": shapes.components,
            **({"headers": dict(headers)} if headers else {}),
            **({"responses": shared} if shared else {}),
            **({"securitySchemes": dict(security)} if security else {}),
        },
    }


class _Shapes:
    """The JSON Schemas of types: each one named once in the components, and referred to elsewhere."""

    def __init__(self, *, sent: Iterable[Any], answered: Iterable[Any], named: Mapping[str, Any]) -> None:
        sent = list(sent)
        types = list(dict.fromkeys(shape for shape in [*answered, *sent] if _is_type(shape)))
        clean_docstrings(types)
        schemas, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
        self.components = {**components, **named}
        self._schema_of = dict(zip(types, schemas, strict=True))
        for name in _named_in([self.of(shape) for shape in sent], self.components):
            self.components[name] = _without_defaults(self.components[name])

    def of(self, shape: Any) -> Any:
        """The schema that stands where the shape is used."""
        if isinstance(shape, str):
            return {"$ref": _REFERENCE.format(name=shape)}
        return self._schema_of[shape] if _is_type(shape) else shape


def _without_defaults(schema: Any) -> Any:
    """The schema with each property's default in words.

    Generators of typed clients take a property with a default for one that is always there, which is true of answers only: who
    sends a request may leave it out.
    """
    if isinstance(schema, list):
        return [_without_defaults(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    properties = {
        name: _optional(each) if isinstance(each, dict) else each for name, each in schema.get("properties", {}).items()
    }
    rest = {name: _without_defaults(each) for name, each in schema.items() if name != "properties"}
    return {**rest, "properties": properties} if "properties" in schema else rest


def _optional(schema: dict[str, Any]) -> dict[str, Any]:
    """A property whose default, where it is something, is told in its description."""
    described = {name: _without_defaults(each) for name, each in schema.items() if name != "default"}
    if schema.get("default") is not None:
        words = f"Left out, it is {to_json(schema['default']).decode()}."
        described["description"] = f"{schema['description']} {words}" if "description" in schema else words
    return described


def _is_type(shape: Any) -> bool:
    return shape is not None and not isinstance(shape, Mapping | str)


def _named_in(value: Any, components: Mapping[str, Any]) -> set[str]:
    """The names of all components that a schema refers to, through others too."""
    found: set[str] = set()
    unread = [value]
    while unread:
        value = unread.pop()
        if isinstance(value, list):
            unread += value
        elif isinstance(value, dict):
            name = str(value.get("$ref", "")).removeprefix(_REFERENCE.format(name=""))
            if name in components and name not in found:
                found.add(name)
                unread.append(components[name])
            unread += value.values()
    return found


def _body(body: RequestBody, shapes: _Shapes) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": _without_defaults(shapes.of(body.shape))}
    if body.examples:
        content["examples"] = {name: {"value": value} for name, value in body.examples.items()}
    return {"required": True, "content": dict.fromkeys(body.media_types, content)}


def _outcome(outcome: OperationOutcome, shapes: _Shapes, examples: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": explained(outcome.says, outcome.rules, outcome.readings)}
    headers = {name: _header(header) for name, header in outcome.headers.items()}
    if outcome.rules and outcome.shape is not None:
        named = {"enum": [rule.value for rule in outcome.rules]}
        headers[RULE_HEADER] = {
            "description": "The rule that refuses.",
            "required": not outcome.or_fault,
            "schema": named,
        }
    also = {media_type: {"schema": dict(schema)} for media_type, schema in outcome.also.items()}
    if outcome.or_fault:
        headers[FAULT_HEADER] = _header("Where the mock answers what imin would not; the word says why.")
        also["application/problem+json"] = {"schema": shapes.of("Problem")}
    if headers:
        described["headers"] = headers
    if outcome.shape is not None:
        content: dict[str, Any] = {"schema": shapes.of(outcome.shape)}
        example = outcome.example
        if example is None and isinstance(outcome.shape, str):
            example = examples.get(outcome.shape)
        if example is not None:
            content["example"] = example
        described["content"] = {outcome.media_type: content, **also}
    if outcome.links:
        described["links"] = {name: dict(link) for name, link in outcome.links.items()}
    return described


def _header(header: Header) -> dict[str, Any]:
    return {"description": header, "schema": {"type": "string"}} if isinstance(header, str) else dict(header)


def document_route(path: str, build: Callable[[str], Mapping[str, object]], public_url: str | None) -> Route:
    """The route of the document that ``build`` makes."""

    async def document(request: Request) -> Response:
        host = request.headers.get("host", "").encode("latin-1")
        address = public_url or called_address(request.scope, host)
        response = Response(to_json(build(address)), media_type="application/json")
        response.raw_headers += [*FOR_NOBODY_ELSE, (b"date", http_date(wall_now()))]
        return response

    return Route(path, document)

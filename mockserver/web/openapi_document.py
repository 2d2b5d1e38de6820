"""An OpenAPI 3.1 document from a face's table of operations. This module must never know which face it describes."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from mockserver.web.operation import Body, Operation, Outcome
from mockserver.web.operation_endpoint import Paths

_REFERENCE = "#/components/schemas/{name}"


def openapi_document(
    paths: Paths[Any],
    *,
    info: Mapping[str, Any],
    address: str,
    tags: Mapping[str, str],
    parameters: Mapping[str, Mapping[str, Any]],
    refusals: Mapping[int, Outcome],
    of_body: Mapping[int, Outcome],
    of_query: Mapping[int, Outcome],
    security: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The document. ``parameters`` describes the names in paths; ``refusals`` are what any operation may answer, ``of_body``
    and ``of_query`` those with a body or with query parameters."""
    operations = [operation for methods in paths.values() for operation in methods.values()]
    every = [refusals, of_body, of_query, *(operation.outcomes for operation in operations)]
    shapes = _Shapes(
        [
            *(outcome.shape for outcomes in every for outcome in outcomes.values()),
            *(operation.body.shape for operation in operations if operation.body is not None),
        ]
    )

    def described(path: str, operation: Operation[Any]) -> dict[str, Any]:
        names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
        in_path = [{"name": name, "in": "path", "required": True, **parameters[name]} for name in names]
        outcomes = {
            **operation.outcomes,
            **refusals,
            **(of_body if operation.body is not None else {}),
            **of_query,
        }
        outcomes.update(operation.outcomes)
        return {
            "operationId": operation.id,
            "summary": operation.summary,
            **({"description": operation.about} if operation.about else {}),
            **({"tags": [operation.tag]} if operation.tag else {}),
            "parameters": [*in_path, *operation.query.parameters],
            **({"requestBody": _body(operation.body, shapes)} if operation.body is not None else {}),
            "responses": {str(status): _outcome(outcomes[status], shapes) for status in sorted(outcomes)},
        }

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
            **({"securitySchemes": dict(security)} if security else {}),
        },
    }


class _Shapes:
    """The JSON Schemas of types: each one named once in the components, and referred to elsewhere."""

    def __init__(self, shapes: Iterable[Any]) -> None:
        types = list(dict.fromkeys(shape for shape in shapes if shape is not None and not isinstance(shape, Mapping)))
        schemas, self.components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
        self._schema_of = dict(zip(types, schemas, strict=True))

    def of(self, shape: Any) -> Any:
        """The schema that stands where the shape is used."""
        return shape if isinstance(shape, Mapping) else self._schema_of[shape]


def _body(body: Body, shapes: _Shapes) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": shapes.of(body.shape)}
    if body.examples:
        content["examples"] = {name: {"value": value} for name, value in body.examples.items()}
    return {"required": True, "content": dict.fromkeys(body.media_types, content)}


def _outcome(outcome: Outcome, shapes: _Shapes) -> dict[str, Any]:
    described: dict[str, Any] = {"description": outcome.says}
    if outcome.headers:
        described["headers"] = {
            name: {"description": says, "schema": {"type": "string"}} for name, says in outcome.headers.items()
        }
    if outcome.shape is not None:
        content: dict[str, Any] = {"schema": shapes.of(outcome.shape)}
        if outcome.example is not None:
            content["example"] = outcome.example
        also = {media_type: {"schema": dict(schema)} for media_type, schema in outcome.also.items()}
        described["content"] = {outcome.media_type: content, **also}
    if outcome.links:
        described["links"] = {name: dict(link) for name, link in outcome.links.items()}
    return described

"""An OpenAPI document as a page: every operation with its parameters, body and answers, and a form that sends it.

A JSON Schema is shown as a reader wants it: properties with their kinds, nested; a reference is a link to its definition.
It knows OpenAPI and nothing of the three faces; what it does not find in a document it leaves out.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from mockserver.web.answers import to_json
from mockserver.web.pages.markup import Markup, prose, spans, tag

Schema = dict[str, Any]
_LIMITS = {
    "format": "{}",
    "pattern": "matching {}",
    "minimum": "from {}",
    "maximum": "to {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "default": "{} if left out",
}


def shape(schema: Schema | bool) -> list[object]:
    """The schema in a line, followed by the lists of its parts."""
    if isinstance(schema, bool):
        return ["anything" if schema else "nothing"]
    parts = list(_in_a_line(schema))
    if "description" in schema:
        parts += [tag("span", " - ", spans(schema["description"]), class_="soft")]
    return [*parts, *_inner(schema)]


def _in_a_line(schema: Schema) -> Iterator[object]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield tag("a", name, href=f"#schema-{name}")
    elif "const" in schema:
        yield tag("code", _json(schema["const"]))
    elif "enum" in schema:
        yield "one of "
        for nth, value in enumerate(schema["enum"]):
            yield ", " if nth else None
            yield tag("code", _json(value))
    elif "oneOf" in schema or "anyOf" in schema:
        yield "one of"
    elif schema.get("type") == "array":
        yield "a list of"
    else:
        kinds = schema.get("type", "anything")
        yield " or ".join(kinds) if isinstance(kinds, list) else kinds
    for key, words in _LIMITS.items():
        if key in schema:
            value = schema[key]
            yield tag("span", ", ", words.format(value if isinstance(value, str) else _json(value)), class_="soft")


def _inner(schema: Schema) -> Iterator[Markup]:
    choices = [*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())]
    if "items" in schema:
        choices.append(schema["items"])
    if choices:
        yield tag("ul", [tag("li", shape(choice)) for choice in choices], class_="shape")
    if schema.get("properties"):
        required = schema.get("required", ())
        yield tag(
            "ul",
            [
                tag("li", tag("code", name), ": ", None if name in required else "optional ", shape(each))
                for name, each in schema["properties"].items()
            ],
            class_="shape",
        )
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        yield tag("ul", tag("li", "any other name: ", shape(more)), class_="shape")


def _json(value: Any) -> str:
    return to_json(value).decode()


Json = dict[str, Any]
_METHODS = ("get", "put", "post", "patch", "delete", "head", "options")


def reference(document: Json, filled_in: Mapping[str, str], document_path: str) -> Iterator[Markup]:
    """The content of the page. ``filled_in`` gives values to the forms, by parameter; ``key`` is the key."""
    reader = _Reader(document)
    yield prose(document["info"].get("description", ""))
    yield tag("p", "As a document: ", tag("a", document_path, href=document_path))
    keyed = "securitySchemes" in document.get("components", {})
    if keyed:
        yield tag(
            "div",
            tag("label", "X-API-KEY for the forms below", for_="key"),
            tag("input", id="key", value=filled_in.get("key", ""), autocomplete="off", spellcheck="false"),
            class_="try",
        )
    operations = [
        (method, path, item, item[method])
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    ]
    yield tag("nav", tag("ul", [tag("li", _entry(*each)) for each in operations]), aria_label="Operations")
    for method, path, item, operation in operations:
        yield from reader.operation(method, path, item, operation, filled_in)
    schemas = document.get("components", {}).get("schemas", {})
    if schemas:
        yield tag("h2", "Schemas", id="schemas")
        for name, schema in schemas.items():
            yield tag("details", tag("summary", tag("code", name)), shape(schema), id=f"schema-{name}")


def _entry(method: str, path: str, _: Json, operation: Json) -> list[object]:
    return [_method(method), tag("a", operation.get("summary", path), href=f"#{_anchor(method, path, operation)}")]


def _anchor(method: str, path: str, operation: Json) -> str:
    return str(operation.get("operationId", f"{method}-{quote(path, safe='')}"))


def _method(method: str) -> Markup:
    return tag("span", method.upper(), class_=f"method method-{method} mono")


class _Reader:
    """One document, with its references followed."""

    def __init__(self, document: Json) -> None:
        self.document = document

    def follow(self, part: Json) -> Json:
        """The part itself, or what its reference points to."""
        while "$ref" in part:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            part = found
        return part

    def operation(
        self, method: str, path: str, item: Json, operation: Json, filled_in: Mapping[str, str]
    ) -> Iterator[Markup]:
        """One operation: what it does, how to ask, what is answered, and its form."""
        anchor = _anchor(method, path, operation)
        parameters = [self.follow(each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))]
        body = self.follow(operation.get("requestBody", {})).get("content", {})
        yield tag("h2", _method(method), tag("span", path, class_="mono"), id=anchor)
        yield tag("p", tag("strong", operation.get("summary", "")))
        yield prose(operation.get("description", ""))
        yield self._form(method, path, anchor, parameters, body, filled_in)
        if parameters:
            yield tag("h3", "Parameters")
            yield tag("ul", [tag("li", self._parameter(each)) for each in parameters])
        if body:
            yield tag("h3", "Body")
            for media_type, content in body.items():
                yield tag("p", tag("code", media_type))
                yield from self._content(content)
        yield tag("h3", "Answers")
        for status, answer in operation["responses"].items():
            yield self._answer(str(status), self.follow(answer))

    def _form(
        self, method: str, path: str, anchor: str, parameters: list[Json], body: Json, filled_in: Mapping[str, str]
    ) -> Markup:
        fields = [
            tag(
                "p",
                tag("label", each["name"], for_=f"{anchor}-{each['name']}"),
                tag(
                    "input",
                    id=f"{anchor}-{each['name']}",
                    name=each["name"],
                    value=filled_in.get(each["name"], _as_text(_example(each))),
                    data_in=each["in"],
                    required=bool(each.get("required")),
                    autocomplete="off",
                    spellcheck="false",
                ),
            )
            for each in parameters
            if each["in"] in {"path", "query"}
        ]
        for media_type, content in list(body.items())[:1]:
            example = _as_text(_example(content))
            area = tag("textarea", example, id=f"{anchor}-body", data_media_type=media_type, spellcheck="false")
            fields.append(tag("p", tag("label", "Body", for_=f"{anchor}-body"), area, class_="wide"))
        return tag(
            "form",
            tag("div", fields, class_="fields"),
            tag("p", tag("button", "Send", aria_label=f"Send {method.upper()} {path}")),
            tag("output", aria_live="polite"),
            class_="try",
            data_method=method.upper(),
            data_path=path,
            hidden=True,
        )

    def _parameter(self, parameter: Json) -> list[object]:
        how = f" in the {parameter['in']}, {'required' if parameter.get('required') else 'optional'}: "
        return [
            tag("code", parameter["name"]),
            how,
            shape(parameter["schema"]),
            prose(parameter.get("description", "")),
        ]

    def _content(self, content: Json) -> Iterator[Markup]:
        yield tag("p", shape(content.get("schema", True)))
        examples = {name: self.follow(each) for name, each in content.get("examples", {}).items()}
        if "example" in content:
            examples = {"": {"value": content["example"]}}
        for name, example in examples.items():
            title = example.get("summary", name)
            yield tag("p", f"Example{': ' if title else ''}{title}", class_="soft")
            yield tag("pre", _as_text(example.get("value")), tabindex="0")

    def _answer(self, status: str, answer: Json) -> Markup:
        opening, _, rest = answer.get("description", "").partition("\n")
        headers = [
            tag(
                "li", tag("code", name), ": ", shape({**header.get("schema", {}), "description": header["description"]})
            )
            for name, header in ((n, self.follow(h)) for n, h in answer.get("headers", {}).items())
        ]
        bodies = [
            (tag("p", tag("code", media_type)), self._content(content))
            for media_type, content in answer.get("content", {}).items()
        ]
        links = [tag("li", tag("code", name), f": {self.follow(link).get('description', '')}") for name, link in
                 answer.get("links", {}).items()]  # fmt: skip
        return tag(
            "details",
            tag("summary", tag("span", status, class_=f"key mono status-{status[0]}"), opening),
            prose(rest),
            bodies,
            [tag("h4", "Headers"), tag("ul", headers)] if headers else None,
            [tag("h4", "Where to go from here"), tag("ul", links)] if links else None,
        )


def _example(part: Json) -> Any:
    """The first example of a parameter or a body."""
    if "example" in part:
        return part["example"]
    for example in part.get("examples", {}).values():
        return example.get("value")
    schema = part.get("schema", {})
    return (schema.get("examples") or [schema.get("default")])[0] if isinstance(schema, dict) else None


def _as_text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()

"""A JSON Schema as a reader wants it: properties with their kinds, nested; a reference is a link to its definition."""

from collections.abc import Iterator
from typing import Any

from mockserver.web.answers import to_json
from mockserver.web.pages.markup import Markup, tag
from mockserver.web.pages.prose import spans

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

"""What a schema asks for, in the words of a fault. Must never decide whether a value is at fault."""

import re
from collections.abc import Iterable
from functools import cache

from jsonschema.exceptions import ValidationError

from mockserver.scenario.faults import Finding, Path, show
from mockserver.scenario.names import hint_of
from mockserver.scenario.schema import Schema, scenario_schema

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
}


def called(schema: Schema) -> str:
    """What the schema asks for: ``an instant``, ``frozen or a mapping of running, step``."""
    schema = _resolved(schema)
    if "enum" in schema:
        return " or ".join(str(option) for option in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(called(branch) for branch in schema["anyOf"]))
    kind = schema.get("type", "string")
    if kind == "object":
        keys = list(schema.get("properties", ()))
        return f"a mapping of {', '.join(keys)}" if 0 < len(keys) <= 6 else "a mapping"
    return str(schema.get("title", _TYPES[kind]))


def example(schema: Schema, value: object) -> str | None:
    """How to write it instead."""
    schema = _resolved(schema)
    if schema.get("type") == "string" and isinstance(value, (int, float)) and not schema.get("format"):
        if _suits(schema, show(value)):
            return f'write "{show(value)}" in quotes'
        if _suits(schema, price := f"{value:.2f} GBP"):
            return f"write {price}"
    examples = schema.get("examples")
    return f"write {' or '.join(str(each) for each in examples)}" if examples else None


def _suits(schema: Schema, text: str) -> bool:
    return re.search(schema.get("pattern", ""), text) is not None and len(text) <= schema.get("maxLength", len(text))


def not_one_of(value: object, wanted: Iterable[object], path: Path) -> Finding:
    """The fault of a value that is none of a few words; of many words, only the nearest is told."""
    words = list(dict.fromkeys(str(option) for option in wanted))
    hint = hint_of(value, words) if isinstance(value, str) else None
    listed = f"{'' if len(words) == 1 else 'one of '}{', '.join(words)}"
    return Finding(
        path=path, message=f"{show(value)} is not {'known here' if hint and len(words) > 8 else listed}", hint=hint
    )


def options(error: ValidationError) -> list[str]:
    """The words that an error of an enumeration would have accepted."""
    wanted = error.validator_value
    return [str(word) for word in wanted] if isinstance(wanted, list) else []


def key_missing(error: ValidationError) -> str:
    """The key that an error misses; the validator reports each by itself."""
    wanted = error.validator_value
    assert isinstance(wanted, list)
    return next(str(key) for key in wanted if error.message.startswith(f"{key!r} "))


def _resolved(schema: Schema) -> Schema:
    """The schema that a reference inside the scenario's schema means."""
    ref = schema.get("$ref")
    return _definitions()[ref.rpartition("/")[2]] if isinstance(ref, str) else schema


@cache
def _definitions() -> dict[str, Schema]:
    definitions: dict[str, Schema] = scenario_schema()["$defs"]
    return definitions

"""The JSON Schema of a scenario file, made from the document's types. ``python -m mockserver.scenario.schema`` prints it.

Editors use the published file and the search for faults uses the same schema, so that both say the same. It must never know
a key that the types do not have.
"""

import json
import sys
from typing import Any

import msgspec

from mockserver.domain.events import EVENT_NAMES
from mockserver.domain.readings import WORLD_READINGS
from mockserver.foundation.docstrings import clean_docstrings
from mockserver.scenario.document import FORMS, Document

Schema = dict[str, Any]


def scenario_schema() -> Schema:
    """The JSON Schema (2020-12) of a scenario file."""
    forms = [form for told in FORMS.values() for form in told.values()]
    clean_docstrings([Document, *forms])
    _, components = msgspec.json.schema_components([Document, *forms], schema_hook=_told, ref_template="#/$defs/{name}")
    parts = {name.removesuffix("Spec"): _plain(part) for name, part in sorted(components.items())}
    document = parts.pop("Document")
    document["properties"]["readings"] = _readings()
    for name in ("On", "Events"):
        parts[name]["properties"]["event"] = {"title": "an event", "enum": sorted(EVENT_NAMES)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **document,
        "title": "A scenario of imin-mock",
        "$defs": parts,
    }


SCHEMA_FILE = "scenario.schema.json"
"""What a scenario file names as its schema, if that lies beside it."""


def published_schema() -> str:
    """The schema's text as it is published."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


def _told(told: type) -> Schema:
    """The schema of what is told by its keys: any of its forms. ``x-told-by`` is what says which."""
    if told not in FORMS:
        raise NotImplementedError  # msgspec's word for "not mine": it then describes the type itself or says that it cannot
    forms = FORMS[told]
    return {"anyOf": [{"$ref": f"#/$defs/{form.__name__}"} for form in forms.values()], "x-told-by": list(forms)}


def _plain(part: Any) -> Any:
    """The part without what only msgspec means: null (a key may be absent, not empty), OpenAPI's discriminator, suffixes."""
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, dict):
        return part
    plain = {key: _plain(value) for key, value in part.items() if key != "discriminator"}
    if "$ref" in plain:
        plain["$ref"] = plain["$ref"].removesuffix("Spec")
    if plain.get("default", ...) in (None, {}, [], ""):
        del plain["default"]
    if isinstance(plain.get("title"), str):
        plain["title"] = plain["title"].removesuffix("Spec")
    choices = [choice for choice in plain.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del plain["anyOf"]
        return choices[0] | plain
    return plain | {"anyOf": choices} if choices else plain


def _readings() -> Schema:
    """The readings with their options; an option such as 400 may be written as a number."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name.value: {
                "description": reading.question,
                "default": reading.default,
                "enum": [*reading.options, *(int(option) for option in reading.options if option.isdecimal())],
            }
            for name, reading in WORLD_READINGS.items()
        },
    }


if __name__ == "__main__":
    sys.stdout.write(published_schema())

"""The published JSON Schema: fresh, closed, valid, and of one mind with the parser."""

from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from mockserver.domain.events import EVENT_NAMES
from mockserver.domain.readings import WORLD_READINGS
from mockserver.scenario import scenario as scenario_module
from mockserver.scenario.schema import published_schema, scenario_schema
from mockserver.scenario.source import read_source
from tests.scenario.writing import make_text

PACKAGE = Path(scenario_module.__file__).parent


def test_the_published_schema_is_what_the_types_say() -> None:
    assert (PACKAGE / "scenario.schema.json").read_text(encoding="utf-8") == published_schema(), (
        "stale: python -m mockserver.scenario.schema > mockserver/scenario/scenario.schema.json"
    )


def test_the_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(scenario_schema())


def test_no_mapping_with_known_keys_takes_an_unknown_one() -> None:
    schema = scenario_schema()
    open_parts = [
        name
        for name, part in [("Document", schema), *schema["$defs"].items()]
        if "properties" in part and part.get("additionalProperties") is not False
    ]
    assert open_parts == []


def test_every_reference_in_the_schema_is_defined_and_every_definition_used() -> None:
    schema = scenario_schema()

    def references(part: Any) -> set[str]:
        if isinstance(part, list):
            return {ref for each in part for ref in references(each)}
        if not isinstance(part, dict):
            return set()
        own = {part["$ref"].removeprefix("#/$defs/")} if isinstance(part.get("$ref"), str) else set()
        return own | {ref for each in part.values() for ref in references(each)}

    assert references(schema) == set(schema["$defs"])


def test_an_editor_can_offer_every_event_and_every_option_of_every_reading() -> None:
    schema = scenario_schema()
    assert set(schema["$defs"]["On"]["properties"]["event"]["enum"]) == EVENT_NAMES
    offered = schema["properties"]["readings"]["properties"]
    assert {name: {str(option) for option in part["enum"]} for name, part in offered.items()} == {
        name.value: set(reading.options) for name, reading in WORLD_READINGS.items()
    }


def test_what_the_parser_takes_the_schema_takes() -> None:
    validator = Draft202012Validator(scenario_schema())
    texts = [path.read_text(encoding="utf-8") for path in sorted((PACKAGE.parents[1] / "scenarios").glob("*.yaml"))]
    for text in (make_text(), *texts):
        assert list(validator.iter_errors(read_source(text, file="f.yaml").value)) == []

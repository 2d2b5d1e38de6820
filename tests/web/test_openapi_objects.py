"""What the published documents of all faces have in common."""

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.web.pages.routes import FACES
from tests.web.calling import ADDRESS


def schemas_below(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping of a document that tells of properties, with where it stands."""
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict) and not path.endswith("/properties"):
            yield path, value
        for name, each in value.items():
            yield from schemas_below(each, f"{path}/{name}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from schemas_below(each, f"{path}/{index}")


@pytest.mark.parametrize("face", FACES)
def test_what_has_properties_is_an_object_and_requires_only_those(face: str) -> None:
    told = [each for each in schemas_below(FACES[face].load()(ADDRESS)) if "/oneOf/" not in each[0]]
    assert told
    assert [path for path, schema in told if schema.get("type") != "object"] == []
    assert [path for path, schema in told if not set(schema.get("required", ())) <= set(schema["properties"])] == []

"""Every pattern that is published is about the whole of a text, in Python as in ECMA-262: what it admits ends where it ends."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.foundation.patterns import whole
from mockserver.scenario.schema import scenario_schema
from tests.web.calling import set_stage


def published() -> dict[str, list[str]]:
    """The patterns of all published schemas, each with the places that it stands at."""
    stage = set_stage()
    documents: dict[str, Any] = {"scenario": scenario_schema()}
    for path in ("/openapi.json", "/booking-system/openapi.json", "/__admin/openapi.json"):
        answer = stage.get(path)
        assert answer.status == 200, path
        documents[path] = answer.json
    found: dict[str, list[str]] = {}
    for name, document in documents.items():
        for place, pattern in patterns_in(document, name):
            found.setdefault(pattern, []).append(place)
    return found


def patterns_in(part: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield place, part["pattern"]
        for key, each in part.items():
            yield from patterns_in(each, f"{place}/{key}")
    elif isinstance(part, list):
        for number, each in enumerate(part):
            yield from patterns_in(each, f"{place}/{number}")


PATTERNS = published()


def test_all_four_schemas_have_patterns() -> None:
    places = [place for all_places in PATTERNS.values() for place in all_places]
    assert {place.partition("/")[0] for place in places} == {"scenario", ""}
    assert len(places) > 40


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=3)
@given(data=st.data())
def test_what_a_published_pattern_admits_it_does_not_admit_with_a_line_end(pattern: str, data: st.DataObject) -> None:
    value = data.draw(st.from_regex(pattern))
    assert re.search(pattern, value)
    assert not re.search(pattern, value + "\n"), (value, PATTERNS[pattern][0])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_published_pattern_is_written_as_a_whole(pattern: str) -> None:
    body = pattern.removeprefix("^(?:").removesuffix(r")$(?!\n)")
    assert pattern == whole(body)


@pytest.mark.parametrize("text", ["", "ab", "b\n", "\nb", "b\nb", "B"])
def test_a_whole_pattern_admits_nothing_around_it(text: str) -> None:
    assert not re.search(whole("b|c"), text)
    assert re.search(whole("b|c"), "c")

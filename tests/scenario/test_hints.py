"""A hint that is followed removes the fault that it came with."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.scenario.faults import Fault, ScenarioFaults, spell
from mockserver.scenario.scenario import parse_scenario
from tests.scenario.fuzzing import Drawing
from tests.scenario.mistakes import MISTAKES
from tests.scenario.writing import make_document

_MEANT = re.compile(r'did you mean "(.*)"\?')
_QUOTED = re.compile(r'write "(.*)" in quotes')
_KEY = re.compile(r"(?:or )?write (\w+): (\w+)")
_WRITE = re.compile(r"write (.+?)(?: or .*| for its beginning)?")
_ONE_OF_THEM = re.compile(r'name one of them: "(.*)"')
_WHICH = re.compile(r"say which: (\S+).*")

Place = tuple[str | int, ...]


def faults_in(document: Any) -> tuple[Fault, ...]:
    try:
        parse_scenario(json.dumps(document, ensure_ascii=False), name="made")
    except ScenarioFaults as faults:
        return faults.faults
    return ()


def places_in(value: Any, path: Place = ()) -> Iterator[Place]:
    yield path
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places_in(each, (*path, key))


def followed(document: Any, fault: Fault) -> Any | None:
    """The document as the hint has it; ``None`` where there is no hint that says what to write."""
    place = next((each for each in places_in(document) if spell(each) == fault.path and each), None)
    if fault.hint is None or place is None:
        return None
    changed: Any = json.loads(json.dumps(document))
    above: Any = changed
    for part in place[:-1]:
        above = above[part]
    last: Any = place[-1]
    if meant := _MEANT.fullmatch(fault.hint):
        if fault.message.startswith("unknown key") or f'"{last}"' in fault.message:
            above[meant[1]] = above.pop(last)
        else:
            above[last] = meant[1]
    elif found := _KEY.fullmatch(fault.hint):
        changed[found[1]] = found[2]
    elif found := _QUOTED.fullmatch(fault.hint) or _ONE_OF_THEM.fullmatch(fault.hint) or _WHICH.fullmatch(fault.hint):
        above[last] = found[1]
    elif found := _WRITE.fullmatch(fault.hint):
        if isinstance(above, dict) and f'"{last}" is not' in fault.message:
            above[found[1]] = above.pop(last)
        else:
            above[last] = found[1]
    else:
        return None
    return changed


def persists(document: Any, fault: Fault) -> bool:
    return any((each.path, each.message) == (fault.path, fault.message) for each in faults_in(document))


@pytest.mark.parametrize("changes", [changes for changes, _ in MISTAKES if "riverside/url" not in str(changes)])
def test_a_hint_that_is_followed_removes_its_fault(changes: dict[str, Any]) -> None:
    document = make_document(changes)
    for fault in faults_in(document):
        mended = followed(document, fault)
        assert mended is None or not persists(mended, fault), (fault, mended)


def test_so_does_each_hint_about_a_text_drawn_by_lot() -> None:
    seen = 0
    for number in range(200):
        drawing = Drawing(number)
        drawing.text()
        for fault in faults_in(drawing.document):
            mended = followed(drawing.document, fault)
            assert mended is None or not persists(mended, fault), (number, fault)
            seen += mended is not None
    assert seen > 20

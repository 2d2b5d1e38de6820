"""What users have written down stays what it is called, until somebody changes it on purpose."""

import re
from importlib.util import find_spec

import pytest

from tests.public_names import KIT, LIST, LOADED_BY_NAME, public_names
from tests.serving import ROOT

SHOWN_TO_USERS = [
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "examples/**/*.py", "examples/**/*.toml")
    for path in ROOT.glob(pattern)
]
NAMED_AS_MODULE = re.compile(
    r"^\s*(?:from|import) (mockserver[\w.]*)|-p (mockserver[\w.]*)|HOOKS=(mockserver[\w.]*)", re.MULTILINE
)


def test_every_public_name_is_on_the_list_and_none_has_gone() -> None:
    listed = LIST.read_text(encoding="utf-8").split("\n")[:-1]
    now = list(public_names())
    told = "public names have changed; where that is meant: python3 dev.py run -- python -m tests.public_names"
    assert {"gone": set(listed) - set(now), "new": set(now) - set(listed)} == {"gone": set(), "new": set()}, told


def test_no_two_public_names_of_a_kind_are_the_same() -> None:
    now = list(public_names())
    assert len(now) == len(set(now))


@pytest.mark.parametrize("module", [*KIT, *LOADED_BY_NAME])
def test_every_module_that_is_public_is_there(module: str) -> None:
    assert find_spec(module)


def test_no_page_and_no_example_names_a_module_that_is_private() -> None:
    named = {
        (module, str(path.relative_to(ROOT)))
        for path in SHOWN_TO_USERS
        for found in NAMED_AS_MODULE.finditer(path.read_text(encoding="utf-8"))
        for module in found.groups()
        if module
    }
    assert {module for module, _ in named} >= {"mockserver.testing", "mockserver.testing.transports.httpx"}
    assert sorted(each for each in named if each[0] not in {*KIT, *LOADED_BY_NAME}) == []

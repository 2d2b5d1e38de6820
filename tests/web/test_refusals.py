"""The table of refusals says what imin's face refuses, and the code that decides refusals names no other rule."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mockserver
from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.refusals import REFUSALS, causes_of_refusal
from mockserver.domain.rules import Rule
from tests.web.calling import scenario, set_stage
from tests.web.wrong_bodies import WRONG_BODIES

PACKAGE = Path(mockserver.__file__).parent
DECIDING = [
    *(path for path in sorted((PACKAGE / "web" / "imin_api").glob("*.py")) if path.stem != "openapi"),
    PACKAGE / "web" / "authentication.py",
    PACKAGE / "domain" / "cancellation.py",
    PACKAGE / "domain" / "cancellability.py",
]
PERMITTING = {Rule.CANCEL_ALLOWED, Rule.CANCEL_REPEAT_CANCELLED}


def rules_named(node: ast.AST) -> Iterator[Rule]:
    """The rules that code names, but for those that only explain an operation."""
    if isinstance(node, ast.keyword) and node.arg == "rules":
        return
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Rule":
        yield Rule[node.attr]
    for child in ast.iter_child_nodes(node):
        yield from rules_named(child)


def test_the_rules_by_which_imins_face_can_refuse_are_those_of_the_table() -> None:
    named = {rule for path in DECIDING for rule in rules_named(ast.parse(path.read_text(encoding="utf-8")))}
    assert named - PERMITTING == {rule for _, rule in causes_of_refusal()}


@pytest.mark.parametrize(
    "readings",
    [{}, {"unknown-order-item": "404"}, {"unknown-order-item": "500", "wrong-type-or-id": "500"}],
    ids=["by default", "404 for an unknown item", "500 as the standard has it"],
)
@pytest.mark.parametrize("what", WRONG_BODIES)
def test_a_body_is_refused_with_a_status_that_the_table_has_for_its_rule(what: str, readings: dict[str, str]) -> None:
    orders = {
        "booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "yoga"}},
        "other": {"customer": "asha", "items": {"seat-9": "yoga"}},
    }
    stage = set_stage(scenario(orders=orders, readings=readings))
    body = WRONG_BODIES[what][0]
    answer = stage.cancel("booking", body(stage) if callable(body) else body)
    assert answer.rule is not None
    assert Rule(answer.rule) in REFUSALS[ApiOperation.CANCEL][answer.status]

"""What the mock publishes is the same text on every Python, whatever that Python makes of docstrings."""

import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving import ROOT, environment

PUBLISHED = """
import json
from click import Context
from mockserver.cli.main import COMMANDS, load_command, main
from mockserver.scenario.schema import scenario_schema
from mockserver.web.pages.routes import FACES

documents = {face: FACES[face].load()("http://127.0.0.1:4646") for face in FACES}
helps = {name: load_command(name).get_help(Context(load_command(name))) for name in COMMANDS}
print(json.dumps({"schema": scenario_schema(), **documents, "help": main.get_help(Context(main)), **helps}))
"""


def published(*flags: str) -> dict[str, Any]:
    command = [sys.executable, *flags, "-c", PUBLISHED]
    told = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return dict(json.loads(told.stdout))


def texts_of(value: Any) -> Iterator[str]:
    """Every description of a document."""
    if isinstance(value, dict):
        yield from (text for name, text in value.items() if name == "description" and isinstance(text, str))
    if isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)


def test_an_interpreter_that_drops_docstrings_publishes_the_same_documents_and_help() -> None:
    whole, optimised = published(), published("-OO")
    assert whole.keys() == optimised.keys()
    assert [name for name in whole if whole[name] != optimised[name]] == []


def test_no_description_has_the_indentation_of_its_source() -> None:
    texts = list(texts_of(published()))
    assert len(texts) > 100
    assert [text for text in texts if text != inspect.cleandoc(text)] == []


@pytest.mark.parametrize("scenario", ["happy-path", "refund-fails-twice-then-succeeds"])
def test_a_scenario_runs_without_docstrings_and_assertions(scenario: str) -> None:
    command = [sys.executable, "-OO", "-m", "mockserver", "run", f"scenarios/{scenario}.yaml"]
    ran = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("passed")

"""The pages on scenarios say what is true: the example of the format runs, and no key of it is missing."""

import re

import msgspec
import pytest

from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario import document as spec
from mockserver.scenario.scenario import parse_scenario
from tests.library import PAGE, ROOT

TEXT = PAGE.read_text(encoding="utf-8")
FORMAT = (ROOT / "docs" / "reference" / "scenario-format.md").read_text(encoding="utf-8")
PARTS = [
    part
    for part in vars(spec).values()
    if isinstance(part, type) and issubclass(part, msgspec.Struct) and part.__struct_fields__
]


def examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", FORMAT, re.DOTALL)


def test_the_example_of_the_format_is_a_scenario_that_runs_as_it_says() -> None:
    (example,) = examples()
    run = run_scenario(parse_scenario(example, name="the-example"))
    assert run.ok, "\n".join(map(str, run.failures))
    assert len(run.outcomes) == 6


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_of_the_format_is_on_the_page(part: type[msgspec.Struct]) -> None:
    words = set(re.findall(r"[a-z_]+", FORMAT))
    tag = str(part.__struct_config__.tag or "")
    assert {*part.__struct_encode_fields__, *([tag] if tag.islower() else [])} <= words


def test_the_list_asks_for_a_scenario_that_is_there() -> None:
    asked = set(re.findall(r"X-API-KEY: ([a-z-]+)", TEXT)) | set(re.findall(r"run scenarios/([a-z-]+)\.yaml", TEXT))
    assert asked
    assert [name for name in asked if not (ROOT / "scenarios" / f"{name}.yaml").is_file()] == []

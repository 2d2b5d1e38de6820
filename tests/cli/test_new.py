"""What somebody needs who writes a scenario of their own: a file to start from, the text of one that ships, and the schema."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from mockserver.cli.main import main
from mockserver.scenario.schema import published_schema
from tests.serving import ROOT


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["my-case", "my-case.yaml", "mine/my-case.yml"])
def test_a_new_file_is_valid_runs_and_has_no_findings(name: str, here: Path) -> None:
    (here / "mine").mkdir()
    begun = run("new", name)
    assert begun.exit_code == 0, begun.output
    (file,) = list(here.rglob("my-case.*"))
    assert f"imin-mock run {file.relative_to(here)} -v" in begun.stdout
    assert "its key: my-case" in begun.stdout
    for command in ("validate", "run", "check"):
        done = run(command, str(file))
        assert done.exit_code == 0, done.output
    assert "(6 checks)" in run("run", str(file)).stdout


def test_what_is_there_is_not_overwritten(here: Path) -> None:
    (here / "mine.yaml").write_text("mine")
    (here / "scenario.schema.json").write_text("{}")
    result = run("new", "mine")
    assert (result.exit_code, result.stderr) == (2, "mine.yaml is there already, and stays as it is.\n")
    assert run("new", "other").exit_code == 0
    assert (here / "mine.yaml").read_text() == "mine"
    assert (here / "scenario.schema.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("My Case", "such as my-case.yaml"),
        ("no/folder/mine", "No such file or directory."),
        ("a@b", "such as a-b.yaml"),
    ],
)
def test_a_file_that_cannot_be_is_refused_and_nothing_is_written(name: str, says: str, here: Path) -> None:
    result = run("new", name)
    assert (result.exit_code, says in result.stderr) == (2, True)
    assert list(here.iterdir()) == []


def test_the_first_line_of_a_new_file_names_the_schema_that_is_written_beside_it(here: Path) -> None:
    run("new", "mine")
    first = (here / "mine.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    schema = json.loads((here / "scenario.schema.json").read_text())
    document = yaml.safe_load((here / "mine.yaml").read_text())
    jsonschema.validate({**document, "epoch": document["epoch"].isoformat()}, schema)


def test_the_schema_is_printed_or_written(here: Path) -> None:
    assert run("schema").stdout == published_schema()
    (here / "s.json").write_text("old")
    assert "$schema=s.json" in run("schema", "--output", "s.json").stderr
    assert (here / "s.json").read_text() == published_schema()
    assert run("schema", "--output", "no/folder.json").exit_code == 2


def test_what_show_prints_of_a_shipped_scenario_names_a_schema_that_can_be_had_where_it_is_kept(here: Path) -> None:
    shown = run("show", "refund-fails-twice-then-succeeds").stdout
    first, second, rest = shown.split("\n", 2)
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    shipped = ROOT / "scenarios" / "refund-fails-twice-then-succeeds.yaml"
    assert rest == shipped.read_text().partition("\n")[2]
    assert run(*second.partition("imin-mock ")[2].partition(" writes")[0].split()).exit_code == 0
    assert (here / "scenario.schema.json").read_text() == published_schema()


def test_show_prints_a_file_of_ones_own_as_it_is(here: Path) -> None:
    (here / "own.yaml").write_text("# $schema=schemas/own.json\ntitle: x\n")
    assert run("show", "own.yaml").stdout == "# $schema=schemas/own.json\ntitle: x\n"
    assert run("show", str(here / "none.yaml")).exit_code == 2

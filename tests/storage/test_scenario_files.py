import os
from pathlib import Path

import pytest

from mockserver.engine.registry import UnknownScenarioError
from mockserver.scenario.faults import ScenarioFaults
from mockserver.storage.scenario_files import ScenarioFiles, ScenarioFilesError, read_scenario, scenario_name
from tests.making import bare_scenario


def write(folder: Path, name: str, title: str = "One") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"version: 1\ntitle: {title}\n", encoding="utf-8")
    return path


def test_a_scenario_is_named_after_its_file_with_either_suffix(tmp_path: Path) -> None:
    write(tmp_path, "one.yaml")
    write(tmp_path, "two.yml")
    write(tmp_path, "notes.txt")
    files = ScenarioFiles([tmp_path])
    assert files.names() == ["one", "two"]
    assert files.find("two").name == "two"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are files on POSIX only")
def test_nobody_waits_for_a_pipe_that_is_called_like_a_scenario(tmp_path: Path) -> None:
    write(tmp_path, "one.yaml")
    os.mkfifo(tmp_path / "two.yaml")
    assert ScenarioFiles([tmp_path]).names() == ["one"]


def test_a_later_folder_hides_an_earlier_one_and_what_is_given_hides_both(tmp_path: Path) -> None:
    write(tmp_path / "a", "one.yaml", "Early")
    write(tmp_path / "b", "one.yaml", "Late")
    files = ScenarioFiles([tmp_path / "a", tmp_path / "b"])
    assert files.find("one").title == "Late"
    files.give(bare_scenario("one"))
    assert files.find("one") is bare_scenario("one")
    assert files.names() == ["one"]


def test_a_file_is_parsed_once_and_again_when_it_has_changed(tmp_path: Path) -> None:
    path = write(tmp_path, "one.yaml", "Before")
    files = ScenarioFiles([tmp_path])
    first = files.find("one")
    assert files.find("one") is first
    write(tmp_path, "one.yaml", "Behind")
    os.utime(path, ns=(1, 1))
    assert files.find("one").title == "Behind"


def test_a_name_that_no_file_has_is_unknown_with_a_hint(tmp_path: Path) -> None:
    write(tmp_path, "happy-path.yaml")
    with pytest.raises(UnknownScenarioError, match="Did you mean 'happy-path'"):
        ScenarioFiles([tmp_path]).find("happy-pth")


def test_a_file_that_is_not_text_or_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_bytes(b"title: \xff\n")
    with pytest.raises(ScenarioFilesError, match="not UTF-8"):
        ScenarioFiles([tmp_path]).find("one")
    with pytest.raises(ScenarioFilesError, match="No such file"):
        read_scenario(tmp_path / "none.yaml")


def test_a_faulty_file_is_faulty_whenever_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("version: 9\n", encoding="utf-8")
    files = ScenarioFiles([tmp_path])
    for _ in range(2):
        with pytest.raises(ScenarioFaults):
            files.find("one")


@pytest.mark.parametrize("name", ["Happy Path.yaml", "UPPER.yaml", "a@b.yaml", "a--b.yaml"])
def test_a_file_whose_name_no_key_can_have_is_refused_with_a_better_name(name: str) -> None:
    with pytest.raises(ScenarioFilesError, match=r"such as [a-z-]+\.yaml"):
        scenario_name(Path(name))

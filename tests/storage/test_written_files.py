"""A file is written whole or not at all, whoever looks at it or kills its writer meanwhile."""

import ast
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import mockserver
from mockserver.storage.written_files import write_whole

PACKAGE = Path(mockserver.__file__).parent


def test_a_new_file_has_the_permissions_of_any_other_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    plain, path = tmp_path / "plain", tmp_path / "report"
    plain.write_text("x")
    write_whole(path, "one")
    assert (path.read_text(), path.stat().st_mode) == ("one", plain.stat().st_mode)
    path.chmod(0o640)
    write_whole(path, b"two")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("two", 0o640)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["plain", "report"]


def test_a_link_stays_one_and_its_file_is_written(tmp_path: Path) -> None:
    path, link = tmp_path / "report", tmp_path / "link"
    path.write_text("one")
    link.symlink_to(path)
    write_whole(link, "two")
    assert (link.is_symlink(), path.read_text()) == (True, "two")


@pytest.mark.parametrize("failing", ["write", "replace"])
def test_what_fails_half_way_leaves_the_old_file_and_nothing_else(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report"
    path.write_text("one")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*{"write": (os, "fsync"), "replace": (Path, "replace")}[failing], fail)
    with pytest.raises(OSError, match="No space left") as found:
        write_whole(path, "two")
    assert found.value.filename == str(path)
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"report": "one"}


def test_a_writer_that_is_killed_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("one")
    program = (
        "import os, signal, sys; from pathlib import Path; from mockserver.storage.written_files import write_whole\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_whole(Path(sys.argv[1]), 'two' * 100_000)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode != 0
    assert path.read_text() == "one"
    write_whole(path, "three")
    assert path.read_text() == "three"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_and_a_device_are_written_to_as_they_are(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        write_whole(pipe, "one")
        assert reader.communicate(timeout=60)[0] == b"one"
    write_whole(Path(os.devnull), "two")
    program = (
        "from pathlib import Path; from mockserver.storage.written_files import write_whole\n"
        "write_whole(Path('/dev/stdout'), 'x')"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"x"


def test_a_file_where_nothing_can_be_put_beside_it_is_written_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mounted"
    path.write_text("one")

    def busy(*_: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(Path, "replace", busy)
    write_whole(path, "two")
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"mounted": "two"}


def test_what_may_not_be_written_is_refused_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report"
    path.write_text("one")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="report"):
        write_whole(path, "two")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        write_whole(tmp_path / "nowhere" / "report", "two")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_in_the_package_writes_a_file_otherwise(path: Path) -> None:
    if path.name == "written_files.py":  # lines that are added to a file need no whole
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            assert name not in {"write_text", "write_bytes"}, node.lineno
            modes = [
                each.value for each in [*node.args, *(k.value for k in node.keywords)] if isinstance(each, ast.Constant)
            ]
            assert name != "open" or not {"w", "x"} & set(
                "".join(m for m in modes if isinstance(m, str) and len(m) < 4)
            )

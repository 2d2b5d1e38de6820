"""Nothing that the command line prints can steer a terminal, whoever wrote it and whichever command prints it."""

import ast
import io
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import TextIO, cast
from unicodedata import bidirectional, category

import click
import pytest
from click.testing import CliRunner

from mockserver.bootstrap import build_server
from mockserver.cli.main import main
from mockserver.cli.narrator import NarratedLog, Narrator
from mockserver.cli.output_streams import OutgoingGroup, OutgoingStream, harmless
from mockserver.domain.commands import CancelBySeller
from mockserver.scenario.scenario import parse_scenario
from mockserver.settings import Settings
from tests.serving import PATIENCE, ROOT, environment
from tests.web.calling import KEY, scenario

CLIPBOARD = "\x1b]52;c;ZXZpbA==\x07"
PLANTED = [
    "\x1b[2J",
    CLIPBOARD,
    "\x9b2J",
    "\x07",
    "\x00",
    "\x08",
    "\r",
    "\x7f",
    "\u202e",
    "\x1bc",
    "\x1b[8m",
    "\x1b[6n",
    "\x1b[?1049h",
]
ISOLATING = {"LR", "RL", "PD", "FS"}  # embeddings, overrides and isolates
HAPPY = (ROOT / "scenarios" / "happy-path.yaml").read_text(encoding="utf-8")


def steering(text: str) -> set[str]:
    """The characters of a text that could steer a terminal."""
    return {
        each for each in text if each not in "\n\t" and (category(each) == "Cc" or bidirectional(each)[:2] in ISOLATING)
    }


@pytest.mark.parametrize("planted", PLANTED)
def test_a_character_that_steers_a_terminal_goes_out_as_an_escape(planted: str) -> None:
    told = harmless(f"before{planted}after")
    assert not steering(told)
    assert told.startswith("before")
    assert told.endswith("after")
    assert len(told) > len("beforeafter") + len(planted)


@pytest.mark.parametrize(
    "style", [{"fg": "red"}, {"bold": True}, {"dim": True}, {"fg": "bright_blue", "bold": True}, {"fg": "reset"}]
)
def test_the_colours_of_our_own_are_let_through(style: dict[str, str | bool]) -> None:
    styled = click.style("text", **style)  # type: ignore[arg-type]
    assert harmless(styled) == styled


def test_json_stays_json_whatever_is_in_it() -> None:
    value = {"message": "".join(map(chr, range(0x300))) + "".join(PLANTED)}
    for ascii_only in (True, False):
        told = harmless(json.dumps(value, ensure_ascii=ascii_only))
        assert json.loads(told) == value
        assert not steering(told)


def test_what_looks_like_a_live_key_does_not_go_out() -> None:
    assert "0123456789abcdef" not in harmless(f"{click.style('x', fg='red')} {'0123456789abcdef' * 2}")


def test_a_stream_that_outlives_the_one_beneath_ends_without_a_word() -> None:
    beneath = io.StringIO()
    stream = OutgoingStream(beneath)
    beneath.close()
    stream.close()
    assert stream.closed


def test_a_stream_cannot_be_gone_round() -> None:
    stream = OutgoingStream(io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert not hasattr(stream, "buffer")


def test_click_writes_through_the_stream_though_the_terminal_knows_ascii_alone() -> None:
    kept = io.BytesIO()

    @click.group(cls=OutgoingGroup)
    def group() -> None:
        """A group."""

    @group.command()
    def say() -> None:
        click.echo(CLIPBOARD)
        raise ValueError(CLIPBOARD)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", io.TextIOWrapper(kept, encoding="ascii", write_through=True))
        with pytest.raises(ValueError, match="52"):
            group(["say"])
    assert kept.getvalue() == b"\\x1b]52;c;ZXZpbA==\\x07\n"


def test_without_colours_nothing_else_is_missing() -> None:
    kept = io.StringIO()
    OutgoingStream(kept, coloured=False).write(f"{click.style('FAILED', fg='red', bold=True)} {CLIPBOARD}")
    assert kept.getvalue() == "FAILED \\x1b]52;c;ZXZpbA==\\x07"


@pytest.mark.parametrize(("wish", "is_coloured"), [(None, True), ("", True), ("1", False)])
def test_whoever_wishes_for_no_colour_gets_none(
    wish: str | None, is_coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = io.StringIO()
    monkeypatch.setattr(kept, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdout", kept)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if wish is not None:
        monkeypatch.setenv("NO_COLOR", wish)
    with pytest.raises(SystemExit):
        main(["rules", "cancel.window-closed"])
    assert ("\x1b" in kept.getvalue(), "cancel.window-closed" in kept.getvalue()) == (is_coloured, True)


def test_what_an_encoding_cannot_write_ends_the_command_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, told = io.BytesIO(), io.StringIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(kept, encoding="ascii", write_through=True))
    monkeypatch.setattr("sys.stderr", told)
    with pytest.raises(SystemExit) as ended:
        main(["show", "customer-identifier-beyond-ascii"])
    assert (ended.value.code, kept.getvalue()) == (2, b"")
    assert told.getvalue() == "Error: The output's encoding, ascii, has no '\\xeb'. With PYTHONUTF8=1 it is UTF-8.\n"


FULL = Path("/dev/full")
NOTHING_MORE = "Error: The output cannot be written: No space left on device.\n"


@pytest.mark.skipif(not FULL.exists(), reason="only some systems have a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "command", ["scenarios", "--help", "show happy-path", "run happy-path --json", "serve --port 0"]
)
def test_a_full_disk_ends_the_command_with_a_word(command: str, unbuffered: str) -> None:
    arguments = [sys.executable, "-m", "mockserver", *command.split()]
    with FULL.open("w") as full:
        ran = subprocess.run(
            arguments,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment({"PYTHONUNBUFFERED": unbuffered}),
            timeout=PATIENCE,
            check=False,
        )
    assert (ran.returncode, ran.stderr.count(NOTHING_MORE), "Traceback" in ran.stderr) == (2, 1, False)


@pytest.mark.skipif(not FULL.exists(), reason="only some systems have a device that is always full")
def test_where_nothing_can_be_told_the_exit_code_still_tells() -> None:
    with FULL.open("w") as full:
        for command, code in (("nonesuch", 2), ("schema", 2)):
            arguments = [sys.executable, "-m", "mockserver", *command.split()]
            ran = subprocess.run(
                arguments, stdout=full, stderr=full, env=environment({}), timeout=PATIENCE, check=False
            )
            assert ran.returncode == code


@pytest.mark.parametrize(
    ("arguments", "code"), [(["scenarios"], 0), (["run", "happy-path"], 0), (["run", "nobody"], 2), (["run", "-"], 2)]
)
def test_a_command_runs_though_every_standard_stream_is_closed(
    arguments: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", None)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == code


def planted_in(folder: Path) -> dict[str, Path]:
    """Files with escapes in whatever they quote, name or hold."""
    entry = {
        "startedDateTime": "2030-06-03T09:00:00Z",
        "request": {
            "method": "GET" + CLIPBOARD,
            "url": f"https://book.imin.co/api/v2/orders/{CLIPBOARD}",
            "headers": [],
        },
        "response": {"status": 299, "statusText": CLIPBOARD, "headers": [], "content": {"text": CLIPBOARD}},
    }
    texts = {
        "key.yaml": HAPPY + f"{json.dumps(CLIPBOARD)}: 1\n",
        "value.yaml": HAPPY.replace("customer: asha", f"customer: {json.dumps(CLIPBOARD)}"),
        "title.yaml": HAPPY.replace("title: ", f"title: {json.dumps(CLIPBOARD)} # "),
        "name.yaml": HAPPY.replace("name: ", f"name: {json.dumps(CLIPBOARD)} # ", 1),
        "entry.har": json.dumps({"log": {"version": "1.2", "entries": [entry]}}),
        "broken.har": '{"log": ' + CLIPBOARD,
        "broken.yaml": "a: [" + CLIPBOARD,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in texts}


@pytest.mark.parametrize("command", ["validate", "run", "check", "explain", "diagram", "replay", "drift"])
def test_no_command_lets_out_what_was_planted_in_its_files_or_arguments(command: str, tmp_path: Path) -> None:
    files = planted_in(tmp_path)
    for argument in [*files.values(), tmp_path / CLIPBOARD, CLIPBOARD, f"--{CLIPBOARD}"]:
        for more in ([], ["--json"]):
            told = CliRunner().invoke(main, [command, str(argument).replace("\x00", ""), *more], color=True)
            own = told.output.replace("\r\n", "\n")
            assert not steering("".join(own.split("\x1b[")) if _only_colours(own) else own), (command, str(argument))


def _only_colours(text: str) -> bool:
    return harmless(text) == text


def test_neither_the_log_nor_the_story_lets_anything_out() -> None:
    kept = io.StringIO()
    server = build_server(Settings(), also=[parse_scenario(scenario(), name=KEY)])
    narrator = Narrator("people", stream=cast(TextIO, OutgoingStream(kept)))
    server.worlds.observer = narrator.tell_story
    live_world = server.worlds.enter(KEY)
    order = live_world.world.catalogue.orders_by_name["booking"].id
    live_world.execute(CancelBySeller(order_id=order, message=CLIPBOARD))
    record = logging.LogRecord("planted", logging.ERROR, "", 0, "GET /%s", (CLIPBOARD,), None)
    NarratedLog(narrator).emit(record)
    narrator.say("planted", CLIPBOARD)
    told = kept.getvalue()
    assert told.count("52;c;") == 3
    assert not steering(told)


@pytest.mark.parametrize("path", sorted((ROOT / "mockserver" / "cli").rglob("*.py")), ids=str)
def test_no_command_goes_round_the_streams(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    attributes = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    ways = {"buffer", "__stdout__", "__stderr__", "get_binary_stream", "echo_via_pager"}
    assert {each for each in attributes if each.rpartition(".")[2] in ways} <= {"sys.stdin.buffer"}
    assert not any(isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(tree))

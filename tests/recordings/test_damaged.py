"""Whatever has become of a recording, it is read, or refused with the reason: no traceback, no silence, no secret."""

import json
from functools import cache
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from mockserver.cli.main import main
from tests.library import shipped
from tests.recordings.foreign import as_of_imin
from tests.recordings.mutating import mutant
from tests.recordings.recorded import recorded

LIVE = "0123456789abcdef" * 2


@cache
def whole(form: str) -> bytes:
    if form == "foreign":
        return as_of_imin(whole("har"))
    return recorded(shipped("one-confirmed-one-refused"), form)


def told(command: str, content: bytes, folder: Path, *flags: str) -> Result:
    path = folder / "recording"
    path.write_bytes(content)
    return CliRunner().invoke(main, [command, str(path), *flags])


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("form", ["har", "foreign", "ndjson", "snapshot"])
def test_a_damaged_recording_is_read_or_refused_in_words(form: str, seed: int, tmp_path: Path) -> None:
    content = mutant(whole(form), seed)
    for command, flags in (("replay", ()), ("drift", ()), ("replay", ("--scenario", "happy-path"))):
        result = told(command, content, tmp_path, *flags)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code in {0, 1, 2}
        assert result.exit_code != 2 or str(tmp_path) in result.stderr or "--at" in result.stderr
        assert LIVE not in result.output
        assert "\x1b" not in result.output


WORLD = b'{"world": {"scenario": "happy-path", "twin": %s, "epoch": %s, "readings": %s, "doings": %s}}\n'
LINE = (
    b'{"number": 1, "at": %s, "method": "GET", "target": "/api/v2/orders?customerIdentifier=asha", "status": 200,'
    b' "request": {"headers": [], "body": %s}, "response": {"headers": []}}\n'
)
AT = b'"2030-06-03T08:00:00Z"'
ENTRY = b'{%s "request": {"method": "GET", "url": "http://a/"}, "response": {"status": 200}}'
ENTRIES = b'{"log": {"_imin_mock": %s, "entries": [' + ENTRY + b"]}}"
FINE = WORLD % (b"null", AT, b"{}", b"[]")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"world": {"scenario": "\xff"}}\n' + LINE % (AT, b'""'), "line 1: byte"),
        (WORLD % (b"[]", AT, b"{}", b"[]") + LINE % (AT, b'""'), "$.twin"),
        (WORLD % (b'"refunds-trice"', AT, b"{}", b"[]") + LINE % (AT, b'""'), "twin 'refunds-trice'"),
        (WORLD % (b"null", b'"soon"', b"{}", b"[]") + LINE % (AT, b'""'), "epoch 'soon' is no instant"),
        (WORLD % (b"null", AT, b'{"links": 3}', b"[]") + LINE % (AT, b'""'), "$.readings"),
        (WORLD % (b"null", AT, b"{}", b'[{"after": "x", "event": {}}]') + LINE % (AT, b'""'), "$.doings[0].after"),
        (FINE + LINE % (b'"yesterday"', b'""'), "line 2: at 'yesterday' is no instant"),
        (FINE + LINE % (AT, b"3"), "$.request.body"),
        (FINE + b"\n" + LINE % (AT, b'""') + b'{"number": 2,\n', "line 4"),
        (FINE + LINE % (AT, b'""') + FINE, "another world from line 3"),
        (b"\xff\xfe{\x00\x00", "UTF-16-LE"),
        (b"\x1f\x8b\x08\x00damaged", "gzip"),
        (b"PK\x03\x04", "a ZIP archive"),
        (ENTRIES % (b"null", b'"_imin_mock": {"events": "x"},'), "entry 1, _imin_mock"),
        (ENTRIES % (b'{"scenario": 3}', b""), "$.scenario"),
    ],
)  # fmt: skip
def test_the_place_of_the_damage_is_named(content: bytes, reason: str, tmp_path: Path) -> None:
    result = told("replay", content, tmp_path)
    assert (result.exit_code, reason in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize("year", ["0001", "9999"])
@pytest.mark.parametrize("form", ["har", "ndjson", "snapshot"])
def test_a_recording_at_an_end_of_the_calendar_is_played_or_refused(form: str, year: str, tmp_path: Path) -> None:
    content = whole(form).replace(b"2030-06-03T", f"{year}-01-01T".encode())
    for command in ("replay", "drift"):
        result = told(command, content, tmp_path)
        assert isinstance(result.exception, SystemExit | None), result.exception
        assert result.exit_code != 2 or str(tmp_path) in result.stderr


def test_members_in_another_order_and_lines_laid_out_otherwise_are_the_same_export(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in whole("ndjson").splitlines()]
    for content in (
        "\n".join(json.dumps(line, sort_keys=True) for line in lines),
        "\n\n".join(f"  {json.dumps(line)}\r" for line in lines),
        "\n".join(json.dumps(line, indent=2) for line in lines),
        " ".join(json.dumps(line, indent="\t", ensure_ascii=False) for line in lines),
    ):
        assert told("replay", content.encode(), tmp_path).output == told("replay", whole("ndjson"), tmp_path).output


@pytest.mark.parametrize("flags", [(), ("--json",), ("--scenario", "happy-path")])
def test_the_key_of_a_recording_of_imin_is_never_told(flags: tuple[str, ...], tmp_path: Path) -> None:
    for key in (LIVE, "a-word-that-is-a-key"):
        har = msgspec.json.decode(whole("foreign"))
        for each in har["log"]["entries"]:
            each["request"]["headers"] = [{"name": "X-API-KEY", "value": key}]
            each["request"]["url"] += f"&key={LIVE}"
        result = told("replay", msgspec.json.encode(har), tmp_path, *flags)
        assert result.exit_code == (1 if "--scenario" in flags else 2)
        assert key not in result.output
        assert LIVE not in result.output


def test_a_packed_file_is_unpacked_no_further_than_a_recording_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gzip

    from mockserver.recordings import files

    monkeypatch.setattr(files, "LARGEST_RECORDING", 100_000)
    result = told("replay", gzip.compress(b"[" * 50_000_000), tmp_path)
    assert (result.exit_code, "are the most" in result.stderr) == (2, True)

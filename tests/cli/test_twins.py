"""``imin-mock twins``: which twins a command notices, what it is told of those it does not, and how it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockserver.cli.main import main
from mockserver.cli.trial import OUTPUT_KEPT, Trial, try_command
from mockserver.cli.trial_session import Plainly
from mockserver.domain.twins import TWINS, SeenBy, Twin
from tests.serving import PATIENCE, ROOT, ask, environment, serving

MOCK = [sys.executable, "-m", "mockserver"]
CLIENT = [sys.executable, str(ROOT / "tests" / "cli" / "careful_client.py")]
VISIBLE = [name.value for name, breach in TWINS.items() if breach.seen_by is SeenBy.CLIENT]
LIST = "/api/v2/order-items?customerIdentifier=asha"
LOOKS = ["sh", "-c", f'curl -fsS -H "X-API-KEY: happy-path" "$IMIN_MOCK_URL{LIST}"']
"""A command that uses a world and looks at nothing."""


def twins(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["twins", *arguments])


def test_a_careful_client_catches_every_twin_that_a_client_can_see() -> None:
    result = twins("--", *CLIENT)
    assert result.exit_code == 0, result.output
    plain, *lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert plain.split()[:2] == ["plain", "passed"]
    assert [line.split()[:2] for line in lines[: len(VISIBLE)]] == [[name, "caught"] for name in VISIBLE]
    assert lines[-1] == f"Kill score: {len(VISIBLE)} of {len(VISIBLE)} (100 %)."


def test_what_a_careless_client_does_not_notice_is_named_with_what_to_assert() -> None:
    result = twins("--only", "never-cancels", "--only", "duplicate-identifiers", "--", *CLIENT, "careless")
    assert result.exit_code == 1
    assert "never-cancels                SURVIVED" in result.stdout
    assert "duplicate-identifiers        caught    exit 1" in result.stdout
    assert "Kill score: 1 of 2 (50 %)." in result.stdout
    assert "1 twin survived: no test of yours asserts that\n\n  never-cancels\n    after the 204" in result.stdout
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_the_same_is_told_to_programs_as_one_document() -> None:
    result = twins("--only", "never-cancels", "--json", "--", *CLIENT, "careless")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["caught"], told["of"], told["percent"]) == (0, 1, 0)
    assert told["plain"]["exit_code"] == 0
    (twin,) = told["twins"]
    assert (twin["name"], twin["caught"], twin["exit_code"], twin["timed_out"]) == ("never-cancels", False, 0, False)
    assert twin["assert_that"] == TWINS[Twin.NEVER_CANCELS].assert_that


def test_what_shows_in_money_and_e_mails_alone_is_tried_where_it_is_asked_for() -> None:
    assert [line.split()[0] for line in twins("--all", "--", *LOOKS).stdout.splitlines()[1 : len(Twin) + 1]] == [
        name.value for name in Twin
    ]


def test_a_key_stays_as_it_is_and_its_world_is_a_twin(tmp_path: Path) -> None:
    fails_if_told = (
        f'curl -fsSi -H "X-API-KEY: happy-path" "$IMIN_MOCK_URL{LIST}" > "$0"; cat "$0"; ! grep -qi mock-twin "$0"'
    )
    result = twins("--only", "flag-stuck-true", "-v", "--", "sh", "-c", fails_if_told, str(tmp_path / "answer"))
    assert result.exit_code == 0, result.output
    assert "x-imin-mock-twin: flag-stuck-true" in result.stderr


@pytest.mark.parametrize(("named", "exit_code"), [("no-bookings", 0), ("happy-path", 1)])
def test_only_the_named_scenarios_worlds_are_twins(named: str, exit_code: int) -> None:
    ask = 'curl -fsSi -H "X-API-KEY: {}" "$IMIN_MOCK_URL' + LIST + '"'
    fails_if_told = f"{ask.format('happy-path')} > /dev/null; ! {ask.format('no-bookings@a')} | grep -qi mock-twin"
    result = twins("--only", "pages-never-end", "--scenario", named, "--", "sh", "-c", fails_if_told)
    assert result.exit_code == exit_code, result.output


def test_every_run_begins_with_fresh_worlds() -> None:
    script = f"""
import json, os, urllib.request
ask = urllib.request.Request(os.environ["IMIN_MOCK_URL"] + "/__admin/worlds")
with urllib.request.urlopen(ask) as answer:
    assert json.load(answer)["worlds"] == []
list_upcoming = urllib.request.Request(os.environ["IMIN_MOCK_URL"] + {LIST!r}, headers={{"X-API-KEY": "happy-path"}})
urllib.request.urlopen(list_upcoming).close()
"""
    result = twins("--only", "flag-stuck-true", "--only", "never-cancels", "--", sys.executable, "-c", script)
    assert "Kill score: 0 of 2" in result.stdout, result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "refund-twice", "--", "true"], "Did you mean 'refunds-twice'?"),
        (["--only", "zzz"], "imin-mock twins --list names them all"),
        (["--scenario", "happy-pth", "--", "true"], "There is no scenario 'happy-pth'. Did you mean 'happy-path'?"),
        (["--", "no-such-command-here"], "'no-such-command-here' cannot be started: No such file or directory."),
        (["--", "false"], "The command fails in an honest world already (exit 1)"),
        (["--", "true"], "The command passed without using any world."),
        (["--scenario", "no-bookings", "--", *LOOKS], "The command uses no world of no-bookings. It uses: happy-path."),
        (["--timeout", "0", "--", "true"], "--timeout"),
    ],
)
def test_where_nothing_can_be_said_the_command_exits_2_and_says_why(arguments: list[str], words: str) -> None:
    result = twins(*arguments)
    assert (result.exit_code, words in result.stderr) == (2, True), result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["twins", "sweep"])
@pytest.mark.parametrize("dashes", [[], ["--"]])
def test_the_options_of_the_command_that_is_run_are_its_own_with_two_dashes_before_it_or_without(
    command: str, dashes: list[str]
) -> None:
    said = ["sh", "-c", 'echo "got: $*"; exit 3', "sh", "-q", "--json", "--only", "x"]
    result = CliRunner().invoke(main, [command, "--verbose", *dashes, *said])
    assert result.exit_code == 2
    assert "got: -q --json --only x" in result.stderr


def test_what_a_failing_command_printed_is_shown_where_it_should_have_passed() -> None:
    result = twins("--", "sh", "-c", "echo the base URL is missing >&2; exit 3")
    assert result.exit_code == 2
    assert "    | the base URL is missing" in result.stderr
    assert "(exit 3)" in result.stderr


def test_without_a_command_the_twins_are_listed() -> None:
    assert twins().stdout == twins("--list").stdout
    listed = " ".join(twins("--list").stdout.split())
    for breach in TWINS.values():
        assert f"{breach.twin.value} breaks {breach.breaks.value}" in listed
        assert breach.does in listed
        assert breach.assert_that in listed
    assert all(len(line) <= 80 for line in twins("--list").stdout.splitlines())
    told = json.loads(twins("--json").stdout)
    assert [each["name"] for each in told] == [name.value for name in Twin]
    assert [each["name"] for each in json.loads(twins("--only", "never-refunds", "--json").stdout)] == ["never-refunds"]


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """What a command and all that it starts hold open for writing as long as they live."""
    path = tmp_path / "held"
    os.mkfifo(path)
    return path


def read_to_its_end(descriptor: int) -> bytes:
    """What was written, once nobody is left who could write more."""
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "rb") as reading:
        return reading.read()


@pytest.mark.parametrize(
    ("command", "timeout", "exit_code", "ending"),
    [
        ("echo begun >&3; sleep 100 & sleep 100", 0.5, None, "timed out"),
        ("trap '' TERM; echo begun >&3; (trap '' TERM; sleep 100) & sleep 100", 0.5, None, "timed out"),
        ("echo begun >&3; sleep 100 & exit 0", PATIENCE, 0, "exit 0"),
    ],
    ids=["too long", "too long and deaf", "over but for what it left running"],
)
def test_of_a_run_that_is_over_nothing_is_left(
    held: Path, command: str, timeout: float, exit_code: int | None, ending: str
) -> None:
    descriptor = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    trial = try_command(["sh", "-c", f"exec 3>{held}; {command}"], {}, timeout=timeout)
    assert (trial.exit_code, trial.ending) == (exit_code, ending)
    assert read_to_its_end(descriptor) == b"begun\n"
    assert trial.took < 90


def test_of_a_long_output_the_end_is_kept() -> None:
    script = f"print('x' * {2 * OUTPUT_KEPT}); print('the end')"
    output = try_command([sys.executable, "-c", script], {}, timeout=PATIENCE).output
    assert len(output) == OUTPUT_KEPT
    assert output.endswith("the end\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_command_too_and_exits_130(held: Path, number: signal.Signals) -> None:
    trying = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "twins", "--", "sh", "-c", f"exec 3>{held}; sleep 100"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=ROOT,
    )
    try:
        descriptor = os.open(held, os.O_RDONLY)  # waits until the command has begun
        trying.send_signal(number)
        told, log = trying.communicate(timeout=PATIENCE)
        assert (trying.returncode, log) == (130, "Interrupted after 0 twins.\n")
        assert told.split() == ["plain"]
        assert read_to_its_end(descriptor) == b""
    finally:
        trying.kill()


def followed(client: str) -> list[str]:
    """A command: a client that lists as ``client`` says, and wants one booking."""
    return [sys.executable, "-c", f"{client}\nassert len(upcoming()) == 1, 'one booking'"]


FOLLOWS_NEXT = f"""
import json, os, urllib.request

def upcoming():
    url, found = os.environ["IMIN_MOCK_URL"] + {LIST!r}, []
    while url:
        ask = urllib.request.Request(url, headers={{"X-API-KEY": "happy-path"}})
        page = json.load(urllib.request.urlopen(ask))
        found += page.get("imin:item", [])
        url = page["view"].get("next")
    return found
"""


@pytest.mark.exhaustive
def test_a_client_that_follows_next_until_there_is_none_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.cli.trial_session.TRIED_AT_LEAST_SECONDS", 4.0)
    result = twins("--only", "pages-never-end", "--only", "page-repeats-item", "--", *followed(FOLLOWS_NEXT))
    assert result.exit_code == 0, result.output
    assert "pages-never-end              caught    timed out" in result.stdout
    assert "page-repeats-item            caught    exit 1" in result.stdout
    assert "    | AssertionError: one booking\n" in result.stdout


@pytest.mark.parametrize(("asked", "limit"), [(None, 10 + 5 * 3.0), (7.0, 7.0)])
def test_a_run_may_take_some_times_as_long_as_the_first_unless_a_limit_is_asked_for(
    asked: float | None, limit: float
) -> None:
    trial = Trial(exit_code=0, took=3.0, output="")
    assert Plainly(trial=trial, used=set()).limit(asked) == limit


def hangs_in_run(number: int, held: Path) -> str:
    """A command that uses a world and passes, until it is run so many times."""
    runs = f"{held}.runs"
    return f"{LOOKS[-1]}; echo x >> {runs}; test $(wc -l < {runs}) -lt {number} || {{ exec 3>{held}; sleep 100; }}"


def test_a_twin_is_named_while_it_is_tried(held: Path) -> None:
    trying = subprocess.Popen(
        [*MOCK, "twins", "--only", "never-cancels", "--", "sh", "-c", hangs_in_run(2, held)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=ROOT,
    )
    try:
        os.close(os.open(held, os.O_RDONLY))  # waits until the second run has begun
        assert trying.stdout is not None
        os.set_blocking(trying.stdout.fileno(), False)
        told = trying.stdout.read()
        assert told.splitlines()[0].split()[:2] == ["plain", "passed"]
        assert told.splitlines()[1].rstrip() == "never-cancels"
    finally:
        trying.send_signal(signal.SIGINT)
        trying.communicate(timeout=PATIENCE)
    assert trying.returncode == 130


def interrupted(command: list[str], held: Path, *options: str) -> tuple[int, str, str]:
    """How it ends if it is interrupted in its third run."""
    trying = subprocess.Popen(
        [*MOCK, *command, *options, "--", "sh", "-c", hangs_in_run(3, held)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        cwd=ROOT,
    )
    try:
        os.close(os.open(held, os.O_RDONLY))
        trying.send_signal(signal.SIGINT)
        told, log = trying.communicate(timeout=PATIENCE)
        return trying.returncode, told, log
    finally:
        trying.kill()


def test_an_interruption_tells_the_score_so_far(held: Path) -> None:
    code, told, log = interrupted(["twins"], held)
    assert (code, log) == (130, "Interrupted after 1 twin.\n")
    assert "Kill score so far: 0 of 1 (0 %)." in told
    assert "1 twin survived: no test of yours asserts that\n\n  never-cancels\n" in told


def test_an_interruption_tells_programs_the_score_so_far(held: Path) -> None:
    code, told, log = interrupted(["twins"], held, "--json")
    assert code == 130
    document = json.loads(told)
    assert (document["interrupted"], document["of"]) == (True, 1)
    assert "never-cancels                SURVIVED" in log  # the lines go to standard error


def test_an_interruption_of_a_sweep_tells_what_is_known_so_far(held: Path) -> None:
    code, told, log = interrupted(["sweep"], held)
    assert (code, log) == (130, "Interrupted after 1 of the runs.\n")
    assert "Passes under the defaults and 1 of 1 other choices of readings, so far." in told


def asked(url: str, key: str) -> tuple[int, str | None]:
    answer = ask(url + LIST, key)
    return answer.status, answer.headers["x-imin-mock-twin"]


def test_a_server_started_with_no_twins_refuses_them() -> None:
    with serving("--no-twins") as served:
        assert asked(served.url, "happy-path") == (200, None)
        assert asked(served.url, "happy-path~refunds-twice@a") == (401, None)


def test_a_server_started_with_a_twin_makes_every_key_one() -> None:
    with serving("--twin", "refunds-twice") as served:
        assert asked(served.url, "happy-path") == (200, "refunds-twice")
        assert asked(served.url, "happy-path~pages-never-end@a") == (200, "pages-never-end")


def test_the_live_story_of_a_twin_says_that_it_is_one() -> None:
    with serving("--live") as served:
        assert asked(served.url, "happy-path~refunds-twice") == (200, "refunds-twice")
        assert served.process.stderr is not None
        told = [json.loads(served.process.stderr.readline()) for _ in range(2)]
    assert [entry.get("twin") for entry in told if entry["event"] == "story"] == ["refunds-twice"]

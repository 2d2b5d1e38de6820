"""``imin-mock sweep``: which readings are tried, in every world, and how it ends."""

import json
from itertools import combinations

import pytest
from click.testing import CliRunner, Result

from mockserver.bootstrap import build_server
from mockserver.cli.commands.sweep import one_at_a_time, pairwise
from mockserver.cli.main import main
from mockserver.domain.readings import DECLARED_READINGS, READINGS, ReadingName
from mockserver.settings import Settings

ASK = 'curl -fsS -H "X-API-KEY: {key}" "$IMIN_BASE_URL/order-items?customerIdentifier={customer}"'
LOOKS = ["sh", "-c", ASK.format(key="happy-path@a", customer="asha")]
EMPTY = ASK.format(key="no-bookings", customer="newcomer")
NEEDS_THE_KEY_OMITTED = ["sh", "-c", f"answer=$({EMPTY}) || exit 9; ! echo $answer | grep -q 'imin:item.:'"]
ORDER = "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
SENDS_IDENTIFIERS = [
    "curl", "-fsS", "-X", "PATCH", "-H", "X-API-KEY: happy-path", "-H", "Content-Type: application/json",
    "-d", f'{{"orderIdentifier": "{ORDER}", "orderItemIdentifier": "seat-1"}}',
]  # fmt: skip
SENDS_IDENTIFIERS = ["sh", "-c", f'exec "$@" "$IMIN_BASE_URL/orders/{ORDER}"', "sends", *SENDS_IDENTIFIERS]
NEEDS_A_LIST_OF_NOBODY = ["sh", "-c", ASK.format(key="happy-path", customer="nobody")]


def sweep(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sweep", *arguments])


def test_every_other_option_of_every_reading_is_tried_by_itself() -> None:
    result = sweep("--json", "--", *LOOKS)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    others = [{r.name.value: o} for r in READINGS.values() if not r.declared for o in r.options if o != r.default]
    assert [each["readings"] for each in told["swept"]] == others
    assert (told["passed"], told["of"], told["default"]["exit_code"]) == (len(others), len(others), 0)
    assert told["untried"] == ["patch-body"] == list(DECLARED_READINGS)


def test_a_client_of_one_body_form_passes_unless_the_other_forms_are_asked_for() -> None:
    assert sweep("--only", "empty-collection", "--", *SENDS_IDENTIFIERS).exit_code == 0
    asked = sweep("--only", "patch-body", "--", *SENDS_IDENTIFIERS)
    assert asked.exit_code == 1
    assert "Passes under the defaults and 1 of 3 other choices" in asked.stdout


def test_all_tries_those_that_a_client_is_built_for_too() -> None:
    told = json.loads(sweep("--all", "--json", "--", *LOOKS).stdout)
    assert {"patch-body": "unprefixed"} in [each["readings"] for each in told["swept"]]
    assert told["untried"] == []


def test_a_reading_that_is_held_holds_in_every_run_and_is_not_tried() -> None:
    held = sweep("--all", "--readings", "patch-body=identifiers", "--json", "--", *SENDS_IDENTIFIERS)
    assert held.exit_code == 0, held.output
    assert not [each for each in json.loads(held.stdout)["swept"] if "patch-body" in each["readings"]]
    wrong = sweep("--readings", "patch-body=prefixed", "--", *SENDS_IDENTIFIERS)
    assert "fails under the default readings already" in wrong.stderr


def test_what_is_not_tried_is_said() -> None:
    said = sweep("--readings", "links=imin", "--", *LOOKS).stdout
    assert "Not tried, because a client is built for one option: patch-body (--all tries all)." in " ".join(
        said.split()
    )
    assert "Not tried" not in sweep("--readings", "patch-body=any", "--", *LOOKS).stdout


def test_a_reading_under_which_the_command_fails_is_named_with_what_it_means() -> None:
    result = sweep("--only", "empty-collection", "--only", "links", "--", *NEEDS_THE_KEY_OMITTED)
    assert result.exit_code == 1
    verdicts = [line.split()[:2] for line in result.stdout.splitlines()[:3]]
    assert verdicts == [["defaults", "passed"], ["empty-collection=empty-array", "FAILED"], ["links=imin", "passed"]]
    assert "Passes under the defaults and 1 of 2 other choices of readings." in result.stdout
    assert "Fails where\n\n  empty-collection=empty-array\n    How does a list without items look?" in result.stdout
    assert all(len(line) <= 80 for line in result.output.splitlines())


def test_a_choice_holds_in_a_world_whose_scenario_chooses_otherwise() -> None:
    server = build_server(Settings(readings=("late-refusal=reverts", "links=imin")))
    readings = server.worlds.enter("late-refusal-stays-pending").world.readings
    assert readings[ReadingName.LATE_REFUSAL] == "reverts"
    assert readings[ReadingName.LINKS] == "imin"
    plain = build_server(Settings()).worlds.enter("late-refusal-stays-pending").world.readings
    assert plain[ReadingName.LATE_REFUSAL] == "stays-pending"


def test_a_choice_holds_in_a_fork_and_in_a_world_that_is_restored_and_begun_again() -> None:
    worlds = build_server(Settings(readings=("links=imin",))).worlds
    worlds.enter("happy-path@a")
    worlds.fork("happy-path@a", "happy-path@b")
    worlds.restore("happy-path@c", worlds.snapshot("happy-path@a"))
    worlds.reset("happy-path@a")
    assert {each.world.readings[ReadingName.LINKS] for each in worlds} == {"imin"}


def test_pairs_cover_any_two_options_in_few_runs() -> None:
    names = list(ReadingName)
    rows = pairwise(names)
    defaults = {name: READINGS[name].default for name in names}
    met = {frozenset(pair) for row in [*rows, defaults] for pair in combinations(row.items(), 2)}
    for one, other in combinations(names, 2):
        for option in READINGS[one].options:
            for another in READINGS[other].options:
                assert frozenset({(one, option), (other, another)}) in met
    assert len(rows) < len(one_at_a_time(names))
    assert rows == pairwise(names)


def test_every_choice_of_a_sweep_differs_from_the_defaults() -> None:
    for rows in (one_at_a_time(list(ReadingName)), pairwise(list(ReadingName)), pairwise([ReadingName.LINKS])):
        assert rows
        assert all(any(READINGS[name].default != option for name, option in row.items()) for row in rows)


def test_pairs_are_told_with_all_that_is_unusual_in_each() -> None:
    result = sweep("--pairs", "--only", "links", "--only", "unknown-customer", "--", *NEEDS_A_LIST_OF_NOBODY)
    assert result.exit_code == 1
    assert "Passes under the defaults and 1 of 3 other choices" in result.stdout
    assert "\n  unknown-customer=not-found links=imin\n" in result.stdout
    assert all(len(line) <= 80 for line in result.output.splitlines())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "link", "--", *LOOKS], "There is no reading 'link'. Did you mean 'links'?"),
        (["--readings", "links=imim", "--", *LOOKS], "Did you mean 'imin'?"),
        (["--readings", "links=imin", "--only", "links", "--", *LOOKS], "links cannot be tried with --only and held"),
        (["--", "sh", "-c", "echo this-much; exit 3"], "fails under the default readings already (exit 3)"),
        (["--", "true"], "The command passed without using any world."),
        (["--", "no-such-command"], "'no-such-command' cannot be started"),
        ([], "Say what to run"),
    ],
)
def test_where_nothing_can_be_said_it_exits_2_and_says_why(arguments: list[str], words: str) -> None:
    result = sweep(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_what_the_command_printed_is_shown_where_it_failed_and_that_is_asked_for() -> None:
    says = [
        "sh",
        "-c",
        f"{EMPTY} | tee /dev/stderr | grep -q totalItems.:0,.view || exit 9; {EMPTY} | grep -vq 'item.:'",
    ]
    assert "    | " in sweep("-v", "--only", "empty-collection", "--", *says).stderr

"""What a provider state stands for: by its name, by its parameters, by a file of one's own."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.provider_states import (
    Meaning,
    MeaninglessStateError,
    PlaceholderError,
    ProviderStates,
    Step,
    UnknownStateError,
    filled,
    matched,
    parse_provider_states,
    placeholders_of,
)

SCENARIOS = ("happy-path", "window-closed")

FILE = """\
version: 1
states:
  asha has a booking: {scenario: happy-path, label: asha}
  "{item} is pending":
    scenario: happy-path
    cancel: "{item}"
  "{item} is {how} cancelled":
    scenario: "{how}-path"
    steps: [{cancel: "{item}"}, {advance: until_quiet}]
  time passes: {advance: "PT{minutes}M"}
"""


def states(text: str = FILE) -> ProviderStates:
    return parse_provider_states(text, file="states.yaml", scenarios=SCENARIOS)


def meaning(name: str, params: dict[str, Any] | None = None, of: ProviderStates | None = None) -> Meaning:
    return (of or ProviderStates()).meaning_of(name, params or {}, SCENARIOS)


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("a world of happy-path", {}, Meaning(scenario="happy-path")),
        ("happy-path", {}, Meaning(scenario="happy-path")),
        ("a world of happy-path", {"scenario": "happy-path"}, Meaning(scenario="happy-path")),
        ("a world of happy-path@mine", {}, Meaning(scenario="happy-path@mine")),
        (
            "a world of happy-path",
            {"label": "a", "cancel": ["seat-1"], "advance": "PT5M"},
            Meaning(scenario="happy-path", label="a", cancel=["seat-1"], advance="PT5M"),
        ),
        ("whatever one likes", {"scenario": "window-closed"}, Meaning(scenario="window-closed")),
        ("it is five minutes later", {"advance": "PT5M"}, Meaning(advance="PT5M")),
        ("a crowd", {"steps": [{"behaviour": "busy"}]}, Meaning(steps=[Step(behaviour="busy")])),
    ],
)
def test_without_a_file_a_state_means_what_its_name_and_its_parameters_say(
    name: str, params: dict[str, Any], expected: Meaning
) -> None:
    assert meaning(name, params) == expected


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("asha has a booking", {}, Meaning(scenario="happy-path", label="asha")),
        ("asha has a booking", {"whose": "asha", "advance": 3}, Meaning(scenario="happy-path", label="asha")),
        ("seat-1 is pending", {}, Meaning(scenario="happy-path", cancel="seat-1")),
        (
            "seat-1 is happy cancelled",
            {},
            Meaning(scenario="happy-path", steps=[Step(cancel="seat-1"), Step(advance="until_quiet")]),
        ),
        ("time passes", {"minutes": 5}, Meaning(advance="PT5M")),
        ("a world of window-closed", {}, Meaning(scenario="window-closed")),
    ],
)
def test_a_file_says_what_its_own_states_mean_and_takes_their_parameters_for_placeholders_only(
    name: str, params: dict[str, Any], expected: Meaning
) -> None:
    assert meaning(name, params, states()) == expected


def test_a_state_of_the_file_by_its_very_name_comes_before_any_pattern() -> None:
    of = states('version: 1\nstates:\n  "{a} b": {scenario: happy-path}\n  a b: {scenario: window-closed}\n')
    assert meaning("a b", {}, of).scenario == "window-closed"
    assert meaning("c b", {}, of).scenario == "happy-path"


def test_an_unknown_state_is_told_with_those_that_there_are_and_the_nearest_name() -> None:
    with pytest.raises(UnknownStateError) as told:
        meaning("asha has a bookin", {"customer": "asha"}, states())
    assert 'Did you mean "asha has a booking"?' in str(told.value)
    assert all(name in str(told.value) for name in ("{item} is pending", "a world of {scenario}"))
    with pytest.raises(UnknownStateError, match='Did you mean "window-closed"'):
        meaning("windows-closed")


def test_of_very_many_faults_some_are_told() -> None:
    with pytest.raises(ScenarioFaults) as told:
        states("version: 1\nstates:\n" + "".join(f"  state {n:03}: {{cancel: 7}}\n" for n in range(200)))
    assert len(told.value.faults) == 100


def test_of_very_many_states_a_refusal_lists_some() -> None:
    of = states("version: 1\nstates:\n" + "".join(f"  state {n:03}: {{scenario: happy-path}}\n" for n in range(100)))
    with pytest.raises(UnknownStateError, match=r"There are: state 000; .*; state 029; 70 more; a world of ") as told:
        meaning("x" * 100_000, {}, of)
    assert len(str(told.value)) < 1200


@pytest.mark.parametrize(
    ("name", "params", "of", "says"),
    [
        ("happy-path", {"advanc": "PT5M"}, None, 'Did you mean "advance"?'),
        (
            "a world of happy-path",
            {"scenario": "window-closed"},
            None,
            "names one scenario, and its parameters another",
        ),
        ("happy-path", {"cancel": 5}, None, r"\$\.cancel"),
        ("time passes", {}, states(), "needs the parameter 'minutes'"),
        ("time passes", {"minutes": [5]}, states(), "needs the parameter 'minutes' as text"),
        ("happy-path", {"steps": [{"scenario": "x"}]}, None, "unknown field `scenario`"),
    ],
)
def test_a_state_that_means_nothing_says_why(
    name: str, params: dict[str, Any], of: ProviderStates | None, says: str
) -> None:
    with pytest.raises(MeaninglessStateError, match=says):
        meaning(name, params, of)


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("", (1, 1), "the file of provider states is empty"),
        ("- a\n", (1, 1), "a file of provider states is a mapping"),
        ("version: 2\nstates: {}\n", (1, 1), "Invalid enum value 2"),
        ("version: 1\nstate: {}\n", (1, 1), 'did you mean "states"'),
        ("version: 1\nstates:\n  a: {scenario: hapy-path}\n", (3, 17), 'did you mean "happy-path"'),
        ("version: 1\nstates:\n  a: {scenari: happy-path}\n", (3, 3), 'did you mean "scenario"'),
        ("version: 1\nstates:\n  a: {steps: [{advanc: PT5M}]}\n", (3, 3), "advanc"),
        ("version: 1\nstates:\n  a: {cancel: 7}\n", (3, 3), "$.cancel"),
        ("version: 1\nstates:\n  '{a}{b}': {}\n", (3, 3), "side by side"),
        ("version: 1\nstates:\n  '{a} or {a}': {}\n", (3, 3), "stands there twice"),
        ("version: 1\nstates:\n  'a {': {}\n", (3, 3), "belongs to no placeholder"),
        ("version: 1\nstates:\n  a: {}\n  a: {}\n", (4, 3), ""),
    ],
)
def test_a_faulty_file_says_where_and_what(text: str, place: tuple[int, int], says: str) -> None:
    with pytest.raises(ScenarioFaults) as told:
        states(text)
    (fault,) = told.value.faults
    assert (fault.line, fault.column) == place, str(fault)
    assert says in str(fault)


def test_every_fault_of_a_file_is_told_at_once() -> None:
    with pytest.raises(ScenarioFaults) as told:
        states("version: 1\nstates:\n  a: {scenario: no}\n  b: {cancel: 7}\n  c: {scenario: happy-path}\n")
    assert [fault.line for fault in told.value.faults] == [3, 4]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("{a}", "x", {"a": "x"}),
        ("{a}", "", None),
        ("{a} and {b}", "x and y and z", {"a": "x", "b": "y and z"}),
        ("{a} and {b}", " and  and y", {"a": " and ", "b": "y"}),
        ("{a} and {b}", "x and ", None),
        ("{a}.", "x.", {"a": "x"}),
        ("{a}.", ".", None),
        ("{a}x{b}x", "1x2x", {"a": "1", "b": "2"}),
        ("a{a}a", "aa", None),
        ("plain", "plain", {}),
        ("plain", "plainer", None),
    ],
)
def test_a_placeholder_stands_for_the_shortest_text_of_at_least_one_character(
    pattern: str, text: str, found: dict[str, str] | None
) -> None:
    assert matched(pattern, text) == found


_WORDS = st.text("ab .", max_size=4)


@given(st.lists(_WORDS.filter(bool), min_size=1, max_size=4), st.lists(_WORDS.filter(bool), min_size=5, max_size=5))
def test_what_was_matched_fills_the_pattern_to_the_same_text(values: list[str], between: list[str]) -> None:
    pattern = between[0] + "".join(f"{{p{n}}}{between[n + 1]}" for n in range(len(values)))
    text = filled(pattern, {f"p{n}": value for n, value in enumerate(values)})
    assert placeholders_of(pattern) == [f"p{n}" for n in range(len(values))]
    found = matched(pattern, text)
    assert found is not None
    assert filled(pattern, found) == text


def test_only_text_is_filled_and_only_with_text_or_numbers() -> None:
    assert filled({"{a}": ["{a}", 1, None]}, {"a": 2.5}) == {"{a}": ["2.5", 1, None]}
    with pytest.raises(PlaceholderError, match="'b'"):
        filled(["{b}"], {"a": 1})

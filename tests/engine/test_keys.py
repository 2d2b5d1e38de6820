"""What a key is: it names a scenario, its label isolates, and it can stand in a URL's path as it is."""

import re
import string

import pytest

from mockserver.domain.twins import Twin
from mockserver.engine.keys import KEY_PATTERN, KeyRefusedError, WorldKey, parse_key

FORBIDDEN = '/?#%\\"<> '
ALLOWED = "".join(char for char in string.ascii_letters + string.digits + string.punctuation if char not in FORBIDDEN)


@pytest.mark.parametrize(
    ("text", "scenario", "label"),
    [
        ("happy-path", "happy-path", None),
        ("a", "a", None),
        ("24-hours", "24-hours", None),
        ("happy-path@test-1", "happy-path", "test-1"),
        ("happy-path@test_it[yoga-1]", "happy-path", "test_it[yoga-1]"),
        ("happy-path@a@b", "happy-path", "a@b"),
        ("happy-path@.", "happy-path", "."),
        ("happy-path@~a.b:c+d=e,f(g)", "happy-path", "~a.b:c+d=e,f(g)"),
        ("happy-path@" + "x" * 200, "happy-path", "x" * 200),
    ],
)
def test_a_key_is_a_scenario_and_perhaps_a_label(text: str, scenario: str, label: str | None) -> None:
    key = parse_key(text)
    assert key == WorldKey(scenario=scenario, label=label)
    assert str(key) == text


@pytest.mark.parametrize("char", ALLOWED)
def test_a_label_takes_every_visible_character_that_is_harmless_in_a_path(char: str) -> None:
    assert parse_key(f"happy-path@{char}").label == char


@pytest.mark.parametrize("char", [*FORBIDDEN, "\t", "\n", "\x00", "\x7f", "é", "€", "\ud800"])
@pytest.mark.parametrize("key", ["happy-path@a{}b", "happy-path@{}", "happy-path{}", "{}happy-path"])
def test_whatever_means_something_else_in_a_path_is_refused(key: str, char: str) -> None:
    with pytest.raises(KeyRefusedError, match="other than"):
        parse_key(key.format(char))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "@label",
        "window-closed@",
        "Happy-Path",
        "happy_path",
        "-window",
        "window-",
        "happy--path",
        "happy-path@" + "x" * 201,
        "happy-path@a\n",
        "happy-path\n",
        "f7d8a2b0c1e94c0e8b7a@",
        "Bearer abc",
    ],
)
def test_a_key_of_any_other_form_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(KeyRefusedError) as refusal:
        parse_key(text)
    assert "such as happy-path or happy-path@test-1" in str(refusal.value)
    assert len(text) < 2 or text not in str(refusal.value)


@pytest.mark.parametrize("twin", Twin)
@pytest.mark.parametrize("label", [None, "a", "a~b", "~refunds-twice"])
def test_a_twin_stands_between_scenario_and_label(twin: Twin, label: str | None) -> None:
    text = f"happy-path~{twin.value}" + ("" if label is None else f"@{label}")
    key = parse_key(text)
    assert key == WorldKey(scenario="happy-path", twin=twin, label=label)
    assert str(key) == text
    assert re.fullmatch(KEY_PATTERN, text)


def test_an_unknown_twin_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(KeyRefusedError, match=r"no twin of that name\. Did you mean 'refunds-twice'\?"):
        parse_key("happy-path~refund-twice@a")
    with pytest.raises(KeyRefusedError, match="imin-mock twins --list"):
        parse_key("happy-path~zzz")
    assert re.fullmatch(KEY_PATTERN, "happy-path~zzz") is None


@pytest.mark.parametrize("text", ["happy-path~", "happy-path~@a", "~refunds-twice", "happy-path~Refunds-Twice"])
def test_a_twin_without_a_name_or_a_scenario_is_no_key(text: str) -> None:
    with pytest.raises(KeyRefusedError, match="A key is"):
        parse_key(text)

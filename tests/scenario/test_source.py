"""What the YAML of a scenario may be, and that no other text gets further than a clear fault."""

import pytest

from mockserver.scenario.faults import Misfit, ScenarioFaults
from mockserver.scenario.source import read_source


def read(text: str) -> object:
    return read_source(text, file="f.yaml").value


def refusal(text: str) -> str:
    with pytest.raises(ScenarioFaults) as caught:
        read_source(text, file="f.yaml")
    (fault,) = caught.value.faults
    return str(fault)


def test_a_key_is_text_whatever_yaml_1_1_makes_of_it() -> None:
    assert read("{on: 1, yes: 2, 404: 3, 1.5: 4, 2030-01-01: 5, true: 6}") == {
        "on": 1, "yes": 2, "404": 3, "1.5": 4, "2030-01-01": 5, "true": 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["yes", "no", "on", "off", "True", "010", "1_000", "0x1F", "10:30", "2030-01-01", "1e9", "9" * 19]
)
def test_what_only_yaml_1_1_takes_for_a_value_stays_text(text: str) -> None:
    assert read(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("7", 7),
        ("-7", -7),
        ("0.5", 0.5),
        ("null", None),
        ("", None),
        ("'7'", "7"),
        ("+1h", "+1h"),
    ],
)
def test_numbers_booleans_and_nothing_are_what_they_look_like(text: str, value: object) -> None:
    read_value = read(f"a: {text}")
    assert read_value == {"a": value}
    assert isinstance(read_value, dict)
    assert type(read_value["a"]) is type(value)


def test_an_alias_stands_for_what_it_names() -> None:
    assert read("a: &x {b: [1]}\nc: *x\nd: [*x]") == {"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}]}


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))

CHAIN = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 5000))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "f.yaml:1:1: the scenario is empty (start with version: 1 and a title)"),
        ("# nothing", "f.yaml:1:1: the scenario is empty (start with version: 1 and a title)"),
        ("- a", "f.yaml:1:1: a scenario is a mapping of keys to values, not a list"),
        ("7", "f.yaml:1:1: a scenario is a mapping of keys to values, not 7"),
        ("a: {? [1] : 2}", "f.yaml:1:7: a key must be plain text, not a list or a mapping"),
        ("a: {? {b: 1} : 2}", "f.yaml:1:7: a key must be plain text, not a list or a mapping"),
        ("<<: {a: 1}", "f.yaml:1:1: a key must be plain text (merge keys and empty keys are not used here)"),
        ("'': 1", "f.yaml:1:1: a key must be plain text (merge keys and empty keys are not used here)"),
        ("k: &k x\n*k : 1", "f.yaml:2:1: a key must be plain text (merge keys and empty keys are not used here)"),
        ("a: *b", "f.yaml:1:4: the alias *b stands inside what it refers to, or before it"),
        ("a: &a [*a]", "f.yaml:1:8: the alias *a stands inside what it refers to, or before it"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a scenario is one YAML document; a second one starts here"),
        ("a: " + "[" * 41, "f.yaml:1:43: this is nested too deep (limit scenario-depth: 40)"),
        ("a: !!map {}", 'f.yaml:1:4: the YAML tag "tag:yaml.org,2002:map" is not allowed (write a plain value)'),
        ("a: !secret x", 'f.yaml:1:4: the YAML tag "!secret" is not allowed (write a plain value)'),
        (CHAIN, "f.yaml:40:12: this is nested too deep (limit scenario-depth: 40)"),
        (
            BOMB,
            ("f.yaml:9:20: with this there are too many values (limit scenario-values: 200,000)"
            " (repeats: and for_each: make many)"),
        ),
        ("a: \ud800", "f.yaml:1:4: half a surrogate pair is not a character"),
        ("a: 1\nbc\udfff", "f.yaml:2:3: half a surrogate pair is not a character"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_document_is_refused_in_one_clear_fault(text: str, says: str) -> None:
    assert refusal(text) == says


@pytest.mark.parametrize("text", ["a: 'x", "a: [1", "a: b: c", "@", "%YAML 9\n---\na: 1", "a: &", "\x85: ["])
def test_a_syntax_error_has_its_line(text: str) -> None:
    assert refusal(text).startswith("f.yaml:")
    assert "this is not YAML: " in refusal(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: \x00", 'f.yaml:1:4: "\\x00" is a control character'),
        ("a: b\n# \x1b[2J", 'f.yaml:2:3: "\\x1b" is a control character'),
        ("a: b\nc: \ufeff", 'f.yaml:2:4: "\\ufeff" is a control character'),
        ('a: "\\e[2J"', 'f.yaml:1:4: "\\x1b[2J" has a control character'),
        ('a:\n  - "x\\0"', 'f.yaml:2:5: "x\\x00" has a control character'),
        ('"\\u202e": b', 'f.yaml:1:1: "\\u202e" has a control character'),
    ],
)
def test_a_control_character_is_refused_where_it_stands_however_it_is_written(text: str, says: str) -> None:
    faults = read_source(text, file="f.yaml").faults if "\\" in text else ()
    assert (str(faults[0]) if faults else refusal(text)) == says


def test_a_canned_body_may_have_any_character_that_yaml_can_write() -> None:
    assert read_source('respond: {body: "a\\r\\0"}', file="f").value == {"respond": {"body": "a\r\0"}}


@pytest.mark.parametrize(
    "text",
    [
        "a: {key}",
        "# {key}\na: b",
        "{key}: b",
        '"b": "{escaped}"',
        'a: "{folded}"',
        "a: 'x {key} y'",
        "a:\n  - |\n    {key}\n",
    ],
)
def test_what_looks_like_a_live_key_is_refused_and_not_repeated(text: str) -> None:
    key = "5e" * 16
    full = text.format(key=key, escaped="\\x35" + key[1:], folded=f"{key[:9]}\\\n{key[9:]}")
    told = refusal(full)
    assert "this looks like a live imin key" in told
    assert key[1:] not in told


def test_a_byte_order_mark_at_the_beginning_is_not_part_of_the_text() -> None:
    source = read_source("\ufeffa: b\nc: d", file="f")
    assert source.value == {"a": "b", "c": "d"}
    assert source.line_of(("c",)) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'a: b\nc: "d\ne: f\n',
            "f.yaml:2:4: this is not YAML: while scanning a quoted scalar found unexpected end of stream",
        ),
        (
            "a: b\nc: 'd\ne: f\n\n\n",
            "f.yaml:2:4: this is not YAML: while scanning a quoted scalar found unexpected end of stream",
        ),
        (
            "a: b\nc: {d: e\n",
            "f.yaml:2:4: this is not YAML: while parsing a flow mapping did not find expected ',' or '}'",
        ),
        (
            'a: b\nc: "d\ne: "f"\n',
            (
                "f.yaml:2:4: the quotes that open here close on line 3, and what comes then is not YAML"
                " (a quote is missing on this line)"
            ),
        ),
    ],
)
def test_what_is_never_closed_is_told_where_it_opens(text: str, says: str) -> None:
    assert refusal(text) == says


def test_a_tag_is_never_carried_out() -> None:
    assert "the YAML tag" in refusal("a: !!python/object/apply:sys.exit [7]")


def test_a_tab_is_called_a_tab() -> None:
    assert refusal("a:\n\t- b").startswith("f.yaml:2:1: this is not YAML: ")
    assert refusal("a:\n\t- b").endswith("(indent with spaces, not tabs)")


def test_a_huge_text_is_refused_unread() -> None:
    limit = "(limit scenario-characters: 2,000,000)"
    assert refusal("a" * 10_000_000) == f"f.yaml:1:1: the scenario has 10,000,000 characters {limit}"


def test_a_key_that_stands_twice_keeps_its_first_value_and_is_a_fault_at_its_second_place() -> None:
    source = read_source("a: 1\nb: [{c: 1, c: 2}]\na: 2", file="f.yaml")
    assert source.value == {"a": 1, "b": [{"c": 1}]}
    assert [str(fault) for fault in source.faults] == [
        'f.yaml:2:12: b[0].c: the key "c" stands here twice',
        'f.yaml:3:1: a: the key "a" stands here twice',
    ]


@pytest.mark.parametrize(
    ("path", "of_key", "place"),
    [
        ((), False, (1, 1)),
        (("a",), False, (1, 1)),
        (("a", "b"), False, (2, 6)),
        (("a", "b"), True, (2, 3)),
        (("a", "c", 1), False, (3, 10)),
        (("a", "c", 9), False, (3, 3)),
        (("a", "missing", "deeper"), False, (1, 1)),
        (("a", "b", "too deep"), False, (2, 6)),
    ],
)
def test_a_misfit_is_located_at_the_nearest_thing_that_is_there(
    path: tuple[str | int, ...], of_key: bool, place: tuple[int, int]
) -> None:
    source = read_source("a:\n  b: 1\n  c: [2, 3]", file="f.yaml")
    fault = source.locate(Misfit(path=path, message="", of_key=of_key))
    assert (fault.line, fault.column) == place


def test_the_parser_written_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    text = "a: &x {b: [1, 'two', true]}\nc: *x\n"
    expected = read(text)
    monkeypatch.setattr("mockserver.scenario.source._PARSER", yaml.SafeLoader)
    assert read(text) == expected
    assert refusal("a:\n\t- b").endswith("(indent with spaces, not tabs)")

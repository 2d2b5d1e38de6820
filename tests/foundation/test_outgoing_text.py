"""What may leave in a text: no live key, however it is embedded and escaped; and all else as it was."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.foundation.outgoing_text import (
    KEY_REMOVED,
    bytes_without_live_keys,
    has_controls,
    looks_like_live_key,
    place_of_live_key,
    without_controls,
    without_live_keys,
)

KEY = "0123456789abcdefABCDEF0123456789"
ESCAPED = "".join(f"%{ord(digit):02x}" for digit in KEY)
BESIDE = st.text(st.characters(exclude_categories=["Cs"]), max_size=5).filter(
    lambda text: not any(character in "0123456789abcdefABCDEF%" for character in text)
)


@given(BESIDE, BESIDE, st.sampled_from([KEY, KEY.upper(), KEY.lower(), ESCAPED, "%30" + KEY[1:], KEY[:-1] + "%39"]))
def test_a_live_key_is_taken_out_and_what_stands_beside_it_stays(before: str, after: str, key: str) -> None:
    assert without_live_keys(before + key + after) == before + KEY_REMOVED + after
    assert looks_like_live_key(before + key + after)


@given(st.text(max_size=3), st.text(max_size=3), st.sampled_from([repr, json.dumps, quote, ascii]))
def test_no_form_in_which_a_text_is_written_hides_a_key(before: str, after: str, write: object) -> None:
    assert callable(write)
    try:
        written = write(f"{before} {KEY} {after}"), write(f"{before}\n{KEY}\x0c"), write(f"\x1b{KEY}é")
    except UnicodeEncodeError:
        return  # half a surrogate pair, which no URL can hold
    for text in written:
        assert KEY not in without_live_keys(text)
        assert without_live_keys(text).count(KEY_REMOVED) == 1


@pytest.mark.parametrize("before", ["%2F", "%2f", "\\n", "\\b", "\\f", "\\u001b", "\\x1b", "x", "/", "Z%20"])
def test_the_digits_of_an_escape_are_no_part_of_a_key(before: str) -> None:
    assert without_live_keys(f"{before}{KEY}%20") == f"{before}{KEY_REMOVED}%20"


@pytest.mark.parametrize(
    "text", ["", KEY[1:], f"{KEY}0", KEY * 2, "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b", "%20" * 40, "f" * 1000, "a%2"]
)
def test_what_is_longer_or_shorter_than_a_key_stays(text: str) -> None:
    assert without_live_keys(text) == text
    assert not looks_like_live_key(text)


@given(st.text())
def test_other_text_stays_as_it_was(text: str) -> None:
    assert without_live_keys(text) == text


@given(st.binary(max_size=8), st.binary(max_size=8))
def test_bytes_that_are_no_text_stay_as_they_were_but_for_the_key(before: bytes, after: bytes) -> None:
    assert bytes_without_live_keys(before) == before
    content = before + b"|" + KEY.encode() + b"|" + after
    assert bytes_without_live_keys(content) == before + b"|" + KEY_REMOVED.encode() + b"|" + after


@given(BESIDE, BESIDE)
def test_the_place_of_a_live_key_is_where_it_begins(before: str, after: str) -> None:
    assert place_of_live_key(before + KEY + after) == len(before)
    assert place_of_live_key(before + after) is None


@given(st.text())
def test_a_text_has_controls_where_they_would_be_written_as_escapes(text: str) -> None:
    assert has_controls(text) is (without_controls(text) != text)


def test_what_would_steer_a_terminal_is_written_as_an_escape() -> None:
    assert without_controls("a\x1b]52;c;x\x07\tb\n\x9b\u202e") == "a\\x1b]52;c;x\\x07\tb\n\\u009b\\u202e"

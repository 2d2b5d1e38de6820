"""Paths that a pattern means: as a regular expression would say it, but never slower than the path is long."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.engine.exchange_queries import PathPattern

PIECES = st.sampled_from(["a", "b", "/", "ab", "a/", "/b", "*", "**", "***", "{x}", "{x}{y}", "."])
PATTERNS = st.lists(PIECES, max_size=9).map("".join)
PATHS = st.text("ab/.", max_size=12)


def by_expression(pattern: str, path: str) -> bool:
    """What the pattern means, as a regular expression that may go back as often as it likes."""
    expression, at = "", 0
    for piece in re.finditer(r"\{[A-Za-z_][A-Za-z0-9_]*\}|\*\*|\*", pattern):
        expression += re.escape(pattern[at : piece.start()])
        expression += ".*" if piece[0] == "**" else "[^/]*" if piece[0] == "*" else "[^/]+"
        at = piece.end()
    return re.fullmatch(expression + re.escape(pattern[at:]), path, re.DOTALL) is not None


@given(PATTERNS, PATHS)
@example("**{x}**", "///a")
@example("**{x}{y}/**b", "a/bb/b")
@example("/a**/b*", "/a/b/ba")
@example("{x}**{y}", "a")
@example("a**a", "a")
def test_a_pattern_means_what_a_regular_expression_would(pattern: str, path: str) -> None:
    assert PathPattern(pattern).fits(path) is by_expression(pattern, path)


@given(st.lists(st.sampled_from(["/a", "/b", "/*", "/{x}", "**"]), max_size=6).map("".join), PATHS)
def test_a_pattern_of_segments_means_what_a_regular_expression_would(pattern: str, path: str) -> None:
    assert PathPattern(pattern).fits(path) is by_expression(pattern, path)


HOSTILE = {
    "pairs of stars": ("/" + "**" * 40 + "x", "/" + "a" * 2_000),
    "stars and letters": ("/" + "*a" * 200 + "x", "/" + "a" * 2_000),
    "letters between pairs": ("/" + "**a" * 150 + "x", "/" + "a" * 2_000),
    "names between pairs": ("/" + "**{a}b" * 70 + "x", "/" + "ab" * 1_000),
    "a part for each segment": ("/" + "**/a*a" * 70 + "x", "/a" * 1_000),
    "a part that nearly fits everywhere": ("/**" + "a*" * 200 + "b**", "/" + "a" * 2_000),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_pattern_takes_long(hostile: str) -> None:
    pattern, path = HOSTILE[hostile]
    compiled = PathPattern(pattern[:500])
    began = time.process_time()
    for _ in range(100):
        compiled.fits(path)
    # Each takes well under a millisecond; by going back, some would take longer than anybody lives.
    assert time.process_time() - began < 2

"""The page on transports does what it says: each of its snippets runs, after the one that all begin with."""

import re

import pytest

from tests.serving import ROOT

SNIPPETS = re.findall(
    r"^```python\n(.*?)^```$", (ROOT / "docs" / "howto" / "transports.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
)
BEGINNING, *REST = SNIPPETS


def test_the_page_has_a_snippet_for_each_client() -> None:
    imported = set(re.findall(r"^import (\w+)$", "\n".join(REST), re.MULTILINE))
    assert imported == {"aiohttp", "asyncio", "httpx", "httpx2", "requests"}


@pytest.mark.parametrize("number", range(len(REST)))
def test_a_snippet_runs(number: int) -> None:
    names: dict[str, object] = {}
    exec(compile(BEGINNING, "the beginning", "exec"), names)
    try:
        exec(compile(REST[number], f"snippet {number}", "exec"), names)
    finally:
        exec("mock.close()", names)

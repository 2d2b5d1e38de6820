"""The page on pacts says what happens: its files are written, its commands are run."""

from pathlib import Path

from tests.pages import File, follow, steps_of
from tests.serving import ROOT, serving

PAGE = ROOT / "docs" / "pact.md"


def test_every_step_of_the_page_is_as_it_says(tmp_path: Path) -> None:
    (states,) = [step for step in steps_of(PAGE) if isinstance(step, File) and step.name == "states.yaml"]
    (tmp_path / "states.yaml").write_text(states.text, encoding="utf-8")
    with serving("--pact-states", str(tmp_path / "states.yaml")) as served:
        assert follow(PAGE, tmp_path, url=served.url, IMIN_MOCK_URL=served.url) == 9

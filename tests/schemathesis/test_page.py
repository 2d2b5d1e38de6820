"""The page on Schemathesis says what happens, with a server that passes everything on in the place of the reader's."""

from pathlib import Path

import pytest

from tests.pages import follow
from tests.schemathesis.test_kit import proxy_of
from tests.serving import ROOT, serving
from tests.web.serving import served

PAGE = ROOT / "docs" / "howto" / "schemathesis.md"


@pytest.mark.timeout(900)
def test_every_command_of_the_page_prints_what_it_shows(tmp_path: Path) -> None:
    with serving() as mock, served(proxy_of(mock.url), lifespan=True) as server:
        assert follow(PAGE, tmp_path, url=mock.url, YOUR_SERVER=server) == 2

"""Runs inside a run leave this process as loaded as they have made it."""

from collections.abc import Iterator

import pytest

from tests.pytest_plugin.running import put_back


@pytest.fixture(autouse=True)
def what_was_loaded_stays() -> Iterator[None]:
    """Set up before pytester, since nobody asks for it, and so ended after it."""
    yield
    put_back()

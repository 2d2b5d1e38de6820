"""Every kind of mock, for tests that must not tell them apart."""

from collections.abc import Iterator

import pytest

from mockserver.testing import Mock
from tests.testing.meeting import KINDS, mock_of


@pytest.fixture(params=KINDS)
def mock(request: pytest.FixtureRequest) -> Iterator[Mock]:
    """One kind after the other."""
    with mock_of(request.param) as mock:
        yield mock

"""What a test starts from: a world of a scenario of its own."""

import os
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest
from bookings.imin import Imin
from rehearsal import Rehearsal, Rehearse


@pytest.fixture(scope="session")
def http() -> Iterator[httpx2.Client]:
    """One client for all tests, with little patience."""
    with httpx2.Client(timeout=5) as client:
        yield client


@pytest.fixture
def rehearse(http: httpx2.Client) -> Rehearse:
    """A fresh world of a scenario."""
    base_url, mock = os.environ.get("IMIN_BASE_URL"), os.environ.get("IMIN_MOCK_URL")
    if not base_url or not mock:
        pytest.fail("Set IMIN_BASE_URL and IMIN_MOCK_URL, or let `imin-mock twins` or `imin-mock sweep` do it.")

    def begin(scenario: str) -> Rehearsal:
        key = f"{scenario}@integrator-{uuid4().hex[:12]}"
        http.post(f"{mock}/__admin/worlds", json={"key": key}).raise_for_status()
        control = f"{mock}/__admin/worlds/{key}"
        rehearsal: Rehearsal
        imin = Imin(http, base_url, key, pause=lambda seconds: rehearsal.wait(seconds=seconds))
        rehearsal = Rehearsal(key=key, imin=imin, http=http, control=control)
        return rehearsal

    return begin

"""The reference integrator is no installed package: its folder is put where its modules are found. Pact sends no statistics."""

import sys

import pytest

from tests.serving import ROOT

sys.path.insert(0, str(ROOT / "examples" / "integrator"))


@pytest.fixture(autouse=True)
def _tell_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_DO_NOT_TRACK", "true")

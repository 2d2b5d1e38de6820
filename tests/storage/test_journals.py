"""The contract of every journal. An adapter takes part by a row in ``JOURNALS``."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.domain.events import BehaviourEntered
from mockserver.domain.execution import Recorded
from mockserver.domain.values import StateName
from mockserver.engine.journal import Journal
from mockserver.storage.memory_journal import MemoryJournal
from tests.making import after

JOURNALS: dict[str, Callable[[Path], Journal]] = {"memory": lambda _: MemoryJournal()}
"""How each is made, in a folder that is its own."""

FIVE = [Recorded(at=after(seconds=n), event=BehaviourEntered(state=StateName("a"), stay=n)) for n in range(5)]


@pytest.fixture(params=sorted(JOURNALS))
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return JOURNALS[request.param](tmp_path)


def test_a_new_journal_is_empty(journal: Journal) -> None:
    assert (len(journal), list(journal.read())) == (0, [])


def test_a_journal_gives_back_what_was_appended_in_order(journal: Journal) -> None:
    journal.append(FIVE[:2])
    journal.append([])
    journal.append(FIVE[2:])
    assert (len(journal), list(journal.read())) == (5, FIVE)


@pytest.mark.parametrize("after_the", [0, 1, 4, 5, 6])
def test_a_journal_can_be_read_from_any_place(journal: Journal, after_the: int) -> None:
    journal.append(FIVE)
    assert list(journal.read(after_the)) == FIVE[after_the:]


def test_what_is_appended_during_a_reading_does_not_disturb_it(journal: Journal) -> None:
    journal.append(FIVE[:2])
    reading = journal.read()
    journal.append(FIVE[2:])
    assert list(reading) == FIVE[:2]


def test_a_journal_does_not_change_with_the_list_that_was_appended(journal: Journal) -> None:
    batch = FIVE[:2]
    journal.append(batch)
    batch.clear()
    assert list(journal.read()) == FIVE[:2]


@pytest.mark.parametrize("make", JOURNALS.values(), ids=JOURNALS)
def test_two_journals_know_nothing_of_each_other(make: Callable[[Path], Journal], tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "other")
    one.append(FIVE)
    assert len(other) == 0

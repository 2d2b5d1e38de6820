"""The client on a terminal: what its user reads."""

import pytest
from bookings.__main__ import main
from rehearsal import Rehearsal, Rehearse


@pytest.fixture
def at_the_terminal(rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch) -> Rehearse:
    """A fresh world, to which the environment leads."""

    def begin(scenario: str) -> Rehearsal:
        world = rehearse(scenario)
        monkeypatch.setenv("IMIN_API_KEY", world.key)
        return world

    return begin


def test_a_list_says_what_is_booked_and_what_may_be_cancelled(
    at_the_terminal: Rehearse, capsys: pytest.CaptureFixture[str]
) -> None:
    at_the_terminal("happy-path")
    assert main(["list", "asha"]) == 0
    assert capsys.readouterr().out == "seat-1: Evening Yoga, Wed 05 Jun 19:00, is booked. You may cancel it.\n"


def test_a_cancellation_is_told_as_pending_and_then_as_cancelled(
    at_the_terminal: Rehearse, capsys: pytest.CaptureFixture[str]
) -> None:
    world = at_the_terminal("happy-path")
    assert main(["cancel", "asha", "seat-1"], world.imin.pause) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Evening Yoga is waiting for the venue to cancel it.",
        "Evening Yoga is cancelled.",
    ]


def test_a_refusal_is_told_with_its_reason(at_the_terminal: Rehearse, capsys: pytest.CaptureFixture[str]) -> None:
    world = at_the_terminal("window-closed")
    assert main(["cancel", "owen", "place-1"], world.imin.pause) == 0
    told = capsys.readouterr().out
    assert "could not be cancelled: " in told
    assert "no reason was given" not in told


def test_what_is_not_booked_cannot_be_cancelled(at_the_terminal: Rehearse, capsys: pytest.CaptureFixture[str]) -> None:
    at_the_terminal("happy-path")
    assert main(["cancel", "asha", "seat-9"]) == 1
    assert capsys.readouterr().err == "asha has no upcoming booking seat-9.\n"


def test_wrong_arguments_are_answered_with_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["undo"]) == 2
    assert "cancel CUSTOMER BOOKING" in capsys.readouterr().err

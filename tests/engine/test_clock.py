from collections.abc import Callable

import pytest
from whenever import TimeDelta

from mockserver.domain.execution import Recorded
from mockserver.engine.clock import BackwardMoveError, WorldClock
from mockserver.engine.live_world import LiveWorld
from mockserver.scenario.seed import Frozen, Running, Stepping
from tests.making import EPOCH, FakeWall, after, make_live_world, to_cancel

SECOND = TimeDelta(seconds=1)


def test_a_frozen_clock_stands_until_it_is_moved() -> None:
    wall = FakeWall(tick=SECOND)
    clock = WorldClock.starting(Frozen(), EPOCH, wall)
    clock.step()
    assert (clock.mode, clock.now()) == ("frozen", EPOCH)
    clock.move_to(after(minutes=1))
    assert clock.now() == after(minutes=1)


@pytest.mark.parametrize(("rate", "minutes"), [(1, 1), (60, 60), (0.5, 0.5)])
def test_a_running_clock_follows_the_wall_at_its_rate(rate: float, minutes: float) -> None:
    wall = FakeWall(at=after(hours=5))
    clock = WorldClock.starting(Running(rate=rate), EPOCH, wall)
    assert (clock.mode, clock.now()) == ("running", EPOCH)
    wall.at += TimeDelta(minutes=1)
    clock.step()
    assert clock.now() == clock.now() == after(minutes=minutes)
    clock.move_to(after(hours=9))
    wall.at += TimeDelta(minutes=1)
    assert clock.now() == after(hours=9, minutes=minutes)


def test_a_running_clock_never_goes_back_with_the_wall_and_counts_on_from_there() -> None:
    wall = FakeWall()
    clock = WorldClock.starting(Running(rate=1), EPOCH, wall)
    wall.at = after(minutes=10)
    assert clock.now() == after(minutes=10)
    wall.at = after(minutes=4)
    assert clock.now() == after(minutes=10)
    wall.at = after(minutes=5)
    assert clock.now() == after(minutes=11)


def test_a_running_clock_is_set_forward_to_the_instant_itself_and_never_back() -> None:
    wall = FakeWall()
    clock = WorldClock.starting(Running(rate=1), EPOCH, wall)
    wall.at = after(minutes=1)
    clock.move_to(after(hours=9))
    assert clock.now() == after(hours=9)
    clock.move_to(after(hours=8))
    assert clock.now() == after(hours=9)


def test_a_stepping_clock_moves_with_each_request() -> None:
    clock = WorldClock.starting(Stepping(by=SECOND), EPOCH, FakeWall(tick=SECOND))
    for _ in range(3):
        clock.step()
    assert (clock.mode, clock.now()) == ("stepping", after(seconds=3))


def test_a_copy_of_a_clock_shows_the_same_and_lives_apart() -> None:
    wall = FakeWall()
    clock = WorldClock.starting(Running(rate=2), EPOCH, wall)
    wall.at += SECOND
    copy = clock.copy()
    copy.move_to(after(hours=1))
    assert (clock.now(), copy.now()) == (after(seconds=2), after(hours=1))


@pytest.mark.parametrize("back", [TimeDelta(nanoseconds=-1), TimeDelta(hours=-2)])
def test_to_go_back_is_refused_and_changes_nothing(back: TimeDelta) -> None:
    live_world = make_live_world()
    live_world.execute(to_cancel("seat-1"))
    live_world.advance_by(TimeDelta(hours=1))
    world, count = live_world.world.copy(), len(live_world.journal)
    with pytest.raises(BackwardMoveError, match="cannot go back"):
        live_world.advance_by(back)
    with pytest.raises(BackwardMoveError, match="cannot go back"):
        live_world.advance_to(after(hours=1) + back)
    assert (live_world.clock.now(), live_world.world, len(live_world.journal)) == (after(hours=1), world, count)


def test_a_clock_that_runs_while_it_is_moved_is_not_moved_back() -> None:
    live_world = make_live_world(setting=Running(rate=1), wall=FakeWall(tick=SECOND))
    live_world.advance_by(TimeDelta.ZERO)
    live_world.execute(to_cancel("seat-1"))
    live_world.advance_to_next()
    happened = live_world.until_quiet().happened
    assert happened
    assert live_world.next_due() is None
    instants = [recorded.at for recorded in live_world.journal.read()]
    assert instants == sorted(instants)


def _all(happened: list[Recorded]) -> list[object]:
    return [(recorded.at, recorded.event) for recorded in happened]


def test_a_running_clock_that_passes_the_target_by_itself_has_not_gone_back() -> None:
    live_world = make_live_world(setting=Running(rate=1), wall=FakeWall(tick=SECOND))
    live_world.execute(to_cancel("seat-1"))
    due = live_world.next_due()
    assert due is not None
    passage = live_world.advance(lambda _: due, most=1_000)
    assert passage.complete
    assert passage.happened[-1].at >= due


def test_an_advance_that_stops_early_has_done_its_last_instant_whole_and_says_so() -> None:
    live_world = make_live_world()
    live_world.execute(to_cancel("seat-1"))
    due = live_world.next_due()
    passage = live_world.advance(lambda _: after(hours=1), most=0)
    assert not passage.complete
    assert {recorded.at for recorded in passage.happened} == {due} == {live_world.present()}
    later = [live_world.advance(lambda _: after(hours=1), most=0).complete for _ in range(9)]
    assert (later[0], later[-1], live_world.present()) == (False, True, after(hours=1))


def test_every_way_to_advance_tells_the_same_story() -> None:
    ways: list[Callable[[LiveWorld], list[Recorded]]] = [
        lambda r: r.advance_by(TimeDelta(hours=1)).happened,
        lambda r: r.advance_to(after(hours=1)).happened,
        lambda r: r.until_quiet().happened,
        lambda r: r.advance(lambda now: now + TimeDelta(hours=1), most=1_000).happened,
        lambda r: [each for _ in range(99) for each in r.advance(lambda _: after(hours=1), most=0).happened],
        lambda r: [each for _ in range(9) for each in r.advance_to_next().happened],
        lambda r: [each for _ in range(60) for each in r.advance_by(TimeDelta(seconds=61)).happened],
    ]
    stories = []
    for advance in ways:
        live_world = make_live_world()
        live_world.execute(to_cancel("seat-1"))
        stories.append(_all(advance(live_world)))
    assert len(stories[0]) > 8
    assert stories == [stories[0]] * len(stories)

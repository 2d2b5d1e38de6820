"""Everything that is due by an instant, done; with the proof that it never ends, where it does not."""

from typing import get_args

from whenever import Instant

from mockserver.domain.commands import FireTimer, SellerCommand
from mockserver.domain.events import WorkRefused
from mockserver.domain.execution import EndlessWorkError, Recorded, drain
from mockserver.domain.world import WorldState
from mockserver.limits import CHECKED_WORK_AT_ONE_INSTANT, JOURNAL_EVENTS
from mockserver.scenario.checking.firing import Sighting, Worked, timers

SELLER_COMMANDS = get_args(SellerCommand)

WORK_BEFORE_SUSPICION = 500
"""So much work at one instant is no proof of a circle, but enough to look for one."""


def settle(world: WorldState, until: Instant, seen_work: list[Sighting]) -> list[Recorded]:
    """What happens by ``until``, done to the world; what was seen of timers and actions is added to ``seen_work``.

    *Raises* ``EndlessWorkError`` where one instant never ends.
    """
    happened: list[Recorded] = []
    seen: set[object] = set()
    for work, step, number in drain(world, until, most=JOURNAL_EVENTS, at_one_instant=CHECKED_WORK_AT_ONE_INSTANT):
        happened += step
        if isinstance(work, FireTimer):
            seen_work += timers(world, work, step)
        elif isinstance(work, SELLER_COMMANDS):
            seen_work.append(Worked(id(work), not any(isinstance(each.event, WorkRefused) for each in step)))
        if number > WORK_BEFORE_SUSPICION:
            shape = step[0].at, _shape(world)
            if shape in seen:
                raise EndlessWorkError(
                    f"What happens at {step[0].at.format_iso()} never ends: the behaviour runs in a circle."
                    " Give one of its transitions a delay."
                )
            seen.add(shape)
    return happened


def _shape(world: WorldState) -> object:
    """All that decides what happens next at this instant: while nothing but the machine moves, that is its state and its work."""
    works = tuple(
        (due, (work.index if work.stay == world.stay else None) if isinstance(work, FireTimer) else work)
        for due, _, _, work in world.agenda
    )
    return world.state_name, works, len(world.booking_system.feed_log), len(world.imin.refunds), len(world.imin.emails)

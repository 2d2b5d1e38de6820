"""How a world unfolds: a command is decided, its events are folded in, and the behaviour machine reacts to each of them.

What is due is done in the order (instant, rank, sequence). "Immediately" means "due now": it is done before anything else.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

from whenever import Instant

from mockserver.domain.commands import FOLLOWING, Command
from mockserver.domain.decide import Decision, decide
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.events import Event, WorkRefused, WorkTaken
from mockserver.domain.evolve import evolve
from mockserver.domain.transitions import begin, react
from mockserver.domain.values import Value
from mockserver.domain.world import WorldState
from mockserver.foundation.limits import REACTIONS_TO_ONE_COMMAND, WORK_AT_ONE_INSTANT, Limit


class EndlessWorkError(Exception):
    """The scenario's behaviour makes new work at the same instant for ever."""


class Recorded(Value, frozen=True, kw_only=True):
    """An event with its instant."""

    at: Instant
    event: Event


def begin_world(world: WorldState) -> list[Recorded]:
    """Start a fresh world: its machine enters the initial state."""
    return _unfold(world, begin(world), world.epoch)


def perform(world: WorldState, command: Command, now: Instant) -> list[Recorded]:
    """Carry out a command. *Raises* :class:`OpenBookingError`, and then nothing has changed."""
    return _unfold(world, _decide(world, command, now), now)


def perform_next_due(world: WorldState, until: Instant) -> list[Recorded]:
    """Do the next work that is due by ``until``, at its own instant; an empty list if nothing is due by then.

    Work that is not permitted is noted as refused: a scenario's timeline must not break the world.
    """
    if not world.is_due(until):
        return []
    due, _, _, work = world.agenda[0]
    try:
        decision = _decide(world, work, due)
    except OpenBookingError as refusal:
        decision = [WorkRefused(rule=refusal.rule, reason=refusal.description)]
    return _unfold(world, [WorkTaken(), *decision], due)


def drain(
    world: WorldState, until: Instant, *, most: int, at_one_instant: Limit = WORK_AT_ONE_INSTANT
) -> Iterator[tuple[Command, list[Recorded], int]]:
    """What is due by ``until``, done one work after the other, at the most so many of them.

    Each work comes with what happened by it, and with its number among those of its instant, from 1. *Raises*
    :class:`EndlessWorkError` where these go beyond ``at_one_instant`` and ten for each order item and line of the timeline.
    """
    instant, number = None, 0
    for _ in range(most):
        if not world.is_due(until):
            return
        due, _, _, work = world.agenda[0]
        number = number + 1 if due == instant else 1
        instant = due
        if number > at_one_instant and number > at_one_instant + 10 * _lawful_work(world):
            raise EndlessWorkError(
                f"More than {number - 1:,} things happen at {due.format_iso()} {at_one_instant.told}:"
                " the behaviour runs in a circle. Give one of its transitions a delay."
            )
        yield work, perform_next_due(world, until), number


def _lawful_work(world: WorldState) -> int:
    """All that a lawful instant may bring work for."""
    return len(world.catalogue.items) + len(world.machine.timeline)


def _decide(world: WorldState, command: Command, now: Instant) -> Decision:
    """By the law, or as the world's twin has it. Few worlds are twins, and a start need not wait for what twins do."""
    if world.twin is None:
        return decide(world, command, now)
    from mockserver.domain.twin_decisions import decide_as_twin

    return decide_as_twin(world, command, now)


def _unfold(world: WorldState, decision: Decision, now: Instant) -> list[Recorded]:
    """The machine reacts to an event before the next one happens, so that each event meets the state the last one led to."""
    recorded: list[Recorded] = []
    coming = deque[Any](decision)  # events, and the commands that follow from one
    reactions = 0
    while coming:
        step = coming.popleft()
        if type(step) in FOLLOWING:
            coming.extendleft(reversed(_decide(world, step, now)))
            continue
        evolve(world, step)
        recorded.append(Recorded(at=now, event=step))
        if reaction := react(world, step, now):
            coming.extendleft(reversed(reaction))
            reactions += 1
            if reactions > REACTIONS_TO_ONE_COMMAND:
                raise EndlessWorkError(
                    f"The machine reacts more than {REACTIONS_TO_ONE_COMMAND:,} times at {now.format_iso()}"
                    f" {REACTIONS_TO_ONE_COMMAND.told}: its transitions run in a circle. Give one of them a delay."
                )
    return recorded

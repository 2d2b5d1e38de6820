"""A journal decided once more: what each thing happened because of, and the first thing that would happen otherwise now.

What is due is known from the world; everything else was asked for from outside, and its command can be read off the first
event that followed from it. It must never know where the journal comes from.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mockserver.domain import commands as c
from mockserver.domain import events as e
from mockserver.domain.commands import Command, EnterState, SellerCommand
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.evolve import evolve
from mockserver.domain.execution import EndlessWorkError, Recorded, begin_world, perform, perform_next_due
from mockserver.domain.twins import Twin
from mockserver.domain.world import WorldState
from mockserver.engine.codec import encode
from mockserver.engine.live_world import LiveWorld
from mockserver.scenario.seed import Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A command from outside: the events from the ``index``-th on, counted from 0, followed from it."""

    index: int
    recorded: Recorded
    command: Command


class DivergenceError(Exception):
    """The journal goes on otherwise than it would now.

    ``index`` is the place of the first event that differs; ``was`` is what stands there and ``now`` what would, ``None`` where
    nothing does; ``world`` is as it was just before, and ``why`` says what could not be done.
    """

    def __init__(
        self, index: int, was: Recorded | None, now: Recorded | None, world: WorldState, why: str = ""
    ) -> None:
        super().__init__(f"Event {index + 1} differs.")
        self.index, self.was, self.now, self.world, self.why = index, was, now, world, why


def redecide(seed: Seed, twin: Twin | None, journal: Sequence[Recorded]) -> Iterator[Done]:
    """Every command from outside, in order, each once all before it has happened again.

    *Raises* :class:`DivergenceError` at the first event that would be another one.
    """
    world = seed.world(twin)
    coming = begin_world(world)
    at = 0
    while True:
        for now in coming:
            if at >= len(journal) or journal[at] != now:
                raise _diverged(seed, twin, journal, at, now)
            at += 1
        if at >= len(journal):
            return
        recorded, command = journal[at], None
        try:
            if isinstance(recorded.event, e.WorkTaken):
                coming = perform_next_due(world, recorded.at)
            else:
                command = command_behind(recorded.event)
                coming = [] if command is None else perform(world, command, recorded.at)
        except (OpenBookingError, EndlessWorkError) as error:
            raise _diverged(seed, twin, journal, at, None, str(error)) from error
        if not coming:
            why = "" if command is None else "It has no effect any more."
            raise _diverged(seed, twin, journal, at, None, why)
        if command is not None:
            yield Done(index=at, recorded=recorded, command=command)


def _diverged(
    seed: Seed,
    twin: Twin | None,
    journal: Sequence[Recorded],
    index: int,
    now: Recorded | None,
    why: str = "",
) -> DivergenceError:
    """The divergence at an event, with the world that all events before it make."""
    world = seed.world(twin)
    for agreed in journal[:index]:
        evolve(world, agreed.event)
    return DivergenceError(index, journal[index] if index < len(journal) else None, now, world, why)


def command_behind(event: e.Event) -> Command | None:
    """What somebody asked for that the event is the first effect of; ``None`` where nobody asks for such a thing."""
    match event:
        case e.CancellationRequested(order_id=order_id, item_ids=item_ids):
            return c.RequestCancellation(order_id=order_id, item_ids=item_ids)
        case e.PendingShown(item_id=item_id):
            return c.NotePendingShown(item_ids=(item_id,))
        case e.RequestCounted(operation=operation):
            return c.CountRequest(operation=operation)
        case e.FaultUsed(operation=operation, index=index):
            return c.UseFault(operation=operation, index=index)
        case e.BehaviourEntered(state=state):
            return c.EnterState(state=state)
        case e.CancelledBySeller(order_id=order_id, item_ids=item_ids, message=message):
            return c.CancelBySeller(order_id=order_id, item_ids=item_ids, message=message)
        case e.ReplacedBySeller(order_id=order_id, item_ids=item_ids, opportunity=opportunity):
            return c.ReplaceBySeller(order_id=order_id, item_ids=item_ids, opportunity_id=opportunity.id)
        case e.CustomerNoticeGiven(order_id=order_id, item_ids=item_ids, notice=notice):
            return c.GiveCustomerNotice(order_id=order_id, item_ids=item_ids, notice=notice)
        case e.AttendanceMarked(order_id=order_id, item_ids=item_ids, status=status):
            return c.MarkAttendance(order_id=order_id, item_ids=item_ids, status=status)
        case e.AccessUpdated(order_id=order_id, item_ids=item_ids, kind=kind, value=value):
            return c.UpdateAccess(order_id=order_id, item_ids=item_ids, kind=kind, value=value)
        case e.LogisticsChanged(opportunity=new):
            return c.ChangeLogistics(opportunity_id=new.id, name=new.name, starts=new.starts, place_name=new.place.name)
        case _:
            return None


def doings_of(live_world: LiveWorld) -> list[Done]:
    """Every command of a Seller or of whoever runs the world, in order."""
    found: list[Done] = []
    with suppress(DivergenceError):  # of a journal that another version wrote, what can be said is said
        found.extend(redecide(live_world.seed, live_world.twin, list(live_world.journal.read())))
    return [done for done in found if isinstance(done.command, EnterState | SellerCommand)]


def told_doings(live_world: LiveWorld) -> list[dict[str, Any]]:
    """The same as JSON values: ``after`` how many events it was done, and the event that followed first."""
    return [{"after": done.index, "event": encode(done.recorded)} for done in doings_of(live_world)]

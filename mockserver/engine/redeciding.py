"""A journal decided once more: what each thing happened because of, and the first thing that would happen otherwise now.

What is due is known from the world; everything else was asked for from outside, and its command can be read off the first event
that followed from it. It must never know where the journal comes from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mockserver.domain import commands as c
from mockserver.domain import events as e
from mockserver.domain.commands import Command
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.law_breakers import LawBreaker
from mockserver.domain.unfolding import EndlessWorkError, Recorded, begin_world, perform, perform_next_due
from mockserver.domain.world import World
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
    nothing does; ``world`` is as it was before the step, and ``why`` says what could not be done.
    """

    def __init__(self, index: int, was: Recorded | None, now: Recorded | None, world: World, why: str = "") -> None:
        super().__init__(f"Event {index + 1} differs.")
        self.index, self.was, self.now, self.world, self.why = index, was, now, world, why


def redecide(seed: Seed, law_breaker: LawBreaker | None, journal: Sequence[Recorded]) -> Iterator[Done]:
    """Every command from outside, in order, each once all before it has happened again.

    *Raises* :class:`DivergenceError` at the first event that would be another one.
    """
    world = World(
        epoch=seed.epoch,
        catalogue=seed.catalogue,
        machine=seed.machine,
        readings=seed.readings,
        law_breaker=law_breaker,
    )
    at = _compared(begin_world(world), journal, 0, world)
    while at < len(journal):
        recorded = journal[at]
        before = world.copy()
        command = None
        try:
            if isinstance(recorded.event, e.WorkTaken):
                happened = perform_next_due(world, recorded.at)
            else:
                command = command_behind(recorded.event)
                happened = [] if command is None else perform(world, command, recorded.at)
        except (OpenBookingError, EndlessWorkError) as error:
            raise DivergenceError(at, recorded, None, before, str(error)) from error
        if command is not None:
            yield Done(index=at, recorded=recorded, command=command)
        if not happened:
            raise DivergenceError(at, recorded, None, before, "" if command is None else "It has no effect any more.")
        at = _compared(happened, journal, at, before)


def _compared(happened: Sequence[Recorded], journal: Sequence[Recorded], begins: int, before: World) -> int:
    """Where the journal goes on after these events. *Raises* :class:`DivergenceError`."""
    for index, now in enumerate(happened, start=begins):
        was = journal[index] if index < len(journal) else None
        if was != now:
            raise DivergenceError(index, was, now, before)
    return begins + len(happened)


def command_behind(event: e.Event) -> Command | None:
    """What somebody asked for that the event is the first effect of; ``None`` where nobody asks for such a thing."""
    match event:
        case e.CancellationRequested(order_id=order_id, item_ids=item_ids):
            return c.RequestCancellation(order_id=order_id, item_ids=item_ids)
        case e.PendingShown(item_id=item_id):
            return c.NotePendingShown(item_ids=(item_id,))
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

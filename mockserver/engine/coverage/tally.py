"""The counter of one world: what its events, its commands and its answers meet, noted the moment they happen.

It is told and never asks back, so that counting changes nothing. It must never read a journal or an exchange: what it has not
been told has not been met.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from whenever import Instant

from mockserver.domain.behaviour import ApiFault, Drop
from mockserver.domain.cancellability import explain_cancellability
from mockserver.domain.commands import Command, RequestCancellation
from mockserver.domain.errors import CancellationNotPermittedError, OpenBookingError
from mockserver.domain.events import CancellationRequested, WorkScheduled
from mockserver.domain.execution import Recorded
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.state_machine import Machine
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId
from mockserver.domain.world import WorldState
from mockserver.engine.coverage.event_points import POINTS_OF_EVENT, ItemStatuses
from mockserver.engine.coverage.list_points import ListPoints, Together, points_of_verdict, side_of
from mockserver.engine.coverage.points import Family, Point, machine_points, move_id, universe

Counts = defaultdict[str | Together, int]
"""How often each point was met, by id; points that are met together may be counted as one, which a report takes apart."""


@dataclass(slots=True, eq=False)
class Tally:
    """What was met in one world. ``statuses`` is what it was told of the items, so that it knows what a move began from."""

    scenario: str
    machine: tuple[Point, ...] = ()
    counts: Counts = field(default_factory=lambda: defaultdict(int))
    statuses: ItemStatuses = field(default_factory=ItemStatuses)
    is_deadline_allowed: bool = False

    @classmethod
    def beginning(cls, scenario: str, machine: Machine, readings: Mapping[ReadingName, str]) -> "Tally":
        """The counter of a new world; ``machine`` has points of its own."""
        return cls(
            scenario=scenario,
            machine=tuple(machine_points(scenario, machine)),
            is_deadline_allowed=readings[ReadingName.DEADLINE_INSTANT] == "allowed",
        )

    def take_up(self, world: WorldState) -> None:
        """Go on from a world that has a past, without counting it: a fork, or a restored snapshot."""
        self.statuses = ItemStatuses.of(world)

    def happened(self, world: WorldState, events: Sequence[Recorded], command: Command | None = None) -> None:
        """Note events that were just recorded and folded into the world, and the command that was carried out so.

        Every PATCH pays for the first kind, which is therefore told here at once: an item that is passed on was confirmed, has
        passed every guard and is before its deadline, so that nothing need be worked out again, unless a reading allows the
        deadline itself.
        """
        counts = self.counts
        for recorded in events:
            event = recorded.event
            kind = type(event)
            if kind is WorkScheduled:
                continue  # as every other event is, and says nothing
            if type(event) is CancellationRequested:
                counts[_PASSED_ON] += 1
                at_seller = world.booking_system.states
                for item_id in event.item_ids:
                    self.statuses.imin[item_id] = _PENDING
                    if item_id in at_seller and at_seller[item_id].status.is_cancelled:
                        counts[_CANCELLED_UNREAD] += 1
                    if self.is_deadline_allowed:
                        counts[_BECOMES_PENDING] += 1
                        self._note_patch(world, item_id, OrderItemStatus.CONFIRMED, recorded.at)
                    else:
                        offer = world.imin.states[item_id].offer or world.catalogue.items[item_id].offer
                        counts[_BY_WINDOW if offer.latest_cancellation_before_start is not None else _BY_START] += 1
            elif kind in POINTS_OF_EVENT:
                for point in POINTS_OF_EVENT[kind](world, event, self):
                    counts[point] += 1
        if isinstance(command, RequestCancellation) and (not events or len(command.item_ids) > 1):
            self._left_as_they_were(world, command, events)

    def refused(self, world: WorldState, command: Command, refusal: OpenBookingError, now: Instant) -> None:
        """Note a command that was refused: which guard stopped it, and on which side of a cliff."""
        if not isinstance(command, RequestCancellation) or not isinstance(refusal, CancellationNotPermittedError):
            return
        for item_id in command.item_ids:
            status = world.imin.state_of(item_id).status
            if self._note_patch(world, item_id, status, now) is refusal.rule:
                break  # the first item that may not be cancelled ends the matter
        self._note_several(command)

    def answered(self, status: int, rule: Rule | None) -> None:
        """Note an answer of imin's API."""
        if rule is not None:
            for point in _points_of_refusal(status, rule):
                self.counts[point] += 1

    def failed(self, fault: ApiFault) -> None:
        """Note a scripted failure of imin's API."""
        self._add(_points_of_fault(fault))

    def saw(self, sighting: ListPoints, now: Instant) -> None:
        """Note what a client was shown in a list."""
        self.counts[sighting.points_at if now == sighting.at else sighting.points_later] += 1

    def _add(self, points: Iterable[str]) -> None:
        counts = self.counts
        for point in points:
            counts[point] += 1

    def _left_as_they_were(self, world: WorldState, command: RequestCancellation, events: Sequence[Recorded]) -> None:
        """Note items of a PATCH that were cancelled, or pending, already."""
        fresh = events[0].event.item_ids if events and isinstance(events[0].event, CancellationRequested) else ()
        for item_id in command.item_ids:
            if item_id not in fresh:
                is_pending = world.imin.state_of(item_id).status is OrderItemStatus.PENDING
                rule = Rule.CANCEL_REPEAT_PENDING if is_pending else Rule.CANCEL_REPEAT_CANCELLED
                self.counts[f"rule:{rule.value}"] += 1
        self._note_several(command)

    def _note_patch(self, world: WorldState, item_id: OrderItemId, status: OrderItemStatus, now: Instant) -> Rule:
        """The rule that decides on the item, after its guards and its cliff are noted."""
        item, state = world.catalogue.items[item_id], world.imin.state_of(item_id)
        offer = state.offer or item.offer
        opportunity = state.opportunity or item.opportunity
        verdict = explain_cancellability(status, opportunity, offer, now, world.readings)
        has_window = offer.latest_cancellation_before_start is not None
        self._add(points_of_verdict(verdict.rule, has_window=has_window))
        if verdict.deadline is not None:
            self.counts[f"cliff:{'window' if has_window else 'start'}:patch:{side_of(now, verdict.deadline)}"] += 1
        return verdict.rule

    def _note_several(self, command: RequestCancellation) -> None:
        if len(command.item_ids) > 1:
            self.counts[_SEVERAL] += 1


_PENDING = OrderItemStatus.PENDING
_PASSED_ON = f"rule:{Rule.CANCEL_PASSED_ON.value}"
_CANCELLED_UNREAD = f"rule:{Rule.CANCEL_CANCELLED_UNREAD.value}"
_BECOMES_PENDING = move_id(Family.IMIN, OrderItemStatus.CONFIRMED, _PENDING)
_BY_START, _BY_WINDOW = (
    Together.of(
        _BECOMES_PENDING,
        *points_of_verdict(Rule.CANCEL_ALLOWED, has_window=guard == "window"),
        f"cliff:{guard}:patch:before",
    )
    for guard in ("start", "window")
)
_SEVERAL = f"rule:{Rule.CANCEL_ATOMIC.value}"


def _points_of_refusal(status: int, rule: Rule) -> tuple[str, ...]:
    points = universe()
    return tuple(p for p in (f"rule:{rule.value}", f"refusal:{status}:{rule.value}") if p in points)


def _points_of_fault(fault: ApiFault) -> Iterable[str]:
    yield f"rule:{Rule.API_FAULT.value}"
    if fault.respond is not None:
        yield "fault:canned"
    if fault.latency:
        yield "fault:slow"
    if fault.drop_connection is not None:
        yield "fault:lost-before" if fault.drop_connection is Drop.BEFORE else "fault:lost-after"
    if fault.truncate_body and fault.respond is None:
        yield "fault:cut"


def summed(tallies: Iterable[Counts]) -> dict[str, int]:
    """The counts of all of them together, by the ids of points alone."""
    total: defaultdict[str, int] = defaultdict(int)
    for counts in tallies:
        for met, count in counts.items():
            for point in (met,) if isinstance(met, str) else met.points:
                total[point] += count
    return dict(total)

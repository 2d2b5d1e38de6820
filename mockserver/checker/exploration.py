"""The search: every state that can be reached, each explored once, nearest first, so that the first way found is the shortest.

It must never know what the findings are for: it notes what it sees and how it got there.
"""

from array import array
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from whenever import Instant

from mockserver.checker.laws import Breach, Ledger, account, flag_and_patch
from mockserver.checker.likeness import Likeness
from mockserver.checker.moves import Cancel, Client, DeadlineAndStart, Move, Stops, Wait, carry_out, settle
from mockserver.checker.sightings import Circled, Sighting, sightings
from mockserver.domain.catalogue import Order
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.execution import EndlessWorkError, begin_world
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId
from mockserver.domain.world import WorldState
from mockserver.engine.observations import amounts_refunded, count_of, counted, is_met
from mockserver.scenario.expectations import Expectation, ItemStatusExpected, RefundsExpected

ROOT = -1
"""Before the first state."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """How much may be explored in all; ``spent`` states were reached so far.

    *Units*: ``seconds`` as ``elapsed`` counts them, from ``started``.
    """

    states: int
    seconds: float
    elapsed: Callable[[], float]
    started: float
    spent: int = 0
    ran_out: str | None = None

    def allows_more(self) -> bool:
        """Whether what follows on one more state may be looked at; says for ever after why not."""
        if self.spent >= self.states:
            self.ran_out = f"after {self.states:,} states"
        elif self.elapsed() - self.started > self.seconds:
            self.ran_out = f"after {self.seconds:g} s"
        return self.ran_out is None


@dataclass(frozen=True, slots=True)
class Way:
    """How something was reached: a state, and the move from it; no move at all: it is the state itself."""

    state: int
    move: Move | None


@dataclass(slots=True, kw_only=True)
class Explored:
    """What was seen of one part of a scenario. States are numbers; 0 is the first."""

    orders: tuple[Order, ...]
    parents: "array[int]" = field(default_factory=lambda: array("q"))
    moves: list[Move | None] = field(default_factory=list)
    instants: list[Instant] = field(default_factory=list)
    following: list[tuple[int, ...] | None] = field(default_factory=list)
    """The states after each state; ``None`` where not all of them are known."""
    pending: list[int] = field(default_factory=list)
    """For each state, the items that are pending at imin, as bits in the order of ``items``."""
    seen: dict[Sighting | Breach, Way] = field(default_factory=dict)
    met: dict[int, Way] = field(default_factory=dict)
    """The questions that some state answers with yes, by their positions."""
    narrowed: bool = False

    @property
    def items(self) -> tuple[OrderItemId, ...]:
        """The items that the client was free to cancel."""
        return tuple(item.id for order in self.orders for item in order.items)

    def way_to(self, way: Way) -> list[tuple[Instant, Move]]:
        """The moves from the beginning, each with the instant at which it is made."""
        moves: list[tuple[Instant, Move]] = []
        state, move = way.state, way.move
        while state != ROOT:
            if move is not None:
                moves.append((self.instants[state], move))
            state, move = self.parents[state], self.moves[state]
        return moves[::-1]


@dataclass(slots=True)
class _Open:
    """A state that is yet to be explored."""

    number: int
    world: WorldState
    now: Instant
    at_stop: bool
    client_acts: bool
    cliffs: Sequence[DeadlineAndStart]
    ledger: Ledger
    counts: tuple[int, ...]


class Explorer:
    """A search through all that a client of some orders and the clock can do to a world that has not begun."""

    def __init__(
        self,
        world: WorldState,
        orders: tuple[Order, ...],
        budget: Budget,
        *,
        named: frozenset[OrderItemId],
        questions: Sequence[Expectation] = (),
    ) -> None:
        self.explored = Explored(orders=orders)
        self._budget = budget
        self._questions = questions
        self._stops = Stops(orders, (each.at for each in questions if each.at is not None))
        self._client = Client(world, orders, named)
        self._likeness = Likeness(world, self._stops)
        self._bits = {item: 1 << place for place, item in enumerate(self.explored.items)}
        self._known: dict[Hashable, int] = {}
        self._open: deque[_Open] = deque()
        self._has_ways_out = any(state.transitions for state in world.machine.states.values())
        self._world = world

    def explore(self) -> Explored:
        """Everything that can be reached, until there is nothing new or the budget is spent."""
        self._begin()
        while self._open:
            if not self._budget.allows_more():
                break
            self._expand(self._open.popleft())
        self.explored.narrowed = self._client.narrowed
        return self.explored

    def _begin(self) -> None:
        world, way, seen = self._world, Way(ROOT, None), list[Sighting]()
        try:
            begun = begin_world(world)
            happened = begun + settle(world, world.epoch, seen)
        except EndlessWorkError as error:
            seen.append(Circled(str(error)))
            happened = []
        self._note(way, [*seen, *sightings(world, world.machine.initial, happened)])
        counts = tuple(counted(each, happened) for each in self._questions)
        if not any(isinstance(each, Circled) for each in seen):
            self._reach(world, world.epoch, at_stop=True, ledger=Ledger(), counts=counts, way=Way(ROOT, None))

    def _expand(self, here: _Open) -> None:
        world, now = here.world, here.now
        following: set[int] = set()
        is_known = True
        if not isinstance(self.explored.moves[here.number], Cancel):  # which moves neither the clock nor another item
            self._note(Way(here.number, None), list(flag_and_patch(world, self._stops.items, now)))
        for move, stop in self._choices(here):
            after, seen = world.copy(), list[Sighting]()
            try:
                happened = carry_out(after, move, now, seen)
            except OpenBookingError:
                continue  # refused, and nothing has changed
            except EndlessWorkError as error:
                self._note(Way(here.number, move), [*seen, Circled(str(error))])
                is_known = False  # nobody knows what comes after what never ends
                continue
            way = Way(here.number, move)
            breaches: list[Breach] = []
            ledger = account(world, after, happened, here.ledger, breaches) if happened else here.ledger
            if happened:
                if self._has_ways_out or after.stay != world.stay:
                    seen += sightings(after, world.state_name, happened)
                if seen or breaches:
                    self._note(way, [*seen, *breaches])
            counts = here.counts
            if self._questions and happened:
                pairs = zip(counts, self._questions, strict=True)
                counts = tuple(count + counted(question, happened) for count, question in pairs)
            is_wait = isinstance(move, Wait)
            following.add(
                self._reach(
                    after,
                    move.until if isinstance(move, Wait) else now,
                    at_stop=stop if is_wait else here.at_stop,
                    ledger=ledger,
                    counts=counts,
                    way=way,
                )
            )
        if is_known:
            self.explored.following[here.number] = tuple(following)

    def _choices(self, here: _Open) -> Iterator[tuple[Move, bool]]:
        if here.client_acts:
            avoided = frozenset[OrderItemId]() if here.at_stop else here.ledger.returned
            for move in self._client.moves(here.world, here.now, avoided):
                yield move, False
        stop = self._stops.next(here.world, here.now, here.cliffs, at_stop=here.at_stop, client_acts=here.client_acts)
        if stop is not None:
            until, is_event = stop
            yield Wait(until=until), is_event

    def _reach(
        self, world: WorldState, now: Instant, *, at_stop: bool, ledger: Ledger, counts: tuple[int, ...], way: Way
    ) -> int:
        """The number of the state: a new one if nothing like it was reached before."""
        cliffs = self._stops.cliffs(world)
        acts = self._client_acts(world, now, cliffs)
        shape = self._likeness.shape(world, now, cliffs, at_stop=at_stop, client_acts=acts)
        pairs = zip(self._questions, counts, strict=True)
        key = (
            shape,
            ledger.refunded,
            ledger.confirmed,
            ledger.returned,
            *(_standing(each, world, count) for each, count in pairs),
        )
        number = self._known.setdefault(key, len(self._known))
        explored = self.explored
        if number == len(explored.parents):
            self._budget.spent += 1
            explored.parents.append(way.state)
            explored.moves.append(way.move)
            explored.instants.append(now)
            explored.following.append(None)
            explored.pending.append(self._pending(world))
            self._open.append(_Open(number, world, now, at_stop, acts, cliffs, ledger, counts))
            for place, (question, count) in enumerate(zip(self._questions, counts, strict=True)):
                if place not in explored.met and _asked_now(question, world, now) and is_met(question, world, count):
                    explored.met[place] = Way(number, None)
        return number

    def _client_acts(self, world: WorldState, now: Instant, cliffs: Sequence[DeadlineAndStart]) -> bool:
        """Whether the client can still change anything, now or later."""
        if world.booking_system.awaited_reads or (world.behaviour.api and self._client.faults_move_it):
            return True
        return any(deadline is not None and deadline >= now for deadline, _ in cliffs)

    def _pending(self, world: WorldState) -> int:
        pending = 0
        for item, state in world.imin.states.items():
            if state.status is OrderItemStatus.PENDING:
                pending |= self._bits.get(item, 0)
        return pending

    def _note(self, way: Way, seen: Sequence[Sighting | Breach]) -> None:
        for each in seen:
            self.explored.seen.setdefault(each, way)


def stuck_items(explored: Explored) -> Iterator[tuple[OrderItemId, int]]:
    """Items that can stay pending for ever, each with the nearest state from which no way leads to one in which it is not.

    A state that was not explored any more may lead anywhere: nothing is said to be stuck that was only not looked at.
    """
    leaves = _ways_out(explored)
    for place, item_id in enumerate(explored.items):
        bit = 1 << place
        for state, pending in enumerate(explored.pending):
            if pending & bit and not leaves[state] & bit:
                yield item_id, state
                break


def _ways_out(explored: Explored) -> list[int]:
    """For each state, as bits, the items that some way leads out of pending, or that are not pending in it."""
    everything = (1 << len(explored.items)) - 1
    before: list[list[int]] = [[] for _ in explored.pending]
    leaves: list[int] = []
    for state, following in enumerate(explored.following):
        leaves.append(everything if following is None else everything & ~explored.pending[state])
        for after in following or ():
            before[after].append(state)
    waiting = list(range(len(leaves)))
    while waiting:
        state = waiting.pop()
        for earlier in before[state]:
            more = leaves[earlier] | leaves[state]
            if more != leaves[earlier]:
                leaves[earlier] = more
                waiting.append(earlier)
    return leaves


def _standing(expectation: Expectation, world: WorldState, events: int) -> object:
    """What of the world decides whether the expectation can still be met, as a small value."""
    match expectation:
        case ItemStatusExpected():
            return None
        case RefundsExpected():
            return tuple(sorted(amounts_refunded(world, expectation.order_id)[: expectation.count + 1]))
        case _:
            return min(count_of(expectation, world, events), expectation.count + 1)


def _asked_now(expectation: Expectation, world: WorldState, now: Instant) -> bool:
    """Whether this is the instant that the expectation is about; without one, it is when the world is quiet."""
    return now == expectation.at if expectation.at is not None else world.is_quiet

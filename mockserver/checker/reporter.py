"""From what an exploration saw to findings in words, each at its place in the file. Must never know how states are explored."""

from collections.abc import Iterator, Sequence

from mockserver.checker.exploration import Explored, Way, stuck_items
from mockserver.checker.findings import Finding, FindingId, Trace, retrace
from mockserver.checker.laws import Breach, Law
from mockserver.checker.sightings import Circled, Contested, Entered, Fired, Worked
from mockserver.domain.behaviour import BookingSystemAnswer
from mockserver.domain.state_machine import AfterStay, AtInstant, OnEvent, State, Transition
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId, StateName
from mockserver.scenario.document import StateSpec
from mockserver.scenario.expectations import Expectation, ItemStatusExpected, Viewpoint
from mockserver.scenario.faults import Path
from mockserver.scenario.notation import offset
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.source import Source

_LAWS = {
    Law.CANCELLATION_REVERSED: "the cancellation of {} is reversed",
    Law.TOTAL_RISES: "the total of {} rises",
    Law.REFUNDED_TWICE: "{} is refunded twice",
    Law.REFUNDED_TOO_MUCH: "more money goes back for {} than its total fell by",
    Law.REFUNDED_WITHOUT_CANCELLATION: "{} is refunded and not cancelled",
    Law.REFUND_MISASCRIBED: "more money goes back for {} than its own price fell by: it is another item's",
    Law.EMAILED_TWICE: "the cancellation of {} is confirmed by e-mail twice",
    Law.EMAIL_UNTRUE: "an e-mail about {} tells of other money than was given back for its items",
    Law.FLAG_AND_PATCH_DISAGREE: "imin:isPresentlyCancellable of {} says one thing, and a request another",
    Law.ORDER_TWICE_IN_FEED: "{} is not in the OrdersFeed exactly once",
    Law.CHANGE_NUMBERS: "the change numbers of {} do not count up one by one",
}


WAITS_SHOWN = 6
"""How much of what is still due is shown of a world in which an item is stuck."""


class Reporter:
    """Says what was found in the parts of one scenario."""

    def __init__(self, scenario: Scenario, source: Source, explored: Sequence[Explored]) -> None:
        self._seed = scenario.sample
        self._machine = self._seed.machine
        self._twin = scenario.twin
        self._explored = explored
        self._places = Places(scenario, source)

    def seen(self) -> Iterator[Finding]:
        """What must not be seen and was: circles, broken laws, and two transitions for one event."""
        told: set[object] = set()
        for part in self._explored:
            for sighting, way in part.seen.items():
                match sighting:
                    case Circled(says=says) if Circled not in told:
                        told.add(Circled)
                        yield self._finding(FindingId.ENDLESS_WORK, self._places.of_behaviour(), says, part, way)
                    case Breach(law=law, of=of) if law not in told:
                        told.add(law)
                        yield self._finding(law, self._places.of_twin(), _LAWS[law].format(of), part, way, of)
                    case Contested(state=name, winner=winner, loser=loser):
                        transitions = self._machine.states[name].transitions
                        pair = (id(transitions[winner]), id(transitions[loser]))
                        if pair not in told:
                            told.add(pair)
                            yield self._contested(sighting, part, way)
                    case _:
                        pass

    def stuck(self) -> Iterator[Finding]:
        """Items that can stay pending for ever, where the file does not mean it.

        A file means it that expects an item to be pending in the end; and then for every item that is answered like that one,
        for another one may well be left alone by the file's own steps.
        """
        meant = [
            self._answers(each.item_id)
            for each in self._seed.expectations
            if isinstance(each, ItemStatusExpected)
            and each.at is None
            and each.view is Viewpoint.IMIN
            and each.status is OrderItemStatus.PENDING
        ]
        told: set[OrderItemId] = set()
        for part in self._explored:
            for item_id, state in stuck_items(part):
                if item_id not in told and self._answers(item_id) not in meant:
                    told.add(item_id)
                    says = (
                        f"{item_id} can stay pending for ever: nothing that can still happen ends it. If that is meant, say in"
                        f" then: {{item: {item_id}, status: {OrderItemStatus.PENDING}}}"
                    )
                    line = self._places.of_item(item_id)
                    trace = self._trace(part, Way(state, None), waits=WAITS_SHOWN)
                    yield Finding(id=FindingId.PENDING_FOR_EVER, line=line, message=says, trace=trace, item=item_id)

    def never_seen(self) -> Iterator[Finding]:
        """What must be seen somewhere and was not: states, transitions, actions that are permitted."""
        seen = {sighting for part in self._explored for sighting in part.seen}
        entered = {each.state for each in seen if isinstance(each, Entered)}
        states = self._machine.states
        for name in states.keys() - entered:
            says = f"nothing ever leads to the state {name!r}"
            yield Finding(id=FindingId.STATE_UNREACHABLE, line=self._places.of_state(name), message=says)
        fired = {id(states[each.state].transitions[each.index]) for each in seen if isinstance(each, Fired)}
        told: set[int] = set()
        for state in (states[name] for name in states if name in entered):
            for index, transition in enumerate(state.transitions):
                if id(transition) not in fired | told:
                    told.add(id(transition))
                    says = f"the transition of {state.name!r} {self._spelled(transition)} never fires"
                    line = self._places.of_transition(state, index)
                    yield Finding(id=FindingId.TRANSITION_NEVER_FIRES, line=line, message=says)
        worked = [each for each in seen if isinstance(each, Worked)]
        for action in {each.action for each in worked} - {each.action for each in worked if each.permitted}:
            says = "this action is not permitted whenever it is due, so that it never does anything"
            yield Finding(id=FindingId.ACTION_NEVER_PERMITTED, line=self._places.of_action(action), message=says)

    def unmet(self, expectation: Expectation, part: Explored, way: Way | None, *, is_whole: bool) -> Finding:
        """An expectation that the file's own steps do not meet: whether any others would."""
        if way is not None:
            kind, says = (
                FindingId.EXPECTATION_NOT_MET,
                "the file's own steps do not meet this expectation; others would",
            )
        elif is_whole:
            kind, says = FindingId.EXPECTATION_IMPOSSIBLE, "no run can meet this expectation, whatever the client does"
        else:
            kind = FindingId.EXPECTATION_NOT_MET
            says = "the file's own steps do not meet this expectation, and no run was found that does"
        trace = None if way is None else self._trace(part, way)
        return Finding(id=kind, line=expectation.line, message=says, trace=trace, expectation=expectation)

    def _answers(self, item_id: OrderItemId) -> list[BookingSystemAnswer]:
        """How the Booking System answers for the item, in each state."""
        return [state.behaviour.answer_for(item_id) for state in self._machine.states.values()]

    def _contested(self, contested: Contested, part: Explored, way: Way) -> Finding:
        state = self._machine.states[contested.state]
        first, second = state.transitions[contested.winner], state.transitions[contested.loser]
        says = (
            f"in {state.name!r} two transitions are there for the same moment: the one {self._spelled(first)} wins, and the one"
            f" {self._spelled(second)} does not fire"
        )
        line = self._places.of_transition(state, contested.loser)
        return self._finding(FindingId.TRANSITION_AMBIGUOUS, line, says, part, way)

    def _finding(self, kind: str, line: int, says: str, part: Explored, way: Way, about: str | None = None) -> Finding:
        item = OrderItemId(about) if about is not None and about in self._seed.catalogue.items else None
        return Finding(id=str(kind), line=line, message=says, trace=self._trace(part, way), item=item)

    def _trace(self, part: Explored, way: Way, waits: int = 0) -> Trace:
        return retrace(self._seed.world(self._twin), part.way_to(way), waits=waits)

    def _spelled(self, transition: Transition) -> str:
        """A transition's trigger and target in words."""
        to = "" if transition.to is None else f" to {transition.to!r}"
        match transition.trigger:
            case OnEvent(event=event, item_id=item_id, order_id=order_id, customer_id=customer_id):
                about = [str(each) for each in (item_id, order_id, customer_id) if each is not None]
                return f"on {event}{' of ' + ', '.join(about) if about else ''}{to}"
            case AfterStay(delay=delay):
                return f"after {delay.format_iso()}{to}"
            case AtInstant(instant=instant):
                return f"at {offset(instant - self._seed.epoch)}{to}"


class Places:
    """Lines of one scenario's text."""

    def __init__(self, scenario: Scenario, source: Source) -> None:
        self._source = source
        self._behaviour = scenario.document.behaviour
        self._seed = scenario.sample

    def of_state(self, name: StateName) -> int:
        """The line of a state."""
        return self._line("behaviour", "states", name)

    def of_transition(self, state: State, index: int) -> int:
        """The line of a state's transition, which may be one of those that all states have."""
        own = self._behaviour.states.get(state.name, StateSpec())
        paths = _paths(own, ("behaviour", "states", state.name))
        paths += _paths(self._behaviour.always, ("behaviour", "always"))
        return self._source.line_of(paths[index])

    def of_item(self, item_id: OrderItemId) -> int:
        """The line on which an item was booked."""
        order = self._seed.catalogue.orders[self._seed.catalogue.items[item_id].order_id]
        return self._line("orders", order.name, "items", item_id)

    def of_action(self, action: int) -> int:
        """The line of the action whose command has this identity."""
        machine = self._seed.machine
        for index, entry in enumerate(machine.timeline):
            if id(entry.do) == action:
                return self._line("timeline", index)
        for state in machine.states.values():
            for index, transition in enumerate(state.transitions):
                if action in map(id, transition.do):
                    return self.of_transition(state, index)
        return 1

    def of_behaviour(self) -> int:
        """The line of the behaviour as a whole."""
        return self._line("behaviour")

    def of_twin(self) -> int:
        """The line that makes an evil twin of the scenario; the first one where none does."""
        return self._line("twin")

    def _line(self, *path: str | int) -> int:
        return self._source.line_of(path)


def _paths(spec: StateSpec, above: Path) -> list[Path]:
    """The paths of a state's own transitions, in the order of the machine's."""
    return [
        *((*above, "on", index) for index in range(len(spec.on))),
        *((*above, "after", delay) for delay in spec.after),
        *((*above, "at", instant) for instant in spec.at),
    ]

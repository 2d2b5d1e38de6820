"""Where in a scenario's text a state, a transition, an action or an order item stands."""

from mockserver.domain.state_machine import State
from mockserver.domain.values import OrderItemId, StateName
from mockserver.scenario.document import StateSpec
from mockserver.scenario.faults import Path
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.seed import Seed
from mockserver.scenario.source import read_source


class Places:
    """Lines of one scenario's text."""

    def __init__(self, scenario: Scenario, seed: Seed) -> None:
        self._source = read_source(scenario.text, file=f"{scenario.name}.yaml")
        self._behaviour = scenario.document.behaviour
        self._seed = seed

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

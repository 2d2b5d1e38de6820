"""A scenario's behaviour machine as a picture: states with what they set, transitions with their triggers and deeds."""

from whenever import Instant

from mockserver.domain.catalogue import Catalogue
from mockserver.domain.machine import AfterStay, AtInstant, Machine, OnEvent, State, Transition
from mockserver.drawing.graph import Edge, Graph, Kind, Line, Node, Picture
from mockserver.drawing.marks import state_mark, timeline_mark, transition_mark
from mockserver.drawing.wording import behaviour_words, deed_words, duration_words


def picture_of_machine(machine: Machine, catalogue: Catalogue, epoch: Instant, *, name: str, title: str) -> Picture:
    """The machine of the scenario that is called so."""
    return Picture(
        title=f"The behaviour machine of {name}",
        description=f"{title}. {_described(machine)}",
        graphs=(machine_graph(machine, catalogue, epoch, heading=f"{name}: {title}"),),
    )


def machine_graph(machine: Machine, catalogue: Catalogue, epoch: Instant, *, heading: str) -> Graph:
    """The states, the ways between them, and the timeline as a note."""
    words = _Words(catalogue, epoch)
    start = Node(id="start", title="", kind=Kind.START)
    nodes = [start, *(_node(machine.states[name], words) for name in machine.states)]
    edges = [Edge(source=start.id, target=state_mark(machine.initial))]
    for state in machine.states.values():
        edges += [
            Edge(
                source=state_mark(state.name),
                target=state_mark(transition.to),
                says=words.transition(transition),
                mark=transition_mark(state.name, index),
            )
            for index, transition in enumerate(state.transitions)
            if transition.to is not None and transition.to != state.name
        ]
    if machine.timeline:
        lines = tuple(
            Line(
                text=f"+{duration_words(entry.at - epoch)}: {deed_words(entry.do, catalogue)}",
                mark=timeline_mark(index),
            )
            for index, entry in enumerate(machine.timeline)
        )
        nodes.append(Node(id="timeline", title="In any state", lines=lines, kind=Kind.NOTE))
    return Graph(heading=heading, nodes=tuple(nodes), edges=tuple(edges))


def _node(state: State, words: "_Words") -> Node:
    """A state with what it sets, and with the transitions that do not leave it."""
    lines = [Line(text=text) for text in behaviour_words(state.behaviour)]
    for index, transition in enumerate(state.transitions):
        if transition.to is None or transition.to == state.name:
            again = "" if transition.to is None else " / begin this state anew"
            text = " ".join(words.transition(transition)) + again
            lines.append(Line(text=text, mark=transition_mark(state.name, index)))
    return Node(id=state_mark(state.name), title=state.name, lines=tuple(lines), mark=state_mark(state.name))


class _Words:
    """What transitions of one scenario say, with its own names and counted from its epoch."""

    def __init__(self, catalogue: Catalogue, epoch: Instant) -> None:
        self._catalogue = catalogue
        self._epoch = epoch

    def transition(self, transition: Transition) -> tuple[str, ...]:
        """The trigger, then each deed."""
        return (self._trigger(transition), *(f"/ {deed_words(deed, self._catalogue)}" for deed in transition.do))

    def _trigger(self, transition: Transition) -> str:
        match transition.trigger:
            case AfterStay(delay=delay):
                return f"after {duration_words(delay)}"
            case AtInstant(instant=instant):
                return f"at +{duration_words(instant - self._epoch)}"
            case OnEvent() as on:
                order = None if on.order_id is None else self._catalogue.orders[on.order_id].name
                wheres = [each for each in (on.item_id, order, on.customer_id) if each is not None]
                return on.event.replace("_", " ") + (f" of {', '.join(wheres)}" if wheres else "")


def _described(machine: Machine) -> str:
    parts = [f"It begins in {machine.initial}."]
    for state in machine.states.values():
        targets = dict.fromkeys(t.to for t in state.transitions if t.to is not None and t.to != state.name)
        if targets:
            parts.append(f"From {state.name} it may go to {', '.join(targets)}.")
    return " ".join(parts)

"""A scenario's behaviour machine as a picture: states with what they set, transitions with their triggers and deeds.

Behaviours are told in the few words that fit into a box: only what differs from the built-in behaviour is worth a line.
"""

from collections.abc import Iterable, Iterator

from whenever import Instant, TimeDelta

from mockserver.domain import commands as c
from mockserver.domain.behaviour import (
    AnswerKind,
    ApiFault,
    Behaviour,
    BookingSystemAnswer,
    FeedBehaviour,
    RefundBehaviour,
)
from mockserver.domain.catalogue import Catalogue
from mockserver.domain.state_machine import AfterStay, AtInstant, Machine, OnEvent, State, Transition
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.drawing.graph import Edge, Graph, Kind, Line, Node, Picture, state_mark, timeline_mark, transition_mark

_ANSWERS = {
    AnswerKind.CONFIRM: "confirms",
    AnswerKind.REFUSE_NOW: "refuses at once",
    AnswerKind.REFUSE: "refuses late",
    AnswerKind.NEVER: "never answers",
}
_BUILT_IN = Behaviour()


def duration_words(duration: TimeDelta) -> str:
    """A duration in the units that it has: ``2 min 30 s``."""
    total, nanoseconds = divmod(duration.total("nanoseconds"), 1_000_000_000)
    rest, seconds = divmod(int(total), 60)
    rest, minutes = divmod(rest, 60)
    days, hours = divmod(rest, 24)
    fraction = f"{seconds + nanoseconds / 1_000_000_000:g}" if nanoseconds else str(seconds)
    parts = [(days, f"{days} d"), (hours, f"{hours} h"), (minutes, f"{minutes} min")]
    words = [text for amount, text in parts if amount]
    if seconds or nanoseconds or not words:
        words.append(f"{fraction} s")
    return " ".join(words)


def behaviour_words(behaviour: Behaviour) -> Iterator[str]:
    """What the state sets, a line for each thing; how the Booking System answers always comes first."""
    yield f"Booking System {_answer(behaviour.answer)}"
    yield from (f"{item}: {_answer(answer)}" for item, answer in behaviour.answer_per_item.items())
    yield from _feed(behaviour.feed)
    if behaviour.reads_feed_every != _BUILT_IN.reads_feed_every:
        yield f"imin reads the feed every {duration_words(behaviour.reads_feed_every)}"
    yield from _refund(behaviour.refund)
    yield from (_fault(fault) for fault in behaviour.api)


def deed_words(deed: c.Command, catalogue: Catalogue) -> str:
    """What is done, by whom and to what."""
    match deed:
        case c.CancelBySeller():
            return f"Seller cancels {_items(deed.order_id, deed.item_ids, catalogue)}"
        case c.ReplaceBySeller():
            return f"Seller moves {_items(deed.order_id, deed.item_ids, catalogue)} to {deed.opportunity_id}"
        case c.GiveCustomerNotice():
            return f"Seller leaves a notice on {_items(deed.order_id, deed.item_ids, catalogue)}"
        case c.MarkAttendance():
            came = "attended" if deed.status is OrderItemStatus.ATTENDED else "absent"
            return f"Seller marks {_items(deed.order_id, deed.item_ids, catalogue)} {came}"
        case c.UpdateAccess():
            return f"Seller sets {deed.kind.value} on {_items(deed.order_id, deed.item_ids, catalogue)}"
        case c.ActOnOpportunity(opportunity_id=opportunity_id, deed=each):
            return f"{deed_words(each, catalogue)} on {opportunity_id}"
        case c.ChangeLogistics():
            return f"Seller changes {deed.opportunity_id}"
        case c.EnterState():
            return f"enter {deed.state}"
        case _:
            return type(deed).__name__


def _answer(answer: BookingSystemAnswer) -> str:
    said = _ANSWERS[answer.kind]
    if answer.kind in (AnswerKind.CONFIRM, AnswerKind.REFUSE):
        late = f"{answer.after_reads} reads" if answer.after_reads is not None else duration_words(answer.after)
        said += f" after {late}"
    return f'{said}: "{answer.reason}"' if answer.reason else said


def _feed(feed: FeedBehaviour) -> Iterable[str]:
    if feed.outage:
        yield "OrdersFeed: out of order (503)"
    if feed.lag:
        yield f"OrdersFeed lags {duration_words(feed.lag)}"
    if feed.duplicates:
        yield f"OrdersFeed repeats each change {feed.duplicates} times, every {duration_words(feed.duplicates_every)}"
    if feed.reorder:
        yield "OrdersFeed publishes newest first"


def _refund(refund: RefundBehaviour) -> Iterable[str]:
    if refund.takes != _BUILT_IN.refund.takes:
        yield f"a refund takes {duration_words(refund.takes)}"
    if refund.fails:
        yield f"a refund fails {refund.fails} times, tried every {duration_words(refund.retry_every)}"


def _fault(fault: ApiFault) -> str:
    parts = [str(fault.respond.status)] if fault.respond is not None else []
    parts += [f"connection lost {fault.drop_connection.value} the effect"] if fault.drop_connection else []
    parts += ["body cut short"] if fault.truncate_body else []
    parts += [f"{duration_words(fault.latency)} late"] if fault.latency else []
    times = "" if fault.times is None else f", {fault.times} times" if fault.times > 1 else ", once"
    times += f", for {duration_words(fault.lasts)}" if fault.lasts is not None else ""
    times += f", from request {fault.begins_with} on" if fault.begins_with > 1 else ""
    return f"{fault.operation.value.replace('_', ' ')}: {' and '.join(parts) or 'as usual'}{times}"


def _items(order_id: OrderId, item_ids: tuple[OrderItemId, ...], catalogue: Catalogue) -> str:
    if order_id == c.EVERY_ORDER:
        return "everything"
    return ", ".join(item_ids) or catalogue.orders[order_id].name


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

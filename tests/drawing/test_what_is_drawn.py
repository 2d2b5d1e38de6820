"""What the pictures say is what the tables and the scenario say."""

import pytest
from whenever import TimeDelta

from mockserver.domain.behaviour import AnswerKind, ApiFault, ApiOperation, Behaviour, BookingSystemAnswer
from mockserver.domain.commands import ReadOrdersFeed
from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, IMIN_MOVES, OrderItemStatus
from mockserver.drawing.graph import (
    Edge,
    Kind,
    Met,
    Node,
    met,
    move_mark,
    state_mark,
    status_mark,
    summary_of,
    timeline_mark,
    transition_mark,
)
from mockserver.drawing.life import life_of_an_order_item
from mockserver.drawing.state_machine import behaviour_words, deed_words, duration_words
from tests.drawing.pictures import MOODY, machine_picture
from tests.library import NAMES, shipped

MACHINE = machine_picture(MOODY).graphs[0]
NODES = {node.id: node for node in MACHINE.nodes}
SEED = MOODY.sample


def lines_of(node: Node) -> list[str]:
    return [line.text for line in node.lines]


def says(source: str, target: str) -> list[tuple[str, ...]]:
    """What the arrows from one state to another say."""
    ends = (f"state:{source}", f"state:{target}")
    return [edge.says for edge in MACHINE.edges if (edge.source, edge.target) == ends]


@pytest.mark.parametrize(
    ("view", "table", "graph"),
    [
        ("imin", IMIN_MOVES, life_of_an_order_item().graphs[0]),
        ("booking_system", BOOKING_SYSTEM_MOVES, life_of_an_order_item().graphs[1]),
    ],
    ids=["imin", "booking_system"],
)
def test_the_life_of_an_item_has_the_moves_of_its_table_and_no_other(view: str, table: object, graph: object) -> None:
    moves = IMIN_MOVES if table is IMIN_MOVES else BOOKING_SYSTEM_MOVES
    drawn = life_of_an_order_item().graphs[0 if view == "imin" else 1]
    assert graph == drawn
    assert [edge.mark for edge in drawn.edges if edge.mark is not None] == [
        move_mark(view, status, after)
        for status, following in moves.items()
        for after in OrderItemStatus
        if after in following
    ]
    kinds = {node.id: node.kind for node in drawn.nodes if node.kind is not Kind.START}
    assert kinds == {
        status_mark(view, status): Kind.STATE if following else Kind.FINAL for status, following in moves.items()
    }
    first = drawn.edges[0]
    assert (first.target, first.mark) == (status_mark(view, OrderItemStatus.CONFIRMED), None)


@pytest.mark.parametrize("name", NAMES)
def test_every_state_transition_and_timeline_entry_of_a_machine_is_drawn_once(name: str) -> None:
    machine = shipped(name).sample.machine
    wanted = {state_mark(state) for state in machine.states}
    wanted |= {timeline_mark(index) for index in range(len(machine.timeline))}
    wanted |= {
        transition_mark(state.name, index)
        for state in machine.states.values()
        for index in range(len(state.transitions))
    }
    (graph,) = machine_picture(shipped(name)).graphs
    marks = [*(node.mark for node in graph.nodes), *(edge.mark for edge in graph.edges)]
    marks += [line.mark for node in graph.nodes for line in node.lines]
    assert sorted(mark for mark in marks if mark) == sorted(wanted)
    assert set(graph.marks()) == wanted


def test_a_state_says_what_it_sets_beyond_the_ordinary() -> None:
    assert lines_of(NODES["state:stubborn"]) == [
        'Booking System refuses at once: "The instructor is paid"',
        'seat-2: never answers: "The instructor is paid"',
    ]
    assert lines_of(NODES["state:slow"]) == [
        "Booking System confirms after 3 reads",
        "OrdersFeed lags 5 min",
        "OrdersFeed repeats each change 2 times, every 2 min",
        "OrdersFeed publishes newest first",
        "imin reads the feed every 30 s",
        "a refund takes 3 min",
        "a refund fails 2 times, tried every 1 min",
    ]
    assert lines_of(NODES["state:tired"]) == [
        "Booking System refuses late after 1.5 s",
        "OrdersFeed: out of order (503)",
        "list upcoming: body cut short and 2 s late",
        "cancel: 503, 2 times",
    ]
    assert lines_of(NODES["state:closed"]) == [
        "Booking System never answers",
        "get order: connection lost after the effect, once",
        "cancelled by seller / begin this state anew",
    ]


def test_an_arrow_says_its_trigger_and_its_deeds() -> None:
    assert says("obliging", "stubborn") == [("cancellation requested of seat-2",)]
    assert says("obliging", "slow") == [("cancellation requested of booking, asha",)]
    assert says("obliging", "tired") == [("after 1 h",), ("at +1 d",)]
    assert says("slow", "tired") == [("cancellation confirmed", "/ Seller cancels seat-1")]
    assert MACHINE.edges[0] == Edge(source="start", target="state:obliging")


def test_what_does_not_leave_a_state_stands_in_it() -> None:
    assert lines_of(NODES["state:obliging"])[1:] == ["refund completed / Seller leaves a notice on booking"]


def test_the_timeline_is_a_note_with_every_deed_in_words() -> None:
    note = NODES["timeline"]
    assert note.kind is Kind.NOTE
    assert lines_of(note) == [
        "+3 min: Seller leaves a notice on booking",
        "+1 d: Seller cancels booking",
        "+1 d: Seller moves seat-2 to spin",
        "+1 d: Seller marks booking attended",
        "+1 d: Seller marks booking absent",
        "+1 d: Seller sets accessPass on booking",
        "+1 d: Seller changes yoga",
        "+1 d: enter closed",
    ]


def test_a_description_tells_the_machine_to_who_cannot_see_it() -> None:
    told = machine_picture(MOODY).description
    assert "It begins in obliging. From obliging it may go to stubborn, slow, tired, closed." in told


def test_the_ordinary_behaviour_needs_one_line() -> None:
    assert list(behaviour_words(Behaviour())) == ["Booking System confirms after 30 s"]
    fault = ApiFault(operation=ApiOperation.CANCEL)
    assert list(behaviour_words(Behaviour(answer=BookingSystemAnswer(kind=AnswerKind.NEVER), api=(fault,)))) == [
        "Booking System never answers",
        "cancel: as usual",
    ]


def test_a_deed_of_no_seller_is_named_after_its_command() -> None:
    assert deed_words(ReadOrdersFeed(), SEED.catalogue) == "ReadOrdersFeed"


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (TimeDelta.ZERO, "0 s"),
        (TimeDelta(seconds=90), "1 min 30 s"),
        (TimeDelta(hours=49, minutes=5), "2 d 1 h 5 min"),
        (TimeDelta(milliseconds=1500), "1.5 s"),
        (TimeDelta(nanoseconds=1), "1e-09 s"),
    ],
)
def test_a_duration_is_told_in_the_units_that_it_has(duration: TimeDelta, words: str) -> None:
    assert duration_words(duration) == words


def test_what_has_no_mark_or_no_report_was_not_asked_for() -> None:
    assert met(None, {}) is Met.UNASKED
    assert met("state:x", None) is Met.UNASKED
    assert (met("state:x", {"state:x": 2}), met("state:x", {"state:x": 0}), met("state:x", {"y": 1})) == (
        Met.MET,
        Met.UNMET,
        Met.UNASKED,
    )
    assert summary_of(machine_picture(MOODY), {"state:slow": 1, "of another machine": 5}).startswith("1 of ")

"""The life of an order item as a picture, drawn from the domain's tables of moves: imin's copy, and the truth at the Seller."""

from collections.abc import Mapping

from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, IMIN_MOVES, OrderItemStatus
from mockserver.drawing.graph import Edge, Graph, Kind, Line, Node, Picture, move_mark, status_mark

_S = OrderItemStatus

_MEANING: dict[OrderItemStatus, str] = {
    _S.CONFIRMED: "booked, nothing against it",
    _S.PENDING: "204 was given, no answer yet",
    _S.CUSTOMER_CANCELLED: "the Booking System confirmed",
    _S.SELLER_CANCELLED: "the Seller cancelled",
    _S.ATTENDED: "the attendee came",
    _S.ABSENT: "the attendee did not come",
}

Moves = Mapping[OrderItemStatus, frozenset[OrderItemStatus]]


def life_of_an_order_item() -> Picture:
    """Both views, one under the other."""
    return Picture(
        title="The life of an order item",
        description=_described("imin's copy", IMIN_MOVES)
        + " "
        + _described("the Seller's truth", BOOKING_SYSTEM_MOVES),
        graphs=(
            life_graph("imin", "imin's copy: what a client sees", IMIN_MOVES),
            life_graph("booking_system", "The truth at the Seller: the Booking System's own", BOOKING_SYSTEM_MOVES),
        ),
    )


def life_graph(view: str, heading: str, moves: Moves) -> Graph:
    """The statuses of one view, and the moves between them that its table allows."""
    start = Node(id=f"{view}:start", title="", kind=Kind.START)
    nodes = tuple(
        Node(
            id=status_mark(view, status),
            title=status.value,
            lines=(Line(text=_MEANING[status]),),
            kind=Kind.STATE if following else Kind.FINAL,
            mark=status_mark(view, status),
        )
        for status, following in moves.items()
    )
    edges = tuple(
        Edge(
            source=status_mark(view, status),
            target=status_mark(view, after),
            mark=move_mark(view, status, after),
        )
        for status, following in moves.items()
        for after in _S
        if after in following
    )
    first = Edge(source=start.id, target=status_mark(view, _S.CONFIRMED))
    return Graph(heading=heading, nodes=(start, *nodes), edges=(first, *edges))


def _described(whose: str, moves: Moves) -> str:
    parts = [
        f"{status.value} may become {', '.join(after.value for after in _S if after in following)}"
        for status, following in moves.items()
        if following
    ]
    final = [status.value for status, following in moves.items() if not following]
    return f"In {whose}, {'; '.join(parts)}. {' and '.join(final)} are final."

"""The universe of behaviour coverage: every point that tests can meet, with a stable id, made from the tables of the domain.

What those tables do not say stands first: outcomes, cliffs, and which points ask for more than a right client. Every name
is a part of an id, and ids are stable: reports of many machines are merged by them. This module must never know how a point
is met.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from mockserver.domain.refusals import causes_of_refusal
from mockserver.domain.rules import RULES, Rule
from mockserver.domain.state_machine import AfterStay, Machine, OnEvent, Transition
from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, IMIN_MOVES, OrderItemStatus

NOT_OBSERVED: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.SELLER_ILLEGAL: "only who acts as the Seller can meet it",
        Rule.FEED_CURSOR_INVALID: "only who reads the Booking System's feed can meet it",
        Rule.KEY_NAMES_WORLD: "no request gets anywhere without it",
        Rule.AGENDA: "nothing ever happens without it",
        Rule.BEHAVIOUR: "every world begins with it; transitions are points of their own",
    }
)
"""The rules that no client of imin can meet, or none can miss, and why."""

UNREACHED: Mapping[tuple[OrderItemStatus, OrderItemStatus], str] = MappingProxyType(
    {
        (OrderItemStatus.CONFIRMED, OrderItemStatus.CUSTOMER_CANCELLED): (
            "a customer cancels through imin alone, whose copy is pending from then on until the feed or a refusal moves it"
        )
    }
)
"""The moves of imin's copy that its table allows and no world makes, and why."""

GUARDS: Mapping[str, str] = MappingProxyType(
    {
        "attended:passes": "An item whose attendance is not noted: no obstacle to cancelling.",
        "attended:stops": "An item whose attendance is noted cannot be cancelled.",
        "offer:passes": "An offer with allowCustomerCancellationFullRefund true: no obstacle to cancelling.",
        "offer:stops": "An offer without it: the item cannot be cancelled.",
        "window:passes": "The cancellation window is still open.",
        "window:stops": "The cancellation window is closed.",
        "start:passes": "An offer without a window, and the start is ahead.",
        "start:stops": "An offer without a window, and the start is past.",
    }
)
"""The guards of cancelling, each at both outcomes, met in a list's flag or in a PATCH."""

CLIFFS: Mapping[str, str] = MappingProxyType(
    {
        f"{cliff}:{asked}:{side}": f"{question} {when} {what}."
        for cliff, what in (("window", "the cancellation deadline"), ("start", "the start, where there is no window"))
        for asked, question in (("patch", "A PATCH"), ("list", "A list that shows the item"))
        for side, when in (("before", "before"), ("at", "at the very instant of"), ("after", "after"))
        if (cliff, asked) != ("start", "list")
    }
    | {
        "start:list:before": "A list with an item that has not started.",
        "start:list:at": "A list at the very instant of an item's start: the item has left it.",
        "start:list:after": "A list after an item's start.",
    }
)
"""The instants at which imin's answer flips by the clock alone."""

FEED_EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "published": "The Booking System publishes a change.",
        "duplicate": "It publishes an order again, unchanged.",
        "reordered": "A later change of another order is published first.",
        "read": "imin reads what is new.",
        "nothing-new": "imin reads an order again, and nothing is new.",
        "outage": "imin finds the feed out of order.",
        "recovered": "imin reads the feed after an outage.",
    }
)

REFUND_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "first-try": "A refund is through at the first attempt.",
        "retried": "A refund is through after attempts that failed.",
        "slow-notice": "The refund takes so long that the customer is told of the cancellation before it.",
        "none-due": "An item without a price is cancelled: nothing is due.",
        "difference": "The difference to a cheaper replacement is paid back.",
    }
)

API_FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "canned": "Another status in place of the answer.",
        "slow": "An answer that takes long.",
        "lost-before": "The connection is lost before the request had an effect.",
        "lost-after": "The connection is lost after the request had its effect.",
        "cut": "A body that is cut short.",
    }
)

_AFTER_THE_EVENT = (
    "OrderItemConfirmed-to-AttendeeAbsent",
    "AttendeeAttended-to-SellerCancelled",
    "AttendeeAttended-to-AttendeeAbsent",
    "AttendeeAbsent-to-SellerCancelled",
    "AttendeeAbsent-to-AttendeeAttended",
)
_WRONG = "a wrong request; a right client never sends one"
_READING = "a scenario of your own with the reading {}"
_SELLER = "an action of the Seller that no shipped scenario has"

_MISTAKES = (
    Rule.KEY_MISSING,
    Rule.KEY_REFUSED,
    Rule.URL_TOO_LONG,
    Rule.QUERY_CUSTOMER_REQUIRED,
    Rule.QUERY_PAGE_INVALID,
    Rule.ORDER_UNKNOWN,
    *(rule for rule in Rule if rule.value.startswith("body.")),
)

NEEDS: Mapping[str, str] = MappingProxyType(
    {f"rule:{rule.value}": _WRONG for rule in _MISTAKES}
    | {f"refusal:{status}:{rule.value}": _WRONG for status, rule in causes_of_refusal() if rule in _MISTAKES}
    | {
        "refusal:400:cancel.cancelled-and-not-yet-read": _READING.format("cancel-of-cancelled-unread: refused"),
        "refusal:404:cancel.unknown-item": _READING.format("unknown-order-item: 404"),
        "refusal:500:cancel.unknown-item": _READING.format("unknown-order-item: 500"),
        "refusal:404:list.unknown-customer": _READING.format("unknown-customer: not-found"),
        "refusal:404:list.page-past-the-end": _READING.format("page-past-the-end: not-found"),
        "imin:CustomerCancellationPending-to-AttendeeAbsent": _SELLER,
    }
    | {f"{view}:{move}": _SELLER for view in ("imin", "booking-system") for move in _AFTER_THE_EVENT}
)
"""What a point needs beyond a right client in a shipped scenario, by id. Such a point is reported and does not count."""


class Family(StrEnum):
    """What kind of behaviour a point is; the value is the first part of its id."""

    RULE = "rule"
    REFUSAL = "refusal"
    GUARD = "guard"
    CLIFF = "cliff"
    IMIN = "imin"
    BOOKING_SYSTEM = "booking-system"
    FEED = "feed"
    REFUND = "refund"
    FAULT = "fault"
    MACHINE = "machine"


TITLES: Mapping[Family, str] = MappingProxyType(
    {
        Family.RULE: "Rules met",
        Family.REFUSAL: "Refusals, by status and rule",
        Family.GUARD: "Guards of cancelling, at both outcomes",
        Family.CLIFF: "Cliffs, before, at and after",
        Family.IMIN: "Moves of an item at imin",
        Family.BOOKING_SYSTEM: "Moves of an item at the Booking System",
        Family.FEED: "The OrdersFeed",
        Family.REFUND: "Refunds",
        Family.FAULT: "Failures of imin's API",
        Family.MACHINE: "Transitions of the scenarios used",
    }
)
"""Every family in words, in the order in which reports tell them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A behaviour that tests can meet. ``needs``: what it takes beyond a right client and a shipped scenario, if anything."""

    id: str
    family: Family
    says: str
    needs: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it counts towards the percentage."""
        return self.needs is None


@cache
def move_id(family: Family, before: OrderItemStatus, after: OrderItemStatus) -> str:
    """The point of a move between two statuses."""
    return f"{family.value}:{before.value}-to-{after.value}"


def transition_id(state: str, index: int, transition: Transition, scenario: str) -> str:
    """The point of the ``index``-th way out of a state. It tells its content, so that no two texts of a scenario share it."""
    trigger = transition.trigger
    match trigger:
        case OnEvent():
            why = f"on-{trigger.event}"
        case AfterStay():
            why = f"after-{trigger.delay.format_iso()}"
        case _:
            why = "at-an-instant"
    to = f"-to-{transition.to}" if transition.to is not None else ""
    return f"{Family.MACHINE.value}:{scenario}:{state}:{index + 1}-{why}{to}"


def machine_points(scenario: str, machine: Machine) -> Iterator[Point]:
    """The points of a scenario's own machine: every transition of every state."""
    for state in machine.states.values():
        for index, transition in enumerate(state.transitions):
            yield Point(
                id=transition_id(state.name, index, transition, scenario),
                family=Family.MACHINE,
                says=f"{scenario}: {_in_words(state.name, transition)}",
            )


def _in_words(state: str, transition: Transition) -> str:
    trigger = transition.trigger
    match trigger:
        case OnEvent():
            why = f"on {trigger.event}"
        case AfterStay():
            why = f"after {trigger.delay.format_iso()}"
        case _:
            why = "at an instant"
    return f"{state}, {why}, " + (
        f"becomes {transition.to}" if transition.to is not None else "does something and stays"
    )


@cache
def universe() -> Mapping[str, Point]:
    """Every point but those of machines, by id, in the order of the families."""
    return MappingProxyType({point.id: point for point in _fixed_points()})


def _fixed_points() -> Iterator[Point]:
    for rule in Rule:
        if rule not in NOT_OBSERVED:
            yield _point(Family.RULE, rule.value, RULES[rule].says)
    for status, rule in causes_of_refusal():
        yield _point(Family.REFUSAL, f"{status}:{rule.value}", f"{status}. {RULES[rule].says}")
    yield from _all(Family.GUARD, GUARDS)
    yield from _all(Family.CLIFF, CLIFFS)
    yield from _moves(Family.IMIN, IMIN_MOVES, "imin's copy")
    yield from _moves(Family.BOOKING_SYSTEM, BOOKING_SYSTEM_MOVES, "the Booking System's truth")
    yield from _all(Family.FEED, FEED_EVENTS)
    yield from _all(Family.REFUND, REFUND_OUTCOMES)
    yield from _all(Family.FAULT, API_FAULTS)


def _point(family: Family, name: str, says: str) -> Point:
    identifier = f"{family.value}:{name}"
    return Point(id=identifier, family=family, says=says, needs=NEEDS.get(identifier))


def _all(family: Family, table: Mapping[str, str]) -> Iterator[Point]:
    return (_point(family, name, says) for name, says in table.items())


def _moves(family: Family, table: Mapping[OrderItemStatus, Iterable[OrderItemStatus]], whose: str) -> Iterator[Point]:
    for before, following in table.items():
        for after in sorted(following, key=list(OrderItemStatus).index):
            if family is Family.IMIN and (before, after) in UNREACHED:
                continue
            identifier = move_id(family, before, after)
            says = f"In {whose}, {before.value} becomes {after.value}."
            yield Point(id=identifier, family=family, says=says, needs=NEEDS.get(identifier))

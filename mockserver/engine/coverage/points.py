"""The universe of behaviour coverage: every point that tests can meet, with a stable id, made from the tables of the domain.

A point that a right client can meet in a shipped scenario counts towards the percentage. The others say what they need. This
module must never know how a point is met.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from mockserver.domain.machine import AfterStay, Machine, OnEvent, Transition
from mockserver.domain.rules import RULES, Rule
from mockserver.domain.statuses import BOOKING_SYSTEM_MOVES, IMIN_MOVES, OrderItemStatus
from mockserver.engine.coverage.tables import (
    API_FAULTS,
    CLIFFS,
    FEED_EVENTS,
    GUARDS,
    NEEDS,
    NOT_OBSERVED,
    REFUND_OUTCOMES,
    REFUSALS,
    UNREACHED,
)


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
    for status, rules in REFUSALS.items():
        for rule in rules:
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

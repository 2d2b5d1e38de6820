"""What a client sees in a list, as points: which guards the flags rest on, and on which side of a cliff the list was asked.

A list that is kept ready shows the same until the next cliff, so a sighting holds as long as its answer: only what was *at* a
cliff when it was made is *after* it later on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from whenever import Instant

from mockserver.domain.catalogue import Order, Start
from mockserver.domain.rules import Rule
from mockserver.domain.values import CustomerId
from mockserver.domain.world import WorldState
from mockserver.engine.queries import ITEMS_PER_PAGE, Page, ShownItem

_PASSED: dict[Rule, tuple[str, ...]] = {
    Rule.CANCEL_ALLOWED: ("attended:passes", "offer:passes"),
    Rule.CANCEL_ATTENDED: ("attended:stops",),
    Rule.CANCEL_OFFER: ("attended:passes", "offer:stops"),
    Rule.CANCEL_WINDOW_CLOSED: ("attended:passes", "offer:passes", "window:stops"),
    Rule.CANCEL_STARTED: ("attended:passes", "offer:passes", "start:stops"),
}
"""The guards that an item has met when a rule has decided on it."""


@cache
def points_of_verdict(rule: Rule, *, has_window: bool) -> tuple[str, ...]:
    """The guards met on the way to a verdict; none where the item's status alone decides."""
    guards = _PASSED.get(rule, ())
    if rule is Rule.CANCEL_ALLOWED:
        guards = (*guards, "window:passes" if has_window else "start:passes")
    return tuple(f"guard:{guard}" for guard in guards)


def side_of(now: Instant, cliff: Instant) -> str:
    """``before``, ``at`` or ``after``."""
    return "before" if now < cliff else "at" if now == cliff else "after"


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Points that are met together, and counted as one: it equals only itself, so that no request hashes them all."""

    points: tuple[str, ...]

    @classmethod
    @cache
    def of(cls, *points: str) -> "Together":
        """The one for these points."""
        return cls(points)


@dataclass(slots=True)
class ListPoints:
    """The points of a list at the instant ``at`` for which it was made, and at any later one for which it still holds.

    Not frozen: one is made for every list, and a frozen one takes four times as long to make.
    """

    at: Instant
    points_at: Together
    points_later: Together


def sighting_of_items(world: WorldState, customer_id: CustomerId, page: Page[ShownItem], now: Instant) -> ListPoints:
    """What a page of upcoming items shows at ``now``."""
    kinds: set[tuple[Rule, bool, str]] = set()
    for shown in page.items:
        verdict = shown.cancellability
        has_window = shown.offer.latest_cancellation_before_start is not None
        deadline = verdict.deadline
        side = "" if deadline is None else "before" if now < deadline else side_of(now, deadline)
        kinds.add((verdict.rule, has_window, side))
    listed = _points_of_list(world, customer_id, page, Rule.LIST_UPCOMING_ORDER)
    starts = _points_of_starts(world.starts_of(customer_id), page.total, now)
    return _sighting(now, (*listed, *starts), frozenset(kinds))


def sighting_of_orders(world: WorldState, customer_id: CustomerId, page: Page[Order], now: Instant) -> ListPoints:
    """What a page of orders shows at ``now``."""
    return _sighting(now, _points_of_list(world, customer_id, page, Rule.LIST_HISTORY_ORDER), frozenset())


def _points_of_list(world: WorldState, customer_id: CustomerId, page: Page[object], sorted_by: Rule) -> tuple[str, ...]:
    met: list[str] = []
    if customer_id not in world.catalogue.customers:
        met.append("rule:list.unknown-customer")
    if page.is_past_the_end:
        met.append("rule:list.page-past-the-end")
    if not page.items:
        met.append("rule:list.empty-collection")
    if len(page.items) > 1:
        met.append(_SORTED[sorted_by])
    if page.total > ITEMS_PER_PAGE:
        met.append("rule:list.ten-a-page")
    return tuple(met)


_SORTED = {rule: f"rule:{rule.value}" for rule in (Rule.LIST_UPCOMING_ORDER, Rule.LIST_HISTORY_ORDER)}


def _points_of_starts(starts: Sequence[Start], ahead: int, now: Instant) -> tuple[str, ...]:
    """On which sides of its items' starts the list is; ``ahead`` of them are still to come."""
    gone = len(starts) - ahead
    points: tuple[str, ...] = ("cliff:start:list:before",) if ahead else ()
    if gone and starts[gone - 1][0] == now:
        points += ("cliff:start:list:at",)
    if gone and starts[0][0] < now:
        points += ("cliff:start:list:after",)
    return points


@lru_cache(maxsize=1024)
def _points_of_kinds(listed: tuple[str, ...], kinds: frozenset[tuple[Rule, bool, str]]) -> tuple[Together, Together]:
    """The points of a list at its instant, and later on. Lists differ in few ways, so that this is seldom worked out."""
    points = dict.fromkeys(listed)
    for rule, has_window, side in sorted(kinds):
        guards = points_of_verdict(rule, has_window=has_window)
        if guards:
            points[f"rule:{rule.value}"] = None
            points.update(dict.fromkeys(guards))
        if has_window and side:
            points[f"cliff:window:list:{side}"] = None
    later = (f"{point.removesuffix(':at')}:after" if point.endswith(":at") else point for point in points)
    return Together.of(*points), Together.of(*dict.fromkeys(later))


def _sighting(now: Instant, listed: tuple[str, ...], kinds: frozenset[tuple[Rule, bool, str]]) -> ListPoints:
    points_at, points_later = _points_of_kinds(listed, kinds)
    return ListPoints(now, points_at, points_later)

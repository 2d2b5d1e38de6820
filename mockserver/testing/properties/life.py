"""A drawn world's whole life, held against the standard's laws at every step.

It carries out the steps of the document, lets time pass until nothing is due or the bound is reached, and looks at everything
that happens. It must never know who drew the world.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from whenever import Instant, TimeDelta

from mockserver.checker.laws import Breach, Ledger, account, flag_and_patch
from mockserver.checker.moves import Cancel, Look, Move, Wait, carry_out, settle
from mockserver.checker.sightings import Sighting
from mockserver.client.errors import MockError
from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.execution import Recorded, begin_world
from mockserver.domain.values import CustomerId
from mockserver.domain.world import WorldState
from mockserver.engine.narration import money
from mockserver.engine.observations import amounts_refunded
from mockserver.scenario.expectations import CancelStep, GetOrderStep, ListOrdersStep, Step
from mockserver.scenario.notation import DEFAULT_PRICE
from mockserver.scenario.scenario import Scenario, parse_scenario
from mockserver.testing.properties.scenarios import NAME, Drawn, text_of

LIFETIME = TimeDelta(hours=24 * 31)
"""How long after its last step a world is watched, in virtual time."""

MOST_WAITS = 400
"""So often time may pass until the next thing is due: some behaviours go round for ever."""


class LawBrokenError(AssertionError):
    """A law did not hold in a drawn world. ``counterexample`` is the text of a scenario that shows it."""

    def __init__(self, message: str, counterexample: str) -> None:
        super().__init__(message)
        self.counterexample = counterexample


def live(drawn: Drawn) -> None:
    """Let a drawn world live: its steps are done, and time passes until nothing is due any more or the bound is reached.

    *Raises* :class:`LawBrokenError` at the first law that does not hold, and ``EndlessWorkError`` for a world that stands still
    for ever at one instant.
    """
    life = _Life(drawn.scenario)
    for breach, at in life:
        when = at.to_tz(drawn.scenario.timezone).to_fixed_offset().to_plain().format_iso(unit="second")
        message = f"At {when.replace('T', ' ')} the world breaks {breach.law} ({breach.of})."
        raise LawBrokenError(message, _counterexample(drawn, message))


class _Life:
    """A life under way; to go through it gives each breach with its instant."""

    def __init__(self, scenario: Scenario) -> None:
        self._seed = scenario.sample
        self.world = self._seed.world(scenario.twin)
        self._now = self._seed.epoch
        self._ledger = Ledger()
        self._seen: list[Sighting] = []

    def __iter__(self) -> Iterator[tuple[Breach, Instant]]:
        before = self.world.copy()
        happened = begin_world(self.world) + settle(self.world, self._now, self._seen)
        yield from self._account(before, happened)
        for step in self._seed.steps:
            yield from self._wait(step.at)
            yield from self._make(_move_of(step, self.world))
            yield from self._flags()
        end = self._now + LIFETIME
        for _ in range(MOST_WAITS):
            if self.world.is_quiet or self.world.agenda[0][0] > end:
                break
            yield from self._make(Wait(until=self.world.agenda[0][0]))
            yield from self._flags()

    def _wait(self, until: Instant) -> Iterator[tuple[Breach, Instant]]:
        for _ in range(MOST_WAITS):
            if not self.world.is_due(until):
                break
            yield from self._make(Wait(until=self.world.agenda[0][0]))
        yield from self._make(Wait(until=until))

    def _make(self, move: Move) -> Iterator[tuple[Breach, Instant]]:
        before = self.world.copy()
        if isinstance(move, Wait):
            self._now = max(self._now, move.until)
        try:
            happened = carry_out(self.world, move, self._now, self._seen)
        except OpenBookingError:
            if self.world.imin.states != before.imin.states:
                raise AssertionError("A refused request changed the world.") from None
            return
        yield from self._account(before, happened)

    def _account(self, before: WorldState, happened: list[Recorded]) -> Iterator[tuple[Breach, Instant]]:
        breaches: list[Breach] = []
        self._ledger = account(before, self.world, happened, self._ledger, breaches)
        for breach in breaches:
            yield breach, self._now

    def _flags(self) -> Iterator[tuple[Breach, Instant]]:
        for breach in flag_and_patch(self.world, tuple(self.world.catalogue.items.values()), self._now):
            yield breach, self._now


def _move_of(step: Step, world: WorldState) -> Move:
    if isinstance(step, CancelStep):
        return Cancel(order_id=step.order_id, item_ids=step.item_ids)
    if isinstance(step, GetOrderStep):
        return Look(operation=ApiOperation.GET_ORDER, order_id=step.order_id)
    operation = ApiOperation.LIST_ORDERS if isinstance(step, ListOrdersStep) else ApiOperation.LIST_UPCOMING
    first = world.catalogue.orders_by_customer[CustomerId(step.customer_id)][0]
    return Look(operation=operation, order_id=first.id)


def _counterexample(drawn: Drawn, message: str) -> str:
    """The same document, with what an honest world of it shows at the end: a world that breaks the law does not."""
    document = {**drawn.document, "title": "A world that breaks a law", "about": message}
    honest = {key: value for key, value in document.items() if key != "twin"}
    if "twin" in document:
        life = _Life(parse_scenario(text_of(honest), name=NAME))
        try:
            broken = [*life]
        except OpenBookingError as error:
            raise MockError(f"The honest world of this scenario has no life: {error}") from error
        if not broken:
            document["then"] = _shown(life.world, document)
    else:
        document["about"] = f"{message} No twin is at work: `imin-mock check` names the law, too."
    return text_of(document)


def _shown(world: WorldState, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be seen at the end: every item in both views, the refunds of each order, each customer's e-mails."""
    shown: list[dict[str, Any]] = []
    for item_id in world.catalogue.items:
        for view, side in (("imin", world.imin), ("booking_system", world.booking_system)):
            shown.append({"item": str(item_id), "status": side.state_of(item_id).status.value, "view": view})
    currency = DEFAULT_PRICE.rpartition(" ")[2]
    for order in world.catalogue.orders.values():
        done = amounts_refunded(world, order.id)
        shown.append({"refunds": len(done), "of": order.name, "amount": money(sum(done), currency)})
    for name, spec in document["customers"].items():
        identifier = spec.get("identifier", name)
        sent = sum(email.customer_id == identifier for email in world.imin.emails)
        shown.append({"emails": sent, "to": name})
    return shown

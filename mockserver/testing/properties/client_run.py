"""A run under way: a fresh world, a client in it, and each of the client's answers held against the model.

It moves the clock, acts for the Seller, and raises the disagreement with its whole story. It must never know which rule of a
machine is at work, nor how the client asks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from whenever import Instant, TimeDelta

from mockserver.client.errors import MockError
from mockserver.client.in_process import InProcess
from mockserver.domain.catalogue import Order
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import CustomerId, OrderItemId
from mockserver.engine.queries import deadline_of
from mockserver.scenario.document import AnyAction
from mockserver.scenario.notation import Calendar
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.script import build_command
from mockserver.scenario.seed import Running
from mockserver.testing.mock import Mock
from mockserver.testing.properties import beliefs
from mockserver.testing.properties.disagreement import Belief, Did, Disagreement, Life, Record
from mockserver.testing.properties.model import Glimpse, Outcome, Shown, Status, UnavailableError, live_world_of
from mockserver.testing.properties.scenarios import NAME, Drawn

T = TypeVar("T")

_QUIET_SECONDS = 60
"""So many seconds are tried to find one of its own for what a Seller does."""


class ClientRun:
    """A fresh world of a drawn scenario, and what has been asked and done in it. *Raises* :class:`MockError` for a world in which
    no run is the same again, or that has no model."""

    def __init__(self, mock: Mock, drawn: Drawn) -> None:
        channel = mock.channel
        assert isinstance(channel, InProcess)
        self._scenario = drawn.scenario
        _check(self._scenario)
        channel.server.scenarios.give(self._scenario)
        self.world = mock.world(NAME, label="run")
        self._live_world = live_world_of(self.world)
        self._record = Record()
        self._record.keep(channel, self._live_world)
        self._glimpses: list[Glimpse] = []
        self._latest: Glimpse | None = None
        self._seen = (-1, Instant.MIN)
        self._after = "the beginning"
        catalogue = self._live_world.world.catalogue
        self.customers = tuple(map(str, catalogue.customers))
        self.orders = tuple(catalogue.orders.values())

    # What may be chosen from

    @property
    def now(self) -> Instant:
        """The present."""
        return self._live_world.clock.now()

    def next_due(self) -> Instant | None:
        """The next instant at which something happens by itself."""
        return self._live_world.next_due()

    def cliffs(self) -> list[Instant]:
        """Deadlines and starts that are ahead, in order."""
        held = self._live_world.world
        ahead: set[Instant | None] = set()
        for item in held.catalogue.items.values():
            ahead |= {held.opportunity_of(item, held.imin).starts.to_instant(), deadline_of(held, item)}
        return sorted(each for each in ahead if each is not None and each > self.now + TimeDelta(seconds=1))

    def subsets(self) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
        """An order by its name, with some of its items."""

        def some(order: Order) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
            items = st.lists(st.sampled_from([str(item.id) for item in order.items]), min_size=1, unique=True)
            return items.map(lambda chosen: (order.name, tuple(chosen)))

        return st.sampled_from(self.orders).flatmap(some)

    def deeds(self) -> st.SearchStrategy[Mapping[str, Any]]:
        """What a Seller can do to an order, and the states that the behaviour can be put in."""
        orders = [order.name for order in self.orders]
        done = st.sampled_from(["seller_cancels", "attended", "absent"])
        by_seller = st.builds(lambda do, order: {"do": do, "order": order}, done, st.sampled_from(orders))
        states = list(self._live_world.seed.machine.states)
        if len(states) < 2:
            return by_seller
        return st.one_of(by_seller, st.sampled_from(states).map(lambda state: {"do": "enter", "state": str(state)}))

    # What happens

    def pass_time(self, by: TimeDelta) -> None:
        """Time passes while the client waits."""
        self._glimpse()
        self._live_world.advance_by(by)
        self._glimpse()

    def wait(self, by: TimeDelta) -> None:
        """Time passes between two steps."""
        self._live_world.advance_by(by)
        self._after = f"waiting {by.format_iso()}"

    def wait_until(self, instant: Instant, why: str) -> None:
        """Time passes until an instant."""
        self._live_world.advance_to(max(instant, self.now))
        self._after = f"waiting {why}"

    def do(self, action: Mapping[str, Any]) -> None:
        """Somebody acts, at a second at which nothing else happens; what the standard forbids does not happen."""
        for _ in range(_QUIET_SECONDS):
            if not self._live_world.advance_by(TimeDelta(seconds=1)).happened:
                break
        calendar = Calendar(self._live_world.seed.epoch, self._live_world.seed.timezone)
        spec: AnyAction = msgspec.convert(dict(action), AnyAction)
        with suppress(OpenBookingError):
            self._live_world.execute(build_command(spec, (), self._scenario.document, calendar))
            self._record.entries.append(Did(at=self.now, action=action))
        self._after = " ".join(str(each) for each in action.values())

    def wish(self, name: str, items: Sequence[str], cancel: Callable[[str], Outcome | Mapping[str, Outcome]]) -> None:
        """A customer wishes to cancel; what the client says is held against the model."""
        order = next(each for each in self.orders if each.name == name)
        self._after = f"cancelling {', '.join(items)} of {name}"
        since = len(self._record.entries)
        said = self.ask(lambda: cancel(str(order.id)), {"cancel": list(items), "of": name})
        self._hold_unwished(items)
        if said is None:
            return
        outcomes = dict.fromkeys(items, said) if isinstance(said, Outcome) else dict(said)
        ids = [OrderItemId(item) for item in items]
        for item in ids:
            outcome = Outcome(outcomes.get(item, Outcome.UNCLEAR))
            right, rule = self._outcomes(order, ids, item)
            if outcome not in right:
                words = " or ".join(sorted(right))
                step, unsaid = beliefs.of_outcome(order, items, item, outcome)
                # That it is cancelled is believed of the order after the request, not before it.
                told = len(self._record.entries) if outcome is Outcome.CANCELLED else since
                self._disagree(f"says of {item}: {outcome}", f"{words} (rule {rule})", step, unsaid, told)

    def _hold_unwished(self, items: Sequence[str]) -> None:
        """What nobody wished to cancel is not asked for."""
        first, last = self._glimpses[0].held, self._glimpses[-1].held
        for item, held in last.items():
            if item not in items and first[item].status is not held.status is OrderItemStatus.PENDING:
                booked = Shown(item=item, order=str(held.order.id), status=Status.BOOKED)
                step, unsaid = beliefs.of_order(held.order, item, booked, right_status=False)
                imin = f"that it is {held.explain(booked)}"
                self._disagree(f"was not told to cancel {item}", imin, step, unsaid, len(self._record.entries))

    def hold_list(self, customer: str, shows: Callable[[], Iterable[Shown]]) -> None:
        """The client's list for a customer is held against the model."""
        since = len(self._record.entries)
        shown = self.ask(lambda: list(shows()), {"list_upcoming": self._name_of(customer)})
        if shown is None:
            return
        by_item = {each.item: each for each in shown}
        for item, held in self._glimpses[-1].held.items():
            if held.order.customer_id == customer:
                found = by_item.pop(item, None)
                self._hold(item, found, since, listed_for=customer)
        if by_item:
            stranger = next(iter(by_item))
            step, unsaid = beliefs.of_failure({"list_upcoming": self._name_of(customer)})
            none_such = f"that {customer} has none (rule {Rule.LIST_UPCOMING_ORDER})"
            self._disagree(f"shows {stranger}", none_such, step, unsaid, since)

    def hold_order(self, order: Order, shows: Callable[[], Iterable[Shown]]) -> None:
        """What the client shows of an order is held against the model."""
        since = len(self._record.entries)
        shown = self.ask(lambda: list(shows()), {"get_order": order.name})
        if shown is None:
            return
        by_item = {each.item: each for each in shown}
        for item in order.items:
            self._hold(item.id, by_item.get(item.id), since)

    def hold_history(self, customer: str, shows: Callable[[], Iterable[str]]) -> None:
        """The orders that the client lists are held against the model."""
        since = len(self._record.entries)
        shown = self.ask(lambda: list(shows()), {"list_orders": self._name_of(customer)})
        right = self._glimpses[-1].history(CustomerId(customer))
        if shown is None or list(shown) == right:
            return
        names = {str(order.id): order.name for order in self.orders}
        step, unsaid = beliefs.of_history(self._name_of(customer), [names.get(each) for each in shown])
        wanted = ", ".join(names[each] for each in right) or "none"
        told = ", ".join(names.get(each, each) for each in shown) or "none"
        self._disagree(f"lists the orders {told}", f"{wanted} (rule {Rule.LIST_HISTORY_ORDER})", step, unsaid, since)

    def ask(self, call: Callable[[], T], question: Mapping[str, Any] | None = None) -> T | None:
        """What the client answers, with glimpses of the world before and after; ``None`` where it says that imin is away."""
        self._glimpses.clear()
        self._glimpse()
        since = len(self._record.entries)
        step, unsaid = beliefs.of_failure(question or {"list_upcoming": self._name_of(self.customers[0])})
        answer: T | None = None
        try:
            answer = call()
        except (HypothesisException, NotImplementedError):
            raise
        except UnavailableError as error:
            if not self._live_world.has_api_faults:
                self._disagree(f"says that imin cannot be reached ({error})", "an answer", step, unsaid, since, error)
        except Exception as error:  # noqa: BLE001 - whatever a client raises is what its user gets
            failed = f"fails: {type(error).__name__}: {error}"
            self._disagree(failed, "an answer that needs no failure", step, unsaid, since, error)
        self._glimpse()
        return answer

    def _hold(self, item: OrderItemId, shown: Shown | None, since: int, *, listed_for: str | None = None) -> None:
        in_list = listed_for is not None
        if any(glimpse.held[item].allows(shown, in_list=in_list) for glimpse in self._glimpses):
            return
        held = self._glimpses[-1].held[item]
        right_status = shown is not None and held.shows(shown.status)
        if listed_for is not None:
            step, unsaid = beliefs.of_list(self._name_of(listed_for), item, shown, right_status=right_status)
        else:
            step, unsaid = beliefs.of_order(held.order, item, shown, right_status=right_status)
        says = "not shown" if shown is None else str(shown.status)
        if shown is not None and shown.cancellable is not None and right_status:
            says += f", {'' if shown.cancellable else 'not '}cancellable"
        self._disagree(f"shows {item} {says}", held.explain(shown), step, unsaid, since)

    def _outcomes(self, order: Order, items: Sequence[OrderItemId], item: OrderItemId) -> tuple[set[Outcome], str]:
        right: set[Outcome] = {Outcome.UNCLEAR} if self._live_world.has_api_faults else set()
        first, last = self._glimpses[0].held[item], self._glimpses[-1].held[item]
        rule = ""
        for glimpse in self._glimpses:
            if glimpse.held[item].status is not first.status:
                continue  # by then the wish itself has changed it
            found, by = glimpse.outcomes(order, items)[item]
            right |= found
            rule = rule or str(by)
        if last.status.is_cancelled:
            right.add(Outcome.CANCELLED)
        return right, rule

    def _glimpse(self) -> None:
        """Keep the world as it is. Where it is as it was, what was worked out of it is good for the next question, too."""
        mark = (len(self._live_world.journal), self.now)
        if self._latest is None or mark != self._seen:
            self._seen = mark
            self._latest = Glimpse.of(self._live_world)
        if self._glimpses[-1:] != [self._latest]:
            self._glimpses.append(self._latest)

    def _name_of(self, customer: str) -> str:
        customers = self._scenario.document.customers
        return next((name for name, spec in customers.items() if (spec.identifier or name) == customer), customer)

    def _disagree(
        self,
        client: str,
        imin: str,
        step: Mapping[str, Any],
        unsaid: str,
        since: int,
        cause: BaseException | None = None,
    ) -> NoReturn:
        local = self.now.to_tz(self._live_world.seed.timezone).to_plain().format_iso(unit="second").replace("T", " ")
        message = f"After {self._after}, at {local}: your client {client}; imin's API says {imin}."
        belief = Belief(at=self.now, step=step, unsaid=unsaid, since=since)
        life = Life(scenario=self._scenario, entries=tuple(self._record.entries), belief=belief, message=message)
        raise Disagreement(message, life) from cause


def _check(scenario: Scenario) -> None:
    if isinstance(scenario.clock, Running) or scenario.epoch is None:
        raise MockError("A run must be the same each time: give its worlds clock: frozen, and an epoch other than now.")
    if scenario.twin is not None:
        raise MockError("The model is that of an honest world: leave twin out, and let `imin-mock twins` try a client.")

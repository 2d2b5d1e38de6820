"""Tiny factories: a world with as little in it as a test needs, everything else by default."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from whenever import Instant, ItemizedDelta, TimeDelta

from mockserver.domain.behaviour import Behaviour
from mockserver.domain.catalogue import (
    Catalogue,
    Customer,
    Offer,
    Opportunity,
    OpportunityKind,
    Order,
    OrderItem,
    Place,
    Seller,
)
from mockserver.domain.commands import RequestCancellation
from mockserver.domain.events import Event
from mockserver.domain.execution import Recorded, begin_world, perform, perform_next_due
from mockserver.domain.readings import DEFAULT_READINGS, ReadingName
from mockserver.domain.state_machine import Machine, State, TimelineEntry
from mockserver.domain.twins import Twin
from mockserver.domain.values import CustomerId, OpportunityId, OrderId, OrderItemId, SellerId, StateName
from mockserver.domain.world import WorldState
from mockserver.engine.clock import WallClock, WorldClock
from mockserver.engine.exchanges import ExchangeRing
from mockserver.engine.journal import Journal
from mockserver.engine.live_world import LiveWorld
from mockserver.foundation.limits import Limit
from mockserver.scenario.scenario import Scenario, parse_scenario
from mockserver.scenario.seed import ClockSetting, Frozen, Seed
from mockserver.storage.memory_journal import MemoryJournal

EPOCH = Instant("2030-06-03T08:00:00Z")
LONDON = "Europe/London"
RIVERSIDE = Seller(id=SellerId("riverside"), name="Riverside Leisure", url="https://data.riverside.example")
ASHA = Customer(id=CustomerId("asha"), given_name="Asha", family_name="Patel", email="asha@example.com")
POOL = Place(
    identifier="311",
    name="Riverside Leisure Centre",
    url="https://data.riverside.example/venues/311",
    latitude=53.4794,
    longitude=-2.2453,
    street_address="12 Quay Road",
    locality="Salford",
    region="Greater Manchester",
    postal_code="M50 3AZ",
    country="GB",
)


def make_offer(
    price_minor: int = 650, *, until: str | None = "P1D", refundable: bool | None = True, name: str = "Adult"
) -> Offer:
    """An offer; ``until`` is the window in which cancelling is no longer allowed."""
    return Offer(
        id=f"https://data.riverside.example/offers/{name.lower()}",
        name=name,
        price_minor=price_minor,
        allow_customer_cancellation_full_refund=refundable,
        latest_cancellation_before_start=ItemizedDelta.parse_iso(until) if until else None,
    )


def make_opportunity(
    name: str = "yoga", *, starts_in: TimeDelta = TimeDelta(hours=58), offer: Offer | None = None
) -> Opportunity:
    """A session that starts a while after the epoch."""
    return Opportunity(
        id=OpportunityId(name),
        kind=OpportunityKind.SCHEDULED_SESSION,
        source_id=f"https://data.riverside.example/api/scheduled-sessions/{name}",
        seller_id=RIVERSIDE.id,
        name=name.title(),
        place=POOL,
        starts=(EPOCH + starts_in).to_tz(LONDON),
        lasts=TimeDelta(hours=1),
        capacity=20,
        offer=offer or make_offer(),
        part_of=f"https://data.riverside.example/api/session-series/{name}",
    )


def make_seed(
    orders: Mapping[str, Mapping[str, Opportunity]] | None = None,
    *,
    behaviour: Behaviour = Behaviour(),
    states: Sequence[State] = (),
    timeline: Sequence[TimelineEntry] = (),
    readings: Mapping[ReadingName, str] | None = None,
    also_offered: Sequence[Opportunity] = (),
) -> Seed:
    """What a world starts from: ``orders`` maps an order's name to its items and what they are booked on."""
    booked = orders or {"booking": {"seat-1": make_opportunity()}}
    opportunities = {o.id: o for items in booked.values() for o in items.values()} | {o.id: o for o in also_offered}
    catalogue = Catalogue(
        sellers={RIVERSIDE.id: RIVERSIDE},
        customers={ASHA.id: ASHA},
        opportunities=opportunities,
        orders={
            OrderId(name): Order(
                id=OrderId(name),
                name=name,
                customer_id=ASHA.id,
                seller_id=RIVERSIDE.id,
                placed_at=EPOCH - TimeDelta(hours=72) + TimeDelta(minutes=number),
                confirmation_number=f"RVL-{number}",
                receipt_number=4000 + number,
                items=tuple(
                    OrderItem(
                        id=OrderItemId(item), identifier=item, order_id=OrderId(name), opportunity=o, offer=o.offer
                    )
                    for item, o in items.items()
                ),
            )
            for number, (name, items) in enumerate(booked.items(), start=1)
        },
    )
    declared = states or (State(name=StateName("obliging"), behaviour=behaviour),)
    machine = Machine(
        initial=declared[0].name, states={state.name: state for state in declared}, timeline=tuple(timeline)
    )
    return Seed(
        epoch=EPOCH,
        timezone=LONDON,
        catalogue=catalogue,
        machine=machine,
        readings={**DEFAULT_READINGS, **(readings or {})},
        steps=(),
        expectations=(),
    )


def make_world(
    orders: Mapping[str, Mapping[str, Opportunity]] | None = None,
    *,
    behaviour: Behaviour = Behaviour(),
    states: Sequence[State] = (),
    timeline: Sequence[TimelineEntry] = (),
    readings: Mapping[ReadingName, str] | None = None,
    also_offered: Sequence[Opportunity] = (),
) -> WorldState:
    """A world that has begun, of the seed that :func:`make_seed` makes."""
    world = make_seed(
        orders,
        behaviour=behaviour,
        states=states,
        timeline=timeline,
        readings=readings,
        also_offered=also_offered,
    ).world()
    begin_world(world)
    return world


def after(*, hours: float = 0, minutes: float = 0, seconds: float = 0) -> Instant:
    """An instant after the epoch: ``after(minutes=5)``."""
    return EPOCH + TimeDelta(hours=hours, minutes=minutes, seconds=seconds)


def to_cancel(*items: str, of: str = "booking") -> RequestCancellation:
    """A customer's request to cancel items of an order."""
    return RequestCancellation(order_id=OrderId(of), item_ids=tuple(map(OrderItemId, items)))


def pass_time(world: WorldState, until: Instant) -> list[Recorded]:
    """Everything that was due by then, done; what happened."""
    happened: list[Recorded] = []
    while step := perform_next_due(world, until):
        happened += step
    return happened


def cancel(world: WorldState, *items: str, of: str = "booking", at: Instant = EPOCH) -> list[Recorded]:
    """A request to cancel at an instant, after all that was due by then; what happened by then."""
    before = pass_time(world, at)
    return [*before, *perform(world, to_cancel(*items, of=of), at), *pass_time(world, at)]


E = TypeVar("E")


def only(kind: type[E], happened: Iterable[Recorded]) -> list[E]:
    """The events of one kind."""
    return [recorded.event for recorded in happened if isinstance(recorded.event, kind)]


def told(happened: Iterable[Recorded]) -> list[Event]:
    """All events, without their instants."""
    return [recorded.event for recorded in happened]


@cache
def bare_scenario(name: str = "bare") -> Scenario:
    """The smallest scenario there is; worlds of seeds made here borrow its name."""
    return parse_scenario(f"version: 1\ntitle: Nothing but a title\nabout: {name}\n", name=name)


@dataclass(slots=True)
class FakeWall:
    """A wall clock that says what it is told, and moves by ``tick`` whenever it is asked."""

    at: Instant = EPOCH
    tick: TimeDelta = TimeDelta.ZERO

    def __call__(self) -> Instant:
        self.at += self.tick
        return self.at

    def passes(self, seconds: int) -> None:
        """So much time passes outside."""
        self.at += TimeDelta(seconds=seconds)


def make_live_world(
    seed: Seed | None = None,
    *,
    setting: ClockSetting | None = None,
    wall: WallClock | None = None,
    journal: Journal | None = None,
    twin: Twin | None = None,
) -> LiveWorld:
    """A living world of the seed."""
    seed = seed or make_seed()
    live_world = LiveWorld(
        key="bare",
        scenario=bare_scenario(),
        seed=seed,
        clock=WorldClock.starting(setting or Frozen(), seed.epoch, wall or FakeWall()),
        journal=journal if journal is not None else MemoryJournal(),
        exchanges=ExchangeRing(),
        twin=twin,
    )
    live_world.begin()
    return live_world


def lowered(limit: Limit, value: int) -> Limit:
    """The limit with another value, so that a test need not do so much to meet it."""
    return Limit(value, limit.name, limit.bounds, limit.beyond)

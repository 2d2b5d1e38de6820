"""Tiny factories: a world with as little in it as a test needs, everything else by default."""

from collections.abc import Mapping, Sequence

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
from mockserver.domain.identifiers import CustomerId, OpportunityId, OrderId, OrderItemId, SellerId, StateName
from mockserver.domain.machine import Machine, State, TimelineEntry
from mockserver.domain.readings import DEFAULT_READINGS, ReadingName
from mockserver.domain.unfolding import begin_world
from mockserver.domain.world import World

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
    )


def make_world(
    orders: Mapping[str, Mapping[str, Opportunity]] | None = None,
    *,
    behaviour: Behaviour = Behaviour(),
    states: Sequence[State] = (),
    timeline: Sequence[TimelineEntry] = (),
    readings: Mapping[ReadingName, str] | None = None,
    also_offered: Sequence[Opportunity] = (),
) -> World:
    """A world that has begun: ``orders`` maps an order's name to its items and what they are booked on."""
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
                    OrderItem(id=OrderItemId(item), order_id=OrderId(name), opportunity=o, offer=o.offer)
                    for item, o in items.items()
                ),
            )
            for number, (name, items) in enumerate(booked.items(), start=1)
        },
    )
    declared = states or (State(name=StateName("obliging"), behaviour=behaviour),)
    world = World(
        epoch=EPOCH,
        catalogue=catalogue,
        machine=Machine(
            initial=declared[0].name, states={state.name: state for state in declared}, timeline=tuple(timeline)
        ),
        readings={**DEFAULT_READINGS, **(readings or {})},
    )
    begin_world(world)
    return world

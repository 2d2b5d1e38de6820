"""Pieces of JSON are kept from one answer to the next, and from one world to another: nobody may be able to tell."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whenever import TimeDelta

from mockserver.bootstrap import Server, build_server
from mockserver.domain.catalogue import Catalogue, Order
from mockserver.domain.commands import (
    AccessKind,
    CancelBySeller,
    ChangeLogistics,
    Command,
    GiveCustomerNotice,
    MarkAttendance,
    RequestCancellation,
    UpdateAccess,
)
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.readings import WORLD_READINGS, ReadingName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.engine.choices import Choices
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.queries import upcoming_items
from mockserver.foundation.limits import JSON_PIECES
from mockserver.settings import Settings
from mockserver.web.answers import to_json
from mockserver.web.imin_api import fragments, wire
from mockserver.web.imin_api.fragments import fragment

ADDRESSES = ("http://127.0.0.1:4646", "https://book.imin.co")
LABELS = count()


@cache
def server() -> Server:
    return build_server(Settings())


@cache
def small_scenarios() -> Sequence[str]:
    found = server().scenarios
    return [name for name in found.names() if 0 < len(found.find(name).sample.catalogue.items) <= 12]


def of_order(command: Callable[[Order], Command]) -> Callable[[Catalogue, int], Command]:
    return lambda catalogue, nth: command(list(catalogue.orders.values())[nth % len(catalogue.orders)])


def moved_session(catalogue: Catalogue, nth: int) -> Command:
    opportunity = list(catalogue.opportunities.values())[nth % len(catalogue.opportunities)]
    return ChangeLogistics(
        opportunity_id=opportunity.id,
        starts=opportunity.starts + TimeDelta(hours=nth),
        name=f"{opportunity.name} {nth}" if nth % 2 else None,
        place_name="Elsewhere" if nth % 3 == 0 else None,
    )


COMMANDS: Sequence[Callable[[Catalogue, int], Command]] = (
    of_order(lambda order: RequestCancellation(order_id=order.id, item_ids=(order.items[0].id,))),
    of_order(lambda order: RequestCancellation(order_id=order.id, item_ids=(order.items[-1].id,))),
    of_order(lambda order: CancelBySeller(order_id=order.id, message="Flooded")),
    of_order(lambda order: CancelBySeller(order_id=order.id, item_ids=(order.items[-1].id,))),
    of_order(lambda order: GiveCustomerNotice(order_id=order.id, notice="Bring a mat")),
    of_order(lambda order: MarkAttendance(order_id=order.id, status=OrderItemStatus.ATTENDED)),
    of_order(lambda order: UpdateAccess(order_id=order.id, kind=AccessKind.CODE, value="1234")),
    moved_session,
)
readings = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(sorted(reading.options)) for name, reading in WORLD_READINGS.items()}
)
steps = st.tuples(
    st.sampled_from([0, 1]),
    st.one_of(
        st.tuples(st.sampled_from(COMMANDS), st.integers(0, 3)),
        st.sampled_from([TimeDelta(seconds=30), TimeDelta(hours=5), TimeDelta(hours=40)]),
        st.none(),
    ),
)


Step = TimeDelta | tuple[Callable[[Catalogue, int], Command], int] | None


def take(live: LiveWorld, step: Step) -> None:
    if step is None:
        live.advance_to_next()
    elif isinstance(step, TimeDelta):
        live.advance_by(step)
    else:
        command, nth = step
        with suppress(OpenBookingError):  # many cannot be done, which changes nothing
            live.execute(command(live.world.catalogue, nth))


def shown(live: LiveWorld) -> list[bytes]:
    """Every item of every list, and every order, at two addresses."""
    world, now = live.world, live.present()
    found = []
    for address in ADDRESSES:
        for customer in world.catalogue.customers:
            page = upcoming_items(world, customer, 1, now).page
            found += [to_json(wire.upcoming_item(world, item, address)) for item in page.items]
        found += [to_json(wire.order(world, order, address)) for order in world.catalogue.orders.values()]
    return found


class Forgetful(dict[object, object]):
    """Pieces that are asked for in vain: each is made anew, however often an answer shows it."""

    def get(self, _key: object, default: object = None) -> object:
        return default


@contextmanager
def nothing_kept() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragments, "_kept", Forgetful())
        yield


@settings(max_examples=40)
@given(st.data(), readings, readings, st.lists(steps, min_size=1, max_size=6))
def test_what_is_made_of_kept_items_equals_what_is_made_anew_in_every_world(
    data: st.DataObject,
    one: dict[ReadingName, str],
    other: dict[ReadingName, str],
    taken: list[tuple[int, Step]],
) -> None:
    name, worlds = data.draw(st.sampled_from(small_scenarios())), server().worlds
    two = [worlds.create(f"{name}@{next(LABELS)}", Choices(readings=chosen)) for chosen in (one, other)]
    for which, step in [(0, None), *taken]:
        take(two[which], step)
        for live in two:
            served = shown(live)
            with nothing_kept():
                assert served == shown(live)
    for live in two:
        worlds.drop(live.key)


def test_an_item_that_did_not_change_is_not_made_again() -> None:
    live = server().worlds.create("group-booking@kept")
    world, now = live.world, live.present()
    (customer, *_) = world.catalogue.customers
    page = upcoming_items(world, customer, 1, now).page
    once, again = ([wire.upcoming_item(world, item, ADDRESSES[0]) for item in page.items] for _ in range(2))
    assert once
    assert all(first is second for first, second in zip(once, again, strict=True))


def test_no_more_pieces_are_kept_than_the_limit_says() -> None:
    for number in range(2 * JSON_PIECES):
        fragment(str, f"piece {number}")
        assert len(fragments._kept) <= JSON_PIECES

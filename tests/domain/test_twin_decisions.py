"""Any world under any behaviour with any twin, whoever does what: it lives on, and its journal folds to it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from whenever import TimeDelta

from mockserver.domain.commands import CancelBySeller, Command, EnterState, MarkAttendance, RequestCancellation
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.twins import Twin
from mockserver.engine.live_world import LiveWorld
from mockserver.scenario.seed import Seed
from tests.domain.drawing import CALM, ORDERS, seconds, seeds
from tests.making import make_live_world


@st.composite
def deeds(draw: st.DrawFn) -> Command | TimeDelta:
    """Something that a customer or a Seller does, or time that passes."""
    order_id = draw(st.sampled_from(sorted(ORDERS)))
    part: dict[str, Any] = {
        "order_id": order_id,
        "item_ids": tuple(draw(st.lists(st.sampled_from(ORDERS[order_id]), unique=True))),
    }
    return draw(
        st.one_of(
            seconds(1, 30, 60, 61, 600, 86400),
            st.just(RequestCancellation(**part)),
            st.just(RequestCancellation(**part)),
            st.just(CancelBySeller(**part)),
            st.just(MarkAttendance(**part, status=OrderItemStatus.ATTENDED)),
        )
    )


def twin_of(seed: Seed, twin: Twin) -> LiveWorld:
    return make_live_world(seed, twin=twin)


@given(seed=seeds(), twin=st.sampled_from(Twin), deeds=st.lists(deeds(), min_size=3, max_size=12))
def test_a_twin_lives_on_whatever_is_done_and_its_replay_equals_it(
    seed: Seed, twin: Twin, deeds: list[Command | TimeDelta]
) -> None:
    live_world = twin_of(seed, twin)
    for deed in deeds:
        if isinstance(deed, TimeDelta):
            live_world.advance_by(deed)
            continue
        before = live_world.world.copy()
        try:
            live_world.execute(deed)
        except OpenBookingError:
            assert live_world.world == before, "a refusal changed something"
    live_world.execute(EnterState(state=CALM))
    live_world.until_quiet()
    assert live_world.world.agenda == [], "a calm twin comes to rest"
    live = live_world.world.copy()
    live_world.refold()
    assert live_world.world == live
    assert live.twin is twin

"""Any world under any behaviour with any law breaker, whoever does what: it lives on, and its journal folds to it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from whenever import TimeDelta

from mockserver.domain.commands import CancelBySeller, Command, EnterState, MarkAttendance, RequestCancellation
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.law_breakers import LawBreaker
from mockserver.domain.statuses import OrderItemStatus
from mockserver.engine.rehearsal import Rehearsal
from mockserver.scenario.seed import Seed
from tests.domain.drawing import CALM, ORDERS, seconds, seeds
from tests.making import make_rehearsal


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


def twin_of(seed: Seed, law_breaker: LawBreaker) -> Rehearsal:
    return make_rehearsal(seed, law_breaker=law_breaker)


@given(seed=seeds(), law_breaker=st.sampled_from(LawBreaker), deeds=st.lists(deeds(), min_size=3, max_size=12))
def test_a_twin_lives_on_whatever_is_done_and_its_replay_equals_it(
    seed: Seed, law_breaker: LawBreaker, deeds: list[Command | TimeDelta]
) -> None:
    rehearsal = twin_of(seed, law_breaker)
    for deed in deeds:
        if isinstance(deed, TimeDelta):
            rehearsal.advance_by(deed)
            continue
        before = rehearsal.world.copy()
        try:
            rehearsal.execute(deed)
        except OpenBookingError:
            assert rehearsal.world == before, "a refusal changed something"
    rehearsal.execute(EnterState(state=CALM))
    rehearsal.until_quiet()
    assert rehearsal.world.agenda == [], "a calm twin comes to rest"
    live = rehearsal.world.copy()
    rehearsal.refold()
    assert rehearsal.world == live
    assert live.law_breaker is law_breaker

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from whenever import TimeDelta

from mockserver.domain.commands import CancelBySeller
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.values import OrderId
from tests.web.calling import Received, Stage, scenario, session, set_stage

QUESTIONS = (
    "/api/v2/order-items?customerIdentifier=asha",
    "/api/v2/order-items?customerIdentifier=asha&page=2",
    "/api/v2/order-items?customerIdentifier=nobody",
    "/api/v2/orders?customerIdentifier=asha",
    "/api/v2/orders?customerIdentifier=asha&page=0",
    "/api/v2/orders/unknown",
)
# Eleven items start two hours apart and can be cancelled until a day before: deadlines from +34h, starts from +58h.
CLIFFS = [TimeDelta(hours=hours + 2 * nth) for nth in range(11) for hours in (34, 58)]
TEXT = scenario(
    opportunities={"yoga": session(repeats={"times": 11, "every": "PT2H"})},
    orders={"booking": {"customer": "asha", "items": {f"seat-{nth}": f"yoga-{nth}" for nth in range(1, 12)}}},
)

moves = st.tuples(st.sampled_from(CLIFFS), st.sampled_from([-1, 0, 1])).map(
    lambda m: m[0] + TimeDelta(nanoseconds=m[1])
)
steps = st.one_of(
    moves,
    st.sampled_from([TimeDelta(seconds=30), TimeDelta(seconds=60), TimeDelta(seconds=90)]),
    st.sampled_from(["cancel seat-1", "cancel seat-5", "cancel seat-11", "seller cancels"]),
)


def take(stage: Stage, step: TimeDelta | str) -> None:
    live_world = stage.live_world
    order = stage.order("booking")
    if isinstance(step, TimeDelta):
        # Cliffs are counted from the epoch; a short step, or one that would go back, from now.
        target = live_world.seed.epoch + step
        live_world.advance_to(
            target if target >= live_world.clock.now() else live_world.clock.now() + TimeDelta(seconds=30)
        )
    elif step == "seller cancels":
        with suppress(OpenBookingError):  # nothing is left to cancel
            live_world.execute(CancelBySeller(order_id=OrderId(order)))
    else:
        body = {"orderIdentifier": order, "orderItemIdentifier": step.removeprefix("cancel ")}
        assert stage.cancel("booking", body).status in {204, 400}


def fresh(stage: Stage, question: str) -> Received:
    stage.live_world.answers.clear()
    return stage.get(question)


@settings(max_examples=60)
@given(st.lists(steps, min_size=1, max_size=12))
def test_an_answer_served_ready_equals_a_fresh_one_at_every_cliff(taken: list[TimeDelta | str]) -> None:
    stage = set_stage(TEXT)
    questions = [*QUESTIONS, f"/api/v2/orders/{stage.order('booking')}"]
    for step in taken:
        take(stage, step)
        served = [stage.get(question) for question in questions]
        assert served == [fresh(stage, question) for question in questions]


def test_two_addresses_never_share_a_ready_answer() -> None:
    stage = set_stage()
    first, second = (stage.get(QUESTIONS[0], host=host).json["id"] for host in (b"one.test", b"two.test"))
    assert (first.split("/")[2], second.split("/")[2]) == ("one.test", "two.test")


def test_a_flood_of_different_questions_keeps_no_more_than_a_bounded_number_of_answers() -> None:
    stage = set_stage()
    for number in range(1, 1200):
        stage.get(f"{QUESTIONS[0]}&page={number}")
    assert len(stage.live_world.answers) <= 512

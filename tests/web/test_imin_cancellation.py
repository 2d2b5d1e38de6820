import pytest
from whenever import TimeDelta

from tests.web.calling import Received, Stage, scenario, session, set_stage

ITEMS = "/api/v2/order-items?customerIdentifier=asha"
INSTANT = TimeDelta(nanoseconds=1)


def cancel(stage: Stage, item: str = "seat-1") -> Received:
    return stage.cancel("booking", {"orderIdentifier": stage.order("booking"), "orderItemIdentifier": item})


def statuses(stage: Stage) -> dict[str, str]:
    return {item["identifier"]: item["orderItemStatus"] for item in stage.get(ITEMS).json["imin:item"]}


def flags(stage: Stage) -> dict[str, bool]:
    return {item["identifier"]: item["imin:isPresentlyCancellable"] for item in stage.get(ITEMS).json["imin:item"]}


def test_a_204_is_pending_in_imins_own_namespace_and_then_cancelled_in_openactives() -> None:
    stage = set_stage()
    assert cancel(stage).status == 204
    assert statuses(stage)["seat-1"] == "https://imin.co/CustomerCancellationPending"
    assert flags(stage) == {"seat-1": False, "seat-2": True}
    stage.live_world.until_quiet()
    assert statuses(stage)["seat-1"] == "https://openactive.io/CustomerCancelled"
    assert flags(stage) == {"seat-1": False, "seat-2": True}


def test_a_refund_puts_a_second_receipt_at_the_head() -> None:
    stage = set_stage()
    order = f"/api/v2/orders/{stage.order('booking')}"
    (booked,) = stage.get(order).json["imin:receipt"]
    cancel(stage)
    stage.live_world.until_quiet()
    newest, oldest = stage.get(order).json["imin:receipt"]
    assert oldest == booked
    assert newest["dateCreated"] > booked["dateCreated"]
    assert newest["url"] != booked["url"]


def test_the_flag_and_the_patch_agree_just_before_at_and_just_after_the_deadline() -> None:
    deadline = TimeDelta(hours=58 - 24)
    for moment, allowed in ((deadline - INSTANT, True), (deadline, False), (deadline + INSTANT, False)):
        stage = set_stage()
        stage.live_world.advance_by(moment)
        assert flags(stage)["seat-1"] is allowed
        before = stage.state()
        answer = cancel(stage)
        assert answer.status == (204 if allowed else 400)
        if not allowed:
            assert (answer.rule, answer.json["@type"]) == ("cancel.window-closed", "CancellationNotPermittedError")
            assert answer.json["description"] == (
                "This booking can no longer be cancelled because it starts in less than 1 day."
            )
            assert stage.state() == before


def test_the_deadline_instant_counts_where_the_reading_says_so() -> None:
    stage = set_stage(scenario(readings={"deadline-instant": "allowed"}))
    stage.live_world.advance_by(TimeDelta(hours=34))
    assert flags(stage)["seat-1"] is True
    assert cancel(stage).status == 204


@pytest.mark.parametrize(
    ("reading", "status", "rule"), [("accepted", 204, None), ("refused", 400, "cancel.repeat-while-pending")]
)
def test_a_repeat_while_pending_changes_nothing_and_is_accepted_or_refused(
    reading: str, status: int, rule: str | None
) -> None:
    stage = set_stage(scenario(readings={"repeat-cancel-while-pending": reading}))
    cancel(stage)
    before = stage.state()
    answer = cancel(stage)
    assert (answer.status, answer.rule) == (status, rule)
    assert stage.state() == before


@pytest.mark.parametrize("reading", ["accepted", "refused"])
def test_a_repeat_after_the_cancellation_is_204_and_changes_nothing(reading: str) -> None:
    stage = set_stage(scenario(readings={"repeat-cancel-while-pending": reading}))
    cancel(stage)
    stage.live_world.until_quiet()
    before = stage.state()
    assert cancel(stage).status == 204
    assert stage.state() == before


def test_one_item_that_cannot_be_cancelled_keeps_the_other_from_it() -> None:
    offer = {"name": "Fixed", "price": "5.00 GBP", "cancellable": False}
    stage = set_stage(
        scenario(
            opportunities={"yoga": session(), "fixed": session(offer=offer)},
            orders={"booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "fixed"}}},
        )
    )
    assert flags(stage) == {"seat-1": True, "seat-2": False}
    cancelled = "https://openactive.io/CustomerCancelled"
    items = [
        {"type": "OrderItem", "id": stage.item_url("booking", seat), "orderItemStatus": cancelled}
        for seat in ("seat-1", "seat-2")
    ]
    before = stage.state()
    answer = stage.cancel("booking", {"type": "Order", "orderedItem": items})
    assert (answer.status, answer.rule) == (400, "cancel.offer-without-refund")
    assert stage.state() == before
    assert cancel(stage).status == 204


def test_sixteen_cancels_of_one_item_make_one_event() -> None:
    stage = set_stage()
    assert [cancel(stage).status for _ in range(16)] == [204] * 16
    names = [type(recorded.event).__name__ for recorded in stage.live_world.journal.read()]
    assert names.count("CancellationRequested") == 1

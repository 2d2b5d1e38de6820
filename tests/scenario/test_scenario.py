"""What a parsed scenario offers: its clock, readings, steps and expectations, and that parsing one is light."""

import subprocess
import sys
from typing import Any

import pytest
from whenever import Instant, TimeDelta

from mockserver.domain.readings import DEFAULT_READINGS, ReadingName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import CustomerId, OrderItemId
from mockserver.scenario import expectations as see
from mockserver.scenario.document import DEFAULT_EPOCH
from mockserver.scenario.scenario import parse_scenario
from mockserver.scenario.seed import ClockSetting, Frozen, Running, Stepping
from tests.scenario.writing import make_scenario, make_seed, make_text

EPOCH = Instant("2030-06-03T08:00:00Z")
ASHA = CustomerId("asha")
SEAT_1, SEAT_2 = OrderItemId("seat-1"), OrderItemId("seat-2")
NO_ANSWER = see.ExpectedAnswer()


def test_the_smallest_scenario_is_a_version_and_a_title() -> None:
    scenario = parse_scenario("version: 1\ntitle: Nothing\n", name="nothing")
    assert (scenario.name, scenario.title, scenario.about, scenario.timezone) == (
        "nothing",
        "Nothing",
        "",
        "Europe/London",
    )
    assert scenario.epoch == Instant.parse_iso(DEFAULT_EPOCH) == EPOCH
    assert scenario.clock == Frozen()
    assert scenario.readings == DEFAULT_READINGS
    assert scenario.text == "version: 1\ntitle: Nothing\n"
    assert scenario.seed(EPOCH).catalogue.orders == {}


def test_a_scenario_that_starts_now_has_no_epoch_of_its_own() -> None:
    assert make_scenario({"epoch": "now"}).epoch is None


@pytest.mark.parametrize(
    ("clock", "setting"),
    [
        ("frozen", Frozen()),
        ({"running": {"rate": 60}}, Running(rate=60)),
        ({"running": {}}, Running(rate=1)),
        ({"step": "PT1S"}, Stepping(by=TimeDelta(seconds=1))),
    ],
)
def test_a_clock_is_frozen_runs_or_steps(clock: object, setting: ClockSetting) -> None:
    assert make_scenario({"clock": clock}).clock == setting


@pytest.mark.parametrize("option", [404, "404"])
def test_an_option_that_looks_like_a_number_may_be_written_as_one(option: object) -> None:
    readings = make_scenario({"readings": {"unknown-order-item": option}}).readings
    assert readings[ReadingName.UNKNOWN_ORDER_ITEM] == "404"
    assert readings[ReadingName.LATE_REFUSAL] == "reverts"


def test_every_step_becomes_a_request_with_what_is_expected_of_it() -> None:
    error = "CancellationNotPermittedError"
    expect_all = {"status": 400, "rule": "cancel.window-closed", "error": error, "says": "too late"}
    when: list[dict[str, Any]] = [
        {"at": "+1m", "cancel": "seat-1", "of": "booking"},
        {"at": "+2m", "cancel": ["seat-1", "seat-2"], "of": "booking", "expect": expect_all, "drops": True},
        {"at": "+3m", "list_upcoming": "asha", "page": 2, "expect": {"seat-1": "CustomerCancelled"}, "total": 3, "pages": 1,
         "cancellable": {"seat-2": False}, "absent": ["racket"], "truncated": True},
        {"at": "+4m", "list_upcoming": "asha", "expect": 503},
        {"at": "+5m", "list_orders": "asha", "page": 1, "expect": ["match", "booking"], "total": 2, "pages": 1},
        {"at": "+6m", "list_orders": "asha", "expect": 400},
        {"at": "+7m", "get_order": "booking", "expect": {"seat-2": "OrderItemConfirmed"}},
        {"at": "+8m", "get_order": "booking", "expect": 200},
    ]  # fmt: skip
    seed = make_seed({"when": when})
    by_name = seed.catalogue.orders_by_name
    booking, match = by_name["booking"].id, by_name["match"].id
    upcoming: dict[str, Any] = {"customer_id": "asha", "page": None, "statuses": {}, "cancellable": {}, "absent": ()}
    unsaid: dict[str, Any] = {"total": None, "pages": None}
    history: dict[str, Any] = {"line": 0, "at": EPOCH, "customer_id": "asha"}
    refused = see.ExpectedAnswer(status=400, rule="cancel.window-closed", error=error, says="too late", lost=True)
    expected = [
        see.CancelStep(line=0, at=EPOCH, answer=NO_ANSWER, order_id=booking, item_ids=(SEAT_1,)),
        see.CancelStep(line=0, at=EPOCH, answer=refused, order_id=booking, item_ids=(SEAT_1, SEAT_2)),
        see.ListUpcomingStep(line=0, at=EPOCH, answer=see.ExpectedAnswer(cut=True), customer_id=ASHA, page=2,
                             statuses={SEAT_1: OrderItemStatus.CUSTOMER_CANCELLED}, cancellable={SEAT_2: False},
                             absent=(OrderItemId("racket"),), total=3, pages=1),
        see.ListUpcomingStep(line=0, at=EPOCH, answer=see.ExpectedAnswer(status=503), **upcoming, **unsaid),
        see.ListOrdersStep(answer=NO_ANSWER, page=1, order_ids=(match, booking), total=2, pages=1, **history),
        see.ListOrdersStep(answer=see.ExpectedAnswer(status=400), page=None, order_ids=None, **unsaid, **history),
        see.GetOrderStep(line=0, at=EPOCH, answer=NO_ANSWER, order_id=booking, statuses={SEAT_2: OrderItemStatus.CONFIRMED}),
        see.GetOrderStep(line=0, at=EPOCH, answer=see.ExpectedAnswer(status=200), order_id=booking, statuses={}),
    ]  # fmt: skip
    assert [step.at for step in seed.steps] == [EPOCH + TimeDelta(minutes=minute) for minute in range(1, 9)]
    for step, like in zip(seed.steps, expected, strict=True):
        assert type(step) is type(like)
        fields = {name: getattr(step, name) for name in step.__struct_fields__} | {"line": 0, "at": EPOCH}
        assert fields == {name: getattr(like, name) for name in like.__struct_fields__}


def test_steps_come_in_the_order_of_their_instants_and_then_of_the_file() -> None:
    when = [
        {"at": at, "get_order": order}
        for at, order in (("+2m", "match"), ("+1m", "match"), ("+2m", "booking"), ("+1m", "booking"))
    ]
    seed = make_seed({"when": when})
    names = {order.id: name for name, order in seed.catalogue.orders_by_name.items()}
    assert [names[step.order_id] for step in seed.steps] == ["match", "booking", "match", "booking"]  # type: ignore[union-attr]


def test_every_expectation_becomes_a_value() -> None:
    then: list[dict[str, Any]] = [
        {"item": "seat-1", "status": "CustomerCancelled", "view": "booking_system", "at": "+5m"},
        {"item": "seat-1", "status": "CustomerCancelled"},
        {"refunds": 1, "of": "booking", "amount": "6.50 GBP"},
        {"refunds": 0},
        {"emails": 1, "to": "asha"},
        {"emails": 2},
        {"feed_items": 3},
        {"receipts": 2, "of": "match"},
        {"event": "email_sent", "times": 4},
        {"event": "email_sent"},
    ]
    seed = make_seed({"then": then})
    by_name = seed.catalogue.orders_by_name
    lines = [expectation.line for expectation in seed.expectations]
    assert lines == sorted(set(lines))
    cancelled, at = OrderItemStatus.CUSTOMER_CANCELLED, EPOCH + TimeDelta(minutes=5)
    line = iter(lines)
    assert list(seed.expectations) == [
        see.ItemStatusExpected(
            line=next(line), at=at, item_id=SEAT_1, status=cancelled, view=see.Viewpoint.BOOKING_SYSTEM
        ),
        see.ItemStatusExpected(line=next(line), at=None, item_id=SEAT_1, status=cancelled, view=see.Viewpoint.IMIN),
        see.RefundsExpected(line=next(line), at=None, count=1, order_id=by_name["booking"].id, amount_minor=650),
        see.RefundsExpected(line=next(line), at=None, count=0, order_id=None, amount_minor=None),
        see.EmailsExpected(line=next(line), at=None, count=1, customer_id=ASHA),
        see.EmailsExpected(line=next(line), at=None, count=2, customer_id=None),
        see.FeedItemsExpected(line=next(line), at=None, count=3),
        see.ReceiptsExpected(line=next(line), at=None, count=2, order_id=by_name["match"].id),
        see.EventsExpected(line=next(line), at=None, event="email_sent", count=4),
        see.EventsExpected(line=next(line), at=None, event="email_sent", count=1),
    ]


def test_a_step_knows_the_line_that_says_it() -> None:
    text = make_text({"when": [{"at": "+1m", "get_order": "booking"}]})
    (step,) = parse_scenario(text, name="made").seed(EPOCH).steps
    assert text.splitlines()[step.line - 1 : step.line + 1] == ["  {", '   "at": "+1m",']


def test_a_good_scenario_is_parsed_without_what_only_a_faulty_one_needs() -> None:
    program = (
        "import sys; from mockserver.scenario.scenario import parse_scenario;"
        "parse_scenario(sys.stdin.read(), name='made');"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'jsonschema', 'difflib', 'pydantic', 'referencing'}))"
    )
    ran = subprocess.run([sys.executable, "-c", program], input=make_text(), capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""

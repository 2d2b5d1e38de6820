"""Every mistake that a scenario's author can make, and what is said about it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockserver.foundation.limits import FAULTS_TOLD
from mockserver.scenario.faults import Fault, ScenarioFaults, show, spell
from mockserver.scenario.scenario import Scenario, parse_scenario
from tests.scenario.mistakes import MISTAKES, SERIES, STATE, UPCOMING, WHEN
from tests.scenario.writing import complaints, faults_of, make_document, make_text


@pytest.mark.parametrize(
    ("changes", "says"), MISTAKES, ids=lambda value: None if isinstance(value, dict) else str(value)[:60]
)
def test_a_single_mistake_is_told_once_and_precisely(changes: dict[str, Any], says: str) -> None:
    assert complaints(changes) == [says]


def test_a_name_that_a_series_also_makes_is_taken() -> None:
    series = {"opportunities/swim": SERIES, "opportunities/swim-2": SERIES | {"repeats": {"times": 1}}}
    assert complaints(series | {"opportunities/swim-2": SERIES | {"name": "x"}}) == [
        'opportunities.swim-2: "swim-2" is also the name of one of a series'
    ]
    many = {"customer": "asha", "for_each": {"place": "swim"}}
    single = {"customer": "asha", "items": {"other": "yoga"}}
    assert complaints({"opportunities/swim": SERIES, "orders/many": many, "orders/many-3": single}) == [
        'orders.many-3: "many-3" is also the name of one of a series'
    ]


def test_two_orders_cannot_have_one_identifier() -> None:
    uuid = "7d0c4c1e-52a1-4a0e-9a6b-0f6a3c7d8e21"
    assert complaints({"orders/booking/identifier": uuid, "orders/match/identifier": uuid}) == [
        f'orders.match.identifier: "{uuid}" already is the identifier of "booking"'
    ]


def test_an_item_of_another_order_may_be_cancelled_where_a_refusal_is_expected() -> None:
    parse_scenario(make_text({"when": [WHEN | {"cancel": "racket", "expect": 400}]}), name="made")
    parse_scenario(make_text({"when": [WHEN | {"cancel": "racket", "expect": {"status": 404}}]}), name="made")


def test_a_canned_body_may_hold_nothing_but_no_key_of_ours_may() -> None:
    body = {"imin/api/cancel/respond": {"body": {"error": None}}}
    parse_scenario(make_text({f"{STATE}/{path}": value for path, value in body.items()}), name="made")
    hint = "(leave the key out, or say what it is)"
    assert complaints({"orders": None}) == [f"orders: this has no value {hint}"]
    assert complaints({"when": [WHEN | {"expect": None}]}) == [f"when[0].expect: this has no value {hint}"]


TWELVE = """\
version: 1
title: Twelve mistakes
abuot: a key that is not there
epoch: 2030-06-03
sellers: {riverside: {name: Riverside Leisure}}
customers: {asha: {given_name: Asha, family_name: Patel, email: nobody}}
opportunities:
  yoga: {type: Class, seller: riversid, name: Yoga, starts: tomorrow}
orders:
  booking: {customer: bob, items: {seat-1: yga}}
  booking: {customer: asha, items: {seat-3: yoga}}
behaviour:
  states:
    obliging:
      booking_system: {answers: perhaps}
      after: {PT10M: grumpy}
when:
  - {at: +1m, cancel: seat-2, of: booking, expect: 204}
"""


def test_a_file_with_twelve_mistakes_is_told_all_twelve_in_the_order_of_its_lines() -> None:
    faults = faults_of(TWELVE)
    assert [(fault.line, fault.column, fault.path) for fault in faults] == [
        (3, 1, "abuot"),
        (4, 8, "epoch"),
        (6, 65, "customers.asha.email"),
        (8, 16, "opportunities.yoga.type"),
        (8, 31, "opportunities.yoga.seller"),
        (8, 61, "opportunities.yoga.starts"),
        (10, 23, "orders.booking.customer"),
        (10, 44, "orders.booking.items.seat-1"),
        (11, 3, "orders.booking"),
        (15, 33, "behaviour.states.obliging.booking_system.answers"),
        (16, 22, "behaviour.states.obliging.after.PT10M"),
        (18, 23, "when[0].cancel"),
    ]
    assert [fault.file for fault in faults] == ["made.yaml"] * 12


def test_of_a_file_that_is_all_faults_as_many_are_told_as_anybody_reads() -> None:
    hostile = "version: 1\ntitle: x\nabout: &a x\nwhen: [" + "*a, " * 100_000 + "]"
    misspelt = "version: 1\ntitle: x\n" + "".join(f"title{number}: x\n" for number in range(10_000))
    twice = "version: 1\n" + "title: x\n" * 10_000
    assert [len(faults_of(text)) for text in (hostile, misspelt, twice)] == [FAULTS_TOLD] * 3
    orders = "version: 1\ntitle: x\norders:\n" + "".join(f"  o{n}: {{custmer: x}}\n" for n in range(1000))
    assert [fault.line for fault in faults_of(orders)] == list(range(4, 104))


def test_the_faults_of_a_scenario_can_be_printed_as_they_are() -> None:
    with pytest.raises(ScenarioFaults) as caught:
        parse_scenario("version: 1\ntitle: x\nepoch: soon\n", name="made", file="scenarios/made.yaml")
    hint = "write 2030-06-03T09:00:00+01:00 or now"
    assert str(caught.value) == f'scenarios/made.yaml:3:8: epoch: "soon" is not an epoch ({hint})'


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a\nb", '"a\\nb"'), (None, "nothing"), (True, "true"), ([1], "a list"), (("x",), "a list"), (1.5, "1.5")],
)
def test_a_value_is_shown_on_one_line(value: object, shown: str) -> None:
    assert show(value) == shown


def test_a_name_that_is_at_fault_itself_is_never_suggested() -> None:
    seller = {"name": "Riverside"}
    says = complaints({"sellers": {"riverside\n": seller, "r" * 70: seller}, "opportunities/court/seller": "riverside"})
    assert {line for line in says if "no seller" in line} == {
        'opportunities.yoga.seller: there is no seller "riverside"',
        'opportunities.court.seller: there is no seller "riverside"',
        'opportunities.spin.seller: there is no seller "riverside"',
    }


def test_a_path_is_spelled_as_a_reader_writes_it() -> None:
    assert spell(("timeline", 0, "do", 2, "order")) == "timeline[0].do[2].order"
    assert spell(()) == ""
    assert spell(("a\nb",)) == "a\\nb"


def parses_or_tells(text: str) -> None:
    """Anything but a scenario or its faults would be a traceback for the author."""
    try:
        parsed: Scenario | tuple[Fault, ...] = parse_scenario(text, name="any")
    except ScenarioFaults as faulty:
        parsed = faulty.faults
    assert parsed
    if isinstance(parsed, tuple):
        assert all(fault.line >= 1 and fault.column >= 1 and "\n" not in str(fault) for fault in parsed)


@given(st.text())
def test_any_text_is_a_scenario_or_has_faults(text: str) -> None:
    parses_or_tells(text)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
    ["yoga", "booking", "seat-1", "seat-2", "asha", "riverside", "obliging", "+1h", "+9999999d", "PT0S", "P1D", "now", "x-1"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in parts for found in [(*path, key), *_places(each, (*path, key))]]


RICH = make_document(
    {
        "opportunities/swim": SERIES,
        "orders/many": {"customer": "asha", "for_each": {"place": "swim"}},
        "clock": {"running": {"rate": 60}},
        "readings": {"late-refusal": "reverts"},
        STATE: {
            "booking_system": {"answers": "refuse", "after": {"reads": 2}, "items": {"seat-1": {"answers": "confirm"}}},
            "imin": {"api": {"cancel": {"respond": {"status": 503, "headers": {"Retry-After": 2}}, "times": 1}}},
            "on": [{"event": "email_sent", "where": {"item": "seat-1"}, "do": {"do": "attended", "order": "match"}}],
            "after": {"PT1M": "obliging"},
            "at": {"+1h": {"do": [{"do": "enter", "state": "obliging"}]}},
        },
        "timeline": [
            {"at": "+1h", "do": "seller_cancels", "order": "booking", "items": ["seat-1"]},
            {"at": "+1h", "do": "seller_replaces", "order": "booking", "items": ["seat-1"], "by": "spin"},
        ],
        "when": [WHEN, UPCOMING | {"expect": {"seat-1": "CustomerCancelled"}}],
        "then": [
            {"refunds": 1, "of": "booking", "amount": "6.50 GBP"},
            {"item": "seat-1", "status": "CustomerCancelled"},
        ],
    }
)
PLACES = _places(RICH)


@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4))
def test_a_good_document_with_anything_put_anywhere_is_a_scenario_or_has_faults(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    document: Any = yaml.safe_load(yaml.safe_dump(RICH))
    for path, value in changes:
        place = document
        for key in path[:-1]:
            place = place[key] if isinstance(place, dict) and key in place else None
        if isinstance(place, dict):
            place[path[-1]] = value
    parses_or_tells(yaml.safe_dump(document, allow_unicode=True))


def test_the_rich_document_of_the_property_above_is_good() -> None:
    parse_scenario(yaml.safe_dump(RICH), name="rich")


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml")), ids=lambda path: path.stem
)
def test_every_scenario_of_the_project_parses(path: Path) -> None:
    assert parse_scenario(path.read_text(encoding="utf-8"), name=path.stem).title

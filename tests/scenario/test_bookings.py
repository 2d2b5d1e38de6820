"""What a document's sellers, customers, opportunities and orders become, and what is made up for them."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant, ItemizedDelta, TimeDelta

from mockserver.domain.catalogue import OpportunityKind
from mockserver.scenario.document import DEFAULT_EPOCH
from mockserver.scenario.faults import MisfitError
from tests.scenario.writing import make_scenario, make_seed

SWIM = {
    "type": "Slot",
    "seller": "riverside",
    "name": "Swim",
    "starts": "+1d",
    "repeats": {"times": 137, "every": "P1D"},
}
MANY = {"customer": "asha", "placed": "-3d", "for_each": {"place": "swim"}}
LARGE = {"opportunities/swim": SWIM, "orders/many": MANY}


def test_a_terse_opportunity_gets_sensible_british_defaults() -> None:
    yoga = make_seed().catalogue.opportunities["yoga"]  # type: ignore[index]
    assert yoga.kind is OpportunityKind.SCHEDULED_SESSION
    assert yoga.starts.format_iso() == "2030-06-05T19:00:00+01:00[Europe/London]"
    assert (yoga.lasts, yoga.capacity) == (TimeDelta(hours=1), 20)
    assert yoga.source_id == "https://data.riverside.example/api/scheduled-sessions/yoga"
    assert (yoga.place.name, yoga.place.country) == ("Riverside Leisure Centre", "GB")
    assert yoga.place.url == f"https://data.riverside.example/venues/{yoga.place.identifier}"
    assert (yoga.offer.name, yoga.offer.price_minor, yoga.offer.currency) == ("Adult", 650, "GBP")
    assert yoga.offer.allow_customer_cancellation_full_refund is True
    assert yoga.offer.latest_cancellation_before_start is None


def test_what_the_file_says_of_a_place_is_kept() -> None:
    place = {"name": "Pool", "street": "1 Quay", "locality": "Bath", "region": "Somerset", "postcode": "BA1 1AA", "country": "GB",
             "latitude": 0, "longitude": 0.5, "identifier": "311"}  # fmt: skip
    pool = make_seed({"opportunities/yoga/place": place}).catalogue.opportunities["yoga"].place  # type: ignore[index]
    assert (pool.name, pool.street_address, pool.locality, pool.region) == ("Pool", "1 Quay", "Bath", "Somerset")
    assert (pool.postal_code, pool.latitude, pool.longitude, pool.identifier) == ("BA1 1AA", 0, 0.5, "311")


def test_all_opportunities_of_a_seller_share_its_venue_unless_they_name_another() -> None:
    opportunities = make_seed({"opportunities/spin/place": {"name": "Annexe"}}).catalogue.opportunities
    yoga, court, spin = (opportunities[name].place for name in ("yoga", "court", "spin"))  # type: ignore[index]
    assert (spin.name, spin.identifier) == ("Annexe", "spin")
    assert yoga.identifier != spin.identifier
    assert yoga.locality == spin.locality
    assert court.name == "Lakeside Sports Centre"


@pytest.mark.parametrize(
    ("cancellable", "flag", "window"),
    [
        (True, True, None),
        (False, False, None),
        ("unstated", None, None),
        ({"until": "P1D"}, True, ItemizedDelta(days=1)),
        ({"until": "P1M"}, True, ItemizedDelta(months=1)),
    ],
)
def test_an_offer_is_cancellable_as_the_file_says(
    cancellable: object, flag: bool | None, window: ItemizedDelta | None
) -> None:
    offer = make_seed({"opportunities/yoga/offer": {"cancellable": cancellable}}).catalogue.opportunities["yoga"].offer  # type: ignore[index]
    assert offer.allow_customer_cancellation_full_refund is flag
    assert offer.latest_cancellation_before_start == window


def test_an_items_own_offer_is_laid_over_the_opportunitys() -> None:
    changes = {
        "opportunities/yoga/offer": {"name": "Adult", "price": "8 GBP", "cancellable": {"until": "P2D"}},
        "orders/booking/items": {
            "seat-1": {"of": "yoga", "attendee": "Ben Patel", "offer": {"name": "Junior", "price": "4.50 GBP"}},
            "seat-2": {"of": "yoga", "offer": {"cancellable": False}},
            "seat-3": {"of": "yoga"},
        },
    }
    items = make_seed(changes).catalogue.items
    junior, strict, plain = (items[f"seat-{number}"] for number in (1, 2, 3))  # type: ignore[index]
    assert (junior.attendee, junior.offer.name, junior.offer.price_minor) == ("Ben Patel", "Junior", 450)
    assert junior.offer.latest_cancellation_before_start == ItemizedDelta(days=2)
    assert (strict.offer.name, strict.offer.price_minor) == ("Adult", 800)
    assert strict.offer.allow_customer_cancellation_full_refund is False
    assert plain.offer is plain.opportunity.offer
    assert junior.offer.id != plain.offer.id


def test_a_customer_and_an_item_are_called_what_the_file_calls_them() -> None:
    catalogue = make_seed().catalogue
    assert set(catalogue.customers) == {"asha"}
    assert set(catalogue.items) == {"seat-1", "seat-2", "racket"}


def test_a_customer_may_have_another_identifier_than_its_name() -> None:
    seed = make_seed(
        {
            "customers/asha/identifier": "kT7pQw2LxN",
            "then": [{"emails": 0, "to": "asha"}],
            "when": [{"at": "+1m", "list_orders": "asha"}],
        }
    )
    assert set(seed.catalogue.customers) == {"kT7pQw2LxN"}
    assert {order.customer_id for order in seed.catalogue.orders.values()} == {"kT7pQw2LxN"}
    assert seed.steps[0].customer_id == "kT7pQw2LxN"  # type: ignore[union-attr]
    assert seed.expectations[0].customer_id == "kT7pQw2LxN"  # type: ignore[union-attr]


def test_an_order_has_the_uuid_that_the_file_gives_it() -> None:
    uuid = "7d0c4c1e-52a1-4a0e-9a6b-0f6a3c7d8e21"
    assert make_seed({"orders/booking/identifier": uuid}).catalogue.orders_by_name["booking"].id == uuid


def test_made_up_identifiers_are_uuids_and_follow_the_seed() -> None:
    first, again, other = (make_seed({"seed": seed}).catalogue.orders_by_name["booking"] for seed in (1, 1, 2))
    assert str(UUID(first.id)) == first.id
    assert first == again
    assert first.id != other.id
    assert first.confirmation_number != other.confirmation_number
    assert first.receipt_number != other.receipt_number


@given(st.sets(st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True), max_size=4))
def test_adding_orders_never_changes_anothers_identifiers(names: set[str]) -> None:
    def made(changes: dict[str, Any]) -> list[tuple[str, str, int]]:
        by_name = make_seed(changes).catalogue.orders_by_name
        return [
            (by_name[n].id, by_name[n].confirmation_number, by_name[n].receipt_number) for n in ("booking", "match")
        ]

    added = {f"orders/x-{name}": {"customer": "asha", "items": {f"item-{name}": "yoga"}} for name in names}
    assert made(added) == made({})


def test_an_opportunity_that_repeats_becomes_many_along_the_calendar() -> None:
    opportunities = make_seed(LARGE).catalogue.opportunities
    assert "swim" not in opportunities
    assert len([name for name in opportunities if name.startswith("swim-")]) == 137
    assert opportunities["swim-1"].starts.format_iso() == "2030-06-04T09:00:00+01:00[Europe/London]"  # type: ignore[index]
    last = opportunities["swim-137"]  # type: ignore[index]
    assert last.starts.format_iso() == "2030-10-18T09:00:00+01:00[Europe/London]"
    assert last.source_id == "https://data.riverside.example/api/slots/swim-137"


def test_a_repetition_keeps_its_local_time_when_the_clocks_change() -> None:
    daily = SWIM | {"starts": "2030-10-26T09:00:00+01:00", "repeats": {"times": 2, "every": "P1D"}}
    after = make_seed({"opportunities/swim": daily}).catalogue.opportunities["swim-2"]  # type: ignore[index]
    assert after.starts.format_iso() == "2030-10-27T09:00:00+00:00[Europe/London]"
    spring = SWIM | {"starts": "2030-03-30T09:00:00Z", "repeats": {"times": 2, "every": "P1D"}}
    after = make_seed({"opportunities/swim": spring}).catalogue.opportunities["swim-2"]  # type: ignore[index]
    assert after.starts.format_iso() == "2030-03-31T09:00:00+01:00[Europe/London]"


def test_for_each_makes_one_order_of_one_item_for_each_repetition_a_minute_apart() -> None:
    orders = make_seed(LARGE).catalogue.orders_by_name
    first, last = orders["many-1"], orders["many-137"]
    assert [item.id for item in first.items] == ["place-1"]
    assert last.items[0].opportunity.id == "swim-137"
    assert first.placed_at == Instant("2030-05-31T08:00:00Z")
    assert last.placed_at - first.placed_at == TimeDelta(minutes=136)
    assert len({order.id for order in orders.values()}) == 139


def test_a_scenario_is_built_once_for_its_own_epoch_and_anew_for_another() -> None:
    scenario = make_scenario()
    assert scenario.epoch is not None
    assert scenario.seed(scenario.epoch) is scenario.seed(scenario.epoch)
    later = scenario.seed(scenario.epoch + TimeDelta(hours=1))
    assert later.catalogue.opportunities["yoga"].starts.format_iso() == "2030-06-05T20:00:00+01:00[Europe/London]"  # type: ignore[index]
    assert set(later.catalogue.orders) == set(scenario.seed(scenario.epoch).catalogue.orders)


def test_a_scenario_that_starts_now_can_be_looked_at_as_of_the_default_epoch() -> None:
    assert make_scenario({"epoch": "now"}).sample.epoch == Instant.parse_iso(DEFAULT_EPOCH)


def test_an_epoch_at_which_the_scenario_falls_out_of_the_calendar_is_refused() -> None:
    with pytest.raises(MisfitError, match="is no instant of the calendar"):
        make_scenario({"epoch": "now"}).seed(Instant("9999-12-31T00:00:00Z"))

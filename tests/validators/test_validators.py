"""What the Booking System says passes the standard's own validators: every change of every shipped scenario, and every error."""

from typing import Any

import pytest

from mockserver.web.openactive import STATUS_OF_TYPE
from tests.library import NAMES
from tests.validators.judging import failures
from tests.validators.saying import every_error, every_publication, of_every_form, walked

BOOKING_JSON = "application/vnd.openactive.booking+json; version=1"
ORDERS_FEED, ERROR = "OrdersFeed", "OpenBookingError"
REFERENCE = {"@type": "ScheduledSession", "@id": "https://data.riverside.example/api/scheduled-sessions/yoga"}


@pytest.fixture(scope="module")
def publications() -> list[tuple[str, Any]]:
    found = list(every_publication())
    assert len(found) > len(NAMES)
    return found


def every_type() -> list[tuple[str, Any]]:
    """An error of each type, with its status."""
    return [
        (kind, {"@context": "https://openactive.io/", "@type": kind, "statusCode": status, "description": "x"})
        for kind, status in STATUS_OF_TYPE.items()
    ]


def in_mode(mode: str, bodies: list[tuple[str, Any]]) -> list[Any]:
    assert bodies
    return [{"name": name, "mode": mode, "body": body} for name, body in bodies]


@pytest.mark.exhaustive
def test_the_standards_validators_find_no_fault_with_what_the_booking_system_says(
    publications: list[tuple[str, Any]],
) -> None:
    errors = [(case, answer.json) for case, answer in every_error()]
    forms = [each for option in ("iri", "data") for each in of_every_form(option)]
    pages = [page for name in NAMES for page in walked(name)]
    assert sum(bool(page["json"]["items"]) for page in pages) > 5
    wrong = {**publications[0][1], "orderedItem": [{**publications[0][1]["orderedItem"][0], "orderedItem": REFERENCE}]}
    nameless = {"@context": "https://openactive.io/", "@type": "NonesuchError", "description": "x"}
    public = {**pages[0], "name": "a public page", "walk": "a public page", "cacheControl": "public, max-age=3600"}
    bodies = [
        *in_mode(ORDERS_FEED, [*publications, *forms, ("a reference", wrong)]),
        *in_mode(ERROR, [*errors, *every_type(), ("an unknown error", nameless)]),
    ]
    found = failures(bodies, [*pages, public])
    # That these three are found shows that the validators look, and by the rules that are meant.
    assert "missing_required_field" in "".join(found.pop("a reference"))
    assert "wrong_base_type" in "".join(found.pop("an unknown error"))
    assert found.pop("a public page")
    assert {name: each for name, each in found.items() if each} == {}


def test_every_error_of_the_booking_system_has_a_type_of_the_standard_and_its_status() -> None:
    for case, answer in every_error():
        assert answer.header("content-type") == BOOKING_JSON, case
        kind = answer.json["@type"]
        assert answer.status == STATUS_OF_TYPE.get(kind, answer.status), case
        assert kind in STATUS_OF_TYPE or kind == "OpenBookingError", case


def test_the_standard_has_fifty_one_types_of_errors() -> None:
    assert len(STATUS_OF_TYPE) == 51

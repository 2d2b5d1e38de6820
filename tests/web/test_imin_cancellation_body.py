from collections.abc import Callable
from typing import Any

import pytest

from tests.web.calling import Stage, scenario, set_stage
from tests.web.wrong_bodies import WRONG_BODIES, identifiers_form, order_form


@pytest.fixture
def stage() -> Stage:
    orders = {
        "booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "yoga"}},
        "other": {"customer": "asha", "items": {"seat-9": "yoga"}},
    }
    return set_stage(scenario(orders=orders))


FORMS: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "unprefixed": lambda stage: order_form(stage, "seat-1"),
    "prefixed": lambda stage: order_form(stage, "seat-1", prefix="@"),
    "identifiers": identifiers_form,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reading", ["any", *FORMS])
def test_each_reading_of_the_body_takes_its_own_form_and_any_takes_all(form: str, reading: str) -> None:
    stage = set_stage(scenario(readings={"patch-body": reading}))
    before = stage.state()
    answer = stage.cancel("booking", FORMS[form](stage))
    if reading in {"any", form}:
        assert (answer.status, answer.body, answer.header("content-type")) == (204, b"", None)
        assert stage.state() != before
    else:
        assert (answer.status, answer.rule) == (400, "body.not-a-cancellation")
        assert "this mock is set to take" in answer.json["description"].lower()
        assert stage.state() == before


def test_several_items_are_cancelled_in_one_request(stage: Stage) -> None:
    assert stage.cancel("booking", order_form(stage, "seat-1", "seat-2")).status == 204
    order = stage.get(f"/api/v2/orders/{stage.order('booking')}").json
    assert {item["orderItemStatus"] for item in order["orderedItem"]} == {"https://imin.co/CustomerCancellationPending"}


def test_context_and_namespaced_names_may_stand_in_the_body(stage: Stage) -> None:
    body = order_form(stage, "seat-1")
    body |= {"@context": ["https://openactive.io/", {"x": 1}], "imin:note": "hi"}
    body["orderedItem"][0] |= {"@context": "https://openactive.io/", "ext:why": None}
    assert stage.cancel("booking", body).status == 204


@pytest.mark.parametrize(
    "address", ["http://mock.test", "https://book.imin.co", "http://localhost:1", "https://[::1]:9"]
)
def test_an_items_url_counts_whatever_address_it_was_read_at(stage: Stage, address: str) -> None:
    body = order_form(stage, "seat-1")
    body["orderedItem"][0]["id"] = stage.item_url("booking", "seat-1", address)
    assert stage.cancel("booking", body).status == 204


@pytest.mark.parametrize("what", WRONG_BODIES)
def test_a_wrong_body_is_refused_with_its_rule_and_words_and_nothing_changes(what: str, stage: Stage) -> None:
    body, rule, kind, words = WRONG_BODIES[what]
    before = stage.state()
    answer = stage.cancel("booking", body(stage) if callable(body) else body)
    assert (answer.status, answer.rule, answer.json["@type"]) == (400, rule, kind)
    assert answer.json["description"].startswith(words)
    assert list(answer.json) == ["@context", "@type", "description"]
    assert answer.header("x-imin-mock-fault") is None
    assert stage.state() == before


@pytest.mark.parametrize("what", ["an unknown item", "a foreign item under this order", "identifiers: a foreign item"])
def test_an_item_that_the_order_does_not_hold_is_404_where_the_reading_says_so(what: str) -> None:
    orders = {
        "booking": {"customer": "asha", "items": {"seat-1": "yoga"}},
        "other": {"customer": "asha", "items": {"seat-9": "yoga"}},
    }
    stage = set_stage(scenario(orders=orders, readings={"unknown-order-item": "404"}))
    body, rule, kind, _ = WRONG_BODIES[what]
    answer = stage.cancel("booking", body(stage))
    assert (answer.status, answer.rule, answer.json["@type"]) == (404, rule, kind)


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        (None, 204),
        ("application/json", 204),
        ("Application/JSON; charset=utf-8", 204),
        ("application/vnd.openactive.booking+json; version=1", 204),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/jsonx", 415),
        (";", 415),
        ("text/\u00fc" + "x" * 5000, 415),
    ],
)
def test_a_patch_is_json_by_its_media_type(stage: Stage, media_type: str | None, status: int) -> None:
    before = stage.state()
    headers = [] if media_type is None else [(b"content-type", media_type.encode("latin-1"))]
    answer = stage.cancel("booking", identifiers_form(stage), headers=headers)
    assert answer.status == status
    if status == 415:
        assert answer.rule == "body.media-type"
        assert answer.header("accept-patch") == "application/json, application/vnd.openactive.booking+json"
        assert len(answer.body) < 500
        assert stage.state() == before


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_ten_megabytes_is_413_and_changes_nothing(stage: Stage, *, announced: bool) -> None:
    before = stage.state()
    body = b'{"x": "' + b"a" * 10_000_000 + b'"}'
    headers = [(b"content-length", b"%d" % len(body))] if announced else []
    answer = stage.cancel("booking", body, headers=headers)
    assert (answer.status, answer.rule) == (413, "body.too-large")
    wanted = "The body is larger than 1,048,576 bytes; the setting --body-limit allows more."
    assert answer.json["description"] == wanted
    assert answer.header("connection") is None  # what still comes is let go by
    assert stage.state() == before


@pytest.mark.parametrize("length", [b"9" * 4000, "\u00b2".encode("latin-1"), b"-1", b"abc"])
def test_the_body_counts_as_it_arrives_whatever_length_was_announced(stage: Stage, length: bytes) -> None:
    assert stage.cancel("booking", identifiers_form(stage), headers=[(b"content-length", length)]).status == 204

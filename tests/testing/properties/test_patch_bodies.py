"""Drawn PATCH bodies: each is answered as it says, and each thing that can be wrong is refused by its own rule."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.client.channel import Response
from mockserver.domain.rules import Rule
from mockserver.testing import Mock, MockError, World
from mockserver.testing.properties import Drawn, PatchBody, answer_due, patch_bodies, scenarios
from mockserver.testing.properties.patch_bodies import CHANGES

ROOMY = settings(
    database=None, derandomize=True, max_examples=600, deadline=None, suppress_health_check=list(HealthCheck)
)


def sent(mock: Mock, world: World, patch: PatchBody) -> Response:
    headers = [(b"x-api-key", world.api_key.encode()), (b"content-type", b"application/json")]
    return mock.send("PATCH", patch.target, headers, patch.body)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(drawn=scenarios(api_faults=False), data=st.data())
def test_imin_answers_what_the_body_says_is_due(drawn: Drawn, data: st.DataObject) -> None:
    with Mock(coverage=False) as mock:
        mock.add_scenario("drawn", drawn.text)
        world = mock.world("drawn")
        for _ in range(3):
            patch = data.draw(patch_bodies(world))
            answer = sent(mock, world, patch)
            rule = answer.header(b"x-imin-mock-rule")
            assert (answer.status, rule) == (patch.due.status, patch.due.rule), patch


_FORM, _EXTRA, _STATUS = Rule.BODY_NOT_A_CANCELLATION, Rule.BODY_EXCESSIVE_PROPERTIES, Rule.BODY_STATUS_NOT_ALLOWED
REFUSED: dict[str, Rule | None] = {
    "the two identifiers": None,
    "without @context": None,
    "a prefixed key more": None,
    "one item of another order": Rule.CANCEL_UNKNOWN_ITEM,
    "the URL of another order": Rule.BODY_ITEM_ID,
    "an unknown item": Rule.CANCEL_UNKNOWN_ITEM,
    "a bare identifier as id": Rule.BODY_ITEM_ID,
    "an id that is a number": Rule.BODY_ITEM_ID,
    "an item without id": _FORM,
    "both forms of the key": _FORM,
    "an item without type": _FORM,
    "another type of item": Rule.BODY_ORDER_TYPE,
    "another type of order": Rule.BODY_ORDER_TYPE,
    "without type": _FORM,
    "the seller's status": _STATUS,
    "a status without namespace": _STATUS,
    "without status": _STATUS,
    "a key too many": _EXTRA,
    "an item's key too many": _EXTRA,
    "an item twice": Rule.BODY_ITEM_TWICE,
    "no items": Rule.BODY_NO_ITEMS,
    "items that are no list": _FORM,
    "an item that is text": _FORM,
    "without orderedItem": _FORM,
    "identifiers of another order": Rule.BODY_ORDER_MISMATCH,
    "an identifier of another order's item": Rule.CANCEL_UNKNOWN_ITEM,
    "one identifier only": _FORM,
    "an empty identifier": _FORM,
    "identifiers and a key": _EXTRA,
    "a list": Rule.BODY_NOT_JSON,
    "no JSON": Rule.BODY_NOT_JSON,
    "nothing": Rule.BODY_NOT_JSON,
    "unknown order": Rule.ORDER_UNKNOWN,
}
"""What a change must lead to where nothing else is wrong."""


def test_every_change_is_drawn_and_leads_to_the_refusal_that_it_is_for() -> None:
    due: dict[str, Rule | None] = {}
    with Mock() as mock:
        world = mock.world("happy-path")

        @ROOMY
        @given(patch_bodies(world))
        def note(patch: PatchBody) -> None:
            due[patch.made] = patch.due.rule

        note()
    assert due.pop("good") is None
    assert due == REFUSED
    assert set(CHANGES) == set(REFUSED)


def test_asking_what_is_due_changes_nothing() -> None:
    with Mock() as mock:
        world = mock.world("happy-path")
        order = world.order("booking")
        before = world.snapshot()
        body = f'{{"orderIdentifier": "{order.identifier}", "orderItemIdentifier": "seat-1"}}'.encode()
        assert answer_due(world, order.identifier, body).status == 204
        assert world.snapshot() == before


def test_a_world_that_cannot_be_judged_says_so() -> None:
    with Mock() as mock:
        mock.add_scenario("empty", "{version: 1, title: Nothing is booked}")
        with pytest.raises(MockError, match="no order to cancel"):
            patch_bodies(mock.world("empty"))
        faulty = mock.world("service-unavailable-then-fine")
        with pytest.raises(MockError, match="api_faults=False"):
            answer_due(faulty, faulty.orders[0].identifier, b"{}")
        far = Mock.at(mock.url).world("happy-path")
        with pytest.raises(MockError, match="in this process"):
            patch_bodies(far)

"""The operations of the Booking System's face, as the one table that routes and document are made of, and the document."""

from typing import Any

import mockserver
from mockserver.domain.commands import Command
from mockserver.engine.live_world import LiveWorld
from mockserver.web.answers import Answer, empty_answer
from mockserver.web.booking_system_api.actions import Action, command_of
from mockserver.web.booking_system_api.deeds_by_name import NamedDeed, command_of_named, named_deed
from mockserver.web.booking_system_api.errors import BOOKING_JSON
from mockserver.web.booking_system_api.feed import AFTER_CHANGE_NUMBER, FEED_PATH, read_page
from mockserver.web.booking_system_api.schemas import ACTION, ACTION_EXAMPLES, ERROR, FEED_PAGE, PROBLEM
from mockserver.web.decoder import decode_json, query_of
from mockserver.web.openapi_document import openapi_document
from mockserver.web.operation import Call, DescribedOperation, Operation, OperationOutcome, RefusalError, RequestBody

BOOKING_TYPES = ("application/json", "application/vnd.openactive.booking+json")


def act(live_world: LiveWorld, call: Call) -> Answer:
    """A Seller does something inside the Booking System."""
    live_world.catch_up()
    live_world.execute(command_said(live_world, call.body))
    return empty_answer()


def command_said(live_world: LiveWorld, said: Action | NamedDeed) -> Command:
    """The command that an action means in this world, in whichever words. *Raises* :class:`RefusalError`."""
    return command_of_named(live_world, said) if isinstance(said, NamedDeed) else command_of(live_world.world, said)


def action_body(media_types: tuple[str, ...]) -> RequestBody:
    """A body that is an action of the test interface, or of a scenario's vocabulary."""
    return RequestBody(decode=_action, shape=ACTION, media_types=media_types, examples=ACTION_EXAMPLES)


def _action(body: bytes) -> Action | NamedDeed:
    told: Any = decode_json(body, Any) if b'"do"' in body else None
    if isinstance(told, dict) and "do" in told:
        return named_deed(told, body)
    try:
        return decode_json(body, Action)
    except RefusalError as refusal:
        if "missing required field `@type`" not in refusal.detail:
            raise
        hint = f'{refusal.detail} Or say what is done as a scenario does: {{"do": "seller_cancels", "order": ...}}.'
        raise RefusalError(refusal.status, refusal.kind, hint, rule=refusal.rule) from None


def _error(says: str, **more: Any) -> OperationOutcome:
    return OperationOutcome(says=says, shape=ERROR, media_type=BOOKING_JSON, **more)


PATHS: dict[str, dict[str, DescribedOperation[LiveWorld]]] = {
    FEED_PATH: {
        "GET": Operation(
            id="readOrdersFeed",
            summary="A page of the OrdersFeed",
            about="RPDE 1.0 with an incrementing unique change number. Each order stands once, at its newest place, with all of"
            " its items. The last page has no items and names itself as next.",
            carry_out=read_page,
            query=AFTER_CHANGE_NUMBER,
            outcomes={
                200: OperationOutcome(
                    says="A page, in the order of change numbers.",
                    shape=FEED_PAGE,
                    media_type=BOOKING_JSON,
                    headers={"Cache-Control": "no-store: an OrdersFeed is not public."},
                ),
                400: _error("afterChangeNumber is no whole number from 0."),
                503: _error("The scenario has put the feed out of order.", headers={"Retry-After": "Seconds to wait."}),
            },
        )
    },
    "/booking-system/test-interface/actions": {
        "POST": Operation(
            id="simulateAction",
            summary="A Seller does something",
            about="OpenActive's test interface. Members in the imin-mock namespace choose items, words and values; without them"
            " every action does something sensible, always the same. Or, shorter, what a scenario file says under timeline:"
            ' {"do": "seller_cancels", "order": "booking"}.',
            carry_out=act,
            query=query_of(),
            body=action_body(BOOKING_TYPES),
            outcomes={
                204: OperationOutcome(says="Done; the OrdersFeed will show it."),
                404: _error("There is no such order or opportunity."),
                409: _error("The standard, or the state of the order, does not permit it."),
                500: OperationOutcome(
                    says="The object's type or an item's id is wrong, for which the standard has 500; or, with X-Imin-Mock-Fault,"
                    " what any operation may answer.",
                    shape=ERROR,
                    media_type=BOOKING_JSON,
                    also={"application/problem+json": PROBLEM},
                    headers={"X-Imin-Mock-Fault": "Absent where the standard's 500 is meant."},
                ),
            },
        )
    },
}
"""Every path with its methods."""

KEY_REFUSED = _error("The key names no world.", headers={"X-Imin-Mock-Fault": "key-refused"})
KEY_MISSING = _error("There is no key.", headers={"X-Imin-Mock-Fault": "key-missing"})
SCENARIO_FAULTY = OperationOutcome(
    says="The scenario that the key names has faults or runs in a circle, or this is a bug of the mock.",
    shape=PROBLEM,
    media_type="application/problem+json",
    headers={"X-Imin-Mock-Fault": "scenario-faulty, endless-scenario, or bug."},
)
OF_ANY = {
    400: _error("The query or the body is not what it should be."),
    401: KEY_REFUSED,
    403: KEY_MISSING,
    500: SCENARIO_FAULTY,
}
OF_BODY = {
    413: _error("The body is too large."),
    415: _error("The body is of another media type."),
}


INFO = {
    "title": "The Booking System behind imin, simulated",
    "version": mockserver.__version__,
    "summary": "The OrdersFeed that imin reads, and OpenActive's test interface for what Sellers do.",
    "license": {"name": "MIT", "identifier": "MIT"},
}
SECURITY = {
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-KEY",
        "description": "A scenario's name, or name@label: the same key as for imin's face names the same world.",
    }
}


def build_document(address: str) -> dict[str, Any]:
    """The document for the address that was called."""
    return openapi_document(
        PATHS,
        info=INFO,
        address=address,
        outcomes_of=lambda operation: {**OF_ANY, **(OF_BODY if operation.body else {}), **operation.outcomes},
        security=SECURITY,
    )

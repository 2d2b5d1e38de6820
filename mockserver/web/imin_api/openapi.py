"""The OpenAPI 3.1 document of imin's face, from its rows and the table of refusals, made when it is first asked for."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

import mockserver
from mockserver.domain.readings import ReadingName
from mockserver.domain.refusals import OF_EVERY_OPERATION, REFUSALS
from mockserver.domain.rules import Rule
from mockserver.web.imin_api.routes import PATHS, TAGS
from mockserver.web.imin_api.rows import EXAMPLE_ADDRESS, EXAMPLE_KEY, Json, ref, refused
from mockserver.web.imin_api.schemas import ANSWERS, CANCELLATION
from mockserver.web.openapi_document import FAULT_HEADER, openapi_document
from mockserver.web.operation import Operation, OperationOutcome

INFO = {
    "title": "imin Booking API (mock)",
    "version": mockserver.__version__,
    "description": """\
A deterministic stand-in for imin's Booking API v2 (`https://book.imin.co/api/v2`). The key names a scenario, and with it a
world of your own: its customers, its orders, its clock.

Each refusal names its rule in `X-Imin-Mock-Rule`, and each rule its basis: *documented* by imin, *standard* (the OpenActive
Open Booking API says it), or *assumed* (nobody says it; real imin may differ). Whatever imin would never answer carries
`X-Imin-Mock-Fault`. GET paths answer HEAD too; another method is 405 with `Allow`.""",
    "license": {"name": "MIT", "identifier": "MIT"},
}
SECURITY = {
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-KEY",
        "description": f"A scenario's name, such as `{EXAMPLE_KEY}`, or `{EXAMPLE_KEY}@your-label`"
        " for a world of your own. The page at / lists the keys. An evil twin, such as"
        f" `{EXAMPLE_KEY}~refunds-twice`, breaks one law on purpose, and says so in `X-Imin-Mock-Twin`.",
    }
}


def _always(says: str) -> Json:
    return {"description": says, "schema": {"type": "string"}, "required": True}


HEADERS = {
    "Date": _always("The instant by the world's clock."),
    "Accept-Patch": _always("The media types of a PATCH."),
    "WWW-Authenticate": _always("How to send a key."),
    FAULT_HEADER: _always("imin would never answer this; the word says why the mock does."),
}


def _problem(says: str, *headers: str, **more: Any) -> OperationOutcome:
    """An answer that imin would never give."""
    named = {name: ref(name, "headers") for name in (FAULT_HEADER, *headers)}
    return OperationOutcome(says=says, shape="Problem", media_type="application/problem+json", headers=named, **more)


def _key_refused(name: str, *headers: str) -> OperationOutcome:
    return _problem(
        "The key names no world; what imin answers here is not known.",
        *headers,
        name=name,
        also={"application/json": {"oneOf": [ref("GatewayMessage"), ref("OpenBookingError")]}},
        readings=(ReadingName.REFUSED_KEY,),
    )


OF_ANY = {
    401: _key_refused("Unauthorized", "WWW-Authenticate"),
    403: _key_refused("Forbidden"),
    414: refused("Too long.", name="UrlTooLong"),
    500: _problem("The scenario's file is faulty, or never comes to rest.", name="ScenarioFaulty"),
    503: OperationOutcome(says="The scenario lets this request fail.", rules=(Rule.API_FAULT,), name="ScriptedFault"),
}
"""What any operation may answer."""

_REFUSED = refused("Refused, and nothing has changed.")
USUAL_REFUSALS = {
    404: refused("Not found."),
    413: refused("Too large."),
    500: refused(
        "Only where a reading says so; or, with X-Imin-Mock-Fault, ours.",
        or_fault=True,
        readings=(ReadingName.WRONG_TYPE_OR_ID,),
    ),
}
"""What is said of a refusal with this status where its operation does not say it better."""


def outcomes_of(operation: Operation[Any]) -> Mapping[int, OperationOutcome]:
    """All that an operation may answer: what it says itself, and each status that the table of refusals has for it, with its
    rules."""
    assert operation.api is not None
    usual = {**OF_ANY, **USUAL_REFUSALS, **operation.outcomes}
    refusals = {**OF_EVERY_OPERATION, **REFUSALS[operation.api]}
    told = {status: replace(usual.get(status, _REFUSED), rules=rules) for status, rules in refusals.items()}
    if 404 in told and operation.named:  # a name with a slash in it makes a path that imin does not have
        told[404] = replace(told[404], or_fault=True)
    return {**OF_ANY, **operation.outcomes, **told}


def build_document(address: str) -> Json:
    """The document for the address that was called."""
    document = openapi_document(
        PATHS,
        info=INFO,
        address=EXAMPLE_ADDRESS,
        tags=TAGS,
        outcomes_of=outcomes_of,
        security=SECURITY,
        schemas={**ANSWERS, **CANCELLATION},
        headers=HEADERS,
        examples=msgspec.json.decode(_answers_given()),
    )
    return {name: _at(address, part) for name, part in document.items()}


@cache
def _answers_given() -> bytes:
    return Path(__file__).with_name("examples.json").read_bytes()


def _at(address: str, value: Any) -> Any:
    """The document with every address of the examples as it is here."""
    if isinstance(value, dict):
        return {key: _at(address, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_at(address, each) for each in value]
    return value.replace(EXAMPLE_ADDRESS, address) if isinstance(value, str) else value

"""What a Seller does, said as a scenario file says it: ``{"do": "seller_cancels", "order": "booking"}``.

The names are those of the world's scenario, checked as the names in a file are. When it happens is not said: it happens now.
"""

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from mockserver.docstrings import docstring
from mockserver.domain.commands import Command
from mockserver.domain.rules import Rule
from mockserver.engine.rehearsal import Rehearsal
from mockserver.scenario.actions import build_command
from mockserver.scenario.document import AnyAction
from mockserver.scenario.faults import MisfitError
from mockserver.scenario.names import names_of
from mockserver.scenario.notation import Calendar
from mockserver.scenario.references import wrong_references
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.sense import unclear_target
from mockserver.spelling import did_you_mean
from mockserver.web.decoding import decode_json, wrong_shape
from mockserver.web.operation import RefusalError

ACTIONS: Mapping[str, type[AnyAction]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyAction)}
"""What can be done, by the word that says it."""


_KINDS = {
    "order": "UnknownOrderError",
    "items": "OrderItemIdInvalidError",
    "by": "UnknownOpportunityError",
    "opportunity": "UnknownOpportunityError",
}
"""What the standard calls it if a name means nothing, by the key that it stands at."""


class NamedDeed(msgspec.Struct, frozen=True):
    """A deed as it was told, without what was told to be nothing, and as it was read."""

    told: dict[str, Any]
    action: Any


def schema_of(word: str) -> dict[str, Any]:
    """The JSON Schema of what is told by this word."""
    kind = ACTIONS[word]
    _, parts = msgspec.json.schema_components([kind])
    schema: dict[str, Any] = parts[kind.__name__]
    del schema["properties"]["at"]
    return {**schema, "title": word, "description": docstring(kind)}


def named_deed(told: dict[str, Any], body: bytes) -> NamedDeed:
    """The deed that a body says. *Raises* :class:`RefusalError`."""
    word = told["do"]
    kind = ACTIONS.get(word) if isinstance(word, str) else None
    if kind is None:
        meant = did_you_mean(str(word), ACTIONS) or f" There is: {', '.join(ACTIONS)}."
        raise wrong_shape(f"Nobody can do {str(word)[:100]!r}.{meant}")
    if "at" in told:
        raise wrong_shape("It happens now: leave `at` out, and move the clock first.")
    action = decode_json(body, kind)
    said = {key: value for key, value in told.items() if value is not None}
    for unclear in unclear_target((), said):
        what = "".join(f"`{key}` " for key in unclear.path)
        raise wrong_shape(f"{word}: {what}{unclear.message}; {unclear.hint}.")
    return NamedDeed(told=said, action=action)


def command_of_named(rehearsal: Rehearsal, deed: NamedDeed) -> Command:
    """The command that a deed means in this world. *Raises* :class:`RefusalError`."""
    for wrong in wrong_references({"timeline": [deed.told]}, names_of(_named_in(rehearsal.scenario))):
        said = f"{wrong.message}{f'; {wrong.hint}' if wrong.hint else ''}"
        kind = _KINDS.get(str(wrong.path[2]), "OpenBookingError")
        raise RefusalError(404, kind, f"{said[0].upper()}{said.rstrip('?')[1:]}.", rule=Rule.SELLER_ILLEGAL)
    calendar = Calendar(rehearsal.seed.epoch, rehearsal.seed.timezone)
    try:
        return build_command(deed.action, (), rehearsal.scenario.document, calendar)
    except MisfitError as error:
        raise wrong_shape(f"{error.message}.", rule=Rule.SELLER_ILLEGAL) from None


def _named_in(scenario: Scenario) -> dict[str, Any]:
    """The parts of the scenario's document in which what is acted on has its names."""
    document = scenario.document
    parts = {"orders": document.orders, "opportunities": document.opportunities, "behaviour": document.behaviour}
    plain: dict[str, Any] = msgspec.to_builtins(parts)
    return plain

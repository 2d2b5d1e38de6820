"""What a Seller does, said as a scenario file says it: ``{"do": "seller_cancels", "order": "booking"}``.

The names are those of the world's scenario, checked as the names in a file are. When it happens is not said: it happens now.
"""

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from mockserver.domain.commands import Command
from mockserver.domain.rules import Rule
from mockserver.engine.live_world import LiveWorld
from mockserver.foundation.docstrings import docstring
from mockserver.foundation.suggestions import did_you_mean
from mockserver.scenario.document import AnyAction, ItemsActionSpec
from mockserver.scenario.faults import MisfitError
from mockserver.scenario.names import names_of
from mockserver.scenario.notation import Calendar
from mockserver.scenario.references import wrong_references
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.script import build_command
from mockserver.scenario.semantic_checks import unclear_target
from mockserver.web.decoder import decode_json, wrong_shape
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


def schemas_of(word: str) -> list[dict[str, Any]]:
    """The JSON Schemas of what is told by this word: of items, one for those of an order and one for all on an opportunity."""
    kind = ACTIONS[word]
    _, parts = msgspec.json.schema_components([kind])
    schema: dict[str, Any] = {**parts[kind.__name__], "title": word, "description": docstring(kind)}
    properties = schema["properties"] = {key: value for key, value in schema["properties"].items() if key != "at"}
    if not issubclass(kind, ItemsActionSpec):
        return [schema]
    # Told whole rather than as a rule over the keys, so that generators of clients make a type of either.
    required, nothing = schema["required"], {"type": "null"}
    of_order = {**properties, "order": _told(properties["order"]), "opportunity": nothing}
    on_opportunity = {**properties, "order": nothing, "opportunity": _told(properties["opportunity"])}
    del on_opportunity["items"]
    return [
        {**schema, "properties": of_order, "required": [*required, "order"]},
        {
            **schema,
            "title": f"{word} on an opportunity",
            "properties": on_opportunity,
            "required": [*required, "opportunity"],
        },
    ]


def _told(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value that may be null, where it may not."""
    told: dict[str, Any] = next(each for each in schema["anyOf"] if each != {"type": "null"})
    return told


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


def command_of_named(live_world: LiveWorld, deed: NamedDeed) -> Command:
    """The command that a deed means in this world. *Raises* :class:`RefusalError`."""
    for wrong in wrong_references({"timeline": [deed.told]}, names_of(_named_in(live_world.scenario))):
        said = f"{wrong.message}{f'; {wrong.hint}' if wrong.hint else ''}"
        kind = _KINDS.get(str(wrong.path[2]), "OpenBookingError")
        raise RefusalError(404, kind, f"{said[0].upper()}{said.rstrip('?')[1:]}.", rule=Rule.SELLER_ILLEGAL)
    calendar = Calendar(live_world.seed.epoch, live_world.seed.timezone)
    try:
        return build_command(deed.action, (), live_world.scenario.document, calendar)
    except MisfitError as error:
        raise wrong_shape(f"{error.message}.", rule=Rule.SELLER_ILLEGAL) from None


def _named_in(scenario: Scenario) -> dict[str, Any]:
    """The parts of the scenario's document in which what is acted on has its names."""
    document = scenario.document
    parts = {"orders": document.orders, "opportunities": document.opportunities, "behaviour": document.behaviour}
    plain: dict[str, Any] = msgspec.to_builtins(parts)
    return plain

"""JSON Schemas that say more than a type can: an advance is exactly one of four things."""

from typing import Any

from mockserver.scenario.notation import PERIOD

_PERIOD = {"type": "string", "pattern": PERIOD, "description": "ISO 8601, by the calendar of the scenario's zone."}


def _one(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


ADVANCE: dict[str, Any] = {
    "oneOf": [
        _one({"by": _PERIOD}),
        _one({"to": {"type": "string", "format": "date-time"}}),
        _one({"to_next": {"const": True}}),
        _one({"until_quiet": {"const": True}, "within": _PERIOD}, "within"),
    ]
}

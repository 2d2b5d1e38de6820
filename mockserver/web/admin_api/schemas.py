"""JSON Schemas that say more than a type can: an advance is exactly one of four things."""

from typing import Any

from mockserver.scenario.notation import PERIOD

_PERIOD = {"type": "string", "pattern": PERIOD, "description": "ISO 8601, by the calendar of the scenario's zone."}
_WITHIN = {**_PERIOD, "type": ["string", "null"]}
_LEFT_OUT: dict[str, Any] = {name: {"type": "null"} for name in ("by", "to", "to_next", "until_quiet", "within")}


def _one(way: str, schema: dict[str, Any], **more: dict[str, Any]) -> dict[str, Any]:
    """One way to advance; null in place of another is the same as leaving it out."""
    properties = {**_LEFT_OUT, way: schema, **more}
    return {"type": "object", "properties": properties, "required": [way], "additionalProperties": False}


ADVANCE: dict[str, Any] = {
    "oneOf": [
        _one("by", _PERIOD),
        _one("to", {"type": "string", "format": "date-time"}),
        _one("to_next", {"const": True}),
        _one("until_quiet", {"const": True}, within=_WITHIN),
    ]
}

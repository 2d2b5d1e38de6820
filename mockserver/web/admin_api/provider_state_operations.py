"""The operations of the provider-state URL, as a part of the control interface's table; and what they take and show."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mockserver.foundation.limits import STATES_OF_AN_INTERACTION
from mockserver.foundation.patterns import whole
from mockserver.web.admin_api import provider_states
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.describing import NO_QUERY, look, problem_says
from mockserver.web.admin_api.shapes import Closed, FaultyScenario, KeyText, Moment
from mockserver.web.decoder import json_body, query_of, yaml_body
from mockserver.web.operation import DescribedOperation, Operation, OperationOutcome, Query

PATH = "/__admin/pact/provider-states"
EXAMPLE = """\
version: 1
states:
  "{customer} has asked to cancel {item}": {scenario: happy-path, cancel: "{item}"}
"""


class StateChange(Closed):
    """What a Pact verifier sends. ``consumer`` and ``states`` are those of older ones."""

    state: str | UnsetType | None = UNSET
    states: list[str] | UnsetType = UNSET
    params: dict[str, Any] | None = None
    action: Literal["setup", "teardown"] = "setup"
    consumer: str | None = None


class StateKey(Struct, frozen=True, forbid_unknown_fields=True):
    """Which key the interactions carry."""

    key: Annotated[
        str | None,
        Meta(
            description="The X-API-KEY of the interactions, for a verifier that does not send it here as a custom header.",
            extra_json_schema={"pattern": whole("[!-~]{1,200}")},
        ),
    ] = None


_SPELLING = {
    "customer_identifier": "customerIdentifier",
    "order_identifier": "orderIdentifier",
    "order_item_identifier": "orderItemIdentifier",
}


class StateChanged(Closed, rename=_SPELLING):
    """What a pact may fill its requests with: the world's own key, and the first order that it has. Null after a teardown."""

    action: Literal["setup", "teardown"]
    key: KeyText | None
    now: Moment | None
    customer_identifier: str | None
    order_identifier: str | None
    order_item_identifier: str | None


class ProviderStateList(Closed):
    """The states that are understood; {braces} are the verifier's to fill. ``keys``: aliases, with the keys of their worlds."""

    states: list[str]
    keys: dict[str, str]


_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_CHANGE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "state": {**_TEXT, "description": "The state's name; empty or null for an interaction without one."},
        "states": {"type": "array", "items": {"type": "string"}, "maxItems": int(STATES_OF_AN_INTERACTION)},
        "params": {"type": ["object", "null"], "description": "The state's parameters."},
        "action": {"enum": ["setup", "teardown"], "default": "setup"},
        "consumer": _TEXT,
    },
    "additionalProperties": False,
    "anyOf": [{"required": ["state"]}, {"required": ["states"]}],
}
_HEADER: dict[str, Any] = {
    "name": "X-API-KEY",
    "in": "header",
    "required": False,
    "description": "The key of the interactions, which a verifier sends here too where it is a custom header of its own.",
    "schema": {"type": "string", "pattern": whole("[!-~]{1,200}")},
}
_QUERY = query_of(StateKey)


PROVIDER_STATES: dict[str, dict[str, DescribedOperation[Control]]] = {
    PATH: {
        "GET": look(
            "listProviderStates",
            "pact",
            "The provider states that are understood",
            provider_states.list_states,
            ProviderStateList,
        ),
        "PUT": Operation(
            id="putProviderStates",
            tag="pact",
            summary="Say what your own provider states mean",
            about="The body is the text of a file as --pact-states takes one. It replaces that file's states; what was set up"
            " stays.",
            parse=provider_states.read_uploaded,
            carry_out=provider_states.put_states,
            query=NO_QUERY,
            body=yaml_body(examples={"a state": EXAMPLE}),
            outcomes={
                200: OperationOutcome(says="The names that are understood now.", shape=ProviderStateList),
                422: problem_says("The text is faulty, with all of its faults.", FaultyScenario),
            },
        ),
        "POST": Operation(
            id="changeProviderState",
            tag="pact",
            summary="Set a provider state up, or take it down",
            about="The provider-state-change URL of a Pact verifier. A state that names a scenario begins a fresh world, to"
            " which the key of the interactions leads; any other is a step in the world that is there.",
            carry_out=provider_states.change_state,
            query=Query(decode=_QUERY.decode, parameters=(*_QUERY.parameters, _HEADER)),
            body=json_body(
                StateChange,
                schema=_CHANGE,
                examples={
                    "setup": {"action": "setup", "state": "a world of happy-path", "params": {"advance": "PT5M"}},
                    "teardown": {"action": "teardown", "state": "a world of happy-path", "params": {"advance": "PT5M"}},
                },
            ),
            outcomes={
                200: OperationOutcome(says="It is so.", shape=StateChanged),
                404: problem_says("There is no such state, scenario, or order item."),
                409: problem_says(
                    "The world does not permit it; no world was left behind by the setup.", FaultyScenario
                ),
            },
        ),
    }
}
"""The path with its methods."""

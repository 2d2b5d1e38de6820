"""The URL that Pact verifiers call before and after an interaction: a state begins a fresh world, or goes on in the one there is.

The key that the interactions carry leads to that world: as its own key, or, where it names no scenario, as an alias. This module
must never know how a state is written; :mod:`mockserver.scenario.provider_states` does.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from mockserver.domain.commands import RequestCancellation
from mockserver.domain.rules import Rule
from mockserver.domain.values import OrderId, OrderItemId
from mockserver.engine.keys import LABEL_PATTERN, KeyRefusedError, WorldKey, parse_key
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.queries import items_called
from mockserver.engine.registry import UnknownWorldError
from mockserver.foundation.limits import STATES_OF_AN_INTERACTION, UPLOADED_VALUES
from mockserver.foundation.outgoing_text import looks_like_live_key
from mockserver.foundation.patterns import whole
from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.provider_states import (
    Meaning,
    MeaninglessStateError,
    Step,
    UnknownStateError,
    provider_states_of,
    read_states,
)
from mockserver.scenario.source import Source
from mockserver.web.admin_api import clock, worlds
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.problems import fault_views
from mockserver.web.admin_api.rows import NO_QUERY, Paths, look, problem_says
from mockserver.web.admin_api.shapes import Advance, Closed, FaultyScenario, KeyText, Moment, NewState, NewWorld
from mockserver.web.admin_api.worlds import choices_of
from mockserver.web.answers import Answer, json_answer
from mockserver.web.decoder import json_body, query_of, wrong_shape, yaml_body
from mockserver.web.instants import is_date_time
from mockserver.web.operation import Call, Operation, OperationOutcome, Query, RefusalError

LABEL = "pact"
"""What follows the @ where neither the state nor the request names a key."""

_KEY = re.compile("[!-~]{1,200}")
_LIVE_KEY = (
    "The key of the interactions has the form of a live imin key, 32 hexadecimal digits. It is not lent to a world, because"
    " worlds and their keys are shown to whoever asks. Let the verifier send another X-API-KEY as a custom header: any other word"
    " will do."
)


def list_states(control: Control, _: Call) -> Answer:
    """The states that are understood, and the keys that lead to a world by another name than its own."""
    return json_answer({"states": list(control.states.names()), "keys": control.worlds.aliases})


def read_uploaded(call: Call) -> Source:
    """The plain value that the body writes."""
    try:
        return read_states(call.body, file="provider-states.yaml", values=UPLOADED_VALUES)
    except ScenarioFaults as faults:
        raise _faulty(faults) from None


def put_states(control: Control, call: Call) -> Answer:
    """Replace the states of the file by those of another text; what was set up stays."""
    try:
        states = provider_states_of(call.body, scenarios=control.shelf.names())
    except ScenarioFaults as faults:
        raise _faulty(faults) from None
    control.states.own = states.own
    return list_states(control, call)


def _faulty(faults: ScenarioFaults) -> RefusalError:
    count = len(faults.faults)
    detail = f"The text has {'a fault' if count == 1 else f'{count} faults'}; nothing has changed."
    return RefusalError(422, "The provider states are faulty", detail, faults=fault_views(faults.faults))


def change_state(control: Control, call: Call) -> Answer:
    """Set a state up, or take it down again. A state that cannot be set up leaves no world behind."""
    change = call.body
    params = dict(change.params or {})
    said = [_good_key(key) for key in (params.pop("key", None), call.query.key, call.key) if key is not None]
    used = said[0] if said else None
    key: str | None = None
    for name in _names(change):
        meaning = _meaning(control, name, params)
        if meaning is None:
            continue
        if change.action == "setup":
            key = _set_up(control, call, meaning, used)
        elif meaning.scenario is not None:
            _forget(control, _key_of(control, meaning, used), used)
    return json_answer({"action": change.action, **_values(None if key is None else control.worlds.find(key))})


def _names(change: Any) -> Sequence[str]:
    """The states, in order. Older verifiers give a list of them, and null where there is none."""
    if change.state is msgspec.UNSET and change.states is msgspec.UNSET:
        raise wrong_shape('The body has neither "state" nor "states".')
    names: Sequence[str] = (change.state,) if isinstance(change.state, str) else change.states or ()
    if len(names) > STATES_OF_AN_INTERACTION:
        detail = f"The body has {len(names)} states, more than an interaction has {STATES_OF_AN_INTERACTION.told}."
        raise wrong_shape(detail)
    return names


def _meaning(control: Control, name: str, params: dict[str, Any]) -> Meaning | None:
    """What the state means; nothing for an interaction without one. *Raises* :class:`RefusalError`."""
    if not name:
        return None
    try:
        return control.states.meaning_of(name, params, list(control.shelf.names()))
    except UnknownStateError as error:
        raise RefusalError(404, "There is no such provider state", str(error)) from None
    except MeaninglessStateError as error:
        raise RefusalError(422, "The provider state means nothing", str(error)) from None


def _set_up(control: Control, call: Call, meaning: Meaning, used: str | None) -> str:
    """The key of the world in which the state now holds."""
    if meaning.scenario is None:
        key = _there(control, used)
        for step in (meaning, *meaning.steps):
            _take(control, call, key, step)
        return key
    key = _key_of(control, meaning, used)
    chosen = NewWorld(key=key, clock=meaning.clock, epoch=meaning.epoch, readings=meaning.readings)
    choices = choices_of(chosen)
    control.shelf.find(parse_key(key).scenario)
    _forget(control, key, used)
    control.worlds.create(key, choices)
    try:
        for step in (meaning, *meaning.steps):
            _take(control, call, key, step)
    except BaseException:
        _forget(control, key, used)
        raise
    if used is not None and used != key:
        control.worlds.alias(used, key)
    return key


def _take(control: Control, call: Call, key: str, step: Step) -> None:
    at_world = replace(call, path={"key": key})
    if step.behaviour is not None:
        worlds.put_behaviour(control, replace(at_world, body=NewState(state=step.behaviour)))
    if step.cancel is not None:
        _cancel(control.worlds.find(key), [step.cancel] if isinstance(step.cancel, str) else step.cancel)
    if step.advance is not None:
        answer = clock.advance(control, replace(at_world, body=_advance(step.advance)))
        if not msgspec.json.decode(answer.body)["complete"]:
            raise RefusalError(
                409, "Too much happens", f"Too much happens on the way to {step.advance!r} to go there at once."
            )


def _advance(said: str) -> Advance:
    if said in {"to_next", "until_quiet"}:
        return Advance(to_next=True) if said == "to_next" else Advance(until_quiet=True)
    return Advance(to=said) if is_date_time(said) else Advance(by=said)


def _cancel(live_world: LiveWorld, items: Sequence[str]) -> None:
    """Ask to cancel the items, order by order. *Raises* the domain's refusals."""
    catalogue = live_world.world.catalogue
    by_order: dict[OrderId, list[OrderItemId]] = {}
    for name in items:
        called = items_called(catalogue, name)
        if len(called) != 1:
            known = ", ".join([item.id for item in called or catalogue.items.values()][:20])
            number = "several order items" if called else "no order item"
            detail = f"The scenario has {number} {name[:100]!r}; it has: {known}."
            raise RefusalError(404, "There is no such order item", detail, rule=Rule.CANCEL_UNKNOWN_ITEM)
        (item,) = called
        by_order.setdefault(item.order_id, []).append(item.id)
    for order, asked in by_order.items():
        live_world.execute(RequestCancellation(order_id=order, item_ids=tuple(asked)))


def _good_key(said: Any) -> str:
    """The key that the interactions carry. *Raises* :class:`RefusalError` if it can be none."""
    if isinstance(said, str) and looks_like_live_key(said):
        raise RefusalError(422, "The key looks like a live one", _LIVE_KEY, rule=Rule.KEY_REFUSED)
    if isinstance(said, str) and _KEY.fullmatch(said):
        return said
    raise wrong_shape("A key is 1 to 200 visible ASCII characters.")


def _key_of(control: Control, meaning: Meaning, used: str | None) -> str:
    """The own key of the state's world: the one that is used, where it names the scenario. *Raises* :class:`RefusalError`."""
    try:
        wanted = parse_key(meaning.scenario or "")
        named = None if used is None else _parsed(used)
        if named is None or named.scenario not in control.shelf.names():
            label = meaning.label or wanted.label or used or LABEL
            if not re.fullmatch(LABEL_PATTERN, label):
                detail = (
                    "A world's label is 1 to 200 visible ASCII characters other than / ? # % \\ \" < and >, and this key is"
                    ' none; give the state another "label".'
                )
                raise RefusalError(409, "The key cannot name the world", detail, rule=Rule.KEY_REFUSED)
            return str(parse_key(f"{str(wanted).partition('@')[0]}@{label}"))
    except KeyRefusedError as refusal:
        raise RefusalError(422, "The key is not well-formed", str(refusal), rule=Rule.KEY_REFUSED) from None
    asked = WorldKey(
        scenario=wanted.scenario,
        twin=wanted.twin,
        label=meaning.label or wanted.label or named.label,
    )
    if named != asked:
        detail = (
            f"The requests carry the key {named}, which names the scenario {named.scenario}, and the state wants {asked}."
            " Let them carry a word that names no scenario, such as pact: then each state leads it to its own world."
        )
        raise RefusalError(409, "The key names another world", detail, rule=Rule.KEY_REFUSED)
    return str(named)


def _parsed(key: str) -> WorldKey | None:
    try:
        return parse_key(key)
    except KeyRefusedError:
        return None


def _there(control: Control, used: str | None) -> str:
    """The key of the world that is there. *Raises* :class:`RefusalError`."""
    key = control.worlds.aliases.get(used or LABEL, used or "")
    try:
        return control.worlds.find(key).key
    except UnknownWorldError:
        detail = (
            "The state names no scenario, so it goes on in the world that is there, and there is none. Give it a scenario,"
            " or let a state that has one come before it; both need the X-API-KEY of the interactions, which the verifier"
            " sends as a custom header, or ?key= in this URL."
        )
        raise RefusalError(409, "There is no world to go on in", detail) from None


def _forget(control: Control, key: str, used: str | None) -> None:
    """No world, and no alias for one."""
    if used is not None:
        control.worlds.aliases.pop(used, None)
    try:
        control.worlds.drop(key)
    except UnknownWorldError:
        return


def _values(live_world: LiveWorld | None) -> dict[str, str | None]:
    """What a pact may fill its requests with: the first order of the world, its customer and its first item."""
    names = ("key", "now", "customerIdentifier", "orderIdentifier", "orderItemIdentifier")
    if live_world is None:
        return dict.fromkeys(names)
    now = live_world.catch_up().format_iso()
    order = next(iter(live_world.world.catalogue.orders.values()), None)
    first = (None, None, None) if order is None else (order.customer_id, order.id, order.items[0].identifier)
    return dict(zip(names, (live_world.key, now, *first), strict=True))


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


PATHS: Paths = {
    PATH: {
        "GET": look(
            "listProviderStates",
            "pact",
            "The provider states that are understood",
            list_states,
            ProviderStateList,
        ),
        "PUT": Operation(
            id="putProviderStates",
            tag="pact",
            summary="Say what your own provider states mean",
            about="The body is the text of a file as --pact-states takes one. It replaces that file's states; what was set up"
            " stays.",
            parse=read_uploaded,
            carry_out=put_states,
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
            carry_out=change_state,
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

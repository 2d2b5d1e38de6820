"""Worlds: list, create, look, reset, fork, snapshot, drop; what is chosen for one; the behaviour machine; what Sellers do."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from mockserver.domain.commands import EnterState
from mockserver.domain.readings import chosen_readings
from mockserver.domain.rules import Rule
from mockserver.domain.values import StateName
from mockserver.engine.choices import NO_CHOICES, Choices
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.snapshots import snapshot_of
from mockserver.foundation.suggestions import did_you_mean
from mockserver.scenario.document import ClockSpec
from mockserver.scenario.scenario import clock_of
from mockserver.scenario.seed import ClockSetting
from mockserver.web.admin_api.clock import clock_view
from mockserver.web.admin_api.control import Control, require_scenario, world_url
from mockserver.web.admin_api.observation_shapes import Happened
from mockserver.web.admin_api.observations import happened_after
from mockserver.web.admin_api.problems import well_formed
from mockserver.web.admin_api.rows import (
    NO_QUERY,
    NO_WORLD,
    WORLD,
    Paths,
    look,
    look_at_world,
    problem_says,
)
from mockserver.web.admin_api.shapes import (
    BehaviourView,
    FaultyScenario,
    ForkTo,
    NewState,
    NewWorld,
    Snapshot,
    WorldList,
    WorldView,
)
from mockserver.web.answers import Answer, empty_answer, json_answer
from mockserver.web.booking_system_api.operations import action_body, command_said
from mockserver.web.decoder import json_body, wrong_shape
from mockserver.web.instants import NoSuchInstantError, instant_of, is_date_time
from mockserver.web.operation import JSON_TYPES, Call, Operation, OperationOutcome, RefusalError
from mockserver.web.twin_answers import loud


def list_worlds(control: Control, _: Call) -> Answer:
    """The living worlds, as they were left: looking at all of them moves none of them on."""
    worlds = [
        {
            "key": each.key,
            "scenario": each.scenario.name,
            "twin": each.twin,
            "now": each.present().format_iso(),
            "mode": each.clock.mode,
            "behaviour": each.world.state_name,
            "events": len(each.journal),
            "requests": each.exchanges.total,
        }
        for each in control.worlds
    ]
    return json_answer({"worlds": worlds, "most": control.worlds.most, "dropped": control.worlds.dropped})


def create_world(control: Control, call: Call) -> Answer:
    """A new world, at its beginning or as a snapshot has it."""
    key = well_formed(call.body.key)
    require_scenario(control, key)
    choices = choices_of(call.body)
    if call.body.snapshot is None:
        made = control.worlds.create(key, choices)
    elif choices == NO_CHOICES:
        made = control.worlds.restore(key, call.body.snapshot)
    else:
        detail = 'A snapshot brings its own clock, epoch and readings: leave "clock", "epoch" and "readings" out.'
        raise wrong_shape(detail)
    return loud(_created(made), made.twin)


def show_world(control: Control, call: Call) -> Answer:
    """One world."""
    return json_answer(_view(control.live_world_of(call)))


def reset_world(control: Control, call: Call) -> Answer:
    """The world begins again."""
    return json_answer(_view(control.worlds.reset(control.find(call).key)))


def drop_world(control: Control, call: Call) -> Answer:
    """The world is forgotten; the next use of its key makes a new one."""
    live_world = control.find_used(call)
    control.worlds.drop(live_world.key)
    return replace(loud(empty_answer(), live_world.twin), at=live_world.present())


def fork_world(control: Control, call: Call) -> Answer:
    """A second world in the same state."""
    origin = control.find(call)
    return _created(control.worlds.fork(origin.key, well_formed(call.body.to)))


def snapshot_world(control: Control, call: Call) -> Answer:
    """The whole world as JSON, to be kept and restored."""
    return json_answer(snapshot_of(control.find(call)))


def show_behaviour(control: Control, call: Call) -> Answer:
    """The state of the machine, and the states that there are."""
    return json_answer(_behaviour(control.live_world_of(call)))


def put_behaviour(control: Control, call: Call) -> Answer:
    """The machine is put into a state."""
    live_world, state = control.live_world_of(call), call.body.state
    if state not in live_world.world.machine.states:
        raise _no_such_state(live_world.world.machine.states, state)
    live_world.execute(EnterState(state=StateName(state)))
    return json_answer(_behaviour(live_world))


def act(control: Control, call: Call) -> Answer:
    """A Seller does something inside the Booking System; what has happened at once because of it."""
    live_world = control.live_world_of(call)
    before = len(live_world.journal)
    live_world.execute(command_said(live_world, call.body))
    return json_answer({"happened": happened_after(live_world, before)})


def _created(live_world: LiveWorld) -> Answer:
    made = json_answer(_view(live_world), 201, headers=[(b"location", world_url(live_world.key).encode())])
    return replace(made, at=live_world.present())


def _view(live_world: LiveWorld) -> dict[str, Any]:
    return {
        "key": live_world.key,
        "scenario": live_world.scenario.name,
        "twin": live_world.twin,
        "title": live_world.scenario.title,
        "clock": clock_view(live_world),
        "behaviour": live_world.world.state_name,
        "readings": {name.value: option for name, option in live_world.world.readings.items()},
        "events": len(live_world.journal),
        "requests": live_world.exchanges.total,
    }


def _behaviour(live_world: LiveWorld) -> dict[str, Any]:
    return {"state": live_world.world.state_name, "states": list(live_world.world.machine.states)}


def _no_such_state(states: Mapping[StateName, object], asked: str) -> RefusalError:
    detail = f"The scenario has no state {asked[:100]!r}; it has: {', '.join(states)}.{did_you_mean(asked, states)}"
    return RefusalError(409, "There is no such state", detail, rule=Rule.BEHAVIOUR)


def choices_of(wanted: NewWorld) -> Choices:
    """What is chosen for the world. *Raises* :class:`RefusalError`, ``UnknownReadingError``, ``NoSuchInstantError``."""
    if wanted.epoch is not None and not is_date_time(wanted.epoch):
        example = "2030-06-03T09:00:00+01:00"
        detail = f'"epoch" is a date-time with its offset, such as "{example}", not {wanted.epoch[:60]!r}.'
        raise wrong_shape(detail)
    return Choices(
        clock=_clock(wanted.clock),
        epoch=None if wanted.epoch is None else instant_of(wanted.epoch),
        readings=chosen_readings((f"{name}={option}" for name, option in wanted.readings.items()), of_world=True),
    )


def _clock(wanted: ClockSpec | Literal["frozen"] | None) -> ClockSetting | None:
    if wanted is None:
        return None
    if isinstance(wanted, ClockSpec) and (wanted.running is None) == (wanted.step is None):
        detail = '"clock" is "frozen", or has exactly one of "running" and "step".'
        raise wrong_shape(detail)
    try:
        return clock_of(wanted)
    except (ValueError, OverflowError):
        assert isinstance(wanted, ClockSpec)
        raise NoSuchInstantError(f"A step of {wanted.step} is longer than the calendar.") from None


OF_WORLD: dict[str, Any] = {
    each: {"operationId": each, "parameters": {"key": "$response.body#/key"}}
    for each in (
        "showWorld",
        "showClock",
        "advanceClock",
        "listOrders",
        "showTimeline",
        "showFeed",
        "listRefunds",
        "listExchanges",
        "snapshotWorld",
        "resetWorld",
        "dropWorld",
    )
}
"""What can be done with a world, once one knows its key."""

NOT_PERMITTED = problem_says("The world does not permit it; nothing has changed.")

CREATED = OperationOutcome(
    says="The new world.", shape=WorldView, headers={"Location": "The world's path."}, links=OF_WORLD
)

PATHS: Paths = {
    "/__admin/worlds": {
        "GET": look("listWorlds", "worlds", "The living worlds", list_worlds, WorldList),
        "POST": Operation(
            id="createWorld",
            tag="worlds",
            summary="Create a world, or restore a snapshot",
            carry_out=create_world,
            query=NO_QUERY,
            body=json_body(NewWorld, examples={"a world": {"key": "happy-path@test-1"}}),
            outcomes={
                201: CREATED,
                404: problem_says("There is no scenario of this name."),
                409: problem_says("It is there already, or the snapshot or the scenario cannot be used.", FaultyScenario),
            },
        ),
    },
    WORLD: {
        "GET": look(
            "showWorld", "worlds", "A world", show_world, WorldView, outcomes={404: NO_WORLD}, links=OF_WORLD
        ),
        "DELETE": Operation(
            id="dropWorld",
            tag="worlds",
            summary="Forget a world",
            carry_out=drop_world,
            query=NO_QUERY,
            outcomes={204: OperationOutcome(says="It is forgotten; the next use of its key makes a new one."), 404: NO_WORLD},
        ),
    },
    f"{WORLD}/reset": {
        "POST": look(
            "resetWorld", "worlds", "The world, begun again", reset_world, WorldView,
            outcomes={404: NO_WORLD, 409: problem_says("The scenario cannot be used; the world goes on.", FaultyScenario)},
        )
    },
    f"{WORLD}/fork": {
        "POST": Operation(
            id="forkWorld",
            tag="worlds",
            summary="Make a second world in the same state",
            carry_out=fork_world,
            query=NO_QUERY,
            body=json_body(ForkTo, examples={"another label": {"to": "happy-path@fork"}}),
            outcomes={201: CREATED, 404: NO_WORLD, 409: problem_says("The key is taken, or is one of another scenario.")},
        )
    },
    f"{WORLD}/snapshot": {
        "GET": look_at_world("snapshotWorld", "worlds", "The whole world", snapshot_world, Snapshot)
    },
    f"{WORLD}/actions": {
        "POST": Operation(
            id="act",
            tag="worlds",
            summary="A Seller does something",
            about="In the words of a scenario's timeline, or as OpenActive's test interface on the Booking System's face has it.",
            carry_out=act,
            query=NO_QUERY,
            body=action_body(JSON_TYPES),
            outcomes={
                200: OperationOutcome(says="What happened at once.", shape=Happened),
                404: problem_says("There is no such world, order, order item or opportunity."),
                409: NOT_PERMITTED,
            },
        )
    },
    f"{WORLD}/behaviour": {
        "GET": look_at_world(
            "showBehaviour", "worlds", "The machine's state", show_behaviour, BehaviourView
        ),
        "PUT": Operation(
            id="putBehaviour",
            tag="worlds",
            summary="Put the machine into a state",
            carry_out=put_behaviour,
            query=NO_QUERY,
            body=json_body(NewState, examples={"a state": {"state": "obliging"}}),
            outcomes={
                200: OperationOutcome(says="The state it is in now.", shape=BehaviourView),
                404: NO_WORLD,
                409: problem_says("The scenario has no such state."),
            },
        ),
    },
}  # fmt: skip

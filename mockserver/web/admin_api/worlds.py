"""Operations about worlds: list, create, look, reset, fork, snapshot, drop; the behaviour machine; what Sellers do."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.domain.commands import EnterState
from mockserver.domain.rules import Rule
from mockserver.domain.values import StateName
from mockserver.engine.choices import NO_CHOICES
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.snapshots import snapshot_of
from mockserver.foundation.suggestions import did_you_mean
from mockserver.web.admin_api.choices import choices_of
from mockserver.web.admin_api.clock import clock_view
from mockserver.web.admin_api.control import Control, require_scenario, world_url
from mockserver.web.admin_api.observations import happened_after
from mockserver.web.admin_api.problems import well_formed
from mockserver.web.answers import Answer, empty_answer, json_answer
from mockserver.web.booking_system_api.operations import command_said
from mockserver.web.decoder import wrong_shape
from mockserver.web.operation import Call, RefusalError
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

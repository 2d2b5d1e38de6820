"""The operations of the control interface, as the one table that routes and OpenAPI document are made of."""

from mockserver.web.admin_api import clock, coverage, server, worlds
from mockserver.web.admin_api import observed as seen
from mockserver.web.admin_api import shapes as shape
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.describing import (
    CREATED,
    NO_QUERY,
    NO_WORLD,
    NOT_COUNTED,
    NOT_PERMITTED,
    WORLD,
    look,
    look_at_world,
    problem_says,
)
from mockserver.web.admin_api.examples import ADVANCES, OF_SCENARIO, OF_WORLD, SCENARIO_TEXT
from mockserver.web.admin_api.exchange_operations import EXCHANGES
from mockserver.web.admin_api.observation_operations import OBSERVATIONS
from mockserver.web.admin_api.provider_state_operations import PROVIDER_STATES
from mockserver.web.admin_api.schemas import ADVANCE
from mockserver.web.booking_system_api.operations import action_body
from mockserver.web.decoder import json_body, query_of, yaml_body
from mockserver.web.operation import JSON_TYPES, DescribedOperation, Operation, OperationOutcome

PATHS: dict[str, dict[str, DescribedOperation[Control]]] = {
    "/__admin/health": {"GET": look("health", "server", "The server answers", server.health, shape.Health)},
    "/__admin/version": {"GET": look("version", "server", "Which version this is", server.version, shape.Version)},
    "/__admin/scenarios": {
        "GET": look("listScenarios", "scenarios", "Every scenario", server.list_scenarios, shape.ScenarioList)
    },
    "/__admin/scenarios/{name}": {
        "GET": look(
            "showScenario",
            "scenarios",
            "A scenario with its text",
            server.show_scenario,
            shape.ScenarioText,
            outcomes={
                404: problem_says("There is no such scenario."),
                409: problem_says("The scenario's file is faulty.", shape.FaultyScenario),
            },
        ),
        "PUT": Operation(
            id="putScenario",
            tag="scenarios",
            summary="Add or replace a scenario",
            about="The body is the text of a scenario file. Worlds that run already keep what they began with; reset them.",
            parse=server.parse_uploaded,
            carry_out=server.put_scenario,
            query=NO_QUERY,
            body=yaml_body(examples={"a scenario": SCENARIO_TEXT}),
            outcomes={
                200: OperationOutcome(says="It was replaced.", shape=shape.ScenarioText, links=OF_SCENARIO),
                201: OperationOutcome(
                    says="It was added.",
                    shape=shape.ScenarioText,
                    headers={"Location": "The scenario's path."},
                    links=OF_SCENARIO,
                ),
                422: problem_says("The name or the text is faulty; a faulty text with all of its faults.", shape.FaultyScenario),
                409: problem_says("There are too many scenarios."),
            },
        ),
        "DELETE": Operation(
            id="deleteScenario",
            tag="scenarios",
            summary="Take back a scenario that was put here",
            about="Its worlds are forgotten with it. A file of the same name is there again.",
            carry_out=server.delete_scenario,
            query=NO_QUERY,
            outcomes={204: OperationOutcome(says="It is gone."), 404: problem_says("No scenario of this name was put here.")},
        ),
    },
    "/__admin/rules": {"GET": look("listRules", "rules", "Every rule", server.list_rules, shape.RuleList)},
    "/__admin/rules/{rule}": {
        "GET": look(
            "showRule", "rules", "A rule", server.show_rule, shape.RuleView,
            outcomes={404: problem_says("There is no such rule.")},
        )
    },
    "/__admin/readings": {
        "GET": look("listReadings", "rules", "Every reading", server.list_readings, shape.ReadingList)
    },
    "/__admin/coverage": {
        "GET": look(
            "showCoverage", "observations", "Which behaviours the tests have met", coverage.show_coverage,
            coverage.CoverageView, query=query_of(coverage.CoverageQuery),
            about="Of the whole server, worlds that are gone included, or of one. `imin-mock coverage` reads and merges it.",
            outcomes={404: NO_WORLD, 409: NOT_COUNTED},
        ),
        "DELETE": Operation(
            id="forgetCoverage",
            tag="observations",
            summary="Forget what the tests have met",
            carry_out=coverage.forget_coverage,
            query=NO_QUERY,
            outcomes={204: OperationOutcome(says="All counts begin again; worlds stay as they are."), 409: NOT_COUNTED},
        ),
    },
    "/__admin/worlds": {
        "GET": look("listWorlds", "worlds", "The living worlds", worlds.list_worlds, shape.WorldList),
        "POST": Operation(
            id="createWorld",
            tag="worlds",
            summary="Create a world, or restore a snapshot",
            carry_out=worlds.create_world,
            query=NO_QUERY,
            body=json_body(shape.NewWorld, examples={"a world": {"key": "happy-path@test-1"}}),
            outcomes={
                201: CREATED,
                404: problem_says("There is no scenario of this name."),
                409: problem_says("It is there already, or the snapshot or the scenario cannot be used.", shape.FaultyScenario),
            },
        ),
    },
    WORLD: {
        "GET": look(
            "showWorld", "worlds", "A world", worlds.show_world, shape.WorldView, outcomes={404: NO_WORLD}, links=OF_WORLD
        ),
        "DELETE": Operation(
            id="dropWorld",
            tag="worlds",
            summary="Forget a world",
            carry_out=worlds.drop_world,
            query=NO_QUERY,
            outcomes={204: OperationOutcome(says="It is forgotten; the next use of its key makes a new one."), 404: NO_WORLD},
        ),
    },
    f"{WORLD}/reset": {
        "POST": look(
            "resetWorld", "worlds", "The world, begun again", worlds.reset_world, shape.WorldView,
            outcomes={404: NO_WORLD, 409: problem_says("The scenario cannot be used; the world goes on.", shape.FaultyScenario)},
        )
    },
    f"{WORLD}/fork": {
        "POST": Operation(
            id="forkWorld",
            tag="worlds",
            summary="Make a second world in the same state",
            carry_out=worlds.fork_world,
            query=NO_QUERY,
            body=json_body(shape.ForkTo, examples={"another label": {"to": "happy-path@fork"}}),
            outcomes={201: CREATED, 404: NO_WORLD, 409: problem_says("The key is taken, or is one of another scenario.")},
        )
    },
    f"{WORLD}/snapshot": {
        "GET": look_at_world("snapshotWorld", "worlds", "The whole world", worlds.snapshot_world, shape.Snapshot)
    },
    f"{WORLD}/clock": {
        "GET": look_at_world("showClock", "clock", "The clock", clock.show_clock, shape.ClockView)
    },
    f"{WORLD}/clock/advance": {
        "POST": Operation(
            id="advanceClock",
            tag="clock",
            summary="Go forward in time",
            about="Everything that is due on the way is done, in order, before the answer. Periods follow the calendar of the"
            " scenario's zone: P1D is the same time tomorrow, also across a clock change.",
            carry_out=clock.advance,
            query=NO_QUERY,
            body=json_body(shape.Advance, schema=ADVANCE, examples=ADVANCES),
            outcomes={
                200: OperationOutcome(says="Where the clock stands, and what happened.", shape=seen.Advanced),
                404: NO_WORLD,
                409: problem_says("That is in the past, or out of the calendar; the clock has not moved."),
            },
        )
    },
    f"{WORLD}/actions": {
        "POST": Operation(
            id="act",
            tag="worlds",
            summary="A Seller does something",
            about="In the words of a scenario's timeline, or as OpenActive's test interface on the Booking System's face has it.",
            carry_out=worlds.act,
            query=NO_QUERY,
            body=action_body(JSON_TYPES),
            outcomes={
                200: OperationOutcome(says="What happened at once.", shape=seen.Happened),
                404: problem_says("There is no such world, order, order item or opportunity."),
                409: NOT_PERMITTED,
            },
        )
    },
    f"{WORLD}/behaviour": {
        "GET": look_at_world(
            "showBehaviour", "worlds", "The machine's state", worlds.show_behaviour, shape.BehaviourView
        ),
        "PUT": Operation(
            id="putBehaviour",
            tag="worlds",
            summary="Put the machine into a state",
            carry_out=worlds.put_behaviour,
            query=NO_QUERY,
            body=json_body(shape.NewState, examples={"a state": {"state": "obliging"}}),
            outcomes={
                200: OperationOutcome(says="The state it is in now.", shape=shape.BehaviourView),
                404: NO_WORLD,
                409: problem_says("The scenario has no such state."),
            },
        ),
    },
    **OBSERVATIONS,
    **EXCHANGES,
    **PROVIDER_STATES,
}  # fmt: skip
"""Every path with its methods."""

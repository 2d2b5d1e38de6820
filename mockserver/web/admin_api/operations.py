"""The operations of the control interface, as the one table that routes and OpenAPI document are made of."""

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.web.admin_api import clock, coverage, explained, explanation, observations, server, worlds
from mockserver.web.admin_api import observed as seen
from mockserver.web.admin_api import shapes as shape
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.examples import ADVANCES, OF_SCENARIO, OF_WORLD, SCENARIO_TEXT
from mockserver.web.admin_api.schemas import ADVANCE
from mockserver.web.answers import Answer
from mockserver.web.booking_system_api.operations import action_body
from mockserver.web.decoding import json_body, query_of
from mockserver.web.operation import JSON_TYPES, Body, Call, Operation, Outcome, Query, RefusalError

PROBLEM_JSON = "application/problem+json"
YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/plain")
_NO_QUERY = query_of()

CarryOut = Callable[[Control, Call], Answer]


def decode_text(body: bytes) -> str:
    """The text of a scenario file. *Raises* :class:`RefusalError`."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"The body is not UTF-8 text: {error.reason} at byte {error.start}."
        raise RefusalError(400, "The body is not text", detail) from None


def _problem(says: str, kind: Any = shape.Problem) -> Outcome:
    return Outcome(says=says, shape=kind, media_type=PROBLEM_JSON)


def _look(id_: str, tag: str, summary: str, carry_out: CarryOut, of: Any, **more: Any) -> Operation[Control]:
    """An operation that looks: 200, and what else it may answer."""
    links: Mapping[str, Any] = more.pop("links", {})
    outcomes = {200: Outcome(says=summary + ".", shape=of, links=links), **more.pop("outcomes", {})}
    return Operation(
        id=id_,
        tag=tag,
        summary=summary,
        carry_out=carry_out,
        outcomes=outcomes,
        query=more.pop("query", _NO_QUERY),
        **more,
    )


NO_WORLD = _problem("No world has this key yet.")
NOT_COUNTED = _problem("Nothing is counted: by a server with --no-coverage, or of an evil twin.")
NOT_PERMITTED = _problem("The world does not permit it; nothing has changed.")
CREATED = Outcome(
    says="The new world.", shape=shape.WorldView, headers={"Location": "The world's path."}, links=OF_WORLD
)


def _look_at_world(
    id_: str, tag: str, summary: str, carry_out: CarryOut, of: Any, query: Query = _NO_QUERY
) -> Operation[Control]:
    return _look(id_, tag, summary, carry_out, of, outcomes={404: NO_WORLD}, query=query)


WORLD = "/__admin/worlds/{key}"

PATHS: dict[str, dict[str, Operation[Control]]] = {
    "/__admin/health": {"GET": _look("health", "server", "The server answers", server.health, shape.Health)},
    "/__admin/version": {"GET": _look("version", "server", "Which version this is", server.version, shape.Version)},
    "/__admin/scenarios": {
        "GET": _look("listScenarios", "scenarios", "Every scenario", server.list_scenarios, shape.ScenarioList)
    },
    "/__admin/scenarios/{name}": {
        "GET": _look(
            "showScenario",
            "scenarios",
            "A scenario with its text",
            server.show_scenario,
            shape.ScenarioText,
            outcomes={
                404: _problem("There is no such scenario."),
                409: _problem("The scenario's file is faulty.", shape.FaultyScenario),
            },
        ),
        "PUT": Operation(
            id="putScenario",
            tag="scenarios",
            summary="Add or replace a scenario",
            about="The body is the text of a scenario file. Worlds that run already keep what they began with; reset them.",
            carry_out=server.put_scenario,
            query=_NO_QUERY,
            body=Body(
                decode=decode_text,
                shape={"type": "string"},
                media_types=YAML_TYPES,
                examples={"a scenario": SCENARIO_TEXT},
            ),
            outcomes={
                200: Outcome(says="It was replaced.", shape=shape.ScenarioText, links=OF_SCENARIO),
                201: Outcome(
                    says="It was added.",
                    shape=shape.ScenarioText,
                    headers={"Location": "The scenario's path."},
                    links=OF_SCENARIO,
                ),
                422: _problem("The name or the text is faulty; a faulty text with all of its faults.", shape.FaultyScenario),
            },
        ),
    },
    "/__admin/rules": {"GET": _look("listRules", "rules", "Every rule", server.list_rules, shape.RuleList)},
    "/__admin/rules/{rule}": {
        "GET": _look(
            "showRule", "rules", "A rule", server.show_rule, shape.RuleView,
            outcomes={404: _problem("There is no such rule.")},
        )
    },
    "/__admin/readings": {
        "GET": _look("listReadings", "rules", "Every reading", server.list_readings, shape.ReadingList)
    },
    "/__admin/coverage": {
        "GET": _look(
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
            query=_NO_QUERY,
            outcomes={204: Outcome(says="It is counted from nothing again; the worlds stay as they are."), 409: NOT_COUNTED},
        ),
    },
    "/__admin/worlds": {
        "GET": _look("listWorlds", "worlds", "The living worlds", worlds.list_worlds, shape.WorldList),
        "POST": Operation(
            id="createWorld",
            tag="worlds",
            summary="Create a world, or restore a snapshot",
            carry_out=worlds.create_world,
            query=_NO_QUERY,
            body=json_body(shape.NewWorld, examples={"a world": {"key": "happy-path@test-1"}}),
            outcomes={
                201: CREATED,
                404: _problem("There is no scenario of this name."),
                409: _problem("It is there already, or the snapshot or the scenario cannot be used.", shape.FaultyScenario),
            },
        ),
    },
    WORLD: {
        "GET": _look(
            "showWorld", "worlds", "A world", worlds.show_world, shape.WorldView, outcomes={404: NO_WORLD}, links=OF_WORLD
        ),
        "DELETE": Operation(
            id="dropWorld",
            tag="worlds",
            summary="Forget a world",
            carry_out=worlds.drop_world,
            query=_NO_QUERY,
            outcomes={204: Outcome(says="It is forgotten; the next use of its key makes a new one."), 404: NO_WORLD},
        ),
    },
    f"{WORLD}/reset": {
        "POST": _look(
            "resetWorld", "worlds", "The world, begun again", worlds.reset_world, shape.WorldView,
            outcomes={404: NO_WORLD, 409: _problem("The scenario cannot be used; the world goes on.", shape.FaultyScenario)},
        )
    },
    f"{WORLD}/fork": {
        "POST": Operation(
            id="forkWorld",
            tag="worlds",
            summary="Make a second world in the same state",
            carry_out=worlds.fork_world,
            query=_NO_QUERY,
            body=json_body(shape.ForkTo, examples={"another label": {"to": "happy-path@fork"}}),
            outcomes={201: CREATED, 404: NO_WORLD, 409: _problem("The key is taken, or is one of another scenario.")},
        )
    },
    f"{WORLD}/snapshot": {
        "GET": _look_at_world("snapshotWorld", "worlds", "The whole world", worlds.snapshot_world, shape.Snapshot)
    },
    f"{WORLD}/clock": {
        "GET": _look_at_world("showClock", "clock", "The clock", clock.show_clock, shape.ClockView)
    },
    f"{WORLD}/clock/advance": {
        "POST": Operation(
            id="advanceClock",
            tag="clock",
            summary="Go forward in time",
            about="Everything that is due on the way is done, in order, before the answer. Periods follow the calendar of the"
            " scenario's zone: P1D is the same time tomorrow, also across a clock change.",
            carry_out=clock.advance,
            query=_NO_QUERY,
            body=json_body(shape.Advance, schema=ADVANCE, examples=ADVANCES),
            outcomes={
                200: Outcome(says="Where the clock stands, and what happened.", shape=seen.Advanced),
                404: NO_WORLD,
                409: _problem("That is in the past, or out of the calendar; the clock has not moved."),
            },
        )
    },
    f"{WORLD}/actions": {
        "POST": Operation(
            id="act",
            tag="worlds",
            summary="A Seller does something",
            about="The same actions as OpenActive's test interface on the Booking System's face.",
            carry_out=worlds.act,
            query=_NO_QUERY,
            body=action_body(JSON_TYPES),
            outcomes={
                200: Outcome(says="What happened at once.", shape=seen.Happened),
                404: _problem("There is no such world, order, order item or opportunity."),
                409: NOT_PERMITTED,
            },
        )
    },
    f"{WORLD}/behaviour": {
        "GET": _look_at_world(
            "showBehaviour", "worlds", "The machine's state", worlds.show_behaviour, shape.BehaviourView
        ),
        "PUT": Operation(
            id="putBehaviour",
            tag="worlds",
            summary="Put the machine into a state",
            carry_out=worlds.put_behaviour,
            query=_NO_QUERY,
            body=json_body(shape.NewState, examples={"a state": {"state": "obliging"}}),
            outcomes={
                200: Outcome(says="The state it is in now.", shape=shape.BehaviourView),
                404: NO_WORLD,
                409: _problem("The scenario has no such state."),
            },
        ),
    },
    f"{WORLD}/timeline": {
        "GET": _look_at_world(
            "showTimeline", "observations", "What has happened", observations.show_timeline, seen.Timeline,
            query_of(seen.TimelineQuery),
        )
    },
    f"{WORLD}/refunds": {
        "GET": _look_at_world("listRefunds", "observations", "All refunds", observations.list_refunds, seen.RefundList)
    },
    f"{WORLD}/emails": {
        "GET": _look_at_world("listEmails", "observations", "All e-mails", observations.list_emails, seen.EmailList)
    },
    f"{WORLD}/orders": {
        "GET": _look_at_world(
            "listOrders", "observations", "Orders in both views", observations.list_orders, seen.OrderList,
            query_of(seen.OrdersQuery),
        )
    },
    f"{WORLD}/orders/{{order}}": {
        "GET": _look(
            "showOrder", "observations", "An order in both views", observations.show_order, seen.OrderView,
            outcomes={404: _problem("There is no such world, or no such order in it.")},
        )
    },
    f"{WORLD}/order-items/{{item}}/explanation": {
        "GET": _look(
            "explainOrderItem", "observations", "Why imin says what it says about an order item",
            explanation.show_explanation, explained.ExplanationView,
            about="The rule that decides whether it may be cancelled, the values that it was applied to, who says so, and"
            " every instant at which the answer flips if nobody does anything.",
            query=query_of(explained.ExplanationQuery),
            outcomes={
                404: _problem("There is no such world, or no such order item in it."),
                409: _problem("That is in the past, out of the calendar, or too much is due before it."),
            },
        )
    },
    f"{WORLD}/feed": {
        "GET": _look_at_world(
            "showFeed", "observations", "The OrdersFeed as it stands", observations.show_feed, seen.FeedView
        )
    },
    f"{WORLD}/exchanges": {
        "GET": _look_at_world(
            "listExchanges", "observations", "The latest HTTP exchanges", observations.list_exchanges, seen.ExchangeList,
            query_of(seen.ExchangesQuery),
        ),
        "DELETE": Operation(
            id="forgetExchanges",
            tag="observations",
            summary="Forget the HTTP exchanges",
            carry_out=observations.forget_exchanges,
            query=_NO_QUERY,
            outcomes={204: Outcome(says="They are forgotten; the world stays as it is."), 404: NO_WORLD},
        ),
    },
}  # fmt: skip
"""Every path with its methods."""

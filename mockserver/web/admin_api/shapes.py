"""What the control interface takes and shows, as types: the source of its JSON, of its checks, and of its OpenAPI document.

Instants are ISO 8601 in UTC. Amounts are decimal text with a currency, because a JSON number is no money.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from mockserver.domain.twins import Twin
from mockserver.engine.keys import KEY_PATTERN
from mockserver.foundation.patterns import whole
from mockserver.scenario.document import DEFAULT_EPOCH, ClockSpec
from mockserver.scenario.notation import PERIOD

Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
KeyText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=330,
        description="A world's key: <scenario>[~<twin>][@<label>].",
        examples=["happy-path", "happy-path@test-1"],
        extra_json_schema={"pattern": whole(KEY_PATTERN)},
    ),
]
Count = Annotated[int, Meta(ge=0)]


class Closed(Struct, kw_only=True, forbid_unknown_fields=True):
    """A shape that has no other members."""


class Problem(Struct, kw_only=True):
    """What was wrong, and what to do about it (RFC 9457). Some problems have further members."""

    type: str
    title: str
    status: int
    detail: str


class FaultView(Closed):
    """A mistake in a scenario's text. Units: lines and columns from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str | None


class FaultyScenario(Problem, kw_only=True):
    """A problem; if a scenario's text is its cause, with all of the mistakes."""

    faults: list[FaultView] | None = None


class Health(Closed):
    """The server answers."""

    status: Literal["ok"]
    version: str
    worlds: Count


class Version(Closed):
    """Which version this is."""

    name: Literal["imin-mock"]
    version: str


class CustomerView(Closed):
    """A customer of a scenario."""

    identifier: str
    name: str


class OrderName(Closed):
    """An order of a scenario: what its file calls it, and what imin calls it."""

    name: str
    identifier: str
    customer: str
    items: list[str]


class ScenarioView(Closed):
    """A scenario. The lists of customers and orders hold the first ones; the totals count all."""

    name: str
    key: str
    title: str | None
    about: str | None
    customers: list[CustomerView]
    total_customers: Count
    orders: list[OrderName]
    total_orders: Count
    faults: list[FaultView]


class ScenarioText(ScenarioView):
    """A scenario with the text of its file."""

    text: str


class ScenarioList(Closed):
    """Every scenario of the server, by name; faulty ones with their faults."""

    scenarios: list[ScenarioView]


class RuleView(Closed):
    """A behaviour that a client can observe, and why we believe it."""

    id: str
    says: str
    basis: Literal["documented", "standard", "assumed"]
    source: str


class RuleList(Closed):
    """Every rule."""

    rules: list[RuleView]


class ReadingView(Closed):
    """A question that imin leaves open, its options with what each means, and what speaks for the default.

    ``declared``: a client learns the option only by being refused, so it is built for one.
    """

    name: str
    question: str
    options: dict[str, str]
    default: str
    evidence: str
    declared: bool


class ReadingList(Closed):
    """Every reading."""

    readings: list[ReadingView]


class WorldBrief(Closed):
    """A world at a glance, as it was when somebody last looked."""

    key: KeyText
    scenario: str
    twin: Twin | None
    now: Moment
    mode: str
    behaviour: str
    events: Count
    requests: Count


class WorldList(Closed):
    """The living worlds, the least recently used first. ``most`` is how many there may be; ``dropped`` had to make room."""

    worlds: list[WorldBrief]
    most: Count
    dropped: Count


class ClockView(Closed):
    """A world's clock. Units: ``rate`` in virtual seconds per real one, ``step`` as a duration per request to imin's API.

    ``quiet``: nothing more happens by itself, but for tries to read a feed that is out of order.
    """

    now: Moment
    mode: Literal["frozen", "running", "stepping"]
    rate: float | None
    step: str | None
    epoch: Moment
    timezone: str
    next_due: Moment | None
    quiet: bool


class WorldView(Closed):
    """A world."""

    key: KeyText
    scenario: str
    twin: Twin | None
    title: str
    clock: ClockView
    behaviour: str
    readings: dict[str, str]
    events: Count
    requests: Count


_ABSENT = {"type": "null"}
_ONE_WAY = [
    {"const": "frozen"},
    _ABSENT,
    {"type": "object", "required": ["running"], "properties": {"running": {"type": "object"}, "step": _ABSENT}},
    {"type": "object", "required": ["step"], "properties": {"step": {"type": "string"}, "running": _ABSENT}},
]
"""What a type cannot say of a clock that is chosen: exactly one of its two keys."""


class NewWorld(Closed):
    """A world to make: at its beginning, perhaps with another clock, epoch or readings, or as a snapshot has it."""

    key: KeyText
    clock: Annotated[
        ClockSpec | Literal["frozen"] | None,
        Meta(
            description="How its clock moves, as in a scenario file.",
            examples=[{"step": "PT1S"}, "frozen"],
            extra_json_schema={"oneOf": _ONE_WAY},
        ),
    ] = None
    epoch: Annotated[
        Moment | None, Meta(description="When it begins, a date-time with its offset.", examples=[DEFAULT_EPOCH])
    ] = None
    readings: Annotated[
        dict[str, str],
        Meta(description="What it takes for true where imin is silent, by name.", examples=[{"links": "imin"}]),
    ] = {}
    snapshot: dict[str, Any] | None = None


class ForkTo(Closed):
    """Where a second world in the same state is made."""

    to: KeyText


class Snapshot(Closed):
    """A whole world. It can be restored as it is, not changed: its seal would be broken."""

    version: Literal[3]
    scenario: str
    digest: str
    twin: Twin | None
    seal: str
    epoch: Moment
    now: Moment
    clock: ClockSpec | Literal["frozen"]
    readings: dict[str, str]
    journal: list[dict[str, Any]]


class Advance(Closed):
    """How far a clock moves: exactly one of ``by``, ``to``, ``to_next`` and ``until_quiet``."""

    by: str | None = None
    to: str | None = None
    to_next: bool | None = None
    until_quiet: bool | None = None
    within: str | None = None


class BehaviourView(Closed):
    """The state that the machine is in, and those that there are."""

    state: str
    states: list[str]


class NewState(Closed):
    """The state to put the machine into."""

    state: str


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

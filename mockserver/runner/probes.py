"""Whether an explanation is true: imin's real API is asked just before, at and just after every cliff, in fresh worlds.

Each question gets a world of its own, so that no answer is changed by an earlier question. It reads imin's JSON as a client
would, and must never look into the worlds that it asks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from whenever import Instant

from mockserver.bootstrap import Server, build_server
from mockserver.client.asgi import immediately, request
from mockserver.client.channel import Response
from mockserver.domain.behaviour import ApiFault
from mockserver.domain.values import OrderItemId
from mockserver.engine.explanation import MOMENT, Explanation, explain_item
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.predictions import ItemAnswer
from mockserver.runner.answers import RULE_HEADER
from mockserver.runner.steps import request_of
from mockserver.scenario.document import DEFAULT_EPOCH
from mockserver.scenario.expectations import CancelStep, ExpectedAnswer, ListUpcomingStep, Step
from mockserver.scenario.notation import moment
from mockserver.scenario.scenario import Scenario
from mockserver.settings import Settings
from mockserver.web.admin_api.explanation import status_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """What a client can see of an item: the flag (``None``: not listed), and what a PATCH for it gets.

    A status is ``None`` where the connection was lost. Only a refusal names its rule.
    """

    list_status: int | None
    flag: bool | None
    status: int | None
    rule: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One instant at which the API was asked: what the explanation says that it shows, and what it showed."""

    at: Instant
    near: str
    expected: ApiAnswer
    found: ApiAnswer

    @property
    def agrees(self) -> bool:
        """Whether the explanation was true."""
        return self.expected == self.found


@dataclass(slots=True)
class ProbedScenario:
    """A server with one scenario, on whose worlds no time passes by itself. A latency costs no time either."""

    scenario: Scenario
    server: Server
    entered: int = 0

    @classmethod
    def of(cls, scenario: Scenario) -> "ProbedScenario":
        """The scenario, to begin at its epoch, or at the default one if that is the present."""
        begins = scenario.epoch or moment(DEFAULT_EPOCH).to_instant()
        return cls(scenario, build_server(Settings(), wall=lambda: begins, sleep=_at_once, also=(scenario,)))

    def fresh(self) -> LiveWorld:
        """A world that nobody has asked anything yet. *Raises* ``EndlessWorkError``."""
        self.entered += 1
        return self.server.worlds.create(f"{self.scenario.name}@{self.entered}")

    def explain(self, item_id: OrderItemId, at: Instant | None = None) -> Explanation:
        """The explanation of an item of a fresh world. *Raises* what :func:`explain_item` raises."""
        live_world = self.fresh()
        return explain_item(live_world.world, item_id, now=live_world.clock.now(), at=at)

    def ask(self, step: Step) -> Response:
        """The response to a request in a fresh world that has come to the step's instant."""
        live_world = self.fresh()
        live_world.advance_to(step.at)
        try:
            return self.send(live_world, step)
        finally:
            self.server.worlds.drop(live_world.key)

    def send(self, live_world: LiveWorld, step: Step) -> Response:
        """The response to a request in this world, as it stands."""
        asked = request_of(step, live_world.world.catalogue, live_world.world.readings)
        headers = [(b"x-api-key", live_world.key.encode()), (b"content-type", b"application/json")]
        return immediately(request(self.server.app, asked.method, asked.target, headers, asked.body))


def probe(probed: ProbedScenario, explanation: Explanation) -> tuple[Probe, ...]:
    """The API asked at the explained instant and around every cliff after it, in order."""
    return tuple(
        Probe(
            at=at,
            near=near,
            expected=expected_of(predicted(explanation, at)),
            found=_found(probed, explanation, at),
        )
        for at, near in _instants(explanation)
    )


def predicted(explanation: Explanation, at: Instant) -> ItemAnswer:
    """What the explanation says that imin says at an instant: the answer since the last cliff before it."""
    answer = explanation.answer
    for cliff in explanation.outlook.cliffs:
        if cliff.at <= at:
            answer = cliff.after
    return answer


def expected_of(answer: ItemAnswer) -> ApiAnswer:
    """What a client would see of an answer, scripted faults included."""
    can_read_list = answer.listed and not _hides_body(answer.list_fault)
    plain = answer.cancel_fault is None or (
        answer.cancel_fault.respond is None and answer.cancel_fault.drop_connection is None
    )
    return ApiAnswer(
        list_status=_status_with(answer.list_fault, 200),
        flag=answer.flag.allowed if can_read_list else None,
        status=status_of(answer),
        rule=answer.cancel.rule.value if plain and not answer.cancel.accepted else None,
    )


def _instants(explanation: Explanation) -> Iterable[tuple[Instant, str]]:
    """Every instant to ask at, with what it is near; none before the one that was explained."""
    named = {explanation.at: "as explained"}
    for number, cliff in enumerate(explanation.outlook.cliffs, start=1):
        for at, near in ((cliff.at - MOMENT, "just before"), (cliff.at, "at"), (cliff.at + MOMENT, "just after")):
            if at >= explanation.at:
                named.setdefault(at, f"{near} cliff {number}")
    return sorted(named.items())


def _found(probed: ProbedScenario, explanation: Explanation, at: Instant) -> ApiAnswer:
    list_status, flag = _listed_flag(probed, explanation, at)
    response = probed.ask(
        CancelStep(
            line=0,
            at=at,
            answer=ExpectedAnswer(),
            order_id=explanation.order.id,
            item_ids=(explanation.item_id,),
        )
    )
    return ApiAnswer(
        list_status=list_status,
        flag=flag,
        status=None if response.dropped else response.status,
        rule=response.header(RULE_HEADER),
    )


def _listed_flag(probed: ProbedScenario, explanation: Explanation, at: Instant) -> tuple[int | None, bool | None]:
    """The status of the list of upcoming items, and the item's flag on whichever page it is."""
    page, pages = 1, 1
    while page <= pages:
        step = ListUpcomingStep(
            line=0,
            at=at,
            answer=ExpectedAnswer(),
            customer_id=explanation.order.customer_id,
            page=page,
            statuses={},
            cancellable={},
            absent=(),
            total=None,
            pages=None,
        )
        response = probed.ask(step)
        if response.dropped:
            return None, None
        if response.status != 200 or response.truncated:
            return response.status, None
        shown = msgspec.json.decode(response.body)
        for item in shown.get("imin:item", ()):
            if (item["imin:order"]["identifier"], item["identifier"]) == (explanation.order.id, explanation.identifier):
                return 200, item["imin:isPresentlyCancellable"]
        page, pages = page + 1, shown["view"]["imin:totalPages"]
    return 200, None


def _status_with(fault: ApiFault | None, status: int) -> int | None:
    if fault is not None and fault.respond is not None:
        return fault.respond.status
    return None if fault is not None and fault.drop_connection is not None else status


def _hides_body(fault: ApiFault | None) -> bool:
    return fault is not None and (fault.respond is not None or fault.drop_connection is not None or fault.truncate_body)


async def _at_once(_: float) -> None:
    return None
